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

/** A message that is read once. */
export interface Told {
  readonly stream: Readable
  /** Whether its last byte was given out. */
  readonly taken: () => boolean
  /** What the gate answers, from when it was asked; a gate that fails allows nothing. */
  readonly asked: () => Promise<boolean> | undefined
}

/**
 * A message to be read once, which tells when its last byte was taken: before, the line that ends the message cannot have
 * been written, and without that line a server must not deliver (RFC 5321 §4.1.1.4 and §4.1.1.10). The last piece is given out when `gate`
 * allows it; a message that is not allowed is an error of the stream.
 */
export function telling(message: Buffer, gate: () => Promise<boolean>): Told {
  let at = 0
  let taken = false
  let asked: Promise<boolean> | undefined
  const finish = async (stream: Readable, piece: Buffer): Promise<void> => {
    asked = gate().catch(() => false)
    if (!(await asked)) return void stream.destroy(new Error('it may not be delivered'))
    // A connection that broke meanwhile takes nothing any more.
    if (stream.destroyed) return
    taken = true
    stream.push(piece)
    stream.push(null)
  }
  const stream = new Readable({
    read() {
      const piece = message.subarray(at, at + pieceSize)
      at += piece.length
      if (at < message.length) this.push(piece)
      else void finish(this, piece)
    },
  })
  return { stream, taken: () => taken, asked: () => asked }
}
