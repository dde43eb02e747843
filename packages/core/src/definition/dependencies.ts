import type { Predicate } from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import { expanded, membersRule } from './expand.ts'
import { fold, leaves } from './fold.ts'
import type { AnySegment, Node } from './node.ts'

/** What a definition reads of a person, each list sorted. */
export interface Dependencies {
  readonly fields: readonly string[]
  readonly tags: readonly string[]
  readonly events: readonly string[]
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
    event: ({ event }) => [`event:${event}`, 'time'],
    sequence: ({ steps }) => [...steps.map(({ event }) => `event:${event}`), 'time'],
    more: ({ events, than }) => [`event:${events.event}`, `event:${than.event}`, 'time'],
  })

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

/**
 * Which fields, tags and events segments read, and whether time alone changes the answer.
 *
 * Use it to load no more of a person than is needed, to know which writes can move people in or out, and to
 * see what a change of the schema touches.
 *
 * @example
 * ```ts
 * dependencies(segment().group((g) => g.tag('VIP').field('state', 'CA')))
 * // => { fields: ['state'], tags: ['VIP'], events: [], time: false }
 * ```
 */
export function dependencies(...segments: readonly AnySegment[]): Dependencies {
  const names = new Set(segments.flatMap(({ definition }) => reads(expanded(membersRule(definition)))))
  const named = (prefix: string): readonly string[] =>
    [...names]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .toSorted()
  return { fields: named('field:'), tags: named('tag:'), events: named('event:'), time: names.has('time') }
}
