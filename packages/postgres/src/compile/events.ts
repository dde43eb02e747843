import { type EventFilter, instantText, type Predicate, type Statement } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { inInterval, intervalOf } from '../read/interval.ts'
import { and, no, or, param, type Reading, type Sql, yes } from '../read/reading.ts'
import type { BoundEvent } from '../source/bind.ts'

/** How a rule becomes SQL: for all people at once, or for few, each looked up by index. */
export type Mode = 'set' | 'point'

/** A condition on a person's events, ready to be written in either mode. */
export interface EventCondition {
  readonly event: BoundEvent
  /** Which of the table's rows count. */
  readonly rows: Sql
  readonly measure: Measured
}

/** What is made of the rows, and the test of it. */
interface Measured {
  /** Aggregate over the rows: `count(*)`, or a sum. */
  readonly aggregate: Sql
  /** The test of the aggregate; `negated` for its complement. */
  test(aggregate: Sql, negated: boolean): Sql
  /** Whether somebody without events passes. */
  readonly ofNone: boolean
  /** For a count of at least `n`: that `n`. */
  readonly atLeast?: number
}

/** The SQL conditions of an event filter; `filter` is in canonical form, so a count's test is not negated. */
export function eventCondition(filter: EventFilter, event: BoundEvent, now: number): EventCondition {
  const window: Statement =
    filter.within === undefined
      ? { op: 'atMost', value: instantText(now) }
      : { op: 'inLast', duration: filter.within }
  const properties = (filter.where ?? []).map(({ property, test }) =>
    predicate(event.properties.get(property)!, test, now),
  )
  const rows = [event.where, event.at.test(window, now), ...properties].filter((part) => part !== undefined)
  return { event, rows: and(...rows), measure: measured(filter, event) }
}

function measured({ measure }: EventFilter, event: BoundEvent): Measured {
  const counting = measure.of === 'count'
  const write = (value: number | string): Sql => (counting ? param(value, 'int8') : param(value, 'numeric'))
  const statement = measure.test
  const test = (aggregate: Sql, negated: boolean): Sql => {
    const condition = holds(aggregate, statement, write)
    return negated ? sql`not ${condition}` : condition
  }
  const reading = counting ? undefined : event.properties.get(measure.property)!
  return {
    aggregate: reading ? sql`coalesce(sum(${reading.value}), 0)` : sql`count(*)`,
    test,
    ofNone: passesZero(statement),
    ...(counting && statement.op === 'atLeast' && { atLeast: Number(statement.value) }),
  }
}

function holds(aggregate: Sql, statement: Statement, write: (value: number | string) => Sql): Sql {
  if (statement.op === 'oneOf')
    return sql`${aggregate} in (${sql.join(statement.values.map((value) => write(Number(value))))})`
  const interval = intervalOf(statement, (literal) => literal as number | string)
  if (!interval) throw new TypeError(`${statement.op} says nothing of a count or a sum`)
  return sql`(${inInterval(aggregate, interval, write)})`
}

/** Whether 0 passes, which is the count and the sum of no events. */
function passesZero(statement: Statement): boolean {
  if (statement.op === 'oneOf') return statement.values.some((value) => Number(value) === 0)
  const interval = intervalOf(statement, Number)
  if (!interval) return false
  const { from, to } = interval
  const above = from === undefined || from.value < 0 || (from.value === 0 && !from.open)
  const below = to === undefined || to.value > 0 || (to.value === 0 && !to.open)
  return above && below
}

/**
 * That a person's events pass, or with `negated` that they do not; `id` is the person's.
 *
 * SET: presence is a semi-join; anything counted is one aggregation of the events, and those whom it must not
 * lose because they have none are found by the complement. `NOT IN` is never used: without memory for its hash
 * table it becomes a loop. POINT: one look at the person's own events.
 */
export function eventSql(
  { event, rows, measure }: EventCondition,
  id: Sql,
  mode: Mode,
  negated: boolean,
): Sql {
  const mine = and(sql`${event.person} = ${id}`, rows)
  if (measure.atLeast === 1) {
    const exists = sql`exists (select from ${event.from} as e where ${mine})`
    return negated ? sql`not ${exists}` : exists
  }
  if (mode === 'point') {
    if (measure.atLeast !== undefined && measure.atLeast > 1) {
      // Stops at the n-th event, however many the person has.
      const nth = sql`exists (select from ${event.from} as e where ${mine} offset ${param(measure.atLeast - 1, 'int8')})`
      return negated ? sql`not ${nth}` : nth
    }
    return measure.test(sql`(select ${measure.aggregate} from ${event.from} as e where ${mine})`, negated)
  }
  const passing = (complement: boolean): Sql =>
    sql`select ${event.person} as person from ${event.from} as e where ${rows} group by ${event.person} having ${measure.test(measure.aggregate, complement)}`
  return measure.ofNone === negated
    ? sql`${id} in (${passing(negated)})`
    : sql`not exists (select from (${passing(!negated)}) as failing where failing.person = ${id})`
}

/** People whose events pass, straight from the events; `undefined` where people without events pass too. */
export function eventPeople({ event, rows, measure }: EventCondition): RawBuilder<unknown> | undefined {
  if (measure.ofNone) return undefined
  const having = measure.atLeast === 1 ? sql`` : sql` having ${measure.test(measure.aggregate, false)}`
  return sql`select ${event.person} as person from ${event.from} as e where ${rows} group by ${event.person}${having}`
}

/** A predicate on a value: two-valued, and with the index-friendly form wherever it is not negated. */
export function predicate(reading: Reading, test: Predicate, now: number): Sql {
  const { negated = false, whenMissing = false } = test
  const positive = reading.test(test, now)
  if (test.op === 'present') {
    // Presence is true of every value there is, so it comes down to `whenMissing`.
    if (negated) return whenMissing ? sql`(${reading.valid}) is not true` : no
    return whenMissing ? yes : positive
  }
  if (!negated) return whenMissing ? or(positive, sql`(${reading.valid}) is not true`) : positive
  return whenMissing ? sql`(${positive}) is not true` : and(reading.valid, sql`(${positive}) is not true`)
}
