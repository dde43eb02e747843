import { instantText } from '@segmentry/core'
import type { PostgresError } from '@segmentry/postgres'
import {
  type Calendar,
  type CalendarRow,
  calendarRows,
  compiled,
  type Session,
} from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'

type Asked<R> = Effect.Effect<R, PostgresError>

const dayMs = 86_400_000
/** How far a calendar reaches: ten years. */
const ahead = 3653 * dayMs
/** A transaction that began before has the clock of its beginning: for a month it still finds its day. */
const back = 31 * dayMs

/** The rows of calendars around an instant. */
export const rowsAround = (calendars: readonly Calendar[], now: number): readonly CalendarRow[] =>
  calendars.flatMap((one) => calendarRows(one, now - back, now + ahead))

/**
 * Makes the table of calendars have these rows and no others.
 *
 * Rows that are the same stay, so that a call that changes nothing writes nothing; what differs is another knowledge of a zone. Whoever
 * reads meanwhile sees all of what was there before.
 */
export const fill = (session: Session, place: string, rows: readonly CalendarRow[]): Asked<void> =>
  Effect.gen(function* () {
    const table = sql.id(place, 'calendar')
    const part = (read: (row: CalendarRow) => string | null) => sql`${rows.map(read)}::text[]`
    const given = sql`unnest(${part(({ calendar }) => calendar)}, ${part(({ starts }) => starts)}, ${part(({ ends }) => ends)},
        ${part(({ opens }) => opens)}, ${part(({ closes }) => closes)}, ${part(({ first }) => first)}, ${part(({ last }) => last)},
        ${part(({ days }) => days?.join(',') ?? null)}) as g (calendar, starts, ends, opens, closes, first_day, last_day, days)`
    yield* session.run(
      compiled(sql`delete from ${table} as c where not exists (
        select from unnest(${part(({ calendar }) => calendar)}, ${part(({ starts }) => starts)}) as g (calendar, starts)
        where g.calendar = c.calendar and g.starts::timestamptz = c.starts)`),
    )
    if (rows.length === 0) return
    yield* session.run(
      compiled(sql`insert into ${table} as c (calendar, starts, ends, opens, closes, first_day, last_day, days)
        select g.calendar, g.starts::timestamptz, g.ends::timestamptz, g.opens::timestamptz, g.closes::timestamptz,
          g.first_day::date, g.last_day::date, string_to_array(g.days, ',') from ${given}
        on conflict (calendar, starts) do update set ends = excluded.ends, opens = excluded.opens, closes = excluded.closes,
          first_day = excluded.first_day, last_day = excluded.last_day, days = excluded.days
        where (c.ends, c.opens, c.closes, c.first_day, c.last_day, c.days)
          is distinct from (excluded.ends, excluded.opens, excluded.closes, excluded.first_day, excluded.last_day, excluded.days)`),
    )
  })

/** Up to when all calendars are filled; `undefined` where there are none. */
export const filledUntil = (session: Session, place: string): Asked<string | undefined> =>
  Effect.map(
    session.run(
      compiled(sql<{ ms: string | null }>`select (extract(epoch from min(ends)) * 1000)::int8::text as ms
        from (select max(ends) as ends from ${sql.id(place, 'calendar')} group by calendar) as last_rows`),
    ),
    ([row]) => (row?.ms == null ? undefined : instantText(Number(row.ms))),
  )

/** Up to when rows reach: the end of the one that ends first of the last rows. */
export function untilOf(rows: readonly CalendarRow[]): string | undefined {
  const last = new Map(rows.map(({ calendar, ends }) => [calendar, ends]))
  const [first] = [...last.values()].toSorted()
  return first
}
