import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareText } from '../../packages/core/src/evaluate/order.ts'
import { emailDomain } from '../../packages/core/src/text/email.ts'
import {
  foldAscii,
  foldPattern,
  matchesPattern,
  mostPieces,
  parsePattern,
  type Pattern,
  patternRegex,
} from '../../packages/core/src/text/pattern.ts'
import { versionKey } from '../../packages/core/src/text/version.ts'
import { emailDomainSql } from '../../packages/postgres/src/read/email.ts'
import { foldAsciiSql } from '../../packages/postgres/src/read/fold.ts'
import { versionKeySql } from '../../packages/postgres/src/read/version.ts'
import { type Backend, backends } from './database.ts'

// What core says of a text and what SQL says of it, for many texts in one query.

const ascii = Array.from({ length: 127 }, (_, i) => String.fromCharCode(i + 1))
const wide = [...'éßİıΣσς\u0085\u00a0\u2028\u212A\u0301\uD7FF\uE000\uFEFF\uFF5E\uFFFF\u{1D4B3}\u{10FFFF}😀']
const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'abAB01.-_@') },
  { weight: 3, arbitrary: fc.constantFrom(...ascii) },
  { weight: 2, arbitrary: fc.constantFrom(...wide) },
)
const anyText = fc.string({ unit: character, maxLength: 12 })

const words = String.raw`***=a ***:a (?i)a (?x)a [[:alpha:]] [[.a.]] [[=a=]] [[:<:]]a '; "a" $1 a\ \\ \d \1 ^a$ a{2}
a|b (a) \Aa\Z % _ {a,b} #a --`
const hostile = [...words.split(/\s/), '', ' ', 'a b', 'a\nb', '\n', 'a\n']

const parsed = (text: string): Pattern | undefined => {
  const pattern = parsePattern(text)
  return pattern.kind === 'fault' ? undefined : pattern
}
const present = <T>(value: T | undefined): value is T => value !== undefined
const escaped = (text: string): string => text.replaceAll(/[*?[\]\\^-]/g, '\\$&')

const range = fc.tuple(character, character).map((pair) => pair.toSorted(compareText).map(escaped).join('-'))
const set = fc
  .array(fc.oneof(character.map(escaped), range), { minLength: 1, maxLength: 6 })
  .chain((inside) => fc.constantFrom(`[${inside.join('')}]`, `[^${inside.join('')}]`))
const piece = fc.oneof(fc.constantFrom('*', '?'), character.map(escaped), set)
const madePattern = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''))

/** Ways to write a character, and to write something that it may or may not be. */
const spellings: readonly ((char: string) => string)[] = [
  ...Array.from({ length: 6 }, () => escaped),
  () => '?',
  () => '*',
  (char) => `[${escaped(char)}]`,
  (char) => `[ab${escaped(char)}]`,
  (char) => `[^a${escaped(char)}]`,
]

/** A text and a pattern made of it, which it often matches. */
const nearPattern = fc
  .array(fc.tuple(character, fc.constantFrom(...spellings)), { minLength: 1, maxLength: 8 })
  .map((chars): [pattern: string, text: string] => [
    chars.map(([char, spell]) => spell(char)).join(''),
    chars.map(([char]) => char).join(''),
  ])

const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number): T[] => fc.sample(arbitrary, { numRuns })

function pairs(): (readonly [Pattern, string])[] {
  const ofHostile = hostile.flatMap((one) =>
    hostile.flatMap((text) => [
      [one, text],
      [escaped(one), text],
      [`*${escaped(one)}*`, `a${text}`],
    ]),
  )
  const ofCharacters = [...ascii, ...wide].flatMap((one) =>
    [one, '\\', 'a'].flatMap((text) => spellings.map((spell) => [spell(one), text])),
  )
  const made = [...sample(fc.tuple(madePattern, anyText), 3000), ...sample(nearPattern, 3000)]
  return [...ofHostile, ...ofCharacters, ...made].flatMap(([pattern, text]) => {
    const found = parsed(pattern!)
    return found ? [[found, text!] as const] : []
  })
}

