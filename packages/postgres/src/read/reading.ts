import type { Statement, ValueType } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import type { Clock } from './clock.ts'

/** A piece of SQL; identifiers and parameters are Kysely's business. */
export type Sql = RawBuilder<unknown>

/** How the value of one field or property is read in SQL. */
export interface Reading {
  readonly type: ValueType
  /** True where a value of the declared type is there; false or NULL where it is missing. */
  readonly valid: Sql
  /**
   * The value, or NULL where it is missing. Evaluating it never fails. Text and closed sets are `text` in code point
   * order, whole numbers of an integer type or `numeric`, decimals `numeric`, numbers `float8`, dates ISO `text`,
   * instants UTC milliseconds as `int8`.
   */
  readonly value: Sql
  /** The value, in more SQL that takes less time where most have one: what an export asks of everybody. */
  readonly sooner?: Sql
  /** What is stored, of whatever type it is, as JSONB; NULL where nothing is. Of fields and properties, and only they have it. */
  readonly stored?: Sql
  /** The column itself, where it orders as the value does: an index on it then serves an order by value. */
  readonly order?: Sql
  /** Of dates and instants, where it is not the value: the text of ISO 8601, of an instant in UTC to the millisecond. */
  readonly text?: Sql
  /** The value as JSONB that core's `readValue` reads back to the same value. */
  readonly json: Sql
  /** True where the value makes a statement true; false or NULL elsewhere, missing included. Evaluating it never fails. */
  test(statement: Statement, now: Clock): Sql
}

/** A parameter with a stated type, so that the planner and every driver agree on it. */
export const param = (value: unknown, type: string): Sql => sql`${value}::${sql.raw(type)}`

/** Text that compares by code point whatever the column's collation is. */
export const text = (value: string): Sql => param(value, 'text')

export const yes: Sql = sql`true`
export const no: Sql = sql`false`

/** All of these; true of none. */
export const and = (...parts: readonly Sql[]): Sql =>
  parts.length === 0 ? yes : parts.length === 1 ? parts[0]! : sql`(${sql.join(parts, sql` and `)})`

/** Any of these; false of none. */
export const or = (...parts: readonly Sql[]): Sql =>
  parts.length === 0 ? no : parts.length === 1 ? parts[0]! : sql`(${sql.join(parts, sql` or `)})`
