import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  foldAscii,
  foldPattern,
  matchesPattern,
  mostPieces,
  parsePattern,
  type Pattern,
  type PatternFault,
  patternRegex,
  patternText,
} from '../src/text/pattern.ts'

const parsed = (text: string): Pattern => {
  const pattern = parsePattern(text)
  if (pattern.kind === 'fault') throw new Error(`${text}: ${JSON.stringify(pattern)}`)
  return pattern
}
const fault = (text: string): PatternFault | undefined => {
  const pattern = parsePattern(text)
  return pattern.kind === 'fault' ? pattern : undefined
}
const matches = (pattern: string, text: string): boolean => matchesPattern(parsed(pattern), text)
const spelling = (pattern: string): string => patternText(parsed(pattern))

/** A piece as it may be spelled, and what it accepts; `'run'` accepts any number of characters. */
interface Spelled {
  readonly spelling: string
  readonly accepts: 'run' | ((char: string) => boolean)
}

const alphabet = [...'abzAZ_^-*?[]\\:.(){}|$+', '\n', 'é', '\uD7FF', '\uE000', '\uFF5E', '\u{1D4B3}', '😀']
const character = fc.constantFrom(...alphabet)
const escaped = (char: string): string => ('*?[]\\^-'.includes(char) ? `\\${char}` : char)
const point = (char: string): number => char.codePointAt(0)!

const range = fc
  .tuple(character, character)
  .map((pair) => pair.toSorted((a, b) => point(a) - point(b)) as [string, string])
