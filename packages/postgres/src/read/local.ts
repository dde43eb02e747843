import { type CalendarUnit, type PeriodOptions, zoneTable } from '@segmentry/core'
import { sql } from 'kysely'
import { param, type Sql } from './reading.ts'

// What a zone's calendar says of an instant, row by row. The zone's offsets travel with the query, so that Postgres's own
// tables, which may be of another year, are not asked (semantics 19). Days are counted from 1970-01-01.

/** Milliseconds that read like the local time in UTC. */
export function localMs(ms: Sql, zone: string): Sql {
  const { transitions, offsets } = zoneTable(zone)!
  if (transitions.length === 0) return offsets[0] === 0 ? ms : sql`(${ms} + ${param(offsets[0], 'int8')})`
  const [at, by] = [param(transitions, 'int8[]'), param(offsets, 'int8[]')]
  return sql`(select x.ms + (${by})[1 + width_bucket(x.ms, ${at})] from (select ${ms} as ms) as x)`
}

/** A division that rounds down, exact for every instant: a double holds them all. */
const down = (value: Sql, by: number): Sql => sql`floor(${value}::float8 / ${sql.lit(by)})::int8`

/** The local day of local milliseconds. */
export const localDay = (local: Sql): Sql => down(local, 86_400_000)

/** The local hour, 0 to 23, of local milliseconds. */
export const localHour = (local: Sql): Sql => sql`((${down(local, 3_600_000)} % 24 + 24) % 24)`

/** The day as a date. */
export const dateOfDay = (day: Sql): Sql => sql`(date '1970-01-01' + (${day})::int4)`

/** The number of the period that a day lies in: two days have the same one when they are of one period. */
export function periodOfDay(
  day: Sql,
  { unit, weekStart = 1, yearStart = 1 }: { readonly unit: CalendarUnit } & PeriodOptions,
): Sql {
  if (unit === 'day') return day
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return down(sql`(${day} + ${sql.lit(4 - weekStart)})`, 7)
  const date = sql`${dateOfDay(day)}::timestamp`
  // Quarters and years that begin later are those of the calendar so many months earlier.
  const months = unit === 'month' ? 0 : yearStart - 1
  const moved = months === 0 ? date : sql`(${date} - ${sql.lit(`${months} months`)}::interval)`
  return sql`date_trunc(${sql.lit(unit)}, ${moved})`
}
