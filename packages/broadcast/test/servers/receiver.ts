import type { Delivered } from '../../src/testing/index.ts'
import { verifySignature } from '../../src/transport/http/index.ts'
import { type OpenedHttpServer, openHttpServer } from './http.ts'

interface Message {
  readonly key: string
  readonly to: string
  readonly from: string
  readonly replyTo?: string
  readonly subject: string
  readonly html?: string
  readonly text?: string
  readonly headers: Readonly<Record<string, string>>
  readonly attachments: readonly {
    readonly filename: string
    readonly contentType: string
    readonly content: string
  }[]
}

const addressIn = (mailbox: string): string => /<([^<>]+)>$/.exec(mailbox)?.[1] ?? mailbox

const deliveredOf = ({
  to,
  from,
  replyTo,
  subject,
  html,
  text,
  headers,
  attachments,
}: Message): Delivered => ({
  to,
  from: addressIn(from),
  subject,
  ...(replyTo !== undefined && { replyTo: addressIn(replyTo) }),
  ...(html !== undefined && { html }),
  ...(text !== undefined && { text }),
  headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  attachments: attachments.map((one) => ({ ...one, content: Buffer.from(one.content, 'base64') })),
})

/** The other side of a webhook, which does what the guide says: checks who it is, and delivers each key once. */
export async function openReceiver(
  secret: string,
): Promise<
  OpenedHttpServer & { readonly delivered: Delivered[]; answer: ((key: string) => unknown) | undefined }
> {
  const delivered: Delivered[] = []
  const keys = new Set<string>()
  const extra: { answer: ((key: string) => unknown) | undefined } = { answer: undefined }
  const server = await openHttpServer(({ headers, body }) => {
    if (!verifySignature({ secret, headers, body })) return { status: 401, body: { error: 'not signed' } }
    const { messages } = JSON.parse(body) as { readonly messages: readonly Message[] }
    const outcomes = messages.map((message) => {
      const told = extra.answer?.(message.key)
      if (told === undefined && !keys.has(message.key)) {
        keys.add(message.key)
        delivered.push(deliveredOf(message))
      }
      return told ?? { status: 'sent', id: message.key }
    })
    return extra.answer ? { status: 200, body: { outcomes } } : { status: 202, body: '' }
  })
  return Object.assign(extra, server, { delivered })
}
