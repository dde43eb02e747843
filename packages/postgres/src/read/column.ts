import { onType, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import {
  booleanReading,
  decimalReading,
  doubleOfNumeric,
  integerReading,
  listReading,
  numberReading,
} from './kinds.ts'
import { no, param, type Reading, type Sql, text } from './reading.ts'
import { type TextForm, textReading, versionReading } from './text.ts'
import { dateReading, timestampReading, utcTimestampReading } from './times.ts'

/** What the catalog says of a column's type, domains resolved. */
export interface ColumnType {
  /** As Postgres prints it: `character varying(20)`. */
  readonly shown: string
  /** The name in `pg_type`: `varchar`, `int8`, or an enum's own name. */
  readonly name: string
  /** The labels, when it is an enum. */
  readonly labels?: readonly string[]
  /** The type's name with its schema, quoted, for a cast to an enum. */
  readonly qualified: string
  /** The type of an array's elements. */
  readonly element?: ColumnType
  /** Whether two texts that differ can compare as equal under the column's collation. */
  readonly deterministic: boolean
  /** Of `numeric(precision, scale)`. */
  readonly precision?: number
  readonly scale?: number
  /** Of `json`: whether the server can tell beforehand what JSONB cannot hold. */
  readonly validates?: boolean
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The column types that each type of the schema can be read from, for errors. */
export const fitting: { readonly [K in ValueType['kind']]: string } = {
  text: 'text, varchar, char, citext, uuid, an enum, or a JSONB key',
  choice: 'text, varchar, char, citext, uuid, an enum, or a JSONB key',
  version: 'text, varchar, char, citext, an enum, or a JSONB key',
  integer: 'smallint, integer, bigint, numeric, or a JSONB key',
  number: 'double precision, real, smallint, integer, bigint, numeric, or a JSONB key',
  decimal: 'numeric, smallint, integer, bigint, or a JSONB key',
  boolean: 'boolean, or a JSONB key',
  date: 'date, or a JSONB key',
  timestamp: 'timestamp with time zone, timestamp with a declared zone, or a JSONB key',
  list: 'an array of fitting elements, or a JSONB key',
  object: 'a JSONB column or key',
}

/**
 * How a column is read as a type, or `undefined` when a column of its type cannot hold such values.
 *
 * Comparisons leave the column alone wherever its own type compares exactly, so that indexes serve.
 */
export function readColumn(
  type: ValueType,
  from: ColumnType,
  column: Sql,
  zone?: string,
): Reading | undefined {
  const inOrder = (reading: Reading): Reading => ({ ...reading, order: column })
  return onType<Reading | undefined>(type, {
    text: () => readText(type, from, column),
    choice: () => readText(type, from, column),
    version: () => {
      const exact = exactText(from, column)
      return exact && versionReading(exact.expression)
    },
    integer: () => {
      if (from.name === 'numeric') return inOrder(integerReading(column, 'numeric', false))
      // A parameter of type int8 beside a narrower column still uses the column's index.
      return isInteger(from) ? inOrder(integerReading(column, 'int8', from.name !== 'int8')) : undefined
    },
    number: () => {
      if (from.name === 'float8') return inOrder(numberReading(column, false))
      if (from.name === 'float4') return inOrder(numberReading(sql`${column}::float8`, false))
      // Beyond the integers of a double, several of the column's are one number.
      if (isInteger(from)) return numberReading(sql`${column}::float8`, true)
      return from.name === 'numeric' ? numberReading(doubleOfNumeric(column), true) : undefined
    },
    decimal: ({ scale }) => {
      if (from.name === 'numeric') return inOrder(decimalReading(scale, column, holdsOnly(from, scale)))
      return isInteger(from)
        ? inOrder(decimalReading(scale, sql`${column}::numeric`, from.name !== 'int8' && scale <= 5))
        : undefined
    },
    boolean: () => (from.name === 'bool' ? booleanReading(column) : undefined),
    date: () => (from.name === 'date' ? inOrder(dateReading(column)) : undefined),
    timestamp: () => {
      if (from.name === 'timestamptz') return timestampReading(column)
      if (from.name !== 'timestamp' || zone === undefined) return undefined
      return zone === 'UTC' ? utcTimestampReading(column) : timestampReading(atZone(column, zone))
    },
    list: ({ of }) => readArray(type, of, from, column),
    object: () => undefined,
  })
}

/** The instant of a local time; far from our years there may be none, and Postgres would raise an error. */
const atZone = (column: Sql, zone: string): Sql =>
  sql`(case when ${column} > '0001-01-01'::timestamp - interval '2 days' and ${column} < '10000-01-01'::timestamp + interval '2 days' then ${column} at time zone ${sql.lit(zone)} end)`

const isInteger = ({ name }: ColumnType): boolean => name === 'int2' || name === 'int4' || name === 'int8'

/** Whether every value of `numeric(precision, scale)` is a decimal of the scale with safe units. */
const holdsOnly = (from: ColumnType, scale: number): boolean =>
  from.precision !== undefined &&
  from.scale !== undefined &&
  from.scale <= scale &&
  from.precision - from.scale + scale <= 15

function readText(type: ValueType, from: ColumnType, column: Sql): Reading | undefined {
  const exact = exactText(from, column)
  return exact && textReading(type, exact.expression, exact.form)
}

/** A text-like column as text that compares exactly, and how it is compared so that its own index serves. */
function exactText(from: ColumnType, column: Sql): { expression: Sql; form: TextForm } | undefined {
  if (from.labels) {
    const known = new Set(from.labels)
    const label = (value: string): Sql => sql`${text(value)}::${sql.raw(from.qualified)}`
    const oneOf = (values: readonly string[]): Sql => {
      const labels = values.filter((value) => known.has(value))
      return labels.length === 0 ? no : sql`${column} in (${sql.join(labels.map(label))})`
    }
    return { expression: sql`${column}::text`, form: { equals: (value) => oneOf([value]), oneOf } }
  }
  if (from.name === 'uuid') {
    const oneOf = (values: readonly string[]): Sql => {
      const ids = values.filter((value) => uuidPattern.test(value))
      return ids.length === 0 ? no : sql`${column} = any(${param(ids, 'uuid[]')})`
    }
    return { expression: sql`${column}::text`, form: { equals: (value) => oneOf([value]), oneOf } }
  }
  const native = (from.name === 'text' || from.name === 'varchar') && from.deterministic
  if (!native && !['text', 'varchar', 'bpchar', 'citext', 'name'].includes(from.name)) return undefined
  const expression = native ? column : sql`(${column}::text collate "C")`
  const form: TextForm = {
    equals: (value) => sql`${expression} = ${text(value)}`,
    oneOf: (values) => sql`${expression} = any(${param(values, 'text[]')})`,
  }
  return { expression, form }
}

function readArray(type: ValueType, of: ValueType, from: ColumnType, column: Sql): Reading | undefined {
  if (!from.element) return undefined
  const element = readColumn(of, from.element, sql.ref('element.value'))
  if (!element) return undefined
  const elements = sql`unnest(${column})`
  const isText = from.element.name === 'text' && from.element.deterministic && of.kind === 'text'
  // Containment is exact for text and an index on the array serves it.
  return listReading(
    type,
    sql`${column} is not null`,
    elements,
    element,
    isText ? { has: (value) => sql`${column} @> ${param([value], 'text[]')}` } : {},
  )
}

/** Whether tags can be read from a column of this type; both an array and a tag table's column. */
export const tagTest = (from: ColumnType, column: Sql, tag: string): Sql | undefined =>
  from.element
    ? readArray({ kind: 'list', of: { kind: 'text' } }, { kind: 'text' }, from, column)?.test(
        { op: 'has', value: tag },
        0,
      )
    : exactText(from, column)?.form.equals(tag)

/** A person's id as the column has it: how ids are compared, and which texts can be ids at all. */
export interface IdType {
  /** The column's own type, without a length. */
  readonly name: string
  readonly sqlType: string
  readonly accepts: (id: string) => boolean
}

const bigintRange = 2n ** 63n

/** How a column identifies people, or `undefined` when a column of its type cannot. */
export function idType(from: ColumnType): IdType | undefined {
  const { name } = from
  if (name === 'uuid') return { name, sqlType: 'uuid', accepts: (id) => uuidPattern.test(id) }
  if (name === 'text' || name === 'varchar') {
    return from.deterministic
      ? { name, sqlType: 'text', accepts: (id) => !id.includes('\0') && id.isWellFormed() }
      : undefined
  }
  if (!isInteger(from)) return undefined
  // Only the one spelling that Postgres prints is the id: '007' and '+7' are nobody's.
  const accepts = (id: string): boolean =>
    /^(0|-?[1-9]\d{0,18})$/.test(id) && BigInt(id) < bigintRange && BigInt(id) >= -bigintRange
  return { name, sqlType: 'int8', accepts }
}
