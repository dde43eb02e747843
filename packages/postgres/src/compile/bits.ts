import { type RawBuilder, sql } from 'kysely'
import type { Sql } from '../read/reading.ts'
import { everybodyOf } from './everybody.ts'
import { type InstantContext, drawSql } from './rule.ts'
import type { Asked } from './top.ts'
import type { Held } from './word.ts'

/** What is asked of each person. */
export interface BitsAsked {
  readonly segments: readonly Asked[]
  readonly salts: readonly string[]
}

/** Everybody, as bits. */
export interface Bits {
  /** A row for each person: `id`, `word_0`, …, and the numbers drawn, `draw_0`, …, from 0 to 9,999. */
  readonly query: RawBuilder<unknown>
  readonly words: number
  /** Each segment over the parts. */
  readonly held: readonly Held[]
}

/**
 * What decides who is in segments, packed: a condition over the parts of a hundred segments is worked out for millions of people in no time
 * by who has the bits, and Postgres only has to find out the parts.
 */
export function bitsQuery({ segments, salts }: BitsAsked, context: InstantContext): Bits {
  const { people, joins, joined, own, held } = everybodyOf(segments, context)
  const { id } = context.source.people
  const named = (list: readonly Sql[], from: number): readonly Sql[] =>
    list.map((word, i) => sql`${word} as ${sql.id(`word_${from + i}`)}`)
  // Where it has few columns, a row is not much to carry through the joins.
  const narrow = sql`(select ${sql.join([id, ...named(own, joined.length)])} from ${people} offset 0) as p`
  const asked = [
    sql`${id}::text as id`,
    ...named(joined, 0),
    ...own.map((_, i) => sql.id('p', `word_${joined.length + i}`)),
    ...salts.map((salt, i) => sql`${drawSql(salt, id)} as ${sql.id(`draw_${i}`)}`),
  ]
  const query = sql`select ${sql.join(asked)} from ${narrow} ${sql.join(joins, sql` `)}`
  const words = joined.length + own.length
  return { query, words, held }
}
