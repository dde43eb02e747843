import { setTimeout } from 'node:timers/promises'
import { TransportError } from '../errors.ts'
import { failed, type Failed, wordsOf } from '../outcome.ts'
import type { FailureClass } from '../transport.ts'
import { type Answer, type NoAnswer, retryAfter } from './request.ts'

// RFC 9110 §15: 408 and 425 were not read, 429 and 503 refused for the moment. Another 5xx failed while it was worked on.
const later = new Set([408, 425, 429, 503])

/** The class of a status that is no success, where the provider says nothing more precise. */
export function classOfStatus(status: number): FailureClass {
  if (later.has(status)) return 'retry'
  return status >= 500 || status < 300 ? 'unknown' : 'sender'
}

/** The outcome of all messages of a request that was not taken. */
export function notTaken(
  answer: Answer | NoAnswer,
  secrets: readonly string[],
  told: {
    readonly class?: FailureClass | undefined
    readonly code?: string | undefined
    readonly words?: string | undefined
  } = {},
): Failed {
  if (answer.status === 'none') {
    const kind = answer.mayBeRead ? 'unknown' : answer.lasts ? 'sender' : 'retry'
    return failed(kind, answer.reason, { code: answer.code })
  }
  const said = told.words === undefined ? '' : `: ${wordsOf(told.words, secrets)}`
  const what = answer.status < 300 ? 'an answer that cannot be read, with the status' : 'the status'
  return failed(told.class ?? classOfStatus(answer.status), `${what} ${answer.status}${said}`, {
    code: told.code ?? String(answer.status),
    waitMs: retryAfter(answer.headers),
  })
}

/** Whether the server may have done what it was asked, and did not say. */
export const isUnclear = (answer: Answer | NoAnswer): boolean =>
  answer.status === 'none'
    ? answer.mayBeRead
    : classOfStatus(answer.status) === 'unknown' && (answer.status >= 500 || answer.body === undefined)

// What breaks a connection may be over at once, and a server that fails takes a while.
const pauses = [100, 1_000, 5_000, 15_000, 30_000]

/** How often a request can be sent again at most. */
export const mostRepeats = pauses.length

/**
 * Asks again, so many times, as long as it is not clear what became of the request: for those who do it once.
 *
 * Only success makes it clear: a refusal of the second request says nothing of the first.
 */
export async function untilClear(
  ask: () => Promise<Answer | NoAnswer>,
  repeats: number,
  unclear: (answer: Answer | NoAnswer) => boolean = isUnclear,
): Promise<Answer | NoAnswer> {
  let answer = await ask()
  for (const pause of pauses.slice(0, repeats)) {
    if (!unclear(answer)) return answer
    await setTimeout(pause)
    const next = await ask()
    if (next.status !== 'none' && next.status < 300) answer = next
  }
  return answer
}

/** Throws for an answer that is no success: what `verify` rejects with. */
export function expectTaken(
  transport: string,
  expected: string,
  answer: Answer | NoAnswer,
  outcome: Failed,
): void {
  if (answer.status !== 'none' && answer.status < 300) return
  const { reason, code } = outcome
  throw new TransportError({
    transport,
    found: reason,
    expected,
    class: outcome.class,
    ...(code !== undefined && { code }),
  })
}

/** A record, for reading what somebody else wrote. */
export const recordOf = (raw: unknown): Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)
    ? (raw as Readonly<Record<string, unknown>>)
    : {}

/** A text among what somebody else wrote. */
export const textOf = (raw: unknown): string | undefined => (typeof raw === 'string' ? raw : undefined)
