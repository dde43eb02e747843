import type { CalendarWindow, LeapDay, Window } from '@segmentry/core'
import { sql } from 'kysely'
import { param, type Sql } from './reading.ts'

/** The clock of a query: an instant in UTC milliseconds, or the database's own whenever the query is asked. */
export type Clock = number | LiveClock

/** An end of a range of instants: UTC milliseconds, or an expression of type timestamptz. */
export type Edge = number | Sql

/** A half-open range of instants. */
export interface Instants<out E = number> {
  readonly from: E
  readonly to: E
}

/** What a query asks of the database's clock, in place of what core works out at an instant. */
export interface LiveClock {
  /** The instant, floored to the millisecond, as timestamptz. */
  readonly now: Sql
  /** Core's `windowInstants`. */
  readonly instants: (window: Window) => Instants<Edge>
  /** Core's `windowDays` as dates, of which the last one is included. */
  readonly days: (window: CalendarWindow) => { readonly first: Sql; readonly last: Sql }
  /** Core's `anniversaryDays` as text[]. */
  readonly anniversaries: (window: CalendarWindow, leapDay: LeapDay) => Sql
}

/** UTC milliseconds of an expression of type timestamptz or, in UTC, timestamp. */
export const epochMs = (expression: Sql): Sql => sql`floor(extract(epoch from ${expression}) * 1000)::int8`

/** An end of a range as UTC milliseconds. */
export const edgeMs = (edge: Edge): Sql => (typeof edge === 'number' ? param(edge, 'int8') : epochMs(edge))

/** The clock as UTC milliseconds. */
export const nowMs = (clock: Clock): Sql => edgeMs(typeof clock === 'number' ? clock : clock.now)

/** Whether nothing can lie in a range, as far as it is known beforehand. */
export const isEmpty = ({ from, to }: Instants<Edge>): boolean =>
  typeof from === 'number' && typeof to === 'number' && from >= to
