import type { Delivered } from '../../src/testing/index.ts'
import { type OpenedHttpServer, openHttpServer } from './http.ts'

// https://postmarkapp.com/developer/api/email-api and …/api/overview#error-codes

interface Email {
  readonly From: string
  readonly To: string
  readonly ReplyTo?: string
  readonly Subject: string
  readonly HtmlBody?: string
  readonly TextBody?: string
  readonly Headers: readonly { readonly Name: string; readonly Value: string }[]
  readonly Attachments: readonly {
    readonly Name: string
    readonly Content: string
    readonly ContentType: string
    readonly ContentID?: string
  }[]
  readonly MessageStream: string
  readonly Metadata?: Readonly<Record<string, string>>
}

const mailbox = /^(?:[^<>]*<)?([^<>\s@]+@[^<>\s@]+\.[^<>\s@]+)>?$/

const deliveredOf = (email: Email): Delivered => ({
  to: email.To,
  from: mailbox.exec(email.From)![1]!,
  subject: email.Subject,
  ...(email.ReplyTo !== undefined && { replyTo: mailbox.exec(email.ReplyTo)![1]! }),
  ...(email.HtmlBody !== undefined && { html: email.HtmlBody }),
  ...(email.TextBody !== undefined && { text: email.TextBody }),
  headers: Object.fromEntries(email.Headers.map(({ Name, Value }) => [Name.toLowerCase(), Value])),
  attachments: email.Attachments.map((one) => ({
    filename: one.Name,
    contentType: one.ContentType,
    ...(one.ContentID !== undefined && { contentId: one.ContentID.replace(/^cid:/, '') }),
    content: Buffer.from(one.Content, 'base64'),
  })),
})

/** Postmark's API for batches, as its pages say it is: success, with an error code for each message. */
export async function openPostmark(
  token: string,
  stream: string,
): Promise<OpenedHttpServer & { readonly delivered: Delivered[]; readonly inactive: Set<string> }> {
  const delivered: Delivered[] = []
  const inactive = new Set<string>()
  let ids = 0
  const one = (email: Email) => {
    const wrong = (ErrorCode: number, Message: string) => ({ ErrorCode, Message })
    if (email.MessageStream !== stream)
      return wrong(1235, `The stream '${email.MessageStream}' does not exist.`)
    if (!mailbox.test(email.From)) return wrong(300, "Invalid 'From' address.")
    if (email.From.includes('unconfirmed')) return wrong(401, 'The Sender Signature is not confirmed.')
    // Its own rule, from https://postmarkapp.com/support/article/1180-what-does-errorcode-300-mean
    if (!/^[a-z0-9.!#$%&'`*+\-/=^_{|}~]+@(\.?[a-z0-9-])+$/i.test(email.To))
      return wrong(300, `Invalid 'To' address.`)
    if (inactive.has(email.To)) {
      return wrong(
        406,
        `You tried to send to a recipient that has been marked as inactive. Found inactive addresses: ${email.To}.`,
      )
    }
    if (email.HtmlBody === undefined && email.TextBody === undefined)
      return wrong(300, 'Provide either email TextBody or HtmlBody or both.')
    delivered.push(deliveredOf(email))
    return {
      To: email.To,
      SubmittedAt: new Date().toISOString(),
      MessageID: `00000000-0000-4000-9000-${String(++ids).padStart(12, '0')}`,
      ErrorCode: 0,
      Message: 'OK',
    }
  }
  const server = await openHttpServer(({ method, path, headers, body }) => {
    const refused = (status: number, ErrorCode: number, Message: string) => ({
      status,
      body: { ErrorCode, Message },
    })
    if (headers['x-postmark-server-token'] !== token) {
      return refused(401, 10, 'Request does not contain a valid Server token.')
    }
    if (method === 'GET' && path === `/message-streams/${stream}`)
      return { status: 200, body: { ID: stream } }
    if (method !== 'POST' || path !== '/email/batch') return refused(404, 0, 'Not found.')
    if (Buffer.byteLength(body) > 50 * 1024 * 1024) return refused(413, 0, 'Payload too large.')
    const emails = JSON.parse(body) as readonly Email[]
    if (emails.length > 500) return refused(422, 410, 'Too many batch messages.')
    return { status: 200, body: emails.map(one) }
  })
  return { ...server, delivered, inactive }
}
