import type { Duration } from '@segmentry/core'
import { mailboxText } from '../address.ts'
import { base64 } from '../json.ts'
import { optionsOf } from '../options.ts'
import { failed, type Failed, sent } from '../outcome.ts'
import { handOver, readied, type Ready, whyStopped } from '../ready.ts'
import type { FailureClass, Outcome, Transport } from '../transport.ts'
import { requestKey } from './keys.ts'
import { type Answer, type NoAnswer, request } from './request.ts'
import { expectTaken, isUnclear, notTaken, recordOf, textOf, mostRepeats, untilClear } from './status.ts'

/** The account, and how it is used. */
export interface ResendOptions {
  readonly apiKey: string
  /** `https://api.resend.com` unless told. */
  readonly url?: string
  /**
   * Messages a request, at most 100; 100 unless told. With 1, each message has a key of its own, and one of which nothing is known
   * can be handed over again for 24 hours; with more, it stays unknown.
   */
  readonly batch?: number
  /** What the account may ask; 2 a second unless told. */
  readonly requestsPerSecond?: number
  /** Requests at a time; 2 unless told. */
  readonly concurrency?: number
  /** For each answer; `'1 minute'` unless told. */
  readonly timeout?: Duration
  /** How often the same request is sent again after an answer was lost, soon and then later; 3 unless told. */
  readonly repeats?: number
}

const known = ['apiKey', 'url', 'batch', 'requestsPerSecond', 'concurrency', 'timeout', 'repeats']

// https://resend.com/docs/dashboard/emails/idempotency-keys: on /emails and /emails/batch, for 24 hours.
const remembered = 24 * 3_600_000

// https://resend.com/docs/api-reference/errors; what is not here has the class of its status.
const classes: Readonly<Record<string, FailureClass>> = {
  // The quota of the day or the month: tomorrow, or never, but not in a second.
  daily_quota_exceeded: 'sender',
  monthly_quota_exceeded: 'sender',
  rate_limit_exceeded: 'retry',
  // The key was used before, with another content or at this moment: that request may have been done.
  invalid_idempotent_request: 'unknown',
  concurrent_idempotent_requests: 'unknown',
}

/**
 * Sends by Resend's API.
 *
 * A request whose answer was lost is sent again as it was, with the same `Idempotency-Key`, which Resend does once. That key
 * covers the whole request: in another grouping the same messages are others to Resend, so `remembersMs` is there with `batch: 1`
 * only. Messages with attachments go one by one, as a batch takes none.
 *
 * @example
 * ```ts
 * import { resend } from '@segmentry/broadcast/http'
 *
 * resend({ apiKey: 're_from_the_environment' }).batch // => 100
 * resend({ apiKey: 're_from_the_environment', batch: 1 }).remembersMs // => 86_400_000
 * ```
 */
export function resend(options: ResendOptions): Transport {
  const read = optionsOf('resend', options, known)
  const apiKey = read.secret('apiKey')
  const url = read.url('url', 'https://api.resend.com')
  const batch = read.whole('batch', 100, 1, 100)
  const timeout = read.duration('timeout', '1 minute')
  const repeats = read.whole('repeats', 3, 0, mostRepeats)
  const concurrency = read.whole('concurrency', 2, 1, 100)
  // https://resend.com/docs/api-reference/rate-limit: 2 in older copies of the page and 5 in newer ones.
  const requests = read.whole('requestsPerSecond', 2, 1, 1_000)
  const secrets = [apiKey]
  const headers = { authorization: `Bearer ${apiKey}`, 'user-agent': 'segmentry' }
  let closed = false

  const ask = (path: string, ready: readonly Ready[], body: unknown) => {
    const question = {
      url: url + path,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'idempotency-key': requestKey(ready),
        // https://resend.com/changelog/batch-validation-modes: one wrong message does not keep the others back.
        ...(path === '/emails/batch' && { 'x-batch-validation': 'permissive' }),
      },
      body: JSON.stringify(body),
      timeout,
      secrets,
    }
    return untilClear(
      () => request(question),
      repeats,
      (answer) => isUnclear(answer) || isInProgress(answer),
    )
  }
  const one = async (ready: Ready): Promise<Outcome> => {
    const answer = await ask('/emails', [ready], emailOf(ready))
    const id = textOf(recordOf('body' in answer ? answer.body : undefined)['id'])
    return isTaken(answer) && id !== undefined ? sent(id) : refusal(answer, apiKey)
  }
  const many = async (ready: readonly Ready[]): Promise<readonly Outcome[]> => {
    const answer = await ask('/emails/batch', ready, ready.map(emailOf))
    return (
      (isTaken(answer) && outcomesOf(answer.body, ready.length)) || ready.map(() => refusal(answer, apiKey))
    )
  }
  const hand = async (ready: readonly Ready[]): Promise<readonly Outcome[]> => {
    const outcomes = new Map<Ready, Outcome>()
    const together = batch === 1 ? [] : ready.filter(({ message }) => message.attachments.length === 0)
    if (together.length > 0) {
      const told = await many(together)
      together.forEach((each, i) => outcomes.set(each, told[i]!))
    }
    for (const each of ready) if (!outcomes.has(each)) outcomes.set(each, await one(each))
    return ready.map((each) => outcomes.get(each)!)
  }

  return Object.freeze<Transport>({
    name: 'resend',
    batch,
    concurrency,
    perSecond: requests * batch,
    ...(batch === 1 && { remembersMs: remembered }),
    send: (messages, signal) => handOver(messages, whyStopped(signal, closed), readied, hand),
    verify: async () => {
      const answer = await request({ url: `${url}/domains`, headers, timeout, secrets })
      // A key that may only send is refused here, and by this name.
      if (nameOf(answer) === 'restricted_api_key') return
      expectTaken('resend', 'an API key that may send', answer, refusal(answer, apiKey))
    },
    close: async () => void (closed = true),
  })
}

