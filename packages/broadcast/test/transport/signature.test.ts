import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifySignature } from '../../src/transport/http/index.ts'
import { secretsOf, signatureHeaders } from '../../src/transport/http/signature.ts'

const secret = 'a secret of at least 24 bytes'
const other = `whsec_${Buffer.from('another secret of 24 bytes').toString('base64')}`
const now = new Date('2026-11-26T00:00:00Z')
const at = (seconds: number): Date => new Date(now.getTime() + seconds * 1000)
const headersOf = (by: string | readonly string[], body: string) =>
  signatureHeaders(secretsOf(by), 'id-1', body, now)

test('a signature is that of Standard Webhooks', async () => {
  const headers = headersOf(other, '{"a":"ü"}')
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey(
    'raw',
    bytes.encode('another secret of 24 bytes'),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const signed = await crypto.subtle.sign('HMAC', key, bytes.encode('id-1.1795651200.{"a":"ü"}'))
  expect(headers).toEqual({
    'webhook-id': 'id-1',
    'webhook-timestamp': '1795651200',
    'webhook-signature': `v1,${Buffer.from(signed).toString('base64')}`,
  })
})

describe('a request', () => {
  const body = '{"messages":[]}'
  const headers = headersOf(secret, body)

  test('is known by its secret, in headers of either kind, as text or bytes', () => {
    expect(verifySignature({ secret, headers, body, now })).toBe(true)
    expect(verifySignature({ secret, headers: new Headers(headers), body: Buffer.from(body), now })).toBe(
      true,
    )
    expect(verifySignature({ secret: other, headers, body, now })).toBe(false)
  })

  test('is known while secrets are being changed', () => {
    const both = headersOf([other, secret], body)
    for (const known of [secret, other, [secret, other], ['a third secret of 24 bytes!', other]]) {
      expect(verifySignature({ secret: known, headers: both, body, now })).toBe(true)
    }
    expect(verifySignature({ secret: [other, secret], headers, body, now })).toBe(true)
  })

  test.each([299, -299, 0])('of %s seconds ago is known', (seconds) => {
    expect(verifySignature({ secret, headers, body, now: at(seconds) })).toBe(true)
  })

  test.each([301, -301, 86_400])('of %s seconds ago is not', (seconds) => {
    expect(verifySignature({ secret, headers, body, now: at(seconds) })).toBe(false)
  })

  test('with anything else anywhere is not', () => {
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.oneof(fc.string(), fc.constantFrom('v1,', 'v1a,x', '1795651200.0')),
        (name, value) => {
          fc.pre(value !== headers[name])
          expect(verifySignature({ secret, headers: { ...headers, [name]: value }, body, now })).toBe(false)
        },
      ),
    )
    for (const name of names) {
      const { [name]: _, ...rest } = headers
      expect(verifySignature({ secret, headers: rest, body, now })).toBe(false)
    }
    expect(verifySignature({ secret, headers, body: `${body} `, now })).toBe(false)
    // Parts may not be moved from one to the other.
    const moved = {
      ...headers,
      'webhook-id': 'id-1.1',
      'webhook-timestamp': headers['webhook-timestamp'].slice(1),
    }
    expect(verifySignature({ secret, headers: moved, body, now })).toBe(false)
  })
})

test.each([['short'], [''], ['whsec_AAAA'], [[]], [[secret, '']], [undefined]])('%j is no secret', (bad) => {
  expect(() => verifySignature({ secret: bad as never, headers: {}, body: '' })).toThrow(
    /^webhook: found a secret of \d+ bytes, expected 24 bytes or more/,
  )
})
