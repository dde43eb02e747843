import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { durationMs, type Duration, shown } from '@segmentry/core'
import { fromBase64, isSame } from '../token/token.ts'
import {
  type Feedback,
  type FeedbackDelivery,
  type FeedbackKind,
  type FeedbackReader,
  unreadable,
  unverified,
} from './feedback.ts'
import { type Reading, readingOf } from './json.ts'

/** What Resend's webhooks are verified with. */
export interface ResendFeedbackOptions {
  /** The signing secret of the webhook, `whsec_…`; several while it is being changed. */
  readonly secrets: readonly string[]
  /** How far the clocks may be apart, so that what was overheard is of no use later; 5 minutes unless told. */
  readonly tolerance?: Duration
}

/**
 * Reads the [webhooks of Resend](https://resend.com/docs/webhooks/introduction).
 *
 * Throws a `RangeError` for secrets that are none of Resend's.
 *
 * @example
 * ```ts
 * import { resendFeedback } from '@segmentry/broadcast/web'
 *
 * resendFeedback({ secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] }).name // => 'resend'
 * ```
 */
export function resendFeedback({ secrets, tolerance = '5 minutes' }: ResendFeedbackOptions): FeedbackReader {
  const keys = checkedKeys(secrets)
  const ms = durationMs(tolerance)
  if (ms === undefined)
    throw new RangeError(`tolerance is a duration such as '5 minutes', found ${shown(tolerance)}`)
  return {
    name: 'resend',
    read: (delivery) => {
      const id = verifiedId(delivery, keys, ms)
      return eventsOf(id, readingOf(delivery.body))
    },
  }
}

function checkedKeys(secrets: unknown): readonly Uint8Array[] {
  const keys = Array.isArray(secrets)
    ? secrets.map((secret) =>
        typeof secret === 'string' && secret.startsWith('whsec_')
          ? fromBase64(secret.slice('whsec_'.length))
          : undefined,
      )
    : []
  if (keys.length > 0 && keys.every((key) => key !== undefined && key.length >= 16))
    return keys as readonly Uint8Array[]
  throw new RangeError("secrets is a list of signing secrets of Resend, each 'whsec_' and base64")
}

// The scheme: https://docs.svix.com/receiving/verifying-payloads/how-manual
function verifiedId(
  { headers, body, at }: FeedbackDelivery,
  keys: readonly Uint8Array[],
  toleranceMs: number,
): string {
  const [id, timestamp, signatures] = ['svix-id', 'svix-timestamp', 'svix-signature'].map((name) =>
    headers.get(name),
  )
  if (!id || !timestamp || !signatures)
    throw unverified('no signature', 'the headers svix-id, svix-timestamp and svix-signature')
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN
  if (!(Math.abs(at.getTime() - seconds * 1000) <= toleranceMs)) {
    throw unverified(
      'a timestamp of another time',
      'one of the last minutes: is the clock of this machine right?',
    )
  }
  const head = utf8ToBytes(`${id}.${timestamp}.`)
  const signed = new Uint8Array(head.length + body.length)
  signed.set(head)
  signed.set(body, head.length)
  const given = signatures
    .split(' ')
    .flatMap((one) => (one.startsWith('v1,') ? (fromBase64(one.slice(3)) ?? []) : []))
  let isOurs = false
  for (const key of keys) {
    const expected = hmac(sha256, key, signed)
    for (const signature of given) isOurs = isSame(expected, signature) || isOurs
  }
  if (!isOurs) throw unverified('a signature of another secret', 'one by the secret of this webhook')
  return id
}

// The kinds of event: https://resend.com/docs/webhooks/event-types. Others, such as email.sent and domain.created, say nothing of
// what became of a message.
const kinds: Readonly<Record<string, FeedbackKind>> = {
  'email.delivered': 'delivered',
  'email.opened': 'opened',
  'email.clicked': 'clicked',
  'email.bounced': 'bounced',
  'email.suppressed': 'bounced',
  'email.failed': 'bounced',
  'email.complained': 'complained',
}

function eventsOf(id: string, event: Reading): readonly Feedback[] {
  const type = event.text('type')
  const kind = Object.hasOwn(kinds, type) ? kinds[type]! : undefined
  if (kind === undefined) return []
  const data = event.object('data')
  if (!data) throw unreadable("nothing at 'data'", 'an object')
  const click = data.object('click')
  const url = click?.perhaps('link')
  const reason = reasonOf(type, data)
  const at = event.time('created_at')
  const message = data.text('email_id')
  const key = keyOf(data)
  // One message has one person; what was sent by other means may have more.
  return data.texts('to').map((address, i) => ({
    kind,
    id: i === 0 ? id : `${id}:${i}`,
    message,
    ...(key !== undefined && { key }),
    address,
    at,
    ...reason,
    ...(url !== undefined && { url }),
  }))
}

/** The tag that our own messages have; Resend writes tags as an object or as a list. */
function keyOf(data: Reading): string | undefined {
  const tags = data.raw('tags')
  if (Array.isArray(tags)) {
    const found = (tags as readonly { readonly name?: unknown; readonly value?: unknown }[]).find(
      (tag) => tag?.name === 'key',
    )
    return typeof found?.value === 'string' ? found.value : undefined
  }
  return data.object('tags')?.perhaps('key')
}

function reasonOf(type: string, data: Reading): Pick<Feedback, 'permanent' | 'detail'> {
  if (type === 'email.bounced') {
    // Permanent, Transient or Undetermined: https://resend.com/docs/webhooks/emails/bounced
    const bounce = data.object('bounce')
    const detail = bounce?.perhaps('message')
    return { permanent: bounce?.perhaps('type') === 'Permanent', ...(detail !== undefined && { detail }) }
  }
  // Resend keeps the address on its list: it bounced for good or complained before.
  if (type === 'email.suppressed') return { permanent: true, detail: 'on the suppression list of Resend' }
  if (type === 'email.failed') {
    const detail = data.object('failed')?.perhaps('reason')
    return { permanent: false, ...(detail !== undefined && { detail }) }
  }
  return {}
}
