import { canonical, eventNames, fold, leaves, type Node, type NodeOf, stableText } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { eventCondition } from '../compile/events.ts'
import { type CompileContext, conditionSql, conjuncts } from '../compile/rule.ts'
import { compiled } from '../database/index.ts'
import type { Sql } from '../read/reading.ts'
import { tableRef } from '../source/bind.ts'

/** An index that could serve a condition of a rule. */
export interface Candidate {
  readonly table: string
  /** How the condition calls the table. */
  readonly alias: string
  /** What the index is on, as it stands in its DDL: `("plan")`, `using gin ("labels")`. */
  readonly on: string
  /** Whether it is on an expression, of which Postgres knows nothing until the table is analyzed. */
  readonly isExpression: boolean
  /** The condition that it would serve. */
  readonly where: Sql
}

/** The indexes that a rule could use: for events and tags wherever they stand, for fields where everybody has to pass them. */
export function candidatesOf(rule: Node, context: CompileContext): readonly Candidate[] {
  const form = canonical(rule)
  const events = fold<readonly NodeOf<'event'>[]>(form, {
    ...leaves(() => []),
    event: (node) => [node],
    all: (of) => of.flat(),
    any: (of) => of.flat(),
    not: (of) => of,
  })
  const tags = fold<readonly NodeOf<'tag'>[]>(form, {
    ...leaves(() => []),
    tag: (node) => [node],
    all: (of) => of.flat(),
    any: (of) => of.flat(),
    not: (of) => of,
  })
  const own = conjuncts(form)
  const all = [
    ...events.flatMap((node) => ofEvent(node, context)),
    ...tags.flatMap((node) => ofTag(node, own.includes(node), context)),
    ...own.flatMap((node) => (node.kind === 'field' ? ofField(node, context) : [])),
  ]
  return [...new Map(all.map((one) => [stableText([one.table, one.on, textOf(one.where)]), one])).values()]
}

function ofEvent(node: NodeOf<'event'>, context: CompileContext): readonly Candidate[] {
  const [name, ...others] = eventNames(node.event)
  if (others.length > 0) return []
  const { table } = context.source.source.events.get(name!)!
  const at = typeof table.at === 'string' ? table.at : (table.at.column ?? 'at')
  const columns = [...(table.name === undefined ? [] : [table.name]), at]
  const { where } = eventCondition(node, { ...context, mode: 'set' }).stream
  const on = textOf(sql`(${sql.join(columns.map((one) => sql.id(one)))})`)
  return [{ table: table.table, alias: 'e', on, isExpression: false, where }]
}

function ofTag(node: NodeOf<'tag'>, isDue: boolean, context: CompileContext): readonly Candidate[] {
  const { tags, people } = context.source.source
  const where = context.source.tags!.has(node.tag)
  if (tags?.in === 'table') {
    const on = textOf(sql`(${sql.id(tags.tag)})`)
    return [{ table: tags.table, alias: 't', on, isExpression: false, where }]
  }
  if (!isDue) return []
  return [{ table: people.table, alias: 'p', on: gin(sql.id(tags!.column)), isExpression: false, where }]
}

function ofField(node: NodeOf<'field'>, context: CompileContext): readonly Candidate[] {
  const { people, fields } = context.source.source
  const { place, info } = fields.get(node.field)!
  const base = { table: people.table, alias: 'p', where: conditionSql(node, context) }
  const isList = info.type.kind === 'list'
  if (place.in === 'column') {
    const column = sql.id(place.column)
    return [{ ...base, on: isList ? gin(column) : textOf(sql`(${column})`), isExpression: false }]
  }
  // Of other values in a document the kind is looked at first, which no index serves.
  if (!['text', 'choice', 'version'].includes(info.type.kind) || place.path.length === 0) return []
  const steps = place.path.map(
    (key, i) => sql`${sql.raw(i === place.path.length - 1 ? '->>' : '->')} ${sql.lit(key)}`,
  )
  const value = sql`(${sql.join([sql.id(place.column), ...steps], sql` `)})`
  return [{ ...base, on: textOf(sql`(${value})`), isExpression: true }]
}

const gin = (value: Sql): string => textOf(sql`using gin (${value})`)

/** SQL without parameters, as text. */
export const textOf = (part: Sql): string => {
  const { sql: text, parameters } = compiled(part)
  return parameters.length === 0 ? text : stableText([text, parameters])
}

/** The rows of a table, or of another one that has its columns, that pass the condition. */
export const servedQuery = ({ alias, where }: Candidate, from: Sql): RawBuilder<unknown> =>
  sql`select from ${from} as ${sql.id(alias)} where ${where}`

/** The statement that makes the index. */
export const ddlOf = ({ table, on }: Candidate): string =>
  `create index concurrently on ${textOf(tableRef(table))} ${on}`
