import { fold } from '../definition/fold.ts'
import type { AnySegment, EventFilter, Node } from '../definition/node.ts'
import { checkedRule } from '../evaluate/compile.ts'
import { complement } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'
import { describePredicate, describeTimes } from './predicate.ts'
import { describeName, describeTag } from './words.ts'

export { describeLiteral, quoted } from './words.ts'

/**
 * A segment in English, for people who read no code: a line for each group, and the exclusions.
 *
 * Different tests never read the same. Throws a {@link DefinitionError} when the segment does not suit the
 * schema.
 *
 * @example
 * ```ts
 * describe(segment().group((g) => g.tag('VIP').field('state', 'CA')), schema)
 * // => "tagged VIP, and state is 'CA'"
 * ```
 */
export function describe(segment: AnySegment, schema: Schema): string {
  const rule = checkedRule(segment, schema)
  const { union, excluded } = parts(rule)
  const lines = (intro: string, nodes: readonly Node[]): readonly string[] => [
    intro,
    ...nodes.map((node) => `- ${describeNode(node, schema)}`),
  ]
  const included =
    union.kind === 'any' ? lines('People who match any of:', union.of) : [describeNode(union, schema)]
  if (excluded === undefined) return included.join('\n')
  const without =
    excluded.kind === 'any'
      ? lines('but not people who match any of:', excluded.of)
      : [`but not people who match: ${describeNode(excluded, schema)}`]
  return [...included, ...without].join('\n')
}

/** Groups and what is taken away from them; short rules of one line say it in that line. */
function parts(rule: Node): { readonly union: Node; readonly excluded?: Node } {
  if (rule.kind !== 'all' || rule.of.length !== 2) return { union: rule }
  const [union, last] = rule.of as [Node, Node]
  if (last.kind !== 'not' || !(isJoined(union) || isJoined(last.of))) return { union: rule }
  return { union, excluded: last.of }
}

const isJoined = (node: Node): boolean => node.kind === 'all' || node.kind === 'any'

/**
 * One checked filter in English, on one line.
 *
 * @example
 * ```ts
 * describeNode({ kind: 'tag', tag: 'VIP' }, schema) // => 'tagged VIP'
 * ```
 */
export function describeNode(node: Node, schema: Schema): string {
  return said(node, schema).text
}

/** English, and how it is put inside other English. */
interface Said {
  readonly text: string
  readonly inside: string
  readonly negated: string
}

const said = (node: Node, schema: Schema): Said =>
  fold<Said>(node, {
    everyone: () => plain('everyone', 'no one'),
    tag: ({ tag }) => plain(`tagged ${describeTag(tag)}`, `not tagged ${describeTag(tag)}`),
    field: ({ field, test }) => {
      const { type } = schema.fields.get(field)!
      const say = (predicate: typeof test): string =>
        `${describeName(field)} ${describePredicate(predicate, type)}`
      return plain(say(test), say(complement(test)))
    },
    event: (event) => {
      const text = describeEvent(event, schema)
      return plain(text, neverHappened(event) ? `never ${circumstances(event, schema)}` : `not (${text})`)
    },
    not: ({ negated, inside }) => plain(negated, inside),
    all: (of) => joined(of, ', and '),
    any: (of) => joined(of, ', or '),
  })

const plain = (text: string, negated: string): Said => ({ text, inside: text, negated })

function joined([first, ...rest]: readonly Said[], by: string): Said {
  if (rest.length === 0) return first!
  const text = [first!, ...rest].map(({ inside }) => inside).join(by)
  return { text, inside: `(${text})`, negated: `not (${text})` }
}

const neverHappened = ({ measure: { of, test } }: EventFilter): boolean =>
  of === 'count' && test.op === 'atLeast' && test.value === 1 && !test.negated

function describeEvent(event: EventFilter, schema: Schema): string {
  const { measure } = event
  if (measure.of === 'count') return circumstances(event, schema, ` ${describeTimes(measure.test)}`)
  const { type } = schema.events.get(event.event)!.get(measure.property)!
  // A sum always has a value, so what a missing one would mean is not worth a word.
  const test = describePredicate({ ...measure.test, whenMissing: false }, type)
  const subject = `sum of ${describeName(measure.property)} of `
  return subject + circumstances(event, schema, ` ${test}`)
}

/** An event's name, what is said of it, its window and its conditions. */
function circumstances(event: EventFilter, schema: Schema, saying = ''): string {
  const properties = schema.events.get(event.event)!
  const where = (event.where ?? []).map(
    ({ property, test }) =>
      `${describeName(property)} ${describePredicate(test, properties.get(property)!.type)}`,
  )
  const conditions = where.length === 0 ? '' : ` where ${where.join(' and ')}`
  return `${describeName(event.event)}${saying}${describeWindow(event)}${conditions}`
}

/** The window of an event filter, with a space before it: ` in the last 30 days`. */
export const describeWindow = ({ within }: EventFilter): string =>
  within === undefined ? '' : ` in the last ${within}`
