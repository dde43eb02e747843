import { type Aggregate, scaleOf, type Statement, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import { inInterval, intervalOf } from '../read/interval.ts'
import { integerReading, orderedReading } from '../read/kinds.ts'
import { valueReading } from '../read/value.ts'
import { localDay, localMs, periodOfDay } from '../read/local.ts'
import { param, type Reading, type Sql } from '../read/reading.ts'
import { inOrder, type Stream } from './stream.ts'

/** A value as its tests and its order need it. */
type Made = Pick<Reading, 'valid' | 'value' | 'test'>

/** What is made of a person's events, as an aggregate that is read like any value. */
export function measureReading(measure: Aggregate, stream: Stream): Made {
  const reading = (): Reading => stream.property!
  const of = (aggregate: Sql): Sql => only(aggregate, stream)
  switch (measure.of) {
    case 'count':
      return counted(of(sql`count(*)`))
    case 'distinct':
      return counted(of(sql`count(distinct ${reading().value})`))
    case 'periods': {
      const day = localDay(localMs(stream.at.value, measure.zone!))
      return counted(of(sql`count(distinct ${periodOfDay(day, measure)})`))
    }
    case 'sum': {
      const { type, value } = reading()
      return orderedReading<string>(type, sql`coalesce(${of(sql`sum(${value})`)}, 0)`, {
        read: String,
        write: (limit) => param(limit, 'numeric'),
        json: (sum) => sum,
      })
    }
    case 'average':
      return averageReading(reading(), stream)
    case 'min':
    case 'max': {
      const { type, value } = reading()
      return valueReading(type, of(sql`${sql.raw(measure.of)}(${value})`))
    }
    case 'first':
    case 'last': {
      if (measure.property === undefined) {
        const { type, value } = stream.at
        return valueReading(type, of(measure.of === 'first' ? sql`min(${value})` : sql`max(${value})`))
      }
      const { type, value } = reading()
      return valueReading(type, atEnd(measure.of, value, stream))
    }
  }
}

/** An aggregate of the rows that it is made of, where there are others. */
const only = (aggregate: Sql, { only: rows }: Stream): Sql =>
  rows === undefined ? aggregate : sql`${aggregate} filter (where ${rows})`

const counted = (count: Sql): Reading => integerReading(count, 'int8', true)

/** The value of the event that comes first or last, by instant and then by id. */
function atEnd(end: 'first' | 'last', value: Sql, stream: Stream): Sql {
  const inTurn = inOrder(stream, end === 'first' ? sql`asc` : sql`desc`)
  return sql`(${only(sql`array_agg(${value} order by ${inTurn})`, stream)})[1]`
}

/**
 * An average, compared as the sum is with the limit times the count: exact, and without a division (semantics 12).
 *
 * Its value only orders it: the sum is made so large that what a division cuts off tells no two averages apart, as in
 * core's evaluator.
 */
function averageReading({ type: of, value }: Reading, stream: Stream): Made {
  const [sum, count] = [only(sql`sum(${value})`, stream), only(sql`count(${value})`, stream)]
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