/** https://resend.com/docs/api-reference/emails/send-email */
const emailOf = ({ key, message, from, to, replyTo, subject, headers }: Ready) => ({
  from: mailboxText(from),
  to: [to],
  subject,
  ...(message.html !== undefined && { html: message.html }),
  ...(message.text !== undefined && { text: message.text }),
  ...(replyTo && { reply_to: mailboxText(replyTo) }),
  headers,
  ...(message.attachments.length > 0 && {
    attachments: message.attachments.map(({ filename, content, contentType, contentId }) => ({
      filename,
      content: base64(content),
      content_type: contentType,
      ...(contentId !== undefined && { content_id: contentId }),
    })),
  }),
  // Comes back with every event of the message.
  tags: [{ name: 'key', value: key }],
})

const isTaken = (answer: Answer | NoAnswer): answer is Answer =>
  answer.status !== 'none' && answer.status >= 200 && answer.status < 300

const nameOf = (answer: Answer | NoAnswer): string | undefined =>
  answer.status === 'none' ? undefined : textOf(recordOf(answer.body)['name'])

const isInProgress = (answer: Answer | NoAnswer): boolean =>
  nameOf(answer) === 'concurrent_idempotent_requests'

function refusal(answer: Answer | NoAnswer, apiKey: string): Failed {
  const { message } = recordOf(answer.status === 'none' ? undefined : answer.body)
  const name = nameOf(answer)
  const words = textOf(message)
  const told = name === undefined ? undefined : Object.hasOwn(classes, name) ? classes[name] : undefined
  const blamed = name !== undefined && isUnsuited(answer) && words !== undefined && blamesRecipient(words)
  return notTaken(answer, [apiKey], {
    class: blamed ? 'recipient' : told,
    code: name && `${answer.status} ${name}`,
    words,
  })
}

const isUnsuited = ({ status }: Answer | NoAnswer): boolean => status === 400 || status === 422

/** Resend names the field in backquotes: the error of one message is of its address, or of what all have alike. */
const blamesRecipient = (words: string): boolean => /[`'"]to[`'"]/.test(words)

/** An answer in permissive mode: ids of those that were taken, and errors by the place of the others. */
function outcomesOf(body: unknown, length: number): readonly Outcome[] | undefined {
  const { data, errors = [] } = recordOf(body)
  if (!Array.isArray(data) || !Array.isArray(errors)) return undefined
  const wrong = new Map<number, Outcome>()
  for (const error of errors) {
    const { index, message } = recordOf(error)
    if (!Number.isSafeInteger(index) || (index as number) < 0 || (index as number) >= length) return undefined
    const words = textOf(message) ?? 'no reason was given'
    wrong.set(
      index as number,
      failed(blamesRecipient(words) ? 'recipient' : 'sender', `Resend refused it: ${words}`, {
        code: 'validation_error',
      }),
    )
  }
  const ids = data.map((one) => textOf(recordOf(one)['id']))
  if (ids.length + wrong.size !== length || ids.includes(undefined)) return undefined
  let at = 0
  return Array.from({ length }, (_, i) => wrong.get(i) ?? sent(ids[at++]))
}
