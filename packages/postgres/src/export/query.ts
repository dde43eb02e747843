import type { ValueType } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { members } from '../compile/query.ts'
import { rollQuery } from '../compile/roll.ts'
import type { InstantContext } from '../compile/rule.ts'
import { type Asked, relationOf } from '../compile/top.ts'
import { or, type Sql } from '../read/reading.ts'
import { cellOf, csvText, jsonText, notFormula } from './cells.ts'
import type { FieldColumn } from './columns.ts'

/** A form that Postgres itself writes. */
export type CopyFormat = 'csv' | 'ndjson'

/** A column of an export. */
export interface Column {
  readonly name: string
  readonly type: ValueType
}

/** Who is exported: the people of one, or everybody who is in one of several, with the keys of those that they are in. */
export type Whom = Asked | { readonly segments: ReadonlyMap<string, Asked> }

const keys: ValueType = { kind: 'list', of: { kind: 'text' } }

/** The columns of an export, in their order. */
export const columnsOf = (whom: Whom, fields: readonly FieldColumn[]): readonly Column[] => [
  { name: 'id', type: { kind: 'text' } },
  ...('segments' in whom ? [{ name: 'segments', type: keys }] : []),
  ...fields,
]

/** How the rows of a copy are written. */
export const copyForms: { readonly [F in CopyFormat]: string } = {
  csv: `format csv, encoding 'UTF8'`,
  // A line is one column: JSON has neither of these characters, so that nothing is quoted and nothing is escaped.
  ndjson: `format csv, encoding 'UTF8', quote e'\\x01', delimiter e'\\x02'`,
}

/** The rows of an export in order of ids, a column for each cell: `cell_0`, … */
export const cellsQuery = (
  whom: Whom,
  fields: readonly FieldColumn[],
  context: InstantContext,
): RawBuilder<Readonly<Record<string, unknown>>> =>
  rowsQuery(whom, fields, context, idText(context), (cells) => cells.map(({ cell }) => cell))

/** The rows of an export as a copy writes them. */
export const copyQuery = (
  format: CopyFormat,
  whom: Whom,
  fields: readonly FieldColumn[],
  context: InstantContext,
  forSpreadsheet: boolean,
): RawBuilder<unknown> => {
  const isPlain = format === 'csv' && !forSpreadsheet
  // A copy prints an id as a cast to text would, and sooner.
  const id = isPlain ? context.source.people.id : idText(context)
  return rowsQuery(whom, fields, context, id, (cells) =>
    format === 'ndjson'
      ? [lineOf(cells)]
      : cells.map(({ type, cell }) => csvText(forSpreadsheet ? notFormula(cell, type) : cell, type)),
  )
}

const idText = ({ source }: InstantContext): Sql => sql`${source.people.id}::text`

interface Cell extends Column {
  readonly cell: Sql
}

/** An object of JSON on one line. */
function lineOf(cells: readonly Cell[]): Sql {
  const parts = cells.flatMap(({ name, type, cell }, i) => [
    sql.lit(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`),
    jsonText(cell, type),
  ])
  return sql`array_to_string(array[${sql.join([...parts, sql.lit('}')])}], '')`
}

function rowsQuery(
  whom: Whom,
  fields: readonly FieldColumn[],
  context: InstantContext,
  id: Sql,
  written: (cells: readonly Cell[]) => readonly Sql[],
): RawBuilder<Readonly<Record<string, unknown>>> {
  const { source } = context
  const columns = columnsOf(whom, fields)
  const own = fields.map(({ field, type }) => cellOf(source.fields.get(field)!, type))
  const select = (cells: readonly Sql[]): Sql =>
    sql`select ${sql.join(
      written(columns.map((column, i) => ({ ...column, cell: cells[i]! }))).map(
        (one, i) => sql`${one} as ${sql.id(`cell_${i}`)}`,
      ),
    )}`
  if ('segments' in whom) {
    const more = [source.people.id, id, ...own]
    const { from, segments, where } = inSegments(whom.segments, more, context)
    const [first, ...rest] = more.slice(1).map((_, i) => sql.id('roll', `more_${i + 1}`))
    return sql`${select([first!, segments, ...rest])} from ${from} where ${where} order by roll.more_0`
  }
  const { from, where } = peopleOf(whom, context)
  return sql`${select([id, ...own])} from ${from} where ${where} order by ${source.people.id}`
}

/** The rows of the people of a segment, as a FROM item with the alias `p`, and what is left to hold of them. */
function peopleOf(asked: Asked, context: InstantContext): { readonly from: Sql; readonly where: Sql } {
  if (asked.top === undefined) return members(asked.rule, context, { wholeRow: true })
  const { id, table } = context.source.people
  return { from: sql`${table} as p`, where: sql`${id} in (${relationOf(asked, context)})` }
}

/** Everybody with the segments that they are in, as a FROM item with the alias `roll`. */
function inSegments(
  byKey: ReadonlyMap<string, Asked>,
  more: readonly Sql[],
  context: InstantContext,
): { readonly from: Sql; readonly segments: Sql; readonly where: Sql } {
  const roll = rollQuery({ segments: [...byKey.values()], values: [], present: [], salts: [], more }, context)
  const held = [...byKey.keys()].map((key, i) => ({ key, is: sql.id('roll', `segment_${i}`) }))
  const named = held.map(({ key, is }) => sql`case when ${is} then ${sql.lit(key)} end`)
  const list = sql`array_remove(array[${sql.join(named)}]::text[], null)`
  return {
    from: sql`(${roll}) as roll`,
    segments: sql`to_jsonb(${list})`,
    where: or(...held.map(({ is }) => is)),
  }
}
