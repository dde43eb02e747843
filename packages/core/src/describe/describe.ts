import { mayBeNothing, measureType } from '../definition/check-measure.ts'
import { membersRule } from '../definition/expand.ts'
import { fold } from '../definition/fold.ts'
import type { Aggregate, Comparison, EventFilter, EventSelection, Node, NodeOf } from '../definition/node.ts'
import { type Countable, isSetSegment, type Top } from '../definition/set.ts'
import { eventNames, eventProperties } from '../definition/stream.ts'
import { checkedRule } from '../evaluate/compile.ts'
import { checkedSet } from '../evaluate/set.ts'
import { complement } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'
import { describeAccount } from './account.ts'
import { describePredicate, describeTimes, describeZone } from './predicate.ts'
import { dayNames, describeWindow, monthNames } from './window.ts'
import { describeName, describeTag, quoted } from './words.ts'

export { describeLiteral, describeName, quoted } from './words.ts'

/**
 * A segment, or the top of one, in English, for people who read no code: a line for each group, and the exclusions.
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
export function describe(segment: Countable, schema: Schema): string {
  if (!isSetSegment(segment)) return describeRule(checkedRule(segment, schema), schema)
  const { rule, top } = checkedSet(segment, schema)
  const whole = describeRule(rule, schema)
  return `${describeTop(top, schema)}, of:${whole.includes('\n') ? '\n' : ' '}${whole}`
}

function describeRule(rule: Node, schema: Schema): string {
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
    tag: ({ tag, during }) => {
      const text = `tagged ${describeTag(tag)}${during ? ` ${describeWindow(during)}` : ''}`
      return plain(text, `not ${text}`)
    },
    field: ({ field, test }) => {
      const { type } = schema.fields.get(field)!
      const say = (predicate: typeof test): string =>
        `${describeName(field)} ${describePredicate(predicate, type)}`
      return plain(say(test), say(complement(test)))
    },
    compare: ({ field, op, to, negated = false, whenMissing = false }) => {
      const { kind } = schema.fields.get(field)!.type
      const words = kind === 'date' || kind === 'timestamp' ? times : comparisons
      const say = (flip: boolean): string =>
        `${describeName(field)} is ${negated === flip ? '' : 'not '}${words[op]}the value of ${describeName(to)}${whenMissing === flip ? '' : ' (or either is missing)'}`
      return plain(say(false), say(true))
    },
    event: (event) => {
      const text = describeEvent(event, schema)
      return plain(text, neverHappened(event) ? `never ${circumstances(event, schema)}` : `not (${text})`)
    },
    more: ({ events, than }) => {
      const text = `more ${circumstances(events, schema)} than ${circumstances(than, schema)}`
      return { text, inside: `(${text})`, negated: `not (${text})` }
    },
    sequence: (sequence) => {
      const text = describeSequence(sequence, schema)
      return { text, inside: `(${text})`, negated: `not (${text})` }
    },
    segment: ({ of }) => {
      if (typeof of === 'string')
        return plain(`in the segment ${quoted(of)}`, `not in the segment ${quoted(of)}`)
      const title = of.title === undefined ? '' : ` ${quoted(of.title)}`
      const text = `in the segment${title} (${said(membersRule(of), schema).text})`
      return plain(text, `not ${text}`)
    },
    near: ({ latitude, longitude, point, meters }) => {
      const text = `${describeName(latitude)} and ${describeName(longitude)} within ${meters} meters of ${point.latitude}, ${point.longitude}`
      return { text, inside: `(${text})`, negated: `not (${text})` }
    },
    account: (filter) => {
      const text = describeAccount(filter, schema, (of) => said(of, schema).text)
      if (filter.where || filter.people) return { text, inside: `(${text})`, negated: `not (${text})` }
      return plain(text, `belongs to no ${describeName(filter.account)}`)
    },
    people: ({ ids }) => {
      const listed = `these people: ${ids.map(quoted).join(', ')}`
      return plain(`one of ${listed}`, `none of ${listed}`)
    },
    bucket: ({ salt, from, to }) => {
      const text = `in ${from / 100} % to ${to / 100} % by the salt ${quoted(salt)}`
      return plain(text, `not ${text}`)
    },
    not: ({ negated, inside }) => plain(negated, inside),
    all: (of) => joined(of, ', and '),
    any: (of) => joined(of, ', or '),
  })

const comparisons: Readonly<Record<Comparison, string>> = {
  is: '',
  lessThan: 'less than ',
  atMost: 'at most ',
  greaterThan: 'more than ',
  atLeast: 'at least ',
}

const plain = (text: string, negated: string): Said => ({ text, inside: text, negated })

function joined([first, ...rest]: readonly Said[], by: string): Said {
  if (rest.length === 0) return first!
  const text = [first!, ...rest].map(({ inside }) => inside).join(by)
  return { text, inside: `(${text})`, negated: `not (${text})` }
}

const neverHappened = ({ measure: { of, test } }: EventFilter): boolean =>
  of === 'count' && test.op === 'atLeast' && test.value === 1 && !test.negated

const times: Readonly<Record<Comparison, string>> = {
  is: '',
  lessThan: 'before ',
  atMost: 'at or before ',
  greaterThan: 'after ',
  atLeast: 'at or after ',
}

function describeEvent(event: EventFilter, schema: Schema): string {
  const { measure } = event
  if (measure.of === 'count') return circumstances(event, schema, ` ${describeTimes(measure.test)}`)
  const type = measureType(measure, eventProperties(event.event, schema)!)
  // What always has a value can never be missing, so what that would mean is not worth a word.
  const test = mayBeNothing(measure) ? measure.test : { ...measure.test, whenMissing: false }
  return subjectOf(measure) + circumstances(event, schema, ` ${describePredicate(test, type)}`)
}

/** Which people are taken of a segment: `the 100 people with the highest spent`. */
function describeTop({ count, order, by }: Top, schema: Schema): string {
  const people = count === 1 ? 'the person' : `the ${count} people`
  const type =
    by.kind === 'field'
      ? schema.fields.get(by.field)!.type
      : measureType(by.measure, eventProperties(by.event, schema)!)
  const words = type.kind === 'date' || type.kind === 'timestamp' ? ends.time : ends.other
  const value =
    by.kind === 'field'
      ? describeName(by.field)
      : `${subjectOf(by.measure).replace(/^the /, '')}${circumstances(by, schema)}`
  return `${people} with the ${words[order]} ${value}`
}

