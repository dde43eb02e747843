import { fold } from '../definition/fold.ts'
import type { AnySegment, EventFilter, NodeOf } from '../definition/node.ts'
import { describeLiteral, describeNode, describeWindow, quoted } from '../describe/describe.ts'
import { checkedRule } from '../evaluate/compile.ts'
import type { PersonOptions } from '../evaluate/evaluate.ts'
import { layoutOf } from '../evaluate/layout.ts'
import { compileLeaf, compileMeasure, type Leaf, measureType } from '../evaluate/leaf.ts'
import { compareText } from '../evaluate/order.ts'
import type { Person } from '../evaluate/person.ts'
import { type PreparedPerson, preparePerson } from '../evaluate/prepare.ts'
import type { Literal } from '../predicate/predicate.ts'
import { clockMs, instantText } from '../schema/time.ts'
import { decimalText, writeValue } from '../schema/value.ts'
import type { Explanation, Reason } from './explanation.ts'

/**
 * Why a person is in a segment, or is not: each filter as it was written, with the value found.
 *
 * Nothing is skipped once the answer is clear: every filter is asked.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP').field('state', 'CA'))
 * const why = explainPerson(vip, { id: 'ann', fields: { state: 'NY' } }, { schema, now: new Date() })
 * why.reason?.of?.[1]?.found // => 'NY'
 * ```
 */
export function explainPerson(
  segment: AnySegment,
  person: Person,
  { schema, now }: PersonOptions,
): Explanation {
  return explainPrepared(segment, preparePerson(schema, person), clockMs(now))
}

/** Like {@link explainPerson}, for a prepared person and a clock in UTC milliseconds. */
export function explainPrepared(segment: AnySegment, person: PreparedPerson, now: number): Explanation {
  const { schema } = person
  const leaf = (node: Leaf, found: Pick<Reason, 'found' | 'finding'> = {}): Reason => ({
    kind: node.kind,
    matched: compileLeaf(node, schema)(person, now),
    text: describeNode(node, schema),
    ...found,
  })
  const reason = fold<Reason>(checkedRule(segment, schema), {
    everyone: (node) => leaf(node),
    tag: (node) => leaf(node, tagsFound(person)),
    field: (node) => leaf(node, valueFound(node, person)),
    event: (node) => leaf(node, totalFound(node, person, now)),
    all: (of) => ({ kind: 'all', matched: of.every((part) => part.matched), text: 'all of these', of }),
    any: (of) => ({ kind: 'any', matched: of.some((part) => part.matched), text: 'any of these', of }),
    not: (of) => ({ kind: 'not', matched: !of.matched, text: 'not this', of: [of] }),
  })
  return { person: person.id, found: true, member: reason.matched, now: instantText(now), reason }
}

function tagsFound({ tags }: PreparedPerson): Pick<Reason, 'found' | 'finding'> {
  const found = [...tags].toSorted(compareText)
  return { found, finding: found.length === 0 ? 'found no tags' : `found ${found.map(quoted).join(', ')}` }
}

function valueFound(node: NodeOf<'field'>, person: PreparedPerson): Pick<Reason, 'found' | 'finding'> {
  const value = person.values[layoutOf(person.schema).fields.byName.get(node.field)!]
  if (value === undefined) return { found: null, finding: 'missing' }
  const { type } = person.schema.fields.get(node.field)!
  const found = writeValue(type, value)
  if (type.kind === 'object') return { found, finding: 'found an object' }
  if (!Array.isArray(found)) return { found, finding: `found ${describeLiteral(found as Literal, type)}` }
  const of = type.kind === 'list' ? type.of : type
  const elements = (found as readonly Literal[]).map((element) => describeLiteral(element, of))
  return { found, finding: elements.length === 0 ? 'found an empty list' : `found ${elements.join(', ')}` }
}

function totalFound(
  node: EventFilter,
  person: PreparedPerson,
  now: number,
): Pick<Reason, 'found' | 'finding'> {
  const total = compileMeasure(node, person.schema)(person, now)
  const type = measureType(node, person.schema)
  // A sum that is no safe number any more is exact as text only.
  const found =
    type.kind === 'decimal'
      ? decimalText(total, type.scale)
      : typeof total === 'bigint'
        ? String(total)
        : total
  return { found, finding: `found ${found}${describeWindow(node)}` }
}

/**
 * An explanation as lines of text: the answer, then the filters as an indented tree with ✓ and ✗.
 *
 * @example
 * ```ts
 * renderExplanation(explainPerson(vip, person, { schema, now: '2026-11-24T00:00:00Z' }))
 * // ann is not a member at 2026-11-24T00:00:00.000Z
 * // ✗ all of these
 * //   ✓ tagged VIP: found 'VIP'
 * //   ✗ state is 'CA': found 'NY'
 * ```
 */
export function renderExplanation({ person, found, member, now, reason }: Explanation): string {
  const answer = found ? `is ${member ? 'a' : 'not a'} member at ${now}` : 'is not in the population'
  return [`${person} ${answer}`, ...(reason ? lines(reason, '') : [])].join('\n')
}

function lines({ matched, text, finding, of = [] }: Reason, indent: string): readonly string[] {
  const line = `${indent}${matched ? '✓' : '✗'} ${text}${finding === undefined ? '' : `: ${finding}`}`
  return [line, ...of.flatMap((part) => lines(part, `${indent}  `))]
}
