import { mailboxText } from './address.ts'
import type { Ready } from './ready.ts'

/** Bytes as JSON carries them. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** A message as JSON, all of it. */
export const messageJson = ({ key, message, from, to, replyTo, subject, headers }: Ready): object => ({
  key,
  broadcast: message.broadcast,
  person: message.person,
  from: mailboxText(from),
  to,
  ...(replyTo && { replyTo: mailboxText(replyTo) }),
  subject,
  headers,
  ...(message.html !== undefined && { html: message.html }),
  ...(message.text !== undefined && { text: message.text }),
  attachments: message.attachments.map((one) => ({ ...one, content: base64(one.content) })),
})
