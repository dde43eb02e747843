import type { FieldInfo, ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import { objectOf } from '../compile/load.ts'
import { readJson } from '../read/json.ts'
import type { Reading, Sql } from '../read/reading.ts'

// The value of a field in an export: the one that the evaluator in process would see, in one form wherever it is kept. An
// expression is NULL where it is missing, and is of the type that its kind has here:
// text, choice, version, date and instant `text`; integer `int8`; number `float8`; decimal `numeric`; a list `jsonb`.

/** The value of a field, of the type that it was asked for as. */
export function cellOf(reading: Reading, type: ValueType = reading.type): Sql {
  switch (type.kind) {
    case 'version':
      return sql`(${reading.json} #>> '{}')`
    case 'integer':
      return sql`(${reading.value})::int8`
    case 'number':
      // There is one zero.
      return sql`((${reading.value}) + 0)`
    case 'decimal':
      return sql`trim_scale(${reading.value})`
    case 'date':
    case 'timestamp':
      return reading.text ?? reading.value
    case 'list':
      return listCell(reading, type.of)
    default:
      return reading.sooner ?? reading.value
  }
}

/** A list as JSONB; of objects, what was declared of them and nothing that lies beside it. */
function listCell({ json }: Reading, of: ValueType): Sql {
  if (of.kind !== 'object' && of.kind !== 'timestamp') return json
  const item = sql.ref('item.value')
  const one = of.kind === 'object' ? objectCell(of.parts ?? new Map(), item, []) : jsonCell(of, item, [])
  const items = sql`jsonb_array_elements(${json}) with ordinality as item(value, position)`
  return sql`case when ${json} is not null then (select coalesce(jsonb_agg(${one} order by item.position), '[]') from ${items}) end`
}

/** A value inside a document, as JSONB. */
function jsonCell(type: ValueType, document: Sql, path: readonly string[]): Sql {
  const reading = readJson(type, document, path)
  if (type.kind === 'timestamp') return sql`to_jsonb(${reading.text!})`
  return type.kind === 'list' ? listCell(reading, type.of) : reading.json
}

/** The object under a path of a document, made of its declared parts; those that are missing are not in it. */
function objectCell(parts: ReadonlyMap<string, FieldInfo>, document: Sql, path: readonly string[]): Sql {
  const own = [...parts.values()].filter(
    (part) => part.path.length === path.length + 1 && path.every((key, i) => part.path[i] === key),
  )
  const entries = own.map((part): [string, Sql] => [
    part.path.at(-1)!,
    part.type.kind === 'object'
      ? sql`case when ${readJson(part.type, document, part.path).valid} then ${objectCell(parts, document, part.path)} end`
      : jsonCell(part.type, document, part.path),
  ])
  return sql`jsonb_strip_nulls(${objectOf(entries)})`
}

/** The text that a cell has in CSV. */
export const csvText = (cell: Sql, { kind }: ValueType): Sql =>
  // Postgres would print t and f.
  kind === 'boolean' ? sql`(${cell})::text` : cell

/** How a spreadsheet is kept from taking what a person has written for a formula. */
export const notFormula = (cell: Sql, { kind }: ValueType): Sql =>
  kind === 'text' || kind === 'choice' || kind === 'version'
    ? sql`(select case when x.cell ~ ${sql.lit('^[-=+@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]')} then '''' || x.cell else x.cell end from (select ${cell} as cell) as x)`
    : cell

/** The JSON that a cell is, as text. */
export function jsonText(cell: Sql, { kind }: ValueType): Sql {
  switch (kind) {
    case 'integer':
    case 'number':
    case 'boolean':
    case 'list':
      return sql`coalesce((${cell})::text, 'null')`
    case 'decimal':
    case 'date':
    case 'timestamp':
      // Nothing in these has to be written otherwise in JSON.
      return sql`coalesce('"' || ${cell} || '"', 'null')`
    default:
      return sql`coalesce(to_json(${cell})::text, 'null')`
  }
}
