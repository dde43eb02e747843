import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { type Feedback, unreadable } from './feedback.ts'

// Reports that come as mail: delivery status notifications (RFC 3464) and complaints (RFC 5965). Both are a multipart/report
// (RFC 6522): words for people, fields for machines, and the message that it is about or its header.

interface MailPart {
  readonly mimeType: string
  readonly content: string | Uint8Array | ArrayBuffer
}
interface Mail {
  readonly messageId?: string | undefined
  readonly date?: string | undefined
  readonly attachments: readonly MailPart[]
}

/** Fields by name, in small letters. */
type Fields = ReadonlyMap<string, string>

const text = (content: MailPart['content']): string =>
  typeof content === 'string' ? content : new TextDecoder().decode(content)

/** The groups of fields of a machine's part, which blank lines separate; long lines go on with white space. */
function groupsOf(content: string): readonly Fields[] {
  return content
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\n[ \t]+/g, ' ')
    .split(/\n{2,}/)
    .map((group) => {
      const fields = new Map<string, string>()
      for (const line of group.split('\n')) {
        const [, name, value] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? []
        if (name !== undefined && !fields.has(name.toLowerCase()))
          fields.set(name.toLowerCase(), value!.trim())
      }
      return fields
    })
    .filter((fields) => fields.size > 0)
}

/**
 * Reads mail that reports what became of a message: a delivery status notification (RFC 3464) or a complaint (RFC 5965).
 *
 * Use it on what arrives at the address that bounces go to. Other mail tells nothing: the list is empty. The package
 * `postal-mime` has to be installed. Mail can be forged: record only what is about a message that was sent to that very
 * address. Rejects with a {@link FeedbackError} for a report that lacks what it has to have.
 *
 * @example
 * ```ts
 * import { readMailReport } from '@segmentry/broadcast/web'
 *
 * await readMailReport('Subject: hello\r\n\r\nNo report.', new Date()) // => []
 * ```
 */
export async function readMailReport(raw: string | Uint8Array, at: Date): Promise<readonly Feedback[]> {
  const { default: PostalMime } = await import('postal-mime').catch(() => {
    throw new TypeError(
      "found no package postal-mime, expected it beside this one: 'npm install postal-mime'",
    )
  })
  let mail: Mail
  try {
    mail = await PostalMime.parse(raw, { forceRfc822Attachments: true })
  } catch {
    throw unreadable('mail that cannot be read', 'a message of RFC 5322')
  }
  const part = (...types: readonly string[]): string | undefined => {
    const found = mail.attachments.find(({ mimeType }) => types.includes(mimeType))
    return found && text(found.content)
  }
  const original = about(
    part('message/rfc822', 'text/rfc822-headers', 'message/rfc822-headers', 'message/global'),
  )
  const id = mail.messageId ?? bytesToHex(sha256(typeof raw === 'string' ? utf8ToBytes(raw) : raw))
  const when = timeOf(mail.date) ?? at
  const status = part('message/delivery-status', 'message/global-delivery-status')
  if (status !== undefined) return deliveries(groupsOf(status), { id: `report:${id}`, at: when, ...original })
  const complaint = part('message/feedback-report')
  if (complaint !== undefined)
    return complaints(groupsOf(complaint)[0], { id: `report:${id}`, at: when, ...original })
  return []
}

type Common = Pick<Feedback, 'id' | 'at' | 'message' | 'key'>

/** What the message was called that a report is about, by the header that comes back with it. */
function about(header: string | undefined): Pick<Feedback, 'message' | 'key'> {
  const message = /<([^<>\s]+)>/.exec(groupsOf(header ?? '')[0]?.get('message-id') ?? '')?.[1]
  if (message === undefined) return {}
  // The SMTP transport makes the Message-ID of the key.
  const key = /^([\w-]{1,64})@/.exec(message)?.[1]
  return { message, ...(key !== undefined && { key }) }
}

function timeOf(written: string | undefined): Date | undefined {
  const time = new Date(written ?? Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** `rfc822; ann@example.com` */
const addressOf = (field: string | undefined): string | undefined =>
  /^\s*(?:rfc822|utf-8)\s*;\s*<?([^<>\s]+@[^<>\s]+?)>?\s*$/i.exec(field ?? '')?.[1]

// RFC 3463: no such mailbox, no such system, no address at all, moved, no mail at that domain (RFC 7505), mailbox disabled. A full mailbox
// (5.2.2) and what a policy refused (5.7.x) say nothing of the address.
const lasting = /^5\.(1\.(1|2|3|6|10)|2\.1)$/

function deliveries([, ...recipients]: readonly Fields[], common: Common): readonly Feedback[] {
  if (recipients.length === 0)
    throw unreadable('a delivery status without a recipient', 'one at least (RFC 3464)')
  return recipients.flatMap((fields, i): readonly Feedback[] => {
    const action = fields.get('action')?.split(/[\s(]/)[0]?.toLowerCase()
    const address = addressOf(fields.get('original-recipient')) ?? addressOf(fields.get('final-recipient'))
    const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(fields.get('status') ?? '')?.[0]
    if (action === undefined || status === undefined || address === undefined) {
      throw unreadable('a recipient without address, action or status', 'all three (RFC 3464)')
    }
    const one = { ...common, id: i === 0 ? common.id : `${common.id}:${i}`, address }
    if (action === 'delivered') return [{ ...one, kind: 'delivered' }]
    // Delayed is not yet anything; relayed and expanded are no arrival.
    if (action !== 'failed') return []
    const words = fields.get('diagnostic-code')?.replace(/^smtp\s*;\s*/i, '')
    // Some write 5.0.0 and leave the rest to the words of the other server.
    const exact = /^5\.0\.0$/.test(status)
      ? (/\b5\.\d{1,3}\.\d{1,3}\b/.exec(words ?? '')?.[0] ?? status)
      : status
    const detail = words === undefined ? exact : `${exact} ${words}`.slice(0, 500)
    return [{ ...one, kind: 'bounced', permanent: lasting.test(exact), detail }]
  })
}

function complaints(fields: Fields | undefined, common: Common): readonly Feedback[] {
  const type = fields?.get('feedback-type')?.toLowerCase()
  if (type === undefined) throw unreadable('a complaint without a type', 'Feedback-Type (RFC 5965)')
  if (type !== 'abuse' && type !== 'fraud') return []
  const address = /<?([^<>\s]+@[^<>\s]+?)>?$/.exec(fields?.get('original-rcpt-to') ?? '')?.[1]
  return [{ ...common, kind: 'complained', ...(address !== undefined && { address }), detail: type }]
}
