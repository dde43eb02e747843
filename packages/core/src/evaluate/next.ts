import { fold, leaves } from '../definition/fold.ts'
import type { AnySegment, Node } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { clockMs, instantRange } from '../schema/time.ts'
import { changesOf, none } from './changes.ts'
import { planned } from './compile.ts'
import { optionsOf, type PersonOptions } from './evaluate.ts'
import { compileLeaf, type Leaf, type Rule } from './leaf.ts'
import type { Person } from './person.ts'
import { type PreparedPerson, preparePerson } from './prepare.ts'

/**
 * The instant at which a person enters or leaves a segment because time passes, if nothing is written meanwhile.
 *
 * Use it to know when to look again: it is exact, and `undefined` when time alone changes nothing. Throws a
 * `RangeError` when `now` is no instant.
 *
 * @example
 * ```ts
 * const recent = segment().group((g) => g.event('opened', (e) => e.within('30 days')))
 * const who = { id: 'ann', events: [{ id: '1', name: 'opened', at: '2026-11-01T00:00:00Z' }] }
 * nextChangeAt(recent, who, { schema, now: '2026-11-24T00:00:00Z' })?.toISOString() // => '2026-12-01T00:00:00.000Z'
 * ```
 */
export function nextChangeAt(segment: AnySegment, person: Person, options: PersonOptions): Date | undefined {
  const { schema, now } = optionsOf(options)
  const ms = compileNextChange(segment, schema)(preparePerson(schema, person), clockMs(now))
  return ms === undefined ? undefined : new Date(ms)
}

/** Like {@link nextChangeAt}, compiled for many people. */
export function compileNextChange(
  segment: AnySegment,
  schema: Schema,
): (person: PreparedPerson, now: number) => number | undefined {
  const { next } = timed(planned(segment, schema), schema)
  return (person, now) => {
    const at = next(person, now)
    return at === Infinity ? undefined : at
  }
}

/** Whether a rule holds, and when it next turns after an instant: `Infinity` when it never does. */
interface Timed {
  readonly holds: Rule
  readonly next: (person: PreparedPerson, at: number) => number
}

const timed = (rule: Node, schema: Schema): Timed =>
  fold<Timed>(rule, {
    ...leaves((leaf) => timedLeaf(leaf, schema)),
    not: ({ holds, next }) => ({ holds: (person, at) => !holds(person, at), next }),
    all: (of) => joined(of, false),
    any: (of) => joined(of, true),
  })

/** A filter says when it may change, and is asked at each of these instants in turn. */
function timedLeaf(leaf: Leaf, schema: Schema): Timed {
  const holds = compileLeaf(leaf, schema)
  const changes = changesOf(leaf, schema)
  if (changes === none) return { holds, next: () => Infinity }
  const { once, yearly, opening } = changes
  const next: Timed['next'] = (person, from) => {
    const before = holds(person, from)
    const turns = laterThan(from, once(person))
    const opens = before || opening === undefined ? [] : laterThan(from, opening(person))
    for (let at = from, turn = 0, open = 0; ;) {
      while (turn < turns.length && turns[turn]! <= at) turn++
      const again = (yearly?.(person, at) ?? []).reduce(
        (least, one) => (one > at && one < least ? one : least),
        Infinity,
      )
      const then = Math.min(turns[turn] ?? Infinity, again)
      const end = firstIndex(opens, open, opens.length, (one) => one >= then)
      const opened = firstIndex(opens, open, end, (one) => holds(person, one))
      if (opened < end) return opens[opened]!
      open = end
      if (then === Infinity) return Infinity
      at = then
      if (holds(person, at) !== before) return at
    }
  }
  return { holds, next }
}

/** The instants after another that there can be, in order. */
const laterThan = (from: number, instants: readonly number[]): Float64Array =>
  Float64Array.from(instants.filter((one) => one > from && one <= instantRange.to)).toSorted()

/** The first place between two of which something is so, which is so of all that follow; the end where there is none. */
function firstIndex(
  values: ArrayLike<number>,
  from: number,
  to: number,
  isSo: (value: number) => boolean,
): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isSo(values[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Parts of which one decides: the first that fails of `all`, the first that holds of `any`.
 *
 * While some decide, nothing happens until the last of them has turned, so what the others do meanwhile is not looked at:
 * a window that opens every day would else be followed for thousands of years beside a filter that never holds.
 */
function joined(of: readonly Timed[], decisive: boolean): Timed {
  const decides = (person: PreparedPerson, at: number): readonly Timed[] =>
    of.filter(({ holds }) => holds(person, at) === decisive)
  const holds: Rule = (person, at) => of.some((one) => one.holds(person, at) === decisive) === decisive
  const next: Timed['next'] = (person, from) => {
    const before = holds(person, from)
    for (let at = from; ;) {
      const deciding = decides(person, at)
      at =
        deciding.length === 0
          ? Math.min(...of.map((one) => one.next(person, at)))
          : Math.max(...deciding.map((one) => one.next(person, at)))
      if (at === Infinity || holds(person, at) !== before) return at
    }
  }
  return { holds, next }
}
