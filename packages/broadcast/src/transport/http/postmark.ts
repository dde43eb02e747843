import type { Duration } from '@segmentry/core'
import { mailboxText } from '../address.ts'
import { base64 } from '../json.ts'
import { optionsOf } from '../options.ts'
import { failed, type Failed, notBegun, sent, wordsOf } from '../outcome.ts'
import { handOver, readied, type Ready, whyStopped } from '../ready.ts'
import type { FailureClass, Outcome, Transport } from '../transport.ts'
import { type Answer, type NoAnswer, request } from './request.ts'
import { expectTaken, notTaken, recordOf, textOf } from './status.ts'

/** The server of an account, and how it is used. */
export interface PostmarkOptions {
  readonly serverToken: string
  /** The stream that these messages belong to; what goes to many has to go by one for broadcasts. */
  readonly messageStream: string
  /** `https://api.postmarkapp.com` unless told. */
  readonly url?: string
  /** Messages a request, at most 500; 500 unless told. A crash leaves as many unknown. */
  readonly batch?: number
  /** Requests at a time; 2 unless told. */
  readonly concurrency?: number
  /** Messages a second; as many as it takes unless told. */
  readonly perSecond?: number
  /** For each answer; `'1 minute'` unless told. */
  readonly timeout?: Duration
}

const known = ['serverToken', 'messageStream', 'url', 'batch', 'concurrency', 'perSecond', 'timeout']

// https://postmarkapp.com/developer/api/email-api#send-batch-emails
const largestBody = 50 * 1024 * 1024

// https://postmarkapp.com/developer/api/overview#error-codes. Every other code is of the account or of the request, and so the sender's.
const classes: Readonly<Record<number, FailureClass>> = {
  100: 'retry', // maintenance
  406: 'recipient', // inactive: it bounced or complained
  429: 'retry', // too often
}

/**
 * Sends by Postmark's API for batches, whose answer of success has an outcome for each message.
 *
 * Postmark knows no keys: what it did not answer stays unknown. The key of a message goes with it as metadata and comes back
 * with its events.
 *
 * @example
 * ```ts
 * import { postmark } from '@segmentry/broadcast/http'
 *
 * postmark({ serverToken: 'from-the-environment', messageStream: 'broadcast' }).batch // => 500
 * ```
 */
export function postmark(options: PostmarkOptions): Transport {
  const read = optionsOf('postmark', options, known)
  const token = read.secret('serverToken')
  const stream = read.text('messageStream', "'broadcast'")
  const url = read.url('url', 'https://api.postmarkapp.com')
  const timeout = read.duration('timeout', '1 minute')
  const perSecond = read.optional('perSecond', (name) => read.whole(name, 1, 1))
  let closed = false

  const headers = {
    accept: 'application/json',
    'x-postmark-server-token': token,
    'user-agent': 'segmentry',
  }
  const ask = async (bodies: readonly string[]): Promise<readonly Outcome[]> => {
    const answer = await request({
      url: `${url}/email/batch`,
      headers: { ...headers, 'content-type': 'application/json' },
      body: `[${bodies.join(',')}]`,
      timeout,
      secrets: [token],
    })
    return outcomesOf(answer, bodies.length, token) ?? bodies.map(() => refusal(answer, token))
  }

  return Object.freeze<Transport>({
    name: 'postmark',
    batch: read.whole('batch', 500, 1, 500),
    concurrency: read.whole('concurrency', 2, 1, 100),
    ...(perSecond !== undefined && { perSecond }),
    send: (messages, signal) =>
      handOver(messages, whyStopped(signal, closed), readied, async (ready) => {
        const outcomes: Outcome[] = []
        for (const bodies of withinSize(ready.map((one) => JSON.stringify(emailOf(one, stream))))) {
          const stopped = whyStopped(signal, closed)
          outcomes.push(...(stopped === undefined ? await ask(bodies) : bodies.map(() => notBegun(stopped))))
        }
        return outcomes
      }),
    // https://postmarkapp.com/developer/api/message-streams-api: the token and the stream at once.
    verify: async () => {
      const place = `${url}/message-streams/${encodeURIComponent(stream)}`
      const answer = await request({ url: place, headers, timeout, secrets: [token] })
      expectTaken('postmark', `a server token, and its stream '${stream}'`, answer, refusal(answer, token))
    },
    close: async () => void (closed = true),
  })
}

/** As many requests as the size of a request makes necessary: most often one. */
function withinSize(bodies: readonly string[]): readonly (readonly string[])[] {
  const requests: string[][] = [[]]
  let size = 0
  for (const body of bodies) {
    const more = Buffer.byteLength(body) + 1
    if (size + more > largestBody - 2 && requests.at(-1)!.length > 0) {
      requests.push([])
      size = 0
    }
    requests.at(-1)!.push(body)
    size += more
  }
  return requests
}

/** https://postmarkapp.com/developer/api/email-api#send-a-single-email */
const emailOf = ({ key, message, from, to, replyTo, subject, headers }: Ready, stream: string) => ({
  From: mailboxText(from),
  To: to,
  ...(replyTo && { ReplyTo: mailboxText(replyTo) }),
  Subject: subject,
  ...(message.html !== undefined && { HtmlBody: message.html }),
  ...(message.text !== undefined && { TextBody: message.text }),
  Headers: Object.entries(headers).map(([Name, Value]) => ({ Name, Value })),
  Attachments: message.attachments.map(({ filename, content, contentType, contentId }) => ({
    Name: filename,
    Content: base64(content),
    ContentType: contentType,
    ...(contentId !== undefined && { ContentID: `cid:${contentId}` }),
  })),
  MessageStream: stream,
  Metadata: { key },
})

function outcomesOf(
  answer: Answer | NoAnswer,
  length: number,
  token: string,
): readonly Outcome[] | undefined {
  if (answer.status !== 200 || !Array.isArray(answer.body) || answer.body.length !== length) return undefined
  return answer.body.map((one) => {
    const { ErrorCode: code, Message: said, MessageID: id } = recordOf(one)
    if (code === 0 && textOf(id)) return sent(id)
    // It says neither that it was sent nor why not.
    if (!Number.isSafeInteger(code) || code === 0)
      return failed('unknown', 'Postmark answered nothing that can be read')
    const words = textOf(said) ?? ''
    return failed(classOf(code as number, words), `Postmark refused it: ${wordsOf(words, [token])}`, {
      code: String(code),
    })
  })
}

function classOf(code: number, words: string): FailureClass {
  // 300 is any wrong field, which the message names; all but the address are alike for everybody.
  if (code === 300 && /'To'|recipient/i.test(words)) return 'recipient'
  return classes[code] ?? 'sender'
}

function refusal(answer: Answer | NoAnswer, token: string): Failed {
  const { ErrorCode: code, Message: said } = recordOf(answer.status === 'none' ? undefined : answer.body)
  const spoken = typeof code === 'number' && answer.status !== 'none' && answer.status >= 400
  const told = spoken ? classOf(code, '') : undefined
  return notTaken(answer, [token], {
    // A server that failed may have sent: Postmark says of 500 that the message is lost in most cases, and so not in all.
    class: answer.status === 'none' || answer.status >= 500 ? undefined : told,
    code: spoken ? `${answer.status} ${code}` : undefined,
    words: textOf(said),
  })
}
