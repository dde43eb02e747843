import { type AnySegment, DefinitionError } from '@segmentry/core'
import { expect } from 'vitest'

// What people who mean no good, or machines that know no better, hand over.

/** Text that breaks what is put together from text: SQL, patterns, prototypes, prints. All of it can be stored. */
export const texts: readonly string[] = [
  "'; drop table people; --",
  "' or '1'='1",
  '"; drop table people; --',
  "\\'; drop table people; --",
  "E'\\x00'",
  '$1',
  '$$; drop table people; $$',
  '$tag$',
  ':name',
  '?',
  '%',
  '_',
  '\\',
  '\\\\',
  '"',
  "''",
  '/* */ --',
  '{a,"b",NULL}',
  'NULL',
  'null',
  'true',
  '-1',
  '1e400',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '(a+)+$',
  '***=a',
  '(?i)a',
  '[[:alpha:]]',
  '\u202eabc',
  'a\ufeffb',
  '\u0001\u001f\u007f',
  'a\nb\r\nc\tb  d',
  '\ufffd',
  '\u{10ffff}',
  'İıſK',
  ' ',
]

/** Text that no database can keep, and that is therefore refused where a definition or a record has it. */
export const unstorable: readonly string[] = ['a\0b', '\0', '\ud800', '\udc00x', 'x\ud83d']

/** Values of no type that a definition or a person has, each made anew. */
export const oddities: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  NaN: () => NaN,
  infinity: () => Infinity,
  '2^53 + 2': () => 2 ** 53 + 2,
  'a bigint': () => 10n,
  'a symbol': () => Symbol('s'),
  'a function': () => () => 1,
  'an empty object': () => ({}),
  'an object without prototype': () => Object.create(null) as unknown,
  'an empty list': () => [],
  'a list of nothing': () => [undefined],
  'a sparse list': () => Object.assign([], { length: 3 }),
  'an invalid date': () => new Date(NaN),
  'a date': () => new Date(),
  'a map': () => new Map([['a', 1]]),
  'a text object': () => Object('x') as unknown,
  'a circle': () => {
    const circle: Record<string, unknown> = {}
    circle['of'] = [circle]
    return circle
  },
  'a getter that throws': () => ({
    get kind() {
      throw new Error('not loaded')
    },
  }),
  'a proxy that was revoked': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'text that cannot be stored': () => 'a\0',
  'half a character': () => '\ud800',
  'a name that objects inherit': () => 'constructor',
  'a day that does not exist': () => '2026-02-30',
  'the year 0': () => '0000-01-01T00:00:00Z',
  'a year that is none': () => '+275760-09-13T00:00:00Z',
  'an offset that is none': () => '2026-01-01T00:00:00+518:00',
  'a long text': () => 'x'.repeat(100_000),
}

/** Whether an error says what was found, and is not one that the engine throws from the inside. */
export function isTold(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('_tag' in error) return true
  // What callers without types do wrong is a TypeError or a RangeError with a sentence of ours.
  return /\bfound\b|^unknown option|has the unknown key/.test(error.message)
}

/** What `run` answers, or the error it ends with, which has to be one that tells what is wrong. */
export async function answerOrRefusal<T>(run: () => T | Promise<T>): Promise<T | Error> {
  try {
    return await run()
  } catch (error) {
    expect(isTold(error), `${String(error)}\n${(error as Error).stack}`).toBe(true)
    return error as Error
  }
}

/** The codes of what is wrong with a definition, which has to be refused. */
export function codesOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues.map(({ code }) => code)
    throw error
  }
  throw new Error('it was accepted')
}

/** A segment as it is made by hand, neither built nor decoded. */
export const byHand = (rule: unknown): AnySegment => ({ definition: { format: 1, rule } as never })

/** A rule that nests so many levels deep. */
export function nested(depth: number): unknown {
  let rule: unknown = { kind: 'tag', tag: 'VIP' }
  for (let level = 1; level < depth; level++) rule = { kind: 'not', of: rule }
  return rule
}

/** A rule of so many filters. */
export const wide = (filters: number): unknown => ({
  kind: 'any',
  of: Array.from({ length: filters }, () => ({ kind: 'tag', tag: 'VIP' })),
})

/** The places of a document, each as the keys that lead to it. */
export const places = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, part]) => places(part, [...path, key]))]
    : [path]

/** The document with something odd in one place. */
export const put = (value: unknown, [key, ...rest]: readonly string[], odd: unknown): unknown => {
  if (key === undefined) return odd
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  copy[key] = put((value as Record<string, unknown>)[key], rest, odd)
  return copy
}
