import type { EventFilter, Measure, NodeOf } from '../definition/node.ts'
import { durationMs } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import type { ValueType } from '../schema/type.ts'
import { layoutOf } from './layout.ts'
import { countUpTo } from './order.ts'
import { compilePredicate, type Test } from './predicate.ts'
import type { EventLog, PreparedPerson, Slot } from './prepare.ts'

/** A compiled rule: whether it holds of a person at an instant in UTC milliseconds. */
export type Rule = (person: PreparedPerson, now: number) => boolean

/** A filter that is not made of others. */
export type Leaf = NodeOf<'everyone' | 'tag' | 'field' | 'event'>

/** Compiles one checked filter. */
export function compileLeaf(leaf: Leaf, schema: Schema): Rule {
  switch (leaf.kind) {
    case 'everyone':
      return () => true
    case 'tag': {
      const { tag } = leaf
      return (person) => person.tags.has(tag)
    }
    case 'field': {
      const slot = layoutOf(schema).fields.byName.get(leaf.field)!
      const test = compilePredicate(leaf.test, schema.fields.get(leaf.field)!.type)
      return (person, now) => test(person.values[slot], now)
    }
    case 'event': {
      const measure = compileMeasure(leaf, schema)
      const test = compilePredicate(leaf.measure.test, measureType(leaf, schema))
      // Thresholds are safe integers of the same units, so a sum beyond them may be rounded and compares alike.
      return (person, now) => test(Number(measure(person, now)), now)
    }
  }
}

/** The type of what is made of the events. */
export function measureType({ event, measure }: EventFilter, schema: Schema): ValueType {
  return measure.of === 'count' ? { kind: 'integer' } : schema.events.get(event)!.get(measure.property)!.type
}

/** Makes the exact count or sum of a person's events; the sum of decimals is in units of their scale. */
export function compileMeasure(
  filter: EventFilter,
  schema: Schema,
): (person: PreparedPerson, now: number) => number | bigint {
  const { slot, properties } = layoutOf(schema).events.get(filter.event)!
  const length = filter.within === undefined ? undefined : durationMs(filter.within)!
  const slotOf = (property: string): number => properties.byName.get(property)!
  const tests = (filter.where ?? []).map(({ property, test }): PropertyTest => {
    const at = slotOf(property)
    return { slot: at, test: compilePredicate(test, properties.infos[at]!.type) }
  })
  const total = compileTotal(filter.measure, tests, slotOf)
  return (person, now) => {
    const log = person.logs[slot]
    if (log === undefined) return 0
    // An event after now has not happened, whatever the window (semantics 17).
    const end = countUpTo(log.at, now)
    const start = length === undefined ? 0 : countUpTo(log.at, now - length)
    return total(log, start, end, now)
  }
}

interface PropertyTest {
  readonly slot: number
  readonly test: Test
}

type Total = (log: EventLog, start: number, end: number, now: number) => number | bigint

function compileTotal(
  measure: Measure,
  tests: readonly PropertyTest[],
  slotOf: (property: string) => number,
): Total {
  if (measure.of === 'sum') {
    const slot = slotOf(measure.property)
    return (log, start, end, now) => {
      const values = log.property(slot)
      return exactSum(passing(log, tests, start, end, now).map((i) => values[i]))
    }
  }
  return tests.length === 0
    ? (_, start, end) => end - start
    : (log, start, end, now) => passing(log, tests, start, end, now).length
}

/** The positions of the events that pass all tests. */
function passing(
  log: EventLog,
  tests: readonly PropertyTest[],
  start: number,
  end: number,
  now: number,
): number[] {
  const found: number[] = []
  const columns = tests.map(({ slot }) => log.property(slot))
  for (let i = start; i < end; i++) {
    if (tests.every(({ test }, t) => test(columns[t]![i], now))) found.push(i)
  }
  return found
}

/** Adds whole numbers without rounding: as numbers while they are safe, as bigints beyond. A missing value adds nothing. */
export function exactSum(values: readonly Slot[]): number | bigint {
  let sum = 0
  for (const [i, value] of values.entries()) {
    const next = sum + ((value as number | undefined) ?? 0)
    if (!Number.isSafeInteger(next)) return bigSum(values.slice(i), BigInt(sum))
    sum = next
  }
  return sum
}

const bigSum = (values: readonly Slot[], start: bigint): bigint =>
  values.reduce((sum: bigint, value) => sum + BigInt((value as number | undefined) ?? 0), start)
