import {
  type AnySegment,
  dependencies,
  fold,
  hashRule,
  implies,
  leaves,
  type Node,
  type Schema,
} from '@segmentry/core'
import { type Finding, found } from './finding.ts'

// What is proven of two segments: that they have the same members, or that one lies in the other.

/** A segment that some people are in and others are not. */
export interface Known {
  readonly key: string
  readonly segment: AnySegment
  /** Its members' rule, checked. */
  readonly rule: Node
}

/** What is proven of each two segments. `referring` are the segments that each is made of, directly or not. */
export function pairsOf(
  segments: readonly Known[],
  referring: ReadonlyMap<string, ReadonlySet<string>>,
  schema: Schema,
): readonly Finding[] {
  const findings: Finding[] = []
  const marks = segments.map((known) => ({ ...known, hash: hashRule(known.rule), reads: readsOf(known) }))
  const isMadeOf = (one: string, other: string): boolean => referring.get(one)?.has(other) === true
  for (const [i, one] of marks.entries()) {
    for (const other of marks.slice(i + 1)) {
      const isEqual = one.hash === other.hash
      // What looks at different things says nothing of each other.
      if (!isEqual && !meet(one.reads, other.reads)) continue
      const isWithin = isEqual || implies(one.rule, other.rule, schema)
      const holds = isEqual || implies(other.rule, one.rule, schema)
      if (isWithin && holds) findings.push(same(other.key, one.key))
      // A segment that is made of another lies in it on purpose.
      else if (isWithin && !isMadeOf(one.key, other.key)) findings.push(within(one.key, other.key))
      else if (holds && !isMadeOf(other.key, one.key)) findings.push(within(other.key, one.key))
    }
  }
  return findings
}

const same = (key: string, other: string): Finding =>
  found('same/segment', {
    on: 'segment',
    key,
    path: ['rule'],
    message: `The segment '${key}' always has the same members as '${other}'`,
    related: [other],
  })

const within = (key: string, other: string): Finding =>
  found('within/segment', {
    on: 'segment',
    key,
    path: ['rule'],
    message: `Everybody in '${key}' is in '${other}' too`,
    related: [other],
  })

/** What a rule looks at, in names. */
function readsOf({ segment, rule }: Known): ReadonlySet<string> {
  const { fields, tags, events, accounts } = dependencies(segment)
  const drawn = fold<readonly string[]>(rule, {
    ...leaves(() => []),
    people: () => ['id'],
    bucket: ({ salt }) => [`salt ${salt}`],
    all: (of) => of.flat(),
    any: (of) => of.flat(),
    not: (of) => of,
  })
  return new Set([
    ...fields.map((name) => `field ${name}`),
    ...tags.map((name) => `tag ${name}`),
    ...events.map((name) => `event ${name}`),
    ...accounts.map(({ account }) => `account ${account}`),
    ...drawn,
  ])
}

const meet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].some((name) => other.has(name))
