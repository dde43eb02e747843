import type { Predicate } from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import { expanded, ruleOf } from './expand.ts'
import { fold, leaves } from './fold.ts'
import type { AccountFilter, EventSelection, Node } from './node.ts'
import { type Countable, isSetSegment, type Ranking } from './set.ts'
import { eventNames } from './stream.ts'

/** What is read of a person, each list sorted. */
export interface PersonDependencies {
  readonly fields: readonly string[]
  readonly tags: readonly string[]
  readonly events: readonly string[]
}

/** What is read of the accounts of one grouping. */
export interface AccountDependencies {
  readonly account: string
  /** The accounts' own fields. */
  readonly fields: readonly string[]
  /** What is read of the accounts' people, when anything is asked about them. */
  readonly people?: PersonDependencies
}

/** What a definition reads: of people, those of the person's accounts included, and of accounts, by their groupings. */
export interface Dependencies extends PersonDependencies {
  readonly accounts: readonly AccountDependencies[]
  /** Whether the answer can change because time passes, without anything being written. */
  readonly time: boolean
}

/** The names a node reads, as it visits them: `field:state`, `tag:VIP`, `event:opened`, and `time`. */
const reads = (rule: Node): readonly string[] =>
  fold<readonly string[]>(rule, {
    ...leaves(() => []),
    all: (of) => of.flat(),
    any: (of) => of.flat(),
    not: (of) => of,
    tag: ({ tag, during }) => [`tag:${tag}`, ...(during && moves(during) ? ['time'] : [])],
    field: ({ field, test }) => [`field:${field}`, ...(readsClock(test) ? ['time'] : [])],
    near: ({ latitude, longitude }) => [`field:${latitude}`, `field:${longitude}`],
    compare: ({ field, to }) => [`field:${field}`, `field:${to}`],
    // Even an unbounded window ends at now: an event dated ahead has not happened yet.
    event: (node) => [...namesOf(node), 'time'],
    sequence: ({ steps }) => [...steps.flatMap(namesOf), 'time'],
    more: ({ events, than }) => [...namesOf(events), ...namesOf(than), 'time'],
    account: ({ where = [], people = [] }) => [
      ...(where.some(({ test }) => readsClock(test)) ? ['time'] : []),
      ...people.flatMap(({ of }) => reads(of)),
    ],
  })

/** The account filters of a rule. */
const accountFilters = (rule: Node): readonly AccountFilter[] =>
  fold<readonly AccountFilter[]>(rule, {
    ...leaves(() => []),
    account: (filter) => [filter],
    all: (of) => of.flat(),
    any: (of) => of.flat(),
    not: (of) => of,
  })

const namesOf = ({ event }: EventSelection): readonly string[] =>
  eventNames(event).map((name) => `event:${name}`)

const moves = ({ over }: Window): boolean => over !== 'instants'

function readsClock(test: Predicate): boolean {
  switch (test.op) {
    case 'anniversary':
      return true
    case 'during':
      return moves(test.window)
    case 'some':
      return readsClock(test.test)
    case 'item':
      return test.where.some((one) => readsClock(one.test))
    default:
      return false
  }
}

const ranksBy = (by: Ranking): readonly string[] =>
  by.kind === 'field' ? [`field:${by.field}`] : [...namesOf(by), 'time']

/**
 * Which fields, tags, events and accounts segments read, and whether time alone changes the answer.
 *
 * Use it to load no more of a person than is needed, to know which writes can move people in or out, and to
 * see what a change of the schema touches.
 *
 * @example
 * ```ts
 * dependencies(segment().group((g) => g.tag('VIP').field('state', 'CA')))
 * // => { fields: ['state'], tags: ['VIP'], events: [], accounts: [], time: false }
 * ```
 */
export function dependencies(...segments: readonly Countable[]): Dependencies {
  const rules = segments.map((asked) =>
    expanded(ruleOf(isSetSegment(asked) ? { definition: asked.whole } : asked)),
  )
  const names = [
    ...rules.flatMap(reads),
    ...segments.flatMap((asked) => (isSetSegment(asked) ? ranksBy(asked.top.by) : [])),
  ]
  return { ...sortedReads(names), accounts: accountsOf(rules), time: names.includes('time') }
}

function sortedReads(names: readonly string[]): PersonDependencies {
  const named = (prefix: string): readonly string[] =>
    [...new Set(names)]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .toSorted()
  return { fields: named('field:'), tags: named('tag:'), events: named('event:') }
}

function accountsOf(rules: readonly Node[]): readonly AccountDependencies[] {
  const filters = Map.groupBy(rules.flatMap(accountFilters), ({ account }) => account)
  return [...filters]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, asked]) => {
      const fields = asked.flatMap(({ where = [] }) => where.map(({ field }) => field))
      const people = asked.flatMap((filter) => filter.people ?? [])
      return {
        account,
        fields: [...new Set(fields)].toSorted(),
        ...(people.length > 0 && { people: sortedReads(people.flatMap(({ of }) => reads(of))) }),
      }
    })
}