const setOf = fc.record({
  negated: fc.boolean(),
  ranges: fc.array(
    fc.oneof(
      range,
      character.map((one): [string, string] => [one, one]),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
})

const spelled: fc.Arbitrary<Spelled> = fc.oneof(
  fc.constant<Spelled>({ spelling: '*', accepts: 'run' }),
  fc.constant<Spelled>({ spelling: '?', accepts: () => true }),
  character.map((one): Spelled => ({ spelling: escaped(one), accepts: (char) => char === one })),
  setOf.map(({ negated, ranges }): Spelled => {
    const inside = ranges.map(([from, to]) =>
      from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`,
    )
    return {
      spelling: `[${negated ? '^' : ''}${inside.join('')}]`,
      accepts: (char) =>
        negated !== ranges.some(([from, to]) => point(from) <= point(char) && point(char) <= point(to)),
    }
  }),
)
const spelledPattern = fc.array(spelled, { minLength: 1, maxLength: 6 })
const shortText = fc.string({ unit: character, maxLength: 8 })

/** The obvious matcher: a run takes as much as it wants to. */
function obvious(pieces: readonly Spelled[], chars: readonly string[]): boolean {
  const [first, ...rest] = pieces
  if (!first) return chars.length === 0
  if (first.accepts === 'run') return chars.concat('').some((_, i) => obvious(rest, chars.slice(i)))
  return chars.length > 0 && first.accepts(chars[0]!) && obvious(rest, chars.slice(1))
}

const spellingOf = (pieces: readonly Spelled[]): string => pieces.map((piece) => piece.spelling).join('')

describe('a pattern', () => {
  test('matches what the obvious matcher matches', () => {
    let matched = 0
    fc.assert(
      fc.property(spelledPattern, shortText, (pieces, text) => {
        const expected = obvious(pieces, [...text])
        if (expected) matched++
        expect(matches(spellingOf(pieces), text)).toBe(expected)
      }),
      { numRuns: 20_000 },
    )
    expect(matched).toBeGreaterThan(1000)
  })

  test('of a few letters matches what the obvious matcher matches', () => {
    const letter = fc.constantFrom('a', 'b')
    const few = fc.oneof(
      {
        weight: 3,
        arbitrary: letter.map((one): Spelled => ({ spelling: one, accepts: (char) => char === one })),
      },
      { weight: 1, arbitrary: fc.constant<Spelled>({ spelling: '?', accepts: () => true }) },
      { weight: 2, arbitrary: fc.constant<Spelled>({ spelling: '*', accepts: 'run' }) },
    )
    fc.assert(
      fc.property(
        fc.array(few, { minLength: 1, maxLength: 9 }),
        fc.string({ unit: letter, maxLength: 12 }),
        (pieces, text) => {
          expect(matches(spellingOf(pieces), text)).toBe(obvious(pieces, [...text]))
        },
      ),
      { numRuns: 20_000 },
    )
  })

  test('has one spelling, which means the same', () => {
    fc.assert(
      fc.property(spelledPattern, (pieces) => {
        const pattern = parsed(spellingOf(pieces))
        expect(parsePattern(patternText(pattern))).toEqual(pattern)
        expect(patternText(pattern).length).toBeLessThanOrEqual(spellingOf(pieces).length)
      }),
    )
  })

  test('is anchored, and reads characters and not code units', () => {
    expect(matches('b', 'abc')).toBe(false)
    expect(matches('*', '')).toBe(true)
    expect(matches('?', '')).toBe(false)
    expect(matches('?', '😀')).toBe(true)
    expect(matches('??', '😀')).toBe(false)
    expect(matches('*?', '😀')).toBe(true)
    expect(matches('a?b', 'a\nb')).toBe(true)
    expect(matches('[\u{1D4B0}-\u{1D4B9}]', '\u{1D4B3}')).toBe(true)
    expect(matches('[\uFF00-\u{10000}]', '\u{1D4B3}')).toBe(false)
    expect(matches('ab*bc', 'abc')).toBe(false)
    expect(matches('*@example.com', 'ann@example.com')).toBe(true)
    expect(matches('*@example.com', 'ann@example.com\n')).toBe(false)
    expect(matches('*@example.com', 'ann@exampleXcom')).toBe(false)
  })

  test.each([
    ['**a***', '*a*'],
    ['*?*?', '??*'],
    ['[cab]', '[a-c]'],
    ['[a-cb-ed]', '[a-e]'],
    ['[ba]', '[ab]'],
    ['[a]', 'a'],
    ['[*]', '\\*'],
    ['[^a]', '[^a]'],
    ['[-a]', '[\\-a]'],
    ['[a-]', '[\\-a]'],
    ['[-]', '-'],
    ['[a^]', '[\\^a]'],
    ['\\-\\^\\]\\[', '-^]\\['],
    ['[[:alpha:]]', '[:[ahlp]]'],
    ['[\uE000\uD7FF]', '[\uD7FF\uE000]'],
    ['[\uE000\uD7FE\uD7FF]', '[\uD7FE-\uE000]'],
  ])('%j is spelled %j', (text, canonical) => expect(spelling(text)).toBe(canonical))

  test.each([
    ['', 0, 'the end of the pattern'],
    ['a\\', 2, 'the end of the pattern'],
    ['😀\\d', 2, 'd'],
    ['[]', 1, ']'],
    ['[^]', 2, ']'],
    ['[a', 2, 'the end of the pattern'],
    ['a[', 2, 'the end of the pattern'],
    ['[a\\]', 4, 'the end of the pattern'],
    ['[a-', 3, 'the end of the pattern'],
    ['[\\w]', 2, 'w'],
    ['[z-a]', 1, 'z-a'],
    ['[\u{1D4B3}-\uFF5E]', 1, '\u{1D4B3}-\uFF5E'],
    ['[a-c-e]', 4, '-'],
    ['[+--]', 3, '-'],
    ['a\0', 1, 'U+0000'],
    ['😀\uD800', 1, 'U+D800'],
  ])('%j is none', (text, at, found) => expect(fault(text)).toMatchObject({ at, found }))

  test('has at most so many pieces', () => {
    expect(fault('a'.repeat(mostPieces))).toBeUndefined()
    expect(fault('*'.repeat(1000))).toBeUndefined()
    expect(fault('a'.repeat(mostPieces + 1))).toMatchObject({
      at: mostPieces,
      expected: 'at most 200 pieces',
    })
  })

  test('any text is a pattern or a fault', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.oneof(character, fc.constantFrom('[', ']', '-', '\\', '\0', '\uD800')) }),
        (text) => {
          const pattern = parsePattern(text)
          if (pattern.kind === 'fault') expect(pattern.at).toBeLessThanOrEqual([...text].length)
          else expect(parsePattern(patternText(pattern))).toEqual(pattern)
        },
      ),
      { numRuns: 5000 },
    )
  })
})

describe('matching takes at most pieces times characters', () => {
  /** How often a piece is looked at. */
  const steps = (pattern: Pattern, text: string): number => {
    let count = 0
    const pieces = new Proxy(pattern.pieces, {
      get: (target, key) => {
        count++
        return Reflect.get(target, key) as unknown
      },
    })
    matchesPattern({ kind: 'pattern', pieces }, text)
    return count
  }
  const length = 100_000

  test.each([
    ['*a*a*a*a*b', 'a'.repeat(length)],
    ['*a*a*a*a*b*', 'a'.repeat(length)],
    [`${'*a'.repeat(99)}*b`, 'a'.repeat(length)],
    [`*${'a'.repeat(150)}b*`, 'a'.repeat(length / 10)],
    [`*${'a'.repeat(60)}b*${'a'.repeat(60)}b*`, `${'a'.repeat(60)}b${'a'.repeat(length / 10)}`],
    [`*a${'?'.repeat(150)}b*`, 'a'.repeat(length / 10)],
    [`${'?'.repeat(199)}*`, '😀'.repeat(length / 2)],
    ['*[^b]*[ab]*[^a]', 'a'.repeat(length)],
  ])('%s', (text, subject) => {
    const pattern = parsed(text)
    expect(steps(pattern, subject)).toBeLessThan(4 * (pattern.pieces.length + 1) * subject.length)
  })

  test('many runs cost no more than few', () => {
    const few = steps(parsed('*a*b'), 'a'.repeat(length))
    expect(steps(parsed(`${'*a'.repeat(99)}*b`), 'a'.repeat(length))).toBeLessThan(few + 2000)
    expect(few).toBeLessThan(4000)
  })
})

describe('ignoring case', () => {
  test('folds ASCII letters only', () => {
    expect(foldAscii('AZaz[@İΣ\u212A')).toBe('azaz[@İΣ\u212A')
  })

  test('a folded pattern matches the folded texts of what the pattern matches', () => {
    expect(patternText(foldPattern(parsed('[A-_]x[^Zz]Q')))).toBe('[[-_a-z]x[^z]q')
    fc.assert(
      fc.property(spelledPattern, shortText, (pieces, text) => {
        const folded: Spelled[] = pieces.map(({ spelling: own, accepts }) => ({
          spelling: own,
          // Negation is of the folded set: [^a] takes neither a nor A.
          accepts:
            accepts === 'run'
              ? accepts
              : own.startsWith('[^')
                ? (char) => accepts(char) && accepts(char.replace(/[a-z]/, (letter) => letter.toUpperCase()))
                : (char) => accepts(char) || accepts(char.replace(/[a-z]/, (letter) => letter.toUpperCase())),
        }))
        const pattern = foldPattern(parsed(spellingOf(pieces)))
        expect(parsePattern(patternText(pattern))).toEqual(pattern)
        expect(matchesPattern(pattern, foldAscii(text))).toBe(obvious(folded, [...foldAscii(text)]))
      }),
      { numRuns: 5000 },
    )
  })
})

test('the regular expression escapes all that means something in one', () => {
  expect(patternRegex(parsed('a.b*[^a-c\\]][[:x]?'))).toBe('^a\\.b.*[^\\]a-c][\\:\\[x].$')
  expect(patternRegex(parsed('\\*\\*\\*:(?i)a'))).toBe('^\\*\\*\\*\\:\\(.i\\)a$')
})
