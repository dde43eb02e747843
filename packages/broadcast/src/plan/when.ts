import { sql } from 'kysely'
import { milliseconds } from '../broadcast/time.ts'
import type { Broadcast } from '../broadcast/types.ts'
import { choose, interval, param, type Sql, text } from './sql.ts'

// When a person is sent to, worked out by Postgres, whose zones know every change of the clock.

/** The zones that the database knows, as a relation to join by {@link knownZone}. */
export const zonesSql: Sql = sql`(select distinct lower(name) as name from pg_timezone_names)`

/** A person's zone where the database knows it, and the broadcast's other one elsewhere. */
export const zoneSql = ({ time }: Broadcast, zone: Sql, known: Sql): Sql =>
  time ? sql`case when ${known} is not null then ${zone} else ${text(time.otherwise)} end` : sql`null::text`

/** The instant at which a person is sent to at the earliest; `zone` is one that the database knows. */
export function dueSql({ time }: Broadcast, zone: Sql, now: Sql): Sql {
  if (!time) return now
  return quietEndSql(time.quiet, zone, time.at === undefined ? now : localSql(time.at, time.on, zone, now))
}

function localSql(at: string, on: string | undefined, zone: Sql, now: Sql): Sql {
  const clock = param(at, 'time')
  const local = sql`(${now} at time zone ${zone})`
  const today = sql`${local}::date`
  const day =
    on === undefined
      ? sql`(${today} + case when ${local}::time > ${clock} then 1 else 0 end)`
      : param(on, 'date')
  return sql`greatest(${now}, (${day} + ${clock}) at time zone ${zone})`
}

/** The instant, or the end of the quiet hours that it lies in. */
export function quietEndSql(
  quiet: { readonly from: string; readonly to: string } | undefined,
  zone: Sql,
  instant: Sql,
): Sql {
  if (!quiet) return instant
  const [from, to] = [param(quiet.from, 'time'), param(quiet.to, 'time')]
  const local = sql`(${instant} at time zone ${zone})`
  const clock = sql`${local}::time`
  const end = (day: Sql): Sql => sql`((${day} + ${to}) at time zone ${zone})`
  const [today, tomorrow] = [sql`${local}::date`, sql`(${local}::date + 1)`]
  return quiet.from < quiet.to
    ? choose([[sql`${clock} >= ${from} and ${clock} < ${to}`, end(today)]], instant)
    : choose(
        [
          [sql`${clock} >= ${from}`, end(tomorrow)],
          [sql`${clock} < ${to}`, end(today)],
        ],
        instant,
      )
}

/** The instant from which messages count against a cap, seen from an instant and, for days, from a zone. */
export const capStartSql = (cap: { readonly within?: string }, zone: Sql, now: Sql): Sql =>
  cap.within === undefined
    ? sql`(date_trunc('day', ${now} at time zone ${zone}) at time zone ${zone})`
    : sql`(${now} - ${interval(milliseconds(cap.within)!)})`
