import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareText } from '../src/evaluate/order.ts'
import { emailDomain, mostDomainCharacters } from '../src/text/email.ts'
import { mostVersionCharacters, versionKey } from '../src/text/version.ts'

/** Precedence as semver 2.0.0 states it in section 11, of versions without build metadata. */
function precedence(a: string, b: string): number {
  const parts = (version: string) => {
    const at = version.indexOf('-')
    const [core, prerelease] = at < 0 ? [version, undefined] : [version.slice(0, at), version.slice(at + 1)]
    return { core: core.split('.').map(Number), prerelease: prerelease?.split('.') }
  }
  const [left, right] = [parts(a), parts(b)]
  for (const [i, one] of left.core.entries())
    if (one !== right.core[i]) return Math.sign(one - right.core[i]!)
  if (!left.prerelease || !right.prerelease)
    return Number(left.prerelease === undefined) - Number(right.prerelease === undefined)
  for (const [i, one] of left.prerelease.entries()) {
    const other = right.prerelease[i]
    if (other === undefined) return 1
    const [numeric, otherNumeric] = [/^\d+$/.test(one), /^\d+$/.test(other)]
    if (numeric !== otherNumeric) return numeric ? -1 : 1
    if (one !== other) return (numeric ? Number(one) < Number(other) : one < other) ? -1 : 1
  }
  return left.prerelease.length < right.prerelease.length ? -1 : 0
}

const number = fc
  .oneof(fc.constantFrom(0, 1, 2, 9, 10, 11, 99, 100, 999_999_999_999_999), fc.nat())
  .map(String)
const character = fc.constantFrom(...'019azAZ-')
const word = fc.string({ unit: character, minLength: 1, maxLength: 4 }).filter((text) => !/^\d+$/.test(text))
const prerelease = fc.array(fc.oneof(number, word), { minLength: 1, maxLength: 4 })
const version = fc
  .record({
    core: fc.tuple(fc.constantFrom('0', '1', '10'), number, number),
    prerelease: fc.option(prerelease),
  })
  .map(({ core, prerelease: parts }) => core.join('.') + (parts ? `-${parts.join('.')}` : ''))
/** Two versions that often differ in the prerelease only. */
const pair = fc.oneof(
  fc.tuple(version, version),
  fc.tuple(prerelease, prerelease).map((both) => both.map((parts) => `1.0.0-${parts.join('.')}`)),
)

describe('a version key', () => {
  const ascending = [
    '0.0.4 1.0.0-0 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1',
    '1.0.0 1.0.1 1.1.0 1.2.3 1.10.0 2.0.0 2.1.0 2.1.1',
  ].flatMap((line) => line.split(' '))

  test('orders the examples of semver.org', () => {
    const keys = ascending.map((text) => versionKey(text)!)
    expect(keys.toSorted(compareText)).toEqual(keys)
    expect(new Set(keys).size).toBe(ascending.length)
  })

  test('orders as precedence does', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [left, right] = [versionKey(a), versionKey(b)]
        expect(Math.sign(compareText(left!, right!))).toBe(precedence(a, b))
        expect(left! < right!, 'ASCII only').toBe(precedence(a, b) < 0)
      }),
      { numRuns: 20_000 },
    )
  })

  test('ignores build metadata', () => {
    expect(versionKey('1.0.0+20130313144700')).toBe(versionKey('1.0.0'))
    expect(versionKey('1.0.0-beta+exp.sha.5114f85')).toBe(versionKey('1.0.0-beta'))
    expect(versionKey('1.0.0+21AF26D3---117B344092BD')).toBe(versionKey('1.0.0+001'))
  })

  // From the test suite that semver.org links to, and some more.
  const valid = [
    '0.0.4 10.20.30 1.1.2-prerelease+meta 1.1.2+meta-valid 1.0.0-alpha0.valid 1.0.0-alpha.0valid 1.0.0-0A.is.legal',
    '1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay 2.0.0-rc.1+build.123 1.2.3-SNAPSHOT-123 2.0.1-alpha.1227',
    '1.2.3----RC-SNAPSHOT.12.9.1--.12+788 1.2.3----R-S.12.9.1--.12+meta 1.0.0+0.build.1-rc.10000aaa-kk-0.1',
    '1.0.0-- 999999999999999.0.0 1.0.0-999999999999999 1.0.0+00000000000000000001',
  ].flatMap((line) => line.split(' '))
  test.each(valid)('is there of %s', (text) => expect(versionKey(text)).toBeDefined())

  const invalid = [
    '1 1.2 1.2.3.4 v1.2.3 V1.2.3 1.2.3-0123 1.2.3-0123.0123 1.1.2+.123 +invalid -invalid alpha 1.0.0-alpha_beta',
    '1.0.0-alpha.. 1.0.0-alpha..1 1.0.0- 01.1.1 1.01.1 1.1.01 1.2.3.DEV 1.2-SNAPSHOT 1.2.31.2.3----RC..12+788',
    '-1.0.3-gamma+b7718 +justmeta 9.8.7+meta+meta 9.8.7-whatever+meta+meta 1.0.0+ 1.0.0~ 1.0.0-é １.0.0',
    '1000000000000000.0.0 1.0.0-1000000000000000',
  ].flatMap((line) => line.split(' '))
  test.each(['', ' 1.2.3', '1.2.3 ', '1.2.3\n', '\n1.2.3', '1.0.0-a\0', ...invalid])(
    'is not there of %j',
    (text) => expect(versionKey(text)).toBeUndefined(),
  )
})

test('a version has at most so many characters', () => {
  const rest = 'a'.repeat(mostVersionCharacters - '1.0.0-'.length)
  expect(versionKey(`1.0.0-${rest}`)).toBeDefined()
  expect(versionKey(`1.0.0-${rest}a`)).toBeUndefined()
  expect(versionKey(`1.0.0+${rest}a`)).toBeUndefined()
})

describe('the domain of an e-mail address', () => {
  test.each([
    ['Ann@Example.COM', 'example.com'],
    ['a@localhost', 'localhost'],
    ['a@b-c.d', 'b-c.d'],
    ['"odd.."@x', 'x'],
    ['a@MÜNCHEN.de', 'mÜnchen.de'],
    ['😀@İ.😀', 'İ.😀'],
  ])('of %s is there', (text, domain) => expect(emailDomain(text)).toBe(domain))

  const none =
    "@ a a@ @b a@b@c a@@b a@.b a@b. a@b..c a@. a@b_c a@[1.2.3.4] a@b\\ a@b' a@b` a@b{ a@b~ a@b\u007f a@b\u0001"
  const spaced = ['a b@c', 'a@b c', 'a@b\n', '\na@b', 'a@b\u00a0c', '\u3000a@b', ' a@b', '']
  test.each([...none.split(' '), ...spaced])('of %j is not there', (text) =>
    expect(emailDomain(text)).toBeUndefined(),
  )

  test.each(['b', '😀'])('has at most so many characters, of %s', (one) => {
    expect(emailDomain(`a@${one.repeat(mostDomainCharacters)}`)).toBe(one.repeat(mostDomainCharacters))
    expect(emailDomain(`a@${one.repeat(mostDomainCharacters + 1)}`)).toBeUndefined()
  })

  test('is not looked for in a long text again and again', () => {
    expect(emailDomain(`${'a'.repeat(1_000_000)}@${'b.'.repeat(1_000_000)}`)).toBeUndefined()
    expect(emailDomain(`${'a'.repeat(1_000_000)}@b`)).toBe('b')
  })
})
