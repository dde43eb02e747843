import { createHmac, timingSafeEqual } from 'node:crypto'
import { TransportError } from '../errors.ts'

// The scheme of https://www.standardwebhooks.com: HMAC-SHA256 of id, time and body, so that receivers may use their libraries.

const tolerated = 300

/** A secret as bytes: `whsec_` and base64, or the text itself. */
function bytesOf(secret: unknown): Buffer {
  const bytes =
    typeof secret === 'string' && secret.startsWith('whsec_')
      ? Buffer.from(secret.slice(6), 'base64')
      : Buffer.from(typeof secret === 'string' ? secret : '')
  if (bytes.length >= 24) return bytes
  throw new TransportError({
    transport: 'webhook',
    found: `a secret of ${bytes.length} bytes`,
    expected: "24 bytes or more: 'whsec_' and base64, or a text",
  })
}

/** The secrets of an option: the first one signs, and others may still be known to receivers. */
export const secretsOf = (secret: string | readonly string[]): readonly Buffer[] => {
  const all = (Array.isArray(secret) ? secret : [secret]).map(bytesOf)
  return all.length > 0 ? all : [bytesOf('')]
}

const signed = (secret: Buffer, id: string, seconds: string, body: string | Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${id}.${seconds}.`).update(body).digest()

/** The headers that go with a body. */
export const signatureHeaders = (secrets: readonly Buffer[], id: string, body: string, now = new Date()) => {
  const seconds = String(Math.floor(now.getTime() / 1000))
  return {
    'webhook-id': id,
    'webhook-timestamp': seconds,
    'webhook-signature': secrets
      .map((one) => `v1,${signed(one, id, seconds, body).toString('base64')}`)
      .join(' '),
  }
}

/** What a receiver of webhooks has in hand. */
export interface SignedRequest {
  /** That of the sender, or several while it is being changed. */
  readonly secret: string | readonly string[]
  /** Those of the request: `request.headers` of the fetch API or of `node:http`. */
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** As it came, before it was parsed. */
  readonly body: string | Uint8Array
  /** The clock of this machine unless told. */
  readonly now?: Date
}

/**
 * Whether a request is of the sender who has the secret, and of the last five minutes.
 *
 * It compares in constant time. The header `webhook-id` is the same when the same messages come again: keep it, and do nothing the
 * second time.
 *
 * @example
 * ```ts
 * import { verifySignature } from '@segmentry/broadcast/http'
 *
 * const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,AAAA' }
 * verifySignature({ secret: 'a secret of at least 24 bytes', headers, body: '{}' }) // => false
 * ```
 */
export function verifySignature({ secret, headers, body, now = new Date() }: SignedRequest): boolean {
  const of = (name: string): string => {
    const raw = headers instanceof Headers ? headers.get(name) : headers[name]
    return typeof raw === 'string' ? raw : ''
  }
  const secrets = secretsOf(secret)
  const [id, seconds] = [of('webhook-id'), of('webhook-timestamp')]
  const age = Math.abs(now.getTime() / 1000 - Number(seconds))
  if (id === '' || !/^\d{1,12}$/.test(seconds) || !(age <= tolerated)) return false
  let known = false
  for (const shown of of('webhook-signature').split(' ').slice(0, 20)) {
    const given = Buffer.from(shown.startsWith('v1,') ? shown.slice(3) : '', 'base64')
    for (const one of secrets) {
      const right = signed(one, id, seconds, body)
      if (given.length === right.length && timingSafeEqual(given, right)) known = true
    }
  }
  return known
}