/** How the ends of an order are called; "greatest" and "least" are what is made of events. */
const ends = {
  time: { most: 'latest', least: 'earliest' },
  other: { most: 'highest', least: 'lowest' },
} as const

function describeSequence(
  { anchor, anchors = 1, steps, within, by }: NodeOf<'sequence'>,
  schema: Schema,
): string {
  const told = steps.map((step, i) => {
    const limit = step.within === undefined ? '' : ` within ${step.within}`
    const event = circumstances(step, schema, limit)
    if (i === 0 && anchor === 'any') return event
    if (i === 0) return anchors === 1 ? `the ${anchor} ${event}` : `one of the ${anchor} ${anchors} ${event}`
    return `then ${step.never ? 'no ' : ''}${event}`
  })
  const all = within === undefined ? '' : `, all within ${within}`
  const same = by === undefined ? '' : `, by the same ${describeName(by)}`
  return `${told.join(', ')}${all}${same}`
}

function subjectOf(measure: Aggregate): string {
  if (measure.of === 'count') return 'number of '
  if (measure.of === 'periods') {
    const { unit, zone, weekStart = 1, yearStart = 1 } = measure
    const weeks = weekStart === 1 ? '' : `, from ${dayNames[weekStart - 1]}`
    const years = yearStart === 1 ? '' : `, from ${monthNames[yearStart - 1]}`
    return `number of different ${unit}s${describeZone(zone)}${weeks}${years} with `
  }
  const property = measure.property === undefined ? 'time' : describeName(measure.property)
  if (measure.of === 'first' || measure.of === 'last') {
    return `${measure.property === undefined ? 'the ' : ''}${property} of the ${measure.of} `
  }
  return `${subjects[measure.of]} ${property} of `
}

const subjects = {
  sum: 'sum of',
  average: 'average of',
  min: 'least',
  max: 'greatest',
  distinct: 'number of different',
} as const

/** An event's name, what is said of it, its window and its conditions. */
function circumstances(selection: EventSelection, schema: Schema, saying = ''): string {
  const properties = eventProperties(selection.event, schema)!
  const where = (selection.where ?? []).map(
    ({ property, test }) =>
      `${describeName(property)} ${describePredicate(test, properties.get(property)!.type)}`,
  )
  const conditions = where.length === 0 ? '' : ` where ${where.join(' and ')}`
  const event = eventNames(selection.event).map(describeName).join(' or ')
  return `${event}${saying}${describeTime(selection)}${conditions}`
}

/** The tests of the time of a selection's events, with a space before each: ` in the last 30 days`. */
export const describeTime = ({ at = [] }: EventSelection): string =>
  at
    .map((test) =>
      test.op === 'during' && test.negated !== true
        ? ` ${describeWindow(test.window)}`
        : ` at a time that ${describePredicate({ ...test, whenMissing: false }, { kind: 'timestamp' })}`,
    )
    .map((text, i, all) =>
      i > 0 && text.startsWith(' at a time') && all[i - 1]!.startsWith(' at a time') ? ` and${text}` : text,
    )
    .join('')
