import { type Node, stableText, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import type { Sql } from '../read/reading.ts'
import { valueReading } from '../read/value.ts'
import type { InstantContext } from './rule.ts'

/** The population with the values of those fields that several parts look at: to read one out of a document takes longer than to test it. */
export function readOnce(
  rules: readonly Node[],
  context: InstantContext,
): { readonly people: Sql; readonly context: InstantContext } {
  const { source } = context
  const { table, where } = source.people
  const filtered = where === undefined ? sql`` : sql` where ${where}`
  const fields = [...source.fields]
    .filter(([name, { type }]) => isScalar(type) && looksAt(rules, name) > 1)
    .map(([name, { type, value }], i) => ({ name, type, value, column: `segmentry value ${i}` }))
  if (fields.length === 0) return { people: sql`(select * from ${table} as p${filtered}) as p`, context }
  const values = fields.map(({ value, column }) => sql`${value} as ${sql.id(column)}`)
  const read = fields.map(
    ({ name, type, column }) => [name, valueReading(type, sql.id('p', column))] as const,
  )
  return {
    people: sql`(select p.*, ${sql.join(values)} from ${table} as p${filtered} offset 0) as p`,
    context: { ...context, source: { ...source, fields: new Map([...source.fields, ...read]) } },
  }
}

const isScalar = ({ kind }: ValueType): boolean => kind !== 'list' && kind !== 'object'

/** How many different filters look at a field. */
function looksAt(rules: readonly Node[], field: string): number {
  const filters = new Set<string>()
  const look = (node: Node): void => {
    if (node.kind === 'all' || node.kind === 'any') node.of.forEach(look)
    else if (node.kind === 'not') look(node.of)
    else if (namesOf(node).includes(field)) filters.add(stableText(node))
  }
  rules.forEach(look)
  return filters.size
}

function namesOf(node: Node): readonly string[] {
  switch (node.kind) {
    case 'field':
      return [node.field]
    case 'compare':
      return [node.field, node.to]
    case 'near':
      return [node.latitude, node.longitude]
    default:
      return []
  }
}
