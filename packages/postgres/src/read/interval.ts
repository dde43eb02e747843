import { instantRange, instantText, parseInstant, type Statement, windowInstants } from '@segmentry/core'
import { sql } from 'kysely'
import { type Clock, type Edge, type Instants, isEmpty } from './clock.ts'
import { and, no, type Sql } from './reading.ts'

/** One end of an interval. */
export interface Bound<out V> {
  readonly value: V
  readonly open: boolean
}

/** The values a comparison accepts; an end that is left out is unbounded. */
export interface Interval<out V> {
  readonly from?: Bound<V>
  readonly to?: Bound<V>
}

/** The interval of a comparison of literals, or `undefined` for a statement that is none. */
export function intervalOf<V>(
  statement: Statement,
  read: (literal: string | number | boolean) => V,
): Interval<V> | undefined {
  switch (statement.op) {
    case 'is': {
      const end = { value: read(statement.value), open: false }
      return { from: end, to: end }
    }
    case 'lessThan':
      return { to: { value: read(statement.value), open: true } }
    case 'atMost':
      return { to: { value: read(statement.value), open: false } }
    case 'greaterThan':
      return { from: { value: read(statement.value), open: true } }
    case 'atLeast':
      return { from: { value: read(statement.value), open: false } }
    case 'between':
      return {
        from: { value: read(statement.from), open: false },
        to: { value: read(statement.to), open: false },
      }
    default:
      return undefined
  }
}

/** Every instant there can be. */
export const everyInstant: Instants = { from: instantRange.from, to: instantRange.to + 1 }

/**
 * The instants a statement accepts as a half-open range over the stored, unrounded instant.
 *
 * Stored instants are floored to the millisecond (semantics 15). Shifting the bounds does that without
 * touching the column, so that an index on it still serves: `> L` becomes `>= L + 1 ms`. A window is worked out
 * by core, or by the clock where that is the database's.
 */
export function instantsOf(statement: Statement, now: number): Instants | undefined
export function instantsOf(statement: Statement, now: Clock): Instants<Edge> | undefined
export function instantsOf(statement: Statement, now: Clock): Instants<Edge> | undefined {
  if (statement.op === 'during') {
    const { window } = statement
    return typeof now === 'number' ? windowInstants(window, now) : now.instants(window)
  }
  const interval = intervalOf(statement, (literal) => parseInstant(String(literal))!)
  if (!interval) return undefined
  const { from, to } = interval
  return within(
    from === undefined ? everyInstant.from : from.value + (from.open ? 1 : 0),
    to === undefined ? everyInstant.to : to.value + (to.open ? 0 : 1),
  )
}

const within = (from: number, to: number): Instants => ({
  from: Math.max(from, everyInstant.from),
  to: Math.min(to, everyInstant.to),
})

/** ISO text of an instant that may lie one millisecond past the last one. */
export const boundText = (ms: number): string =>
  ms > instantRange.to ? '10000-01-01T00:00:00Z' : instantText(ms)

/** The conditions that an expression lies in an interval. */
export function inInterval<V>(expression: Sql, interval: Interval<V>, write: (value: V) => Sql): Sql {
  const { from, to } = interval
  if (from && to && !from.open && !to.open && from.value === to.value)
    return sql`${expression} = ${write(from.value)}`
  const parts: Sql[] = []
  if (from) parts.push(sql`${expression} ${sql.raw(from.open ? '>' : '>=')} ${write(from.value)}`)
  if (to) parts.push(sql`${expression} ${sql.raw(to.open ? '<' : '<=')} ${write(to.value)}`)
  return and(...parts)
}

/** The conditions that an expression lies in a half-open range of instants; nothing lies in an empty one. */
export function inInstants(expression: Sql, instants: Instants<Edge>, write: (edge: Edge) => Sql): Sql {
  if (isEmpty(instants)) return no
  const { from, to } = instants
  return and(sql`${expression} >= ${write(from)}`, sql`${expression} < ${write(to)}`)
}
