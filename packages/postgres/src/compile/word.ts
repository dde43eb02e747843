import { sql } from 'kysely'
import { and, or, type Sql } from '../read/reading.ts'

/** A condition over parts, by their places. */
export type Held =
  | { readonly is: 'part'; readonly part: number }
  | { readonly is: 'all' | 'any'; readonly of: readonly Held[] }
  | { readonly is: 'not'; readonly of: Held }

/** Parts in a word, a whole number of 32 bits that is never negative: part `n` is bit `n % 31` of word `n / 31`. */
export const bitsInWord = 31

/** Conditions, packed in words. */
export function wordsOf(parts: readonly Sql[]): readonly Sql[] {
  const words: Sql[] = []
  for (let from = 0; from < parts.length; from += bitsInWord) {
    const bits = parts
      .slice(from, from + bitsInWord)
      .map((part, i) => sql`case when ${part} then ${sql.lit(2 ** i)} else 0 end`)
    words.push(sql`(${sql.join(bits, sql` + `)})`)
  }
  return words
}

/** What words of these parts are where each is as told. */
export const wordsWhere = (parts: readonly boolean[]): readonly number[] =>
  Array.from({ length: Math.ceil(parts.length / bitsInWord) }, (_, word) =>
    parts
      .slice(word * bitsInWord, (word + 1) * bitsInWord)
      .reduce((sum, isSet, i) => sum + (isSet ? 2 ** i : 0), 0),
  )

/** A condition over words. */
export function heldSql(held: Held, word: (place: number) => Sql): Sql {
  switch (held.is) {
    case 'part':
      return sql`${word(Math.floor(held.part / bitsInWord))} & ${sql.lit(2 ** (held.part % bitsInWord))} <> 0`
    case 'not':
      return sql`not (${heldSql(held.of, word)})`
    case 'all':
      return and(...held.of.map((one) => heldSql(one, word)))
    case 'any':
      return or(...held.of.map((one) => heldSql(one, word)))
  }
}
