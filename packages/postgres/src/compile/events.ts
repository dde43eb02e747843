import { type EventFilter, mayBeNothing, type Predicate } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { intervalOf } from '../read/interval.ts'
import { predicate } from '../read/predicate.ts'
import { and, param, type Sql } from '../read/reading.ts'
import { measureReading } from './measure.ts'
import type { CompileContext } from './rule.ts'
import { type Stream, streamOf } from './stream.ts'

/** How a rule becomes SQL: for all people at once, or for few, each looked up by index. */
export type Mode = 'set' | 'point'

/** A condition on a person's events, ready to be written in either mode. */
export interface EventCondition {
  /** The events that count; in POINT only those of the person. */
  readonly stream: Stream
  /** The test of what is made of the rows: true, or false or NULL. */
  readonly passes: Sql
  /** The same where all rows of the event are looked at. */
  readonly passesAmong: Sql
  /** Whether somebody without events passes. */
  readonly ofNone: boolean
  /** For a count of at least `n`: that `n`. */
  readonly atLeast?: number
}

/** The SQL conditions of an event filter; `filter` is in canonical form, so a count's test is not negated. */
export function eventCondition(filter: EventFilter, { source, now, mode }: CompileContext): EventCondition {
  const { measure } = filter
  const { test } = measure
  const property = 'property' in measure ? measure.property : undefined
  const stream = streamOf(filter, {
    source,
    now,
    property,
    ...(mode === 'point' && { of: source.people.id }),
  })
  const counted = measure.of === 'count' && test.op === 'atLeast' && test.negated !== true
  return {
    stream,
    passes: predicate(measureReading(measure, stream), test, now),
    passesAmong: predicate(measureReading(measure, { ...stream, only: stream.own }), test, now),
    ofNone: mayBeNothing(measure) ? test.whenMissing === true : passesZero(test),
    ...(counted && { atLeast: Number(test.value) }),
  }
}

/** Whether 0 passes, which is the count and the sum of no events. */
function passesZero(statement: Predicate): boolean {
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
export function eventSql(condition: EventCondition, id: Sql, mode: Mode, negated: boolean): Sql {
  const { passes, ofNone, atLeast } = condition
  const { from, where, person } = condition.stream
  if (atLeast === 1) {
    const mine = mode === 'point' ? where : and(sql`${person} = ${id}`, where)
    const exists = sql`exists (select from ${from} as e where ${mine})`
    return negated ? sql`not ${exists}` : exists
  }
  if (mode === 'point') {
    if (atLeast !== undefined && atLeast > 1) {
      // Stops at the n-th event, however many the person has.
      const nth = sql`exists (select from ${from} as e where ${where} offset ${param(atLeast - 1, 'int8')})`
      return negated ? sql`not ${nth}` : nth
    }
    // One group, however little the condition looks at.
    return sql`(select ${said(passes, negated)} from ${from} as e where ${where} having true)`
  }
  const passing = (complement: boolean): Sql =>
    sql`select ${person} as person from ${from} as e where ${where} group by ${person} having ${said(passes, complement)}`
  return ofNone === negated
    ? sql`${id} in (${passing(negated)})`
    : sql`not exists (select from (${passing(!negated)}) as failing where failing.person = ${id})`
}

/** A condition, or what is left when it is not true. */
const said = (passes: Sql, complement: boolean): Sql => (complement ? sql`(${passes}) is not true` : passes)

/** People whose events pass, straight from the events; `undefined` where people without events pass too. */
export function eventPeople({
  stream: { from, where, person },
  passes,
  ofNone,
  atLeast,
}: EventCondition): RawBuilder<unknown> | undefined {
  if (ofNone) return undefined
  const having = atLeast === 1 ? sql`` : sql` having ${passes}`
  return sql`select ${person} as person from ${from} as e where ${where} group by ${person}${having}`
}
