import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signer } from '../src/token/token.ts'

const [old, secret, other] = ['o', 's', 'x'].map((letter) => letter.repeat(32)) as [string, string, string]
const says = fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 })
const wellFormed = (texts: readonly string[]): boolean => texts.every((text) => text.isWellFormed())

test('a token says what was signed, by any of the secrets', () => {
  const before = signer('unsubscribe', [old])
  const now = signer('unsubscribe', [secret, old])
  fc.assert(
    fc.property(says.filter(wellFormed), (texts) => {
      for (const token of [before.sign(texts), now.sign(texts)]) {
        expect(token).toMatch(/^1\.[\w-]*\.[\w-]{43}$/)
        expect(now.read(token)).toEqual(texts)
      }
      expect(before.read(now.sign(texts))).toBeUndefined()
      expect(signer('unsubscribe', [other]).read(now.sign(texts))).toBeUndefined()
    }),
  )
})

test('a token for one purpose is good for no other', () => {
  const purposes = ['unsubscribe', 'open', 'click'] as const
  for (const purpose of purposes) {
    const token = signer(purpose, [secret]).sign(['a'])
    for (const reader of purposes) {
      expect(signer(reader, [secret]).read(token)).toEqual(reader === purpose ? ['a'] : undefined)
    }
  }
})

test('a token that was changed anywhere is none', () => {
  const { sign, read } = signer('unsubscribe', [secret])
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=/+ %']
  fc.assert(
    fc.property(says.filter(wellFormed), fc.nat(), fc.constantFrom(...letters), (texts, place, letter) => {
      const token = sign(texts)
      const at = place % token.length
      const changed = token.slice(0, at) + letter + token.slice(at + 1)
      expect(read(changed)).toEqual(changed === token ? texts : undefined)
      expect(read(token.slice(0, at))).toBeUndefined()
      expect(read(token + letter)).toBeUndefined()
    }),
    { numRuns: 2000 },
  )
  fc.assert(fc.property(fc.string(), (text) => void expect(read(text)).toBeUndefined()))
  expect(read(`1.${'A'.repeat(9000)}.${'A'.repeat(43)}`)).toBeUndefined()
})

test.each([
  [[]],
  [['short']],
  [['a'.repeat(31)]],
  [[secret, 'hunter2']],
  ['a'.repeat(40)],
  [undefined],
  [[7]],
])('secrets that could be guessed are refused, and not shown: %#', (secrets) => {
  const error = (() => {
    try {
      return signer('open', secrets as never)
    } catch (thrown) {
      return thrown
    }
  })()
  expect(error).toBeInstanceOf(RangeError)
  expect((error as Error).message).toContain('a list of texts of 32 characters or more')
  expect((error as Error).message).not.toMatch(/hunter2|aaaa|short\b/)
})
