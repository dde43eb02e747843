import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outgoing } from '../../src/index.ts'
import { readied } from '../../src/transport/ready.ts'
import { outgoing } from './outgoing.ts'

test('anything for a message is ready, or refused with a reason', () => {
  const keys = Object.keys({ ...outgoing(), replyTo: '' })
  const anything = fc.anything({
    withNullPrototype: true,
    withDate: true,
    withBigInt: true,
    withTypedArray: true,
  })
  const changed = fc
    .tuple(fc.constantFrom(...keys), anything)
    .map(([name, value]) => ({ ...outgoing(), [name]: value }))
  const given = fc.oneof(
    anything,
    changed,
    anything.map((one) => ({ ...outgoing(), attachments: [one] })),
    anything.map((one) => ({ ...outgoing(), headers: { 'X-Tag': one } })),
  )
  fc.assert(
    fc.property(given, (message) => {
      const looked = readied(message as Outgoing)
      if (!('key' in looked)) expect(looked.reason).toMatch(/^[^\p{Cc}]+$/u)
      else expect(looked.from.address).toBe('ann@shop.example')
    }),
    { numRuns: 2_000 },
  )
})

test('a header with a name that objects have anyway is a header', () => {
  const headers = JSON.parse('{ "__proto__": "a", "constructor": "b" }') as Record<string, string>
  const looked = readied(outgoing({ headers }))
  expect('key' in looked && Object.entries(looked.headers)).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ])
})
