import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// The signature of Standard Webhooks: HMAC-SHA256 over the id, the time and the body of a delivery.

/** How far the clock of whoever sends may be from ours, in seconds; an older delivery is one that somebody recorded. */
const tolerance = 300

const prefix = 'whsec_'

/** The headers that sign a delivery. */
export interface SignedHeaders {
  'webhook-id'?: unknown
  'webhook-timestamp'?: unknown
  'webhook-signature'?: unknown
}

/** Makes a secret that only we and the service know. */
export const newSecret = (): string => prefix + randomBytes(32).toString('base64')

/** Whether a delivery is from whoever has the secret, and from now. */
export function isSigned(body: Buffer, headers: SignedHeaders, secret: string, now: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof given !== 'string') return false
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > tolerance) return false
  const hmac = createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
  const expected = hmac.update(`${id}.${timestamp}.`).update(body).digest()
  return given.split(' ').some((one) => {
    const [version, text = ''] = one.split(',')
    const signature = Buffer.from(text, 'base64')
    return version === 'v1' && signature.length === expected.length && timingSafeEqual(signature, expected)
  })
}