const number = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('0', '1', '10', '999999999999999') },
  { weight: 1, arbitrary: fc.constantFrom('', '00', '01', '1000000000000000', '١') },
)
const identifier = fc.oneof(
  { weight: 4, arbitrary: number },
  { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom(...'0019aZ-'), minLength: 1, maxLength: 40 }) },
  { weight: 1, arbitrary: anyText },
)
const dotted = fc.array(identifier, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
const version = fc
  .record({
    start: fc.constantFrom('', '', '', '', '', 'v', ' ', '\n'),
    core: fc.tuple(number, number, number),
    prerelease: fc.option(dotted, { freq: 3 }),
    build: fc.option(dotted, { freq: 1 }),
    end: fc.constantFrom('', '', '', '', '', '+', '-', '\n'),
  })
  .map(({ start, core, prerelease, build, end }) => {
    const before = prerelease === null ? '' : `-${prerelease}`
    return `${start}${core.join('.')}${before}${build === null ? '' : `+${build}`}${end}`
  })
const versions = (): string[] => [
  ...hostile,
  ...'1.0.0 1.0.0-0 1.0.0-- 1.0.0-a.1 1.0.0-1a.00a 1.0.0-a0000000000000000001.1 1.0.0~ 1.0.0-1~'.split(' '),
  ...[250, 251].map((length) => `1.0.0-${'a'.repeat(length)}`),
  ...[250, 251].map((length) => `1.0.0+${'😀'.repeat(length)}`),
  `1.0.0-${'1.'.repeat(124)}1`,
  `1.0.0-${'1.'.repeat(500_000)}1`,
  ...sample(version, 3000),
  ...sample(anyText, 500),
]

const label = fc.oneof(fc.constantFrom('example', 'EXAMPLE', '', 'a-b', 'ÄÖ', 'xn--a'), anyText)
const email = fc
  .tuple(
    fc.oneof(fc.constantFrom('a', 'A.b+c', ''), anyText),
    fc.constantFrom('@', '@', '@', '@@', ''),
    fc.array(label, { minLength: 1, maxLength: 3 }),
  )
  .map(([local, at, labels]) => `${local}${at}${labels.join('.')}`)
const emails = (): string[] => [
  ...hostile,
  ...[...ascii, ...wide].flatMap((char) => [`a@b${char}`, `a@b${char}c`, `${char}@b`, char]),
  ...['b', '😀'].flatMap((char) => [253, 254, 506, 507].map((length) => `a@${char.repeat(length)}`)),
  `${'a'.repeat(500_000)}@${'b.'.repeat(500_000)}c`,
  `${'a'.repeat(500_000)}@b`,
  ...sample(email, 3000),
]

describe.each(Object.entries(backends))('texts on %s', (_, open) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await open()
  })
  afterAll(() => backend.close())

  // As JSON, since PGlite drops a U+FEFF that a text begins with.
  /** What SQL says of each case, whose parts are texts that the expression knows as `c ->> 0` and so on. */
  const ask = async <R>(cases: readonly (readonly string[])[], says: RawBuilder<unknown>): Promise<R[]> => {
    const { rows } = await sql<{ said: R }>`
      select to_jsonb(${says}) as said from jsonb_array_elements(${JSON.stringify(cases)}::text::jsonb) with ordinality as all_cases (c, i) order by i
    `.execute(backend.db)
    return rows.map(({ said }) => said)
  }
  const first = sql`(c ->> 0)`
  const second = sql`(c ->> 1)`

  /** The cases of which SQL and core say something else. */
  const disagreements = async <T extends readonly string[], R>(
    cases: readonly T[],
    says: RawBuilder<unknown>,
    expected: (...parts: T) => R,
  ): Promise<unknown[]> => {
    const said = await ask<R>(cases, says)
    expect(said).toHaveLength(cases.length)
    return cases
      .map((parts, i) => ({ parts, sql: said[i], core: expected(...parts) }))
      .filter((found) => found.sql !== found.core)
  }

  test('patterns', async () => {
    const cases = pairs()
    const expected = cases.map(([pattern, text]) => matchesPattern(pattern, text))
    const said = await ask<boolean>(
      cases.map(([pattern, text]) => [patternRegex(pattern), text]),
      sql`${second} collate "C" ~ ${first}`,
    )
    expect(cases.filter((_case, i) => said[i] !== expected[i])).toEqual([])
    expect(expected.filter(Boolean).length).toBeGreaterThan(1000)
    expect(expected.filter((one) => !one).length).toBeGreaterThan(1000)
  })

  test('patterns that ignore case', async () => {
    const cases = pairs().map(([pattern, text]) => [foldPattern(pattern), text] as const)
    const said = await ask<boolean>(
      cases.map(([pattern, text]) => [patternRegex(pattern), text]),
      sql`${foldAsciiSql(second)} collate "C" ~ ${first}`,
    )
    expect(
      cases.filter(([pattern, text], i) => said[i] !== matchesPattern(pattern, foldAscii(text))),
    ).toEqual([])
  })

  test('the largest patterns are no error, and no text makes them slow', async () => {
    const long = 'ab'.repeat(25_000)
    const patterns = [
      `${'*a'.repeat(mostPieces / 2 - 1)}*c`,
      `${'*?'.repeat(mostPieces / 2 - 1)}*c`,
      `*a${'?'.repeat(mostPieces - 3)}c`,
      `${'*[^a]'.repeat(mostPieces / 2 - 1)}*c`,
      `*${Array.from({ length: mostPieces - 1 }, (_one, i) => String.fromCodePoint(0x4e00 + 7 * i)).join('')}`,
      Array.from(
        { length: mostPieces / 2 },
        (_one, i) => `*[${String.fromCodePoint(0x100 + 3 * i)}-${String.fromCodePoint(0x1f600 + 5 * i)}]`,
      ).join(''),
      `[${Array.from({ length: 500 }, (_one, i) => String.fromCodePoint(0x4e00 + 2 * i)).join('')}]*`,
    ].map(parsed)
    const cases = patterns.filter(present)
    expect(cases).toHaveLength(patterns.length)
    const said = await ask<boolean>(
      cases.map((pattern) => [patternRegex(pattern), long]),
      sql`${second} collate "C" ~ ${first}`,
    )
    expect(said).toEqual(cases.map((pattern) => matchesPattern(pattern, long)))
  })

  test('folded texts', async () => {
    const cases = [...hostile, ...ascii, ...wide, ...sample(anyText, 1000)].map((one): [string] => [one])
    expect(await disagreements(cases, foldAsciiSql(first), foldAscii)).toEqual([])
  })

  test('versions', async () => {
    const cases = versions().map((one): [string] => [one])
    expect(cases.filter(([text]) => versionKey(text) !== undefined).length).toBeGreaterThan(300)
    expect(await disagreements(cases, versionKeySql(first), (text) => versionKey(text) ?? null)).toEqual([])
  })

  test('version keys order in SQL as in core', async () => {
    const known = versions().filter((one) => versionKey(one) !== undefined)
    const { rows } = await sql<{ key: string }>`
      select ${versionKeySql(sql`v`)} as key
      from jsonb_array_elements_text(${JSON.stringify(known)}::text::jsonb) as v order by 1
    `.execute(backend.db)
    expect(rows.map(({ key }) => key)).toEqual(known.map((one) => versionKey(one)!).toSorted(compareText))
  })

  test('domains of e-mail addresses', async () => {
    const cases = emails().map((one): [string] => [one])
    expect(cases.filter(([text]) => emailDomain(text) !== undefined).length).toBeGreaterThan(500)
    expect(await disagreements(cases, emailDomainSql(first), (text) => emailDomain(text) ?? null)).toEqual([])
  })

  test('of NULL is nothing said', async () => {
    const nothing = sql`null::text`
    expect(
      await ask(
        [['']],
        sql`coalesce(${versionKeySql(nothing)}, ${emailDomainSql(nothing)}, ${foldAsciiSql(nothing)})`,
      ),
    ).toEqual([null])
  })
})
