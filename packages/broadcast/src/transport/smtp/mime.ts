import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import DKIM from 'nodemailer/lib/dkim'
import MailComposer from 'nodemailer/lib/mail-composer'
import { domainOf, type Mailbox } from '../address.ts'
import type { Ready } from '../ready.ts'

/** A key by which the receivers know that a message is of the domain. */
export interface DkimKey {
  readonly domain: string
  /** The name under `_domainkey` where the public key stands in the DNS. */
  readonly selector: string
  /** PEM. */
  readonly privateKey: string
}

/** The same for every copy of a message: by the domain of its sender. */
export const messageId = ({ key, from }: Ready): string => `${key}@${domainOf(from.address)}`

const named = ({ name = '', address }: Mailbox) => ({ name, address })

// Those of the message itself. All others are signed too: RFC 8058 §4 asks it of both that unsubscribe.
const signedHeaders = [
  'From',
  'Reply-To',
  'Subject',
  'Date',
  'Message-ID',
  'To',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
]

/** Writes messages as RFC 5322 has them, signed if there is a key. */
export function composer(key: DkimKey | undefined): (ready: Ready) => Promise<Buffer> {
  const dkim =
    key && new DKIM({ domainName: key.domain, keySelector: key.selector, privateKey: key.privateKey })
  return async (ready) => {
    const { html, text, attachments } = ready.message
    const mail = new MailComposer({
      from: named(ready.from),
      to: named({ address: ready.to }),
      ...(ready.replyTo && { replyTo: named(ready.replyTo) }),
      subject: ready.subject,
      messageId: `<${messageId(ready)}>`,
      headers: { ...ready.headers },
      ...(html !== undefined && { html }),
      ...(text !== undefined && { text }),
      attachments: attachments.map(({ filename, content, contentType, contentId }) => ({
        filename,
        content: Buffer.from(content),
        contentType,
        ...(contentId !== undefined && { cid: contentId, contentDisposition: 'inline' }),
      })),
      disableFileAccess: true,
      disableUrlAccess: true,
      newline: 'win',
    })
    const message = await mail.compile().build()
    if (!dkim) return message
    const headerFieldNames = [...signedHeaders, ...Object.keys(ready.headers)].join(':')
    return buffer(dkim.sign(message, { headerFieldNames }))
  }
}

const pieceSize = 16_384

/** A message withdrawn while it was written: the connection it was written to is of no use any more. */
export class Withdrawn extends Error {}

/**
 * A message to be read once, which tells when its last byte was taken: before, the line that ends the message cannot have
 * been written, and without that line a server must not deliver (RFC 5321 §4.1.1.4 and §4.1.1.10). The last piece is given out when `gate`
 * allows it.
 */
export function telling(
  message: Buffer,
  gate: () => Promise<boolean>,
): { readonly stream: Readable; readonly taken: () => boolean } {
  let at = 0
  let taken = false
  const last = async (to: Readable, piece: Buffer): Promise<void> => {
    try {
      if (!(await gate())) throw new Withdrawn('it is not to be delivered any more')
      // A connection that broke meanwhile takes nothing any more.
      if (to.destroyed) return
      taken = true
      to.push(piece)
      to.push(null)
    } catch (error) {
      to.destroy(error as Error)
    }
  }
  const stream = new Readable({
    read() {
      const piece = message.subarray(at, at + pieceSize)
      at += piece.length
      if (at < message.length) {
        this.push(piece)
        return
      }
      void last(this, piece)
    },
  })
  return { stream, taken: () => taken }
}
