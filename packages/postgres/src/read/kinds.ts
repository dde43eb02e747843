import {
  decimalUnits,
  type Literal,
  mostDecimalUnits,
  onType,
  parseInstant,
  type Statement,
  type ValueType,
  versionKey,
  writeValue,
} from '@segmentry/core'
import { sql } from 'kysely'
import type { Clock } from './clock.ts'
import { inInterval, intervalOf } from './interval.ts'
import { predicate } from './predicate.ts'
import { and, or, param, type Reading, type Sql } from './reading.ts'

// A reading for each kind of value, from an expression that already has the kind's SQL type. What differs between
// a column and a JSONB key is how the expression is made and which rows have to be guarded: a key's kind is checked
// by `wrap`, around the whole condition, before the expression's cast is reached.

/** Makes a condition or a value NULL for rows where the expression cannot be evaluated. */
export type Wrap = (inner: Sql) => Sql

/** For what can always be evaluated. */
export const asIs: Wrap = (inner) => inner

/** A statement that does not suit a type: a mistake of the program. */
export const never = (statement: Statement, type: ValueType): never => {
  throw new TypeError(
    `${statement.op} says nothing of ${type.kind}; definitions are checked before they are compiled`,
  )
}

/** How numbers of one kind are guarded and written. */
export interface Ordered<V> {
  /** Rows whose stored value is not of the type although the expression has a value; left out when there can be none. */
  readonly guard?: Sql
  readonly read: (literal: Literal) => V
  readonly write: (value: V) => Sql
  readonly json: (expression: Sql) => Sql
  readonly wrap?: Wrap
  /** The value itself, where it is not the expression. */
  readonly as?: Sql
  /** Statements about more than the order; `undefined` for one that says nothing of the type. */
  readonly more?: (statement: Statement, now: Clock) => Sql | undefined
}

/** Integers, numbers, decimals and dates: values that order. */
export function orderedReading<V>(
  type: ValueType,
  expression: Sql,
  { guard, read, write, json, wrap = asIs, as = expression, more }: Ordered<V>,
): Reading {
  const present = sql`${expression} is not null`
  const valid = wrap(guard ? and(present, guard) : present)
  const guarded = (condition: Sql): Sql => wrap(guard ? and(condition, guard) : condition)
  const whereValid = (then: Sql): Sql => wrap(guard ? sql`case when ${guard} then ${then} end` : then)
  return {
    type,
    valid,
    value: whereValid(as),
    json: whereValid(json(expression)),
    test(statement, now) {
      if (statement.op === 'present') return valid
      if (statement.op === 'oneOf')
        return guarded(
          sql`${expression} in (${sql.join(statement.values.map((value) => write(read(value))))})`,
        )
      const interval = intervalOf(statement, read)
      if (interval) return guarded(inInterval(expression, interval, write))
      const other = more?.(statement, now)
      return other ? guarded(other) : never(statement, type)
    },
  }
}

/** Yes or no: `expression` is of type boolean, or NULL. */
export function booleanReading(expression: Sql, wrap: Wrap = asIs): Reading {
  const type: ValueType = { kind: 'boolean' }
  return {
    type,
    valid: wrap(sql`${expression} is not null`),
    value: wrap(expression),
    json: wrap(sql`to_jsonb(${expression})`),
    test(statement) {
      switch (statement.op) {
        case 'is':
          return wrap(statement.value === true ? expression : sql`not ${expression}`)
        case 'oneOf':
          return or(...statement.values.map((value) => this.test({ op: 'is', value }, 0)))
        case 'present':
          return this.valid
        default:
          return never(statement, type)
      }
    },
  }
}

/** An object: only its presence can be asked. */
export const objectReading = (type: ValueType, valid: Sql, json: Sql = sql`'{}'::jsonb`): Reading => ({
  type,
  valid,
  value: valid,
  json: sql`case when ${valid} then ${json} end`,
  test: (statement) => (statement.op === 'present' ? valid : never(statement, type)),
})

/** What some lists can do better, or only they can. */
export interface ListForm {
  /** The condition that an element is there, in the form an index serves. */
  readonly has?: ((value: Literal) => Sql) | undefined
  /** A part of the item that is looked at. */
  readonly part?: (name: string) => Reading
}

/** The array that the elements of a whole list are compared with, as {@link Reading.value} has them. */
const arrayOf = (type: ValueType): { readonly sqlType: string; readonly write: (one: Literal) => unknown } =>
  onType<ReturnType<typeof arrayOf>>(type, {
    text: () => ({ sqlType: 'text[]', write: String }),
    choice: () => ({ sqlType: 'text[]', write: String }),
    version: () => ({ sqlType: 'text[]', write: (one) => versionKey(String(one)) }),
    integer: () => ({ sqlType: 'numeric[]', write: Number }),
    number: () => ({ sqlType: 'float8[]', write: Number }),
    decimal: () => ({ sqlType: 'numeric[]', write: String }),
    boolean: () => ({ sqlType: 'bool[]', write: Boolean }),
    date: () => ({ sqlType: 'text[]', write: String }),
    timestamp: () => ({ sqlType: 'int8[]', write: (one) => parseInstant(String(one)) }),
    list: () => never({ op: 'present' }, type),
    object: () => never({ op: 'present' }, type),
  })

