import { type Aggregate, scaleOf, type Statement, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import { inInterval, intervalOf } from '../read/interval.ts'
import { integerReading, orderedReading } from '../read/kinds.ts'
import { valueReading } from '../read/value.ts'
import { localDay, localMs, periodOfDay } from '../read/local.ts'
import { param, type Reading, type Sql } from '../read/reading.ts'
import type { BoundEvent } from '../source/bind.ts'

/** A value as its tests and its order need it. */
type Made = Pick<Reading, 'valid' | 'value' | 'test'>

/** What is made of a person's events, as an aggregate that is read like any value. */
export function measureReading(measure: Aggregate, event: BoundEvent): Made {
  const reading = (property: string): Reading => event.properties.get(property)!
  switch (measure.of) {
    case 'count':
      return counted(sql`count(*)`)
    case 'distinct':
      return counted(sql`count(distinct ${reading(measure.property).value})`)
    case 'periods': {
      const day = localDay(localMs(event.at.value, measure.zone!))
      return counted(sql`count(distinct ${periodOfDay(day, measure.unit, measure.weekStart ?? 1)})`)
    }
    case 'sum': {
      const { type, value } = reading(measure.property)
      return orderedReading<string>(type, sql`coalesce(sum(${value}), 0)`, {
        read: String,
        write: (limit) => param(limit, 'numeric'),
        json: (sum) => sum,
      })
    }
    case 'average':
      return averageReading(reading(measure.property))
    case 'min':
    case 'max': {
      const { type, value } = reading(measure.property)
      return valueReading(type, sql`${sql.raw(measure.of)}(${value})`)
    }
    case 'first':
    case 'last': {
      if (measure.property === undefined) {
        const { type, value } = event.at
        return valueReading(type, measure.of === 'first' ? sql`min(${value})` : sql`max(${value})`)
      }
      const { type, value } = reading(measure.property)
      return valueReading(type, atEnd(measure.of, value, event))
    }
  }
}

const counted = (count: Sql): Reading => integerReading(count, 'int8', true)

/** The value of the event that comes first or last, by instant and then by id. */
function atEnd(end: 'first' | 'last', value: Sql, event: BoundEvent): Sql {
  const order = end === 'first' ? sql`asc` : sql`desc`
  return sql`(array_agg(${value} order by ${event.at.value} ${order}, (${event.id} collate "C") ${order}))[1]`
}

/**
 * An average, compared as the sum is with the limit times the count: exact, and without a division (semantics 12).
 *
 * Its value only orders it: the sum is made so large that what a division cuts off tells no two averages apart, as in
 * core's evaluator.
 */
function averageReading({ type: of, value }: Reading): Made {
  const [sum, count] = [sql`sum(${value})`, sql`count(${value})`]
  const type: ValueType = { kind: 'decimal', scale: Math.min(15, scaleOf(of) + 4) }
  const valid = sql`${count} > 0`
  const digits = `1${'0'.repeat(20 + scaleOf(of))}`
  return {
    valid,
    value: sql`div(${sum} * ${param(digits, 'numeric')}, ${count})`,
    test(statement: Statement) {
      if (statement.op === 'present') return valid
      const interval = intervalOf(statement, String)
      if (!interval) throw new TypeError(`'${statement.op}' says nothing of ${type.kind}`)
      return sql`(${inInterval(sum, interval, (limit) => sql`${param(limit, 'numeric')} * ${count}`)})`
    },
  }
}
