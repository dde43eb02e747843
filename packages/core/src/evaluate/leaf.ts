import type { EventFilter, NodeOf } from '../definition/node.ts'
import { durationMs } from '../predicate/duration.ts'
import type { Schema } from '../schema/schema.ts'
import type { ValueType } from '../schema/type.ts'
import { layoutOf } from './layout.ts'
import { countUpTo } from './order.ts'
import { compilePredicate } from './predicate.ts'
import type { EventLog, PreparedPerson, Row, Slot } from './prepare.ts'

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
    case 'field':
      return compilePredicate(
        leaf.test,
        schema.fields.get(leaf.field)!.type,
        layoutOf(schema).fields.byName.get(leaf.field)!,
      )
    case 'event': {
      const measure = compileMeasure(leaf, schema)
      const { test } = leaf.measure
      if (test.op === 'atLeast' && leaf.measure.of === 'count' && !test.negated) {
        const least = Number(test.value)
        return (person, now) => measure(person, now) >= least
      }
      const passes = compilePredicate(test, measureType(leaf, schema), 0)
      // Thresholds are safe integers of the same units, so a sum beyond them may be rounded and compares alike.
      return (person, now) => passes({ values: [Number(measure(person, now))] }, now)
    }
  }
}

/** The type of what is made of the events. */
export function measureType({ event, measure }: EventFilter, schema: Schema): ValueType {
  return measure.of === 'count' ? { kind: 'integer' } : schema.events.get(event)!.get(measure.property)!.type
}

type Total = (person: PreparedPerson, now: number) => number | bigint

/** Makes the exact count or sum of a person's events; the sum of decimals is in units of their scale. */
export function compileMeasure({ event, within, where, measure }: EventFilter, schema: Schema): Total {
  const { slot, properties } = layoutOf(schema).events.get(event)!
  const length = within === undefined ? Infinity : durationMs(within)!
  if (where === undefined && measure.of === 'count') {
    return (person, now) => {
      const log = person.logs[slot]
      return log === undefined ? 0 : countUpTo(log.at, now) - countUpTo(log.at, now - length)
    }
  }
  const slotOf = (property: string): number => properties.byName.get(property)!
  const tests = (where ?? []).map(({ property, test }) => {
    const at = slotOf(property)
    return compilePredicate(test, properties.infos[at]!.type, at)
  })
  const passing = (log: EventLog | undefined, now: number): readonly Row[] => {
    if (log === undefined) return []
    // An event after now has not happened, whatever the window (semantics 17).
    const [start, end] = [countUpTo(log.at, now - length), countUpTo(log.at, now)]
    const rows = log.rows().slice(start, end)
    return tests.length === 0 ? rows : rows.filter((row) => tests.every((test) => test(row, now)))
  }
  if (measure.of === 'count') return (person, now) => passing(person.logs[slot], now).length
  const summed = slotOf(measure.property)
  return (person, now) => exactSum(passing(person.logs[slot], now).map(({ values }) => values[summed]))
}

/** Adds whole numbers without rounding: as numbers while they are safe, as bigints beyond. A missing value adds nothing. */
function exactSum(values: readonly Slot[]): number | bigint {
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
