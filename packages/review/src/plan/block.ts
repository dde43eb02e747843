import { type Bits, bitsInWord } from '@segmentry/postgres/effect'

/** Some people, and what each is: a row of bits for each part, in which everybody has a place. */
export interface Block {
  readonly ids: readonly string[]
  /** By part; the person at place `n` is bit `n % 32` of element `n / 32`. */
  readonly parts: readonly Uint32Array[]
  /** By salt, the number drawn for each person. */
  readonly draws: readonly (readonly number[])[]
}

/** A row of the query of {@link Bits}. */
export type BitsRow = Readonly<Record<string, string | number>> & { readonly id: string }

/** Turns rows of words into a row of bits for each part. */
export function blockOf(rows: readonly BitsRow[], { words }: Bits, salts: readonly string[]): Block {
  const length = Math.ceil(rows.length / 32)
  const parts = Array.from({ length: words * bitsInWord }, () => new Uint32Array(length))
  for (let word = 0; word < words; word += 1) {
    const name = `word_${word}`
    const first = word * bitsInWord
    for (const [place, row] of rows.entries()) {
      const element = place >>> 5
      const mask = 1 << (place & 31)
      for (let left = row[name] as number; left !== 0; left &= left - 1) {
        parts[first + 31 - Math.clz32(left & -left)]![element]! |= mask
      }
    }
  }
  return {
    ids: rows.map(({ id }) => id),
    parts,
    draws: salts.map((_, i) => rows.map((row) => row[`draw_${i}`] as number)),
  }
}

/** How many bits are set. */
export function bitsSet(row: Uint32Array): number {
  let set = 0
  for (const element of row) {
    let n = element - ((element >>> 1) & 0x55555555)
    n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
    set += Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return set
}

/** The places whose bits are set. */
export function* placesSet(row: Uint32Array): Generator<number> {
  for (const [i, element] of row.entries()) {
    for (let left = element; left !== 0; left &= left - 1) yield i * 32 + 31 - Math.clz32(left & -left)
  }
}
