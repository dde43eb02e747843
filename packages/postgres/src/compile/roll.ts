import { type RawBuilder, sql } from 'kysely'
import type { Reading, Sql } from '../read/reading.ts'
import { everybodyOf } from './everybody.ts'
import { type InstantContext, drawSql } from './rule.ts'
import type { Asked } from './top.ts'
import { heldSql } from './word.ts'

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
  /** What else is read of the row of each person (`p`): `more_0`, … */
  readonly more?: readonly Sql[]
}

/** Whether there is a value, and one that says something: blank text does not. */
const isThere = (reading: Reading): Sql =>
  reading.type.kind === 'text'
    ? sql`(${reading.valid} and (${reading.test({ op: 'blank' }, 0)}) is not true) is true`
    : sql`${reading.valid} is true`

/** A row for each person of the population: the id as text, and what was asked for. */
export function rollQuery(
  { segments, values, present, salts, more = [] }: RollAsked,
  context: InstantContext,
): RawBuilder<unknown> {
  const { source } = context
  const { people, joins, joined, own, held } = everybodyOf(segments, context)
  const id = source.people.id
  const asked: readonly Sql[] = [
    sql`${id}::text collate "C" as id`,
    ...[...joined, ...own].map((word, i) => sql`${word} as ${sql.id(`word_${i}`)}`),
    ...values.map((name, i) => sql`${source.fields.get(name)!.value} as ${sql.id(`value_${i}`)}`),
    ...present.map((name, i) => sql`${isThere(source.fields.get(name)!)} as ${sql.id(`present_${i}`)}`),
    ...salts.map((salt, i) => sql`${drawSql(salt, id)} as ${sql.id(`draw_${i}`)}`),
    ...more.map((one, i) => sql`${one} as ${sql.id(`more_${i}`)}`),
  ]
  // The fence keeps a word from being worked out again wherever it is used.
  const worked = sql`select ${sql.join(asked)} from ${people} ${sql.join(joins, sql` `)} offset 0`
  const kept = (name: string, list: readonly unknown[]): readonly Sql[] =>
    list.map((_, i) => sql.id('worked', `${name}_${i}`))
  const word = (i: number): Sql => sql.id('worked', `word_${i}`)
  const given = [
    sql.id('worked', 'id'),
    ...held.map((one, i) => sql`${heldSql(one, word)} as ${sql.id(`segment_${i}`)}`),
    ...kept('value', values),
    ...kept('present', present),
    ...kept('draw', salts),
    ...kept('more', more),
  ]
  return sql`select ${sql.join(given)} from (${worked}) as worked`
}
