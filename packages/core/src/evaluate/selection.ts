import type { EventSelection } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { countUpTo } from './order.ts'
import { compilePredicate, perClock, type Test } from './predicate.ts'
import type { EventLog, PreparedPerson } from './prepare.ts'
import { streamOf } from './stream.ts'
import { type Range, windowInstants } from './window.ts'

/** The positions in a log of the events that a selection takes, in their order. */
export type Positions = (log: EventLog, now: number) => readonly number[]

/** The events that a selection takes of a log. */
export function compileSelection(selection: EventSelection, schema: Schema): Positions {
  const { properties } = streamOf(selection, schema)
  const { range, tests } = splitAt(selection)
  const times = tests.map((test) => compilePredicate(test, { kind: 'timestamp' }, 0))
  const where: readonly Test[] = (selection.where ?? []).map(({ property, test }) => {
    const slot = properties.byName.get(property)!
    return compilePredicate(test, properties.infos[slot]!.type, slot)
  })
  return (log, now) => {
    const { from, to } = range(now)
    const positions: number[] = []
    for (let i = countUpTo(log.at, from - 1); i < log.at.length && log.at[i]! < to; i++) {
      const passes =
        times.every((test) => test({ values: [log.at[i]] }, now)) &&
        where.every((test) => test(log.rows()[i]!, now))
      if (passes) positions.push(i)
    }
    return positions
  }
}

/** How many events a selection takes; without tests of single events that is two halvings. */
export function compileCount(
  selection: EventSelection,
  schema: Schema,
): (person: PreparedPerson, now: number) => number {
  const { log: logOf } = streamOf(selection, schema)
  const { range, tests } = splitAt(selection)
  if (tests.length === 0 && selection.where === undefined) {
    return (person, now) => {
      const log = logOf(person)
      if (log === undefined) return 0
      const { from, to } = range(now)
      return Math.max(0, countUpTo(log.at, to - 1) - countUpTo(log.at, from - 1))
    }
  }
  const positions = compileSelection(selection, schema)
  return (person, now) => {
    const log = logOf(person)
    return log === undefined ? 0 : positions(log, now).length
  }
}

/** The tests of a selection's instants as one range, and those that are no range. */
function splitAt({ at = [] }: EventSelection) {
  const windows = at.flatMap((test) => (test.op === 'during' && test.negated !== true ? [test.window] : []))
  const tests = at.filter((test) => test.op !== 'during' || test.negated === true)
  // An event after now has not happened, whatever the window (semantics 17).
  const range = perClock((now) =>
    windows
      .map((window) => windowInstants(window, now))
      .reduce<Range>(common, { from: -Infinity, to: now + 1 }),
  )
  return { range, tests }
}

const common = (a: Range, b: Range): Range => ({ from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) })
