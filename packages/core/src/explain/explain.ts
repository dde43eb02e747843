import { membersRule } from '../definition/expand.ts'
import { fold, leaves } from '../definition/fold.ts'
import type { AnySegment, Definition, Node } from '../definition/node.ts'
import { describeNode } from '../describe/describe.ts'
import { checkedRule } from '../evaluate/compile.ts'
import { optionsOf, type PersonOptions } from '../evaluate/evaluate.ts'
import { compileLeaf, type Leaf } from '../evaluate/leaf.ts'
import type { Person } from '../evaluate/person.ts'
import { type PreparedPerson, preparePerson } from '../evaluate/prepare.ts'
import { clockMs, instantText } from '../schema/time.ts'
import { accountReason } from './account.ts'
import type { Explanation, Reason } from './explanation.ts'
import { findingOf } from './finding.ts'

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
export function explainPerson(segment: AnySegment, person: Person, options: PersonOptions): Explanation {
  const { schema, now } = optionsOf(options)
  return explainPrepared(segment, preparePerson(schema, person), clockMs(now))
}

/** Like {@link explainPerson}, for a prepared person and a clock in UTC milliseconds. */
export function explainPrepared(segment: AnySegment, person: PreparedPerson, now: number): Explanation {
  const reason = reasonOf(checkedRule(segment, person.schema), person, now)
  return { person: person.id, found: true, member: reason.matched, now: instantText(now), reason }
}

function reasonOf(rule: Node, person: PreparedPerson, now: number): Reason {
  const { schema } = person
  const leaf = (node: Leaf): Reason => ({
    kind: node.kind,
    matched: compileLeaf(node, schema)(person, now),
    text: describeNode(node, schema),
    ...findingOf(node, person, now),
  })
  return fold<Reason>(rule, {
    ...leaves(leaf),
    account: (node) => accountReason(node, person, now),
    segment: (node) => {
      const inner = reasonOf(membersRule(node.of as Definition), person, now)
      return { kind: 'segment', matched: inner.matched, text: describeNode(node, schema), of: [inner] }
    },
    all: (of) => ({ kind: 'all', matched: of.every((part) => part.matched), text: 'all of these', of }),
    any: (of) => ({ kind: 'any', matched: of.some((part) => part.matched), text: 'any of these', of }),
    not: (of) => ({ kind: 'not', matched: !of.matched, text: 'not this', of: [of] }),
  })
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
