import { createHash } from 'node:crypto'
import type { Delivered } from '../../src/testing/index.ts'
import { type Answered, type OpenedHttpServer, openHttpServer } from './http.ts'

// https://resend.com/docs/api-reference/emails/send-email, …/send-batch-emails, …/errors and …/dashboard/emails/idempotency-keys

interface Email {
  readonly from: string
  readonly to: readonly string[]
  readonly reply_to?: string
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly tags?: readonly { readonly name: string; readonly value: string }[]
  readonly attachments?: readonly {
    readonly filename: string
    readonly content: string
    readonly content_type: string
    readonly content_id?: string
  }[]
}

const error = (status: number, name: string, message: string): Answered => ({
  status,
  body: { statusCode: status, name, message },
})
const mailbox = /^(?:[^<>]*<)?([^<>\s@]+@[^<>\s@]+\.[^<>\s@]+)>?$/

/** What is wrong with an email, in Resend's words. */
function wrongIn(email: Email): string | undefined {
  const form =
    'The email address needs to follow the `email@example.com` or `Name <email@example.com>` format.'
  if (!mailbox.test(email.from)) return `Invalid \`from\` field. ${form}`
  if (!email.to.every((one) => mailbox.test(one) && !one.endsWith('@refused.example'))) {
    return `Invalid \`to\` field. ${form}`
  }
  if (email.html === undefined && email.text === undefined) return 'Missing `html` or `text` field.'
  if (email.tags?.some(({ value }) => !/^[\w-]{1,256}$/.test(value)))
    return 'Tags should only contain ASCII letters.'
  return undefined
}

const deliveredOf = (email: Email): Delivered => ({
  to: email.to[0]!,
  from: mailbox.exec(email.from)![1]!,
  subject: email.subject,
  ...(email.reply_to !== undefined && { replyTo: mailbox.exec(email.reply_to)![1]! }),
  ...(email.html !== undefined && { html: email.html }),
  ...(email.text !== undefined && { text: email.text }),
  headers: Object.fromEntries(
    Object.entries(email.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
  attachments: (email.attachments ?? []).map((one) => ({
    filename: one.filename,
    contentType: one.content_type,
    ...(one.content_id !== undefined && { contentId: one.content_id }),
    content: Buffer.from(one.content, 'base64'),
  })),
})

/** Resend's API for sending, as its pages say it is. */
export async function openResend(
  apiKey: string,
): Promise<OpenedHttpServer & { readonly delivered: Delivered[] }> {
  const delivered: Delivered[] = []
  const remembered = new Map<string, { readonly payload: string; readonly answer: Answered }>()
  let ids = 0
  const accept = (email: Email) => {
    delivered.push(deliveredOf(email))
    return { id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}` }
  }
  const batch = (emails: readonly Email[], permissive: boolean): Answered => {
    if (emails.length === 0 || emails.length > 100) {
      return error(422, 'validation_error', 'The batch must contain between 1 and 100 emails.')
    }
    if (emails.some((email) => email.attachments)) {
      return error(422, 'validation_error', 'The `attachments` field is not supported in batches.')
    }
    const errors = emails.flatMap((email, index) => {
      const message = wrongIn(email)
      return message === undefined ? [] : [{ index, message }]
    })
    if (errors.length > 0 && !permissive) return error(422, 'validation_error', errors[0]!.message)
    const data = emails.filter((_, i) => !errors.some(({ index }) => index === i)).map(accept)
    return { status: 200, body: { data, ...(permissive && { errors }) } }
  }
  const server = await openHttpServer(({ method, path, headers, body }) => {
    if (headers.authorization === undefined) return error(401, 'missing_api_key', 'Missing API Key')
    if (headers.authorization !== `Bearer ${apiKey}`)
      return error(401, 'validation_error', 'API key is invalid')
    if (method === 'GET' && path === '/domains') {
      return error(401, 'restricted_api_key', 'This API key is restricted to only send emails.')
    }
    const single = path === '/emails'
    if (method !== 'POST' || !(single || path === '/emails/batch'))
      return error(404, 'not_found', 'Not found')
    const key = headers['idempotency-key']
    if (typeof key === 'string' && (key.length === 0 || key.length > 256)) {
      return error(
        400,
        'invalid_idempotency_key',
        'Idempotency keys, if present, must have between 1 and 256 characters.',
      )
    }
    const payload = createHash('sha256')
      .update(path + body)
      .digest('hex')
    const before = typeof key === 'string' ? remembered.get(key) : undefined
    if (before && before.payload !== payload) {
      return error(
        409,
        'invalid_idempotent_request',
        'Same idempotency key used with a different request payload.',
      )
    }
    if (before) return before.answer
    const emails = JSON.parse(body) as Email & readonly Email[]
    const wrong = single ? wrongIn(emails) : undefined
    const answer =
      wrong !== undefined
        ? error(422, 'validation_error', wrong)
        : single
          ? { status: 200, body: accept(emails) }
          : batch(emails, headers['x-batch-validation'] === 'permissive')
    if (typeof key === 'string' && answer.status === 200) remembered.set(key, { payload, answer })
    return answer
  })
  return { ...server, delivered }
}
