import { durationMs, type Shift, stableText, windowInstants } from '@segmentry/core'
import { sql } from 'kysely'
import type { LiveClock } from '../read/clock.ts'
import { everyInstant } from '../read/interval.ts'
import type { Sql } from '../read/reading.ts'
import type { Calendar } from './calendar.ts'

/** Where a view has its time from. */
export interface LiveSource {
  /** The table of calendars. */
  readonly calendar: Sql
  /** An expression of type timestamptz; the start of the transaction unless told. */
  readonly now?: Sql
}

/** The database's clock, and the calendars that were asked of it so far. */
export function liveClock({ calendar: table, now: instant = sql`now()` }: LiveSource): {
  readonly clock: LiveClock
  readonly calendars: ReadonlyMap<string, Calendar>
} {
  const calendars = new Map<string, Calendar>()
  const now = sql`date_trunc('milliseconds', ${instant})`
  // Hours, minutes and seconds are exact; days of an interval would be those of the session's zone.
  const later = (ms: number): Sql => (ms === 0 ? now : sql`(${now} + ${`${ms} milliseconds`}::interval)`)

  /** What a calendar has now: never nothing, which would be taken for a missing value. */
  const looked = (asked: Omit<Calendar, 'id'>, column: string, type: string): Sql => {
    const id = stableText(asked)
    calendars.set(id, { id, ...asked })
    const found = sql`select case count(*) when 1 then min(c.${sql.id(column)}) else (${ended} || count(*))::${sql.raw(type)} end`
    // The cast also keeps `any(…)` from taking it for a sub-query of many rows.
    return sql`(${found} from ${table} as c where c.calendar = ${id} and c.starts <= ${instant} and c.ends > ${instant})::${sql.raw(type)}`
  }

  return {
    calendars,
    clock: {
      now,
      instants: (window) => {
        if (window.over === 'instants') return windowInstants(window, 0)
        if (window.over === 'clock') {
          const { after, until } = window
          // `(now + after, now + until]`, in whole milliseconds.
          return {
            from: after === undefined ? everyInstant.from : later(msOf(after) + 1),
            to: until === undefined ? everyInstant.to : later(msOf(until) + 1),
          }
        }
        return {
          from: looked({ window }, 'opens', 'timestamptz'),
          // What is so far is a period of now, and ends after it.
          to: window.soFar === true ? later(1) : looked({ window }, 'closes', 'timestamptz'),
        }
      },
      days: (window) => ({
        first: looked({ window }, 'first_day', 'date'),
        last: looked({ window }, 'last_day', 'date'),
      }),
      anniversaries: (window, leapDay) => looked({ window, leapDay }, 'days', 'text[]'),
    },
  }
}

/** What is told where a calendar has no row for now: it cannot be read as what is expected there, and so ends the query. */
const ended = 'the calendar of the views of segments is not filled for now, run segmentry apply; rows: '

/** Signed milliseconds of a shift, which was checked. */
const msOf = (shift: Shift): number =>
  shift === 'now' ? 0 : shift.startsWith('-') ? -durationMs(shift.slice(1))! : durationMs(shift)!
