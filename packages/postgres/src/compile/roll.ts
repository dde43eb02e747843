import { type RawBuilder, sql } from 'kysely'
import type { Reading, Sql } from '../read/reading.ts'
import { type CompileContext, drawSql } from './rule.ts'
import { type Asked, relationOf } from './top.ts'

/** What a roll says of each person. */
export interface RollAsked {
  /** Whether they are in it: `segment_0`, `segment_1`, … */
  readonly segments: readonly Asked[]
  /** The value of a field, or NULL: `value_0`, … */
  readonly values: readonly string[]
  /** Whether a field has a value, which blank text is none of: `present_0`, … */
  readonly present: readonly string[]
  /** The stable number drawn with a salt, from 0 to 9,999: `draw_0`, … */
  readonly salts: readonly string[]
}

/** Whether there is a value, and one that says something: blank text does not. */
const isThere = (reading: Reading): Sql =>
  reading.type.kind === 'text'
    ? sql`(${reading.valid} and (${reading.test({ op: 'blank' }, 0)}) is not true) is true`
    : sql`${reading.valid} is true`

/**
 * A row for each person of the population: the id as text, and what was asked for.
 *
 * Each segment is a set that is joined, so that it is worked out once and in the way that listing it would be.
 */
export function rollQuery(
  { segments, values, present, salts }: RollAsked,
  context: CompileContext,
): RawBuilder<unknown> {
  const { fields, people } = context.source
  const sets = segments.map((asked, i) => {
    const alias = sql.id(`s${i}`)
    return sql`left join (${relationOf(asked, context)}) as ${alias} on ${alias}.member = ${people.id}`
  })
  const columns: readonly Sql[] = [
    sql`${people.id}::text collate "C" as id`,
    ...segments.map((_, i) => sql`${sql.id(`s${i}`, 'member')} is not null as ${sql.id(`segment_${i}`)}`),
    ...values.map((name, i) => sql`${fields.get(name)!.value} as ${sql.id(`value_${i}`)}`),
    ...present.map((name, i) => sql`${isThere(fields.get(name)!)} as ${sql.id(`present_${i}`)}`),
    ...salts.map((salt, i) => sql`${drawSql(salt, people.id)} as ${sql.id(`draw_${i}`)}`),
  ]
  const where = people.where === undefined ? sql`` : sql` where ${people.where}`
  return sql`select ${sql.join(columns)} from ${people.table} as p ${sql.join(sets, sql` `)}${where}`
}
