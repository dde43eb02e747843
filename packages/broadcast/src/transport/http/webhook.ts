import type { Duration } from '@segmentry/core'
import { messageJson } from '../json.ts'
import { optionsOf } from '../options.ts'
import { failed, sent, wordsOf } from '../outcome.ts'
import { handOver, readied, type Ready, whyStopped } from '../ready.ts'
import type { FailureClass, Outcome, Transport } from '../transport.ts'
import { requestKey } from './keys.ts'
import { type Answer, type NoAnswer, request } from './request.ts'
import { secretsOf, signatureHeaders } from './signature.ts'
import { isUnclear, notTaken, recordOf, textOf, mostRepeats, untilClear } from './status.ts'

/** Who receives the messages, and how. */
export interface WebhookOptions {
  readonly url: string
  /** 24 bytes or more, as `whsec_` and base64 or as text; several while it is being changed. */
  readonly secret: string | readonly string[]
  /** Messages a request; 1 unless told. */
  readonly batch?: number
  /** Requests at a time; 10 unless told. */
  readonly concurrency?: number
  /** Messages a second; as many as it takes unless told. */
  readonly perSecond?: number
  /** For each answer; `'30 seconds'` unless told. */
  readonly timeout?: Duration
  /** For how long the receiver knows each message by its key and does not deliver it a second time; it does not unless told. */
  readonly remembers?: Duration
  /** With `remembers`, how often the same request is sent again after an answer was lost, soon and then later; 3 unless told. */
  readonly repeats?: number
}

const known = ['url', 'secret', 'batch', 'concurrency', 'perSecond', 'timeout', 'remembers', 'repeats']
const classes: readonly unknown[] = [
  'retry',
  'recipient',
  'sender',
  'unknown',
] satisfies readonly FailureClass[]

/**
 * Posts messages as JSON to a URL of one's own, signed: for what delivers them there.
 *
 * The body is `{ messages: [...] }`, with attachments in base64; `verifySignature` is for the other side. Any 2xx says that all
 * were taken. With `{ outcomes: [...] }` in the answer the receiver says it of each: `{ status: 'sent', id }`, or
 * `{ status: 'failed', class, reason }` with a class of `Outcome`.
 *
 * @example
 * ```ts
 * import { webhook } from '@segmentry/broadcast/http'
 *
 * const transport = webhook({ url: 'https://mail.example.com/messages', secret: 'a secret of at least 24 bytes' })
 * transport.batch // => 1
 * ```
 */
export function webhook(options: WebhookOptions): Transport {
  const read = optionsOf('webhook', options, known)
  const url = read.url('url', undefined, true)
  const secrets = secretsOf(options.secret)
  const timeout = read.duration('timeout', '30 seconds')
  const repeats = read.whole('repeats', 3, 0, mostRepeats)
  const remembersMs = read.optional('remembers', (name) => read.duration(name, '1 day'))
  const perSecond = read.optional('perSecond', (name) => read.whole(name, 1, 1))
  let closed = false

  const hand = async (ready: readonly Ready[]): Promise<readonly Outcome[]> => {
    const body = JSON.stringify({ messages: ready.map(messageJson) })
    const ask = () => {
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'segmentry',
        ...signatureHeaders(secrets, requestKey(ready), body),
      }
      return request({ url, headers, body, timeout, secrets: [] })
    }
    const answer = await untilClear(
      ask,
      remembersMs === undefined ? 0 : repeats,
      (one) => !isTaken(one) && isUnclear(one),
    )
    if (!isTaken(answer)) {
      const outcome = notTaken(answer, [])
      return ready.map(() => outcome)
    }
    const { outcomes } = recordOf(answer.body)
    if (outcomes === undefined) return ready.map(() => sent())
    if (Array.isArray(outcomes) && outcomes.length === ready.length) return outcomes.map(outcomeOf)
    return ready.map(() =>
      failed('unknown', "'outcomes' of the answer is not a list with one for each message"),
    )
  }

  return Object.freeze<Transport>({
    name: 'webhook',
    batch: read.whole('batch', 1, 1, 1_000),
    concurrency: read.whole('concurrency', 10, 1, 1_000),
    ...(perSecond !== undefined && { perSecond }),
    ...(remembersMs !== undefined && { remembersMs }),
    send: (messages, signal) => handOver(messages, whyStopped(signal, closed), readied, hand),
    close: async () => void (closed = true),
  })
}

/** A receiver may say nothing at all, but not something that cannot be read. */
const isTaken = (answer: Answer | NoAnswer): answer is Answer =>
  answer.status !== 'none' && answer.status < 300 && !answer.garbled

/** An outcome as the receiver says it; one that cannot be read says nothing. */
function outcomeOf(raw: unknown): Outcome {
  const { status, id, class: kind, reason, code, waitMs } = recordOf(raw)
  if (status === 'sent') return sent(id)
  if (status !== 'failed' || !classes.includes(kind)) {
    return failed('unknown', 'the receiver said neither that it took the message nor why not')
  }
  return failed(kind as FailureClass, wordsOf(textOf(reason) ?? 'the receiver gave no reason'), {
    code: textOf(code),
    waitMs: typeof waitMs === 'number' && waitMs >= 0 ? waitMs : undefined,
  })
}
