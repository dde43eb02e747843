import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { unknownKey } from '@segmentry/core'
import { fromBase64, isSame } from '../token/token.ts'
import {
  type Feedback,
  type FeedbackDelivery,
  type FeedbackReader,
  unreadable,
  unverified,
} from './feedback.ts'
import { type Reading, readingOf } from './json.ts'

/** What Postmark's webhooks are verified with: Postmark signs nothing, but sends what the address of the webhook holds. */
export type PostmarkFeedbackOptions =
  /** Of an address such as `https://user:password@acme.example/postmark`. */
  | { readonly user: string; readonly password: string }
  /** Of an address such as `https://acme.example/postmark?secret=…`. */
  | { readonly secret: string }

/**
 * Reads the [webhooks of Postmark](https://postmarkapp.com/developer/webhooks/webhooks-overview).
 *
 * Throws a `RangeError` for a password or a secret of fewer than 16 characters.
 *
 * @example
 * ```ts
 * import { postmarkFeedback } from '@segmentry/broadcast/web'
 *
 * postmarkFeedback({ user: 'postmark', password: 'a long and random one' }).name // => 'postmark'
 * ```
 */
export function postmarkFeedback(options: PostmarkFeedbackOptions): FeedbackReader {
  const isOurs = doorOf(options)
  return {
    name: 'postmark',
    read: (delivery) => {
      if (!isOurs(delivery)) throw unverified('no credentials, or others', 'those of this webhook')
      return eventOf(readingOf(delivery.body))
    },
  }
}

function doorOf(options: PostmarkFeedbackOptions): (delivery: FeedbackDelivery) => boolean {
  const unknown = unknownKey('option', options, ['user', 'password', 'secret'])
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
  const given: { readonly user?: string; readonly password?: string; readonly secret?: string } = options
  const isLong = (raw: unknown): boolean => typeof raw === 'string' && raw.length >= 16
  // Digests have one length, so comparing them tells nothing of what was expected.
  const digest = (text: string): Uint8Array => sha256(utf8ToBytes(text))
  if (given.secret !== undefined && given.user === undefined && given.password === undefined) {
    if (!isLong(given.secret)) throw new RangeError('secret is a text of 16 characters or more')
    const expected = digest(given.secret)
    return ({ url }) => isSame(digest(url.searchParams.get('secret') ?? ''), expected)
  }
  const isUser = typeof given.user === 'string' && given.user !== '' && !given.user.includes(':')
  if (!isUser || !isLong(given.password) || given.secret !== undefined) {
    throw new RangeError(
      'expected a user without : and a password of 16 characters or more, or a secret by itself',
    )
  }
  const expected = digest(`${given.user}:${given.password}`)
  return ({ headers }) => {
    const shown = /^Basic ([\w+/=]+)$/i.exec(headers.get('authorization') ?? '')?.[1]
    const bytes = shown === undefined ? undefined : fromBase64(shown)
    return bytes !== undefined && isSame(sha256(bytes), expected)
  }
}

// Bounce types: https://postmarkapp.com/developer/api/bounce-api#bounce-types. `Inactive` says that Postmark writes to the address no more.
const lasting: ReadonlySet<string> = new Set(['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated'])
/** Reported as bounces, but a machine's reply: the message had arrived. */
const replies: ReadonlySet<string> = new Set([
  'AutoResponder',
  'ChallengeVerification',
  'Subscribe',
  'AddressChange',
  'OpenRelayTest',
])

function eventOf(event: Reading): readonly Feedback[] {
  const type = event.text('RecordType')
  const message = event.perhaps('MessageID')
  const key = event.object('Metadata')?.perhaps('key')
  const of = (address: string): Pick<Feedback, 'message' | 'key' | 'address'> => ({
    ...(message !== undefined && { message }),
    ...(key !== undefined && { key }),
    address,
  })
  switch (type) {
    case 'Delivery': {
      const address = event.text('Recipient')
      return [
        {
          kind: 'delivered',
          id: `delivered:${event.text('MessageID')}:${address}`,
          ...of(address),
          at: event.time('DeliveredAt'),
        },
      ]
    }
    case 'Open': {
      const address = event.text('Recipient')
      const at = event.time('ReceivedAt')
      return [{ kind: 'opened', id: `opened:${event.text('MessageID')}:${at.getTime()}`, ...of(address), at }]
    }
    case 'Click': {
      const address = event.text('Recipient')
      const [at, url] = [event.time('ReceivedAt'), event.text('OriginalLink')]
      return [
        {
          kind: 'clicked',
          id: `clicked:${event.text('MessageID')}:${at.getTime()}:${url}`,
          ...of(address),
          at,
          url,
        },
      ]
    }
    case 'Bounce':
      return bounceOf(event, of(event.text('Email')))
    case 'SpamComplaint':
      return [
        {
          kind: 'complained',
          id: `bounce:${idOf(event)}`,
          ...of(event.text('Email')),
          at: event.time('BouncedAt'),
        },
      ]
    case 'SubscriptionChange': {
      // What a bounce or a complaint did to the list is told by the bounce and the complaint themselves.
      if (!event.flag('SuppressSending') || event.perhaps('SuppressionReason') !== 'ManualSuppression')
        return []
      const [address, at] = [event.text('Recipient'), event.time('ChangedAt')]
      return [{ kind: 'unsubscribed', id: `unsubscribed:${address}:${at.getTime()}`, ...of(address), at }]
    }
    default:
      return []
  }
}

function bounceOf(event: Reading, of: Pick<Feedback, 'message' | 'key' | 'address'>): readonly Feedback[] {
  const type = event.text('Type')
  if (replies.has(type)) return []
  const [id, at] = [`bounce:${idOf(event)}`, event.time('BouncedAt')]
  if (type === 'SpamComplaint') return [{ kind: 'complained', id, ...of, at }]
  if (type === 'Unsubscribe') return [{ kind: 'unsubscribed', id, ...of, at }]
  const detail = event.perhaps('Details') ?? event.perhaps('Description')
  const permanent = lasting.has(type) || event.raw('Inactive') === true
  return [{ kind: 'bounced', id, ...of, at, permanent, ...(detail !== undefined && { detail }) }]
}

function idOf(event: Reading): string {
  const id = event.raw('ID')
  if (typeof id === 'number' || (typeof id === 'string' && id !== '')) return String(id)
  throw unreadable("nothing at 'ID'", 'a number')
}
