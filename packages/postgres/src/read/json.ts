import { onType, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import {
  booleanReading,
  decimalReading,
  doubleOfNumeric,
  integerReading,
  listReading,
  numberReading,
  objectReading,
} from './kinds.ts'
import { edgeMs, isEmpty } from './clock.ts'
import { and, no, param, type Reading, type Sql, text } from './reading.ts'
import { textReading, versionReading } from './text.ts'
import { instantReading, textDateReading } from './times.ts'

// Nothing in a JSONB document has a declared type, so each expression is NULL for a value of another kind. CASE
// keeps the order of checks and casts; AND would not.

const jsonText = (value: unknown): Sql => param(JSON.stringify(value), 'jsonb')

/** The value under a path of a document; keys are literals, so that an index on the expression is recognised. */
const at = (document: Sql, path: readonly string[], last: '->' | '->>'): Sql => {
  if (path.length === 0) return last === '->' ? document : sql`(${document} #>> '{}')`
  const steps = path.map((key, i) => sql`${sql.raw(i === path.length - 1 ? last : '->')} ${sql.lit(key)}`)
  return sql`(${sql.join([document, ...steps], sql` `)})`
}

/** Whether text could also be how a number, a truth value, an object or an array is printed. */
const isPrinted = (value: string): boolean => /^(-?\d|[[{]|true$|false$)/.test(value)

/** The code points that text begins with where it could be so. */
const printedFirst = [...'-0123456789[ft{'].map((character) => character.codePointAt(0)!)

const typed = (raw: Sql, kind: 'string' | 'number' | 'boolean' | 'array' | 'object', then: Sql): Sql =>
  sql`case when jsonb_typeof(${raw}) = ${sql.lit(kind)} then ${then} end`

const numericOf = (raw: Sql): Sql => sql`${raw}::numeric`

const doubleOf = (raw: Sql): Sql => typed(raw, 'number', doubleOfNumeric(numericOf(raw)))

/** The text of decimals of a scale: at most 15 digits, zeros at the ends aside. */
const decimalPattern = (scale: number): string => {
  const whole = scale === 15 ? '0+' : `(0+|0*[1-9][0-9]{0,${14 - scale}})`
  return `^-?${whole}([.]${scale === 0 ? '0+' : `[0-9]{1,${scale}}0*`})?$`
}

/**
 * A decimal is a JSON number or the same as text, and both print alike. The pattern lets through what is of the scale and
 * nothing else, so that the cast cannot fail and nothing else has to be checked.
 */
const decimalOf = (printed: Sql, scale: number): Sql =>
  sql`case when ${printed} ~ ${sql.lit(decimalPattern(scale))} then ${printed}::numeric end`

/** The days that month `m` of year `y` has; PL/pgSQL-free, so that it needs nothing installed. */
const daysIn = (y: Sql, m: Sql): Sql =>
  sql`case ${m} when 2 then case when ${y} % 4 = 0 and (${y} % 100 <> 0 or ${y} % 400 = 0) then 29 else 28 end when 4 then 30 when 6 then 30 when 9 then 30 when 11 then 30 else 31 end`

const part = (source: Sql, from: number, length: number): Sql =>
  sql`substr(${source}, ${sql.lit(from)}, ${sql.lit(length)})::int`

const dayExists = (source: Sql): Sql =>
  and(
    sql`${part(source, 1, 4)} >= 1`,
    sql`${part(source, 9, 2)} <= ${daysIn(part(source, 1, 4), part(source, 6, 2))}`,
  )

const datePattern = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'
const timePattern = '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-](0[0-9]|1[0-5]):[0-5][0-9])'

/** What is made of text only where it has a form and its day exists. */
const dated = (raw: Sql, pattern: string, then: Sql): Sql => {
  const source = sql`(${raw} #>> '{}')`
  const exists = sql`case when ${dayExists(source)} then ${then} end`
  return typed(raw, 'string', sql`case when ${source} ~ ${sql.lit(`^${pattern}$`)} then ${exists} end`)
}

/** The instant of RFC 3339 text to the millisecond, floored: the fraction is cut before the cast, which would round it. */
const instantOf = (raw: Sql): Sql =>
  sql`regexp_replace(${raw} #>> '{}', '([.][0-9]{3})[0-9]+', '\\1')::timestamptz`

const millisecondsOf = (raw: Sql): Sql => sql`floor(extract(epoch from ${instantOf(raw)}) * 1000)::int8`

/** What is under a path of a JSONB document, whatever it is; NULL for nothing, as JSON's own null is. */
export const storedJson = (document: Sql, path: readonly string[]): Sql =>
  sql`nullif(${at(document, path, '->')}, 'null'::jsonb)`

/** How the value under a path of a JSONB document is read as a type. */
export function readJson(type: ValueType, document: Sql, path: readonly string[]): Reading {
  const raw = at(document, path, '->')
  const string = at(document, path, '->>')
  const isString = sql`jsonb_typeof(${raw}) = 'string'`
  // Text is compared as printed, which an index on the key serves and statistics describe. What else would be
  // printed the same is told apart by its kind, which is only looked at where there is such a thing.
  const among = (values: readonly string[], condition: Sql): Sql =>
    values.some(isPrinted) ? and(condition, isString) : condition
  // To take a value out of a document costs thrice what it costs to print it there.
  const sooner = sql`case when ascii(${string}) <> all(${param(printedFirst, 'int4[]')}) or ${isString} then (${string} collate "C") end`
  const textual = (): Reading =>
    textReading(
      type,
      string,
      {
        equals: (value) => among([value], sql`${string} = ${text(value)}`),
        oneOf: (values) => among(values, sql`${string} = any(${param(values, 'text[]')})`),
      },
      (inner) => typed(raw, 'string', inner),
    )
  return onType<Reading>(type, {
    text: () => ({ ...textual(), sooner }),
    choice: textual,
    version: () => versionReading(string, (inner) => typed(raw, 'string', inner)),
    integer: () => integerReading(numericOf(raw), 'numeric', false, (inner) => typed(raw, 'number', inner)),
    number: () => numberReading(doubleOf(raw), true),
    decimal: ({ scale }) => decimalReading(scale, decimalOf(string, scale), true),
    boolean: () => booleanReading(sql`${raw}::boolean`, (inner) => typed(raw, 'boolean', inner)),
    date: () => textDateReading(string, raw, (inner) => dated(raw, datePattern, inner)),
    timestamp: () => {
      const ms = millisecondsOf(raw)
      const instants = (then: Sql): Sql => dated(raw, `${datePattern}T${timePattern}`, then)
      return instantReading({
        // A range evaluates the expression once; two comparisons would twice.
        lies: (range) =>
          isEmpty(range) ? no : instants(sql`int8range(${edgeMs(range.from)}, ${edgeMs(range.to)}) @> ${ms}`),
        ms: instants(ms),
        utc: sql`(${instantOf(raw)} at time zone 'UTC')`,
        json: raw,
      })
    },
    list: ({ of }) => {
      const array = typed(raw, 'array', raw)
      const item = sql.ref('element.value')
      const elements = sql`jsonb_array_elements(${array})`
      // Containment is exact for these kinds and an index on the document serves it.
      const contained =
        of.kind === 'text' || of.kind === 'choice' || of.kind === 'integer' || of.kind === 'boolean'
      const has = contained
        ? (value: unknown) => typed(raw, 'array', sql`${raw} @> ${jsonText([value])}`)
        : undefined
      return listReading(type, sql`jsonb_typeof(${raw}) = 'array'`, elements, readJson(of, item, []), {
        has,
        ...(of.kind === 'object' && { part: (name: string) => partOf(of, name, item) }),
      })
    },
    // An item is loaded with all its parts; those of another object are fields of their own.
    object: ({ parts }) => objectReading(type, sql`jsonb_typeof(${raw}) = 'object'`, parts && raw),
  })
}

/** A part of an item of a list of objects. */
function partOf(type: Extract<ValueType, { readonly kind: 'object' }>, name: string, item: Sql): Reading {
  const info = type.parts!.get(name)!
  return readJson(info.type, item, info.path)
}