/** A list: `valid` tells whether there is one, `unnested` is a call that gives its elements, read by `element`. */
export function listReading(
  type: ValueType,
  valid: Sql,
  unnested: Sql,
  element: Reading,
  { has, part }: ListForm = {},
): Reading {
  const elements = sql`${unnested} as element(value)`
  const some = (condition: Sql): Sql => sql`exists (select from ${elements} where ${condition})`
  return {
    type,
    valid,
    value: valid,
    json: sql`case when ${valid} then (select coalesce(jsonb_agg(${element.json}) filter (where ${element.valid}), '[]') from ${elements}) end`,
    test(statement, now) {
      switch (statement.op) {
        case 'has':
          return has
            ? has(statement.value)
            : and(valid, some(element.test({ op: 'is', value: statement.value }, now)))
        case 'hasAny':
          return or(...statement.values.map((value) => this.test({ op: 'has', value }, now)))
        case 'hasAll':
          return and(...statement.values.map((value) => this.test({ op: 'has', value }, now)))
        case 'equals': {
          const { sqlType, write } = arrayOf(element.type)
          const inOrder = sql`${unnested} with ordinality as element(value, position) order by element.position`
          // What is not of the type is NULL, and not in the list.
          const whole = sql`array_remove(array(select ${element.value} from ${inOrder})::${sql.raw(sqlType)}, null)`
          const equal = sql`${whole} = ${param(statement.values.map(write), sqlType)}`
          return has ? and(has(statement.values[0]!), equal) : equal
        }
        case 'item': {
          const parts = statement.where.map(({ property, test }) => predicate(part!(property), test, now))
          // What is no object is not in the list.
          return and(valid, some(and(element.valid, ...parts)))
        }
        case 'some':
          return and(valid, some(and(element.valid, predicate(element, statement.test, now))))
        case 'length': {
          const count = sql`(case when ${valid} then (select count(*) from ${elements} where ${element.valid}) end)`
          return predicate(integerReading(count, 'int8', true), statement.count, now)
        }
        case 'blank':
          return and(valid, sql`not ${some(element.valid)}`)
        case 'present':
          return valid
        default:
          return never(statement, type)
      }
    },
  }
}

const safe = Number.MAX_SAFE_INTEGER

/** Whole numbers in an expression of an integer or numeric type; `exact` when every stored value is a safe integer. */
export const integerReading = (
  expression: Sql,
  sqlType: 'int8' | 'numeric',
  exact: boolean,
  wrap?: Wrap,
): Reading => {
  const inRange = sql`${expression} between ${param(-safe, sqlType)} and ${param(safe, sqlType)}`
  const whole = sqlType === 'numeric' ? and(inRange, sql`trunc(${expression}) = ${expression}`) : inRange
  return orderedReading({ kind: 'integer' }, expression, {
    ...(!exact && { guard: whole }),
    read: Number,
    write: (value) => param(value, sqlType),
    json: (value) => sql`to_jsonb(trunc(${value}))`,
    ...(wrap && { wrap }),
  })
}

/**
 * A numeric as the double that JavaScript would parse: what rounds to infinity is missing, what rounds to 0 is 0. The cast
 * alone would raise an error for both, and so end the query for everybody.
 */
export const doubleOfNumeric = (numeric: Sql): Sql =>
  sql`case when abs(${numeric}) >= ${infinite} then null when abs(${numeric}) <= ${vanishing} then 0 else ${numeric}::float8 end`

// 2^1024 less half a unit of the last place, rounded down, and half of the least double, rounded up: on the other side of
// each, the cast would fail.
const infinite = sql.raw('1.797693134862315807937289714053e308')
const vanishing = sql.raw('2.47032822920623272089e-324')

/** Finite doubles in an expression of type double precision. */
export const numberReading = (expression: Sql, exact: boolean): Reading =>
  orderedReading({ kind: 'number' }, expression, {
    // NaN orders above infinity in Postgres.
    ...(!exact && {
      guard: sql`${expression} between ${param(-Number.MAX_VALUE, 'float8')} and ${param(Number.MAX_VALUE, 'float8')}`,
    }),
    read: Number,
    write: (value) => param(value, 'float8'),
    json: (value) => sql`to_jsonb(${value})`,
  })

/** Decimals of a scale in an expression of type numeric; `exact` when the column cannot hold anything else. */
export function decimalReading(scale: number, expression: Sql, exact: boolean): Reading {
  const type: ValueType = { kind: 'decimal', scale }
  const most = String(writeValue(type, mostDecimalUnits))
  const inRange = sql`${expression} between ${param(`-${most}`, 'numeric')} and ${param(most, 'numeric')}`
  return orderedReading(type, expression, {
    ...(!exact && {
      guard: and(inRange, sql`round(${expression}, ${param(scale, 'int4')}) = ${expression}`),
    }),
    read: (literal) => String(writeValue(type, decimalUnits(String(literal), scale)!)),
    write: (value) => param(value, 'numeric'),
    json: (value) => sql`to_jsonb(trim_scale(${value})::text)`,
  })
}
