import { type RawBuilder, sql } from 'kysely'

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>

/** A parameter with a stated type, so that the planner and every driver agree on it. */
export const param = (value: unknown, type: string): Sql => sql`${value}::${sql.raw(type)}`

export const text = (value: string): Sql => param(value, 'text')

/** An instant, from milliseconds. */
export const instant = (ms: number): Sql => sql`to_timestamp(${param(ms, 'float8')} / 1000)`

/** A length of time, from milliseconds. */
export const interval = (ms: number): Sql => sql`(${param(ms, 'float8')} * interval '1 millisecond')`

/** Conditions that all hold; true of none. */
export const and = (...parts: readonly Sql[]): Sql =>
  parts.length === 0 ? sql`true` : sql`(${sql.join(parts, sql` and `)})`

export const or = (...parts: readonly Sql[]): Sql =>
  parts.length === 0 ? sql`false` : sql`(${sql.join(parts, sql` or `)})`

/** The first of some cases that holds; `otherwise` when none does. */
export const choose = (cases: readonly (readonly [when: Sql, then: Sql])[], otherwise: Sql): Sql =>
  cases.length === 0
    ? otherwise
    : sql`case ${sql.join(
        cases.map(([when, then]) => sql`when ${when} then ${then}`),
        sql` `,
      )} else ${otherwise} end`
