import { shown } from '@segmentry/core'
import { milliseconds } from '../broadcast/time.ts'
import type { Outcome } from '../transport/transport.ts'

/** How often and when a message is tried again. */
export interface Retries {
  /** How many attempts there are in all; 6 unless told. */
  readonly attempts?: number
  /** About how long after the first attempt the second is made; '30 seconds' unless told. Doubled for each further one. */
  readonly first?: string
  /** The longest time between two attempts; '1 hour' unless told. */
  readonly longest?: string
}

/** What the ledger says of a message after an attempt. */
export interface Settlement {
  readonly person: string
  readonly status: 'pending' | 'sent' | 'failed' | 'unknown' | 'skipped'
  readonly reason?: string
  readonly detail?: string
  /** The provider's name for the message. */
  readonly message?: string
  /** How long until the next attempt. */
  readonly waitMs?: number
  /** Whether the attempt counts. */
  readonly counts: boolean
  /** Whether the message may have been delivered. */
  readonly doubtful?: boolean
  /** Whether the address is not to be written to any more. */
  readonly suppress?: boolean
  /** What kind of failure it was, for the record of attempts. */
  readonly failure?: { readonly class: string; readonly code?: string; readonly reason: string }
}

/** A message in hand. */
export interface InHand {
  readonly person: string
  /** Attempts before this one. */
  readonly attempt: number
}

/** What is known beside the outcome. */
export interface SettleContext {
  readonly retries: Retries
  /** For how long the provider remembers a message's key, if it does. */
  readonly remembersMs: number | undefined
  /** A number from 0 to 1, for the wait. */
  readonly chance: number
}

const attemptsDefault = 6

const classes: ReadonlySet<unknown> = new Set(['retry', 'recipient', 'sender', 'unknown'])

/** What is wrong with what a transport told of so many messages, if anything: then it has told nothing of any of them. */
export function wrongOutcomes(outcomes: unknown, count: number): string | undefined {
  const expected = "{ status: 'sent' } or { status: 'failed', class, reason } for each message"
  if (!Array.isArray(outcomes))
    return `the transport answered ${shown(outcomes)}, expected a list: ${expected}`
  if (outcomes.length !== count) {
    return `the transport answered ${outcomes.length} outcomes, expected ${count}: ${expected}`
  }
  for (const outcome of outcomes as readonly (Partial<Record<string, unknown>> | null | undefined)[]) {
    const { status, class: kind, reason } = outcome ?? {}
    if (status === 'sent') continue
    if (status === 'failed' && classes.has(kind) && typeof reason === 'string') continue
    const found = status === 'failed' ? `the class ${shown(kind)}` : `the status ${shown(status)}`
    return `the transport answered ${found}, expected ${expected}; a class is retry, recipient, sender or unknown`
  }
  return undefined
}

/** What becomes of a message, by what became of the attempt. */
export function settlementOf(
  { person, attempt }: InHand,
  outcome: Outcome,
  context: SettleContext,
): Settlement {
  if (outcome.status === 'sent') {
    return { person, status: 'sent', counts: true, ...(outcome.id !== undefined && { message: outcome.id }) }
  }
  const { class: kind, reason, code } = outcome
  const failure = { class: kind, reason, ...(code !== undefined && { code }) }
  const isLast = attempt + 1 >= (context.retries.attempts ?? attemptsDefault)
  const told = { person, detail: reason, failure }
  switch (kind) {
    case 'recipient':
      return { ...told, status: 'failed', reason: 'refused', counts: true, suppress: true }
    case 'sender':
      // Nothing was wrong with this message or its recipient: the attempt is not theirs.
      return { ...told, status: 'pending', counts: false }
    case 'retry':
      return isLast
        ? { ...told, status: 'failed', reason: 'gave-up', counts: true }
        : { ...told, status: 'pending', counts: true, waitMs: waitOf(attempt, outcome.waitMs, context) }
    case 'unknown':
      return isLast || context.remembersMs === undefined
        ? { ...told, status: 'unknown', counts: true }
        : {
            ...told,
            status: 'pending',
            counts: true,
            doubtful: true,
            waitMs: waitOf(attempt, undefined, context),
          }
  }
}

/**
 * How long to wait before the next attempt: anything up to twice the time before, so that messages which failed together
 * do not come back together, and no less than the provider asked for.
 */
function waitOf(attempt: number, asked: number | undefined, { retries, chance }: SettleContext): number {
  const first = milliseconds(retries.first ?? '30 seconds')!
  const longest = milliseconds(retries.longest ?? '1 hour')!
  const drawn = Math.min(longest, first * 2 ** attempt) * (0.5 + chance / 2)
  return Math.round(Math.max(drawn, asked ?? 0))
}
