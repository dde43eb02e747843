import { mayBeNothing } from '../definition/check-measure.ts'
import type { Aggregate, EventSelection } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { type CalendarRules, dayOf, periodStartDay } from '../time/calendar.ts'
import { localMs, zoneTable } from '../time/zone.ts'
import { compareText } from './order.ts'
import type { PreparedPerson, Slot } from './prepare.ts'
import { compileCount, compileSelection } from './selection.ts'
import { streamOf } from './stream.ts'

/** An exact average: what was added up, in units of the property, and of how many. */
export interface Average {
  readonly sum: number | bigint
  readonly count: number
}

/** What is made of events; `undefined` when it has no value. */
export type Total = Slot | bigint | Average

/** Makes what is measured of a person's events; the sum of decimals is in units of their scale. */
export function compileTotal(
  filter: EventSelection & { readonly measure: Aggregate },
  schema: Schema,
): (person: PreparedPerson, now: number) => Total {
  const { measure } = filter
  if (measure.of === 'count') return compileCount(filter, schema)
  const { log: logOf, properties } = streamOf(filter, schema)
  const positions = compileSelection(filter, schema)
  const of = 'property' in measure ? measure.property : undefined
  const at = of === undefined ? undefined : properties.byName.get(of)!
  const make = makers[measure.of] as (values: readonly Slot[], measure: Aggregate) => Total
  const nothing = mayBeNothing(measure) ? undefined : 0
  return (person, now) => {
    const log = logOf(person)
    const found = log === undefined ? [] : positions(log, now)
    if (log === undefined || found.length === 0) return nothing
    const values =
      at === undefined ? found.map((i) => log.at[i]) : found.map((i) => log.rows()[i]!.values[at])
    return make(values, measure)
  }
}

type Maker<M extends Aggregate['of']> = (
  values: readonly Slot[],
  measure: Extract<Aggregate, { readonly of: M }>,
) => Total

// Values are those of the property, or instants, in the order of the events; there is at least one event.
const makers: { readonly [M in Exclude<Aggregate['of'], 'count'>]: Maker<M> } = {
  sum: exactSum,
  average: (values) => {
    const count = present(values).length
    return count === 0 ? undefined : { sum: exactSum(values), count }
  },
  min: (values) => extreme(values, 1),
  max: (values) => extreme(values, -1),
  distinct: (values) => new Set(present(values)).size,
  first: (values) => values[0],
  last: (values) => values.at(-1),
  periods: (values, { unit, zone, weekStart = 1, yearStart = 1 }) => {
    const table = zoneTable(zone!)!
    const rules = { weekStart, yearStart } as CalendarRules
    return new Set(values.map((ms) => periodStartDay(dayOf(localMs(table, ms as number)), unit, rules))).size
  },
}

const present = (values: readonly Slot[]): readonly Exclude<Slot, undefined>[] =>
  values.filter((value) => value !== undefined)

/** The least value, or with −1 the greatest. */
const extreme = (values: readonly Slot[], sign: 1 | -1): Slot =>
  present(values).reduce<Slot>((best, value) => {
    if (best === undefined) return value
    const order =
      typeof value === 'string' ? compareText(value, best as string) : Number(value) - Number(best)
    return order * sign < 0 ? value : best
  }, undefined)

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
