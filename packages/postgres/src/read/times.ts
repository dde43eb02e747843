import {
  anniversaryDays,
  dayOfText,
  dayText,
  type Statement,
  type ValueType,
  windowDays,
} from '@segmentry/core'
import { sql } from 'kysely'
import { type Clock, type Edge, edgeMs, epochMs, type Instants } from './clock.ts'
import { boundText, everyInstant, inInstants, instantsOf } from './interval.ts'
import { never, orderedReading, type Wrap } from './kinds.ts'
import { dateOfDay, localDay, localHour, localMs } from './local.ts'
import { and, no, or, param, type Reading, type Sql } from './reading.ts'

// Dates and instants: what their order says, and what a calendar says of them.

/** How instants are kept. */
export interface InstantForm {
  /** The condition that the stored instant lies in a half-open range. */
  readonly lies: (instants: Instants<Edge>) => Sql
  /** UTC milliseconds, floored; only evaluated where the instant is one. */
  readonly ms: Sql
  /** The instant as a timestamp without a zone, in UTC; only evaluated where it is one. */
  readonly utc?: Sql
  /** How it is loaded, where that is not the text that is made of `utc`. */
  readonly json?: Sql
}

/** Instants, by ranges over what is stored. */
export function instantReading({ lies, ms, utc, json }: InstantForm): Reading {
  const type: ValueType = { kind: 'timestamp' }
  const valid = lies(everyInstant)
  const printed = utc && sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  return {
    type,
    valid,
    value: sql`(case when ${valid} then ${ms} end)`,
    json: sql`case when ${valid} then ${json ?? sql`to_jsonb(${printed!})`} end`,
    ...(printed && { text: sql`(case when ${valid} then ${printed} end)` }),
    test(statement, now) {
      if (statement.op === 'present') return valid
      const local = localTest(statement, this.value, now)
      if (local) return local
      if (statement.op === 'oneOf') {
        return or(...statement.values.map((one) => lies(instantsOf({ op: 'is', value: one }, now)!)))
      }
      const instants = instantsOf(statement, now)
      return instants ? lies(instants) : never(statement, type)
    },
  }
}

/** A statement about the local day or time of an instant. */
function localTest(statement: Statement, ms: Sql, now: Clock): Sql | undefined {
  if (statement.op === 'hour') {
    const hour = localHour(localMs(ms, statement.zone!))
    const { from, to } = statement
    const within =
      from < to
        ? sql`x.hour >= ${from}::int8 and x.hour < ${to}::int8`
        : sql`x.hour >= ${from}::int8 or x.hour < ${to}::int8`
    return sql`(select ${within} from (select ${hour} as hour) as x)`
  }
  const zone = statement.op === 'anniversary' ? statement.window.zone : (statement as { zone?: string }).zone
  if (zone === undefined) return undefined
  return dayTest(statement, dateOfDay(localDay(localMs(ms, zone))), now)
}

/** A statement about a day, given as a date. */
function dayTest(statement: Statement, day: Sql, now: Clock): Sql | undefined {
  switch (statement.op) {
    case 'weekday':
      return sql`extract(isodow from ${day})::int4 = any(${param(statement.days, 'int4[]')})`
    case 'month':
      return sql`extract(month from ${day})::int4 = any(${param(statement.months, 'int4[]')})`
    case 'anniversary': {
      const { window, leapDay } = statement
      const days =
        typeof now === 'number'
          ? param(anniversaryDays(window, leapDay, now), 'text[]')
          : now.anniversaries(window, leapDay)
      return sql`to_char(${day}, 'MM-DD') = any(${days})`
    }
    default:
      return undefined
  }
}

const dateGuard = (expression: Sql): Sql =>
  sql`${expression} between '0001-01-01'::date and '9999-12-31'::date`

/** Days from one up to another, not included, as what dates are compared with. */
const inDays = (
  expression: Sql,
  statement: Statement,
  now: Clock,
  write: (date: string | Sql) => Sql,
): Sql | undefined => {
  if (statement.op !== 'during' || statement.window.over !== 'calendar') return undefined
  if (typeof now !== 'number') {
    const days = now.days(statement.window)
    return and(sql`${expression} >= ${write(days.first)}`, sql`${expression} <= ${write(days.last)}`)
  }
  const { from, to } = windowDays(statement.window, now)
  const [first, end] = [Math.max(from, everyDay.from), Math.min(to, everyDay.to)]
  if (first >= end) return no
  return and(sql`${expression} >= ${write(dayText(first))}`, sql`${expression} <= ${write(dayText(end - 1))}`)
}

/** 0001-01-01 up to the day after 9999-12-31, in days since 1970-01-01. */
const everyDay = { from: dayOfText('0001-01-01'), to: dayOfText('9999-12-31') + 1 }

/** Calendar dates in an expression of type date. */
export const dateReading = (expression: Sql): Reading => {
  const write = (value: string | Sql): Sql => (typeof value === 'string' ? param(value, 'date') : value)
  const guard = dateGuard(expression)
  const reading = orderedReading<string>({ kind: 'date' }, expression, {
    guard,
    read: String,
    write,
    as: sql`(to_char(${expression}, 'YYYY-MM-DD') collate "C")`,
    json: (value) => sql`to_jsonb(to_char(${value}, 'YYYY-MM-DD'))`,
    more: (statement, now) =>
      inDays(expression, statement, now, write) ?? dayTest(statement, expression, now),
  })
  // Dates are printed in ISO 8601 here, which takes less than asking for it.
  return { ...reading, text: sql`(case when ${guard} then ${expression}::text end)` }
}

/** Calendar dates as ISO text; `wrap` lets through what is a date. */
export const textDateReading = (expression: Sql, json: Sql, wrap?: Wrap): Reading => {
  const write = (value: string | Sql): Sql =>
    typeof value === 'string' ? param(value, 'text') : sql`to_char(${value}, 'YYYY-MM-DD')`
  const ordered = sql`(${expression} collate "C")`
  return orderedReading<string>({ kind: 'date' }, ordered, {
    read: String,
    write,
    json: () => json,
    ...(wrap && { wrap }),
    more: (statement, now) =>
      inDays(ordered, statement, now, write) ?? dayTest(statement, sql`${expression}::date`, now),
  })
}

/** Instants in an expression of type timestamptz. */
export const timestampReading = (expression: Sql): Reading =>
  instantReading({
    lies: (instants) =>
      inInstants(expression, instants, (edge) =>
        typeof edge === 'number' ? param(boundText(edge), 'timestamptz') : edge,
      ),
    ms: epochMs(expression),
    utc: sql`(${expression} at time zone 'UTC')`,
  })

/** Instants in an expression of type timestamp whose values are written in UTC. */
export const utcTimestampReading = (expression: Sql): Reading =>
  instantReading({
    lies: (instants) =>
      inInstants(expression, instants, (edge) =>
        typeof edge === 'number'
          ? param(boundText(edge).replace('Z', ''), 'timestamp')
          : sql`(${edge} at time zone 'UTC')`,
      ),
    ms: epochMs(expression),
    utc: expression,
  })

/** Instants as UTC milliseconds, or NULL. */
export const msReading = (ms: Sql): Reading => ({
  ...instantReading({
    lies: (instants) => inInstants(ms, instants, edgeMs),
    ms,
    json: ms,
  }),
  value: ms,
})
