import { type Duration, shown } from '@segmentry/core'
import { compiled, type EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { milliseconds } from '../broadcast/time.ts'
import { messagesOf } from '../broadcast/message.ts'
import type { Broadcast } from '../broadcast/types.ts'
import { candidateContext, clock, type Context, roomy } from '../context.ts'
import { type BroadcastError, type BroadcastIssue, broadcastError, issueOf } from '../errors.ts'
import { freeze } from '../ledger/freeze.ts'
import { audienceTimeout } from '../plan/run.ts'
import type { Transport } from '../transport/transport.ts'
import { composer, type Links } from './compose.ts'
import { type Pace, paceIssues } from './pace.ts'
import type { Retries } from './settlement.ts'
import { startWorker, type Worker } from './worker.ts'

/** How a broadcast is sent. */
export interface SendOptions {
  readonly transport: Transport
  /** How many people the plan said are sent to. Looked at when the audience is fixed; not when sending goes on. */
  readonly confirm: number
  /** By what share the live count may depart from the confirmed one, such as 0.02; not at all unless told. */
  readonly tolerance?: number
  readonly pace?: Pace
  readonly retries?: Retries
  /** How long a worker may be out of sight before what it has in hand is taken back; '30 seconds' unless told. */
  readonly lease?: Duration
  /** The share of messages refused for good, of a hundred or more, at which it pauses; 0.1 unless told. */
  readonly mostRefused?: number
  /** The links that stand in messages. */
  readonly links?: Links
}

const keys = ['transport', 'confirm', 'tolerance', 'pace', 'retries', 'lease', 'mostRefused', 'links']

/** What is wrong with how a broadcast is to be sent. */
function sendIssues(options: SendOptions): readonly BroadcastIssue[] {
  const { transport, confirm, tolerance = 0, pace = {}, retries = {}, lease, mostRefused = 0.1 } = options
  const issues: BroadcastIssue[] = []
  const need = (fits: boolean, path: BroadcastIssue['path'], raw: unknown, expected: string): void => {
    if (!fits) issues.push(issueOf(path, shown(raw), expected))
  }
  const isShare = (raw: number): boolean => raw >= 0 && raw <= 1
  const isTime = (raw: string | undefined): boolean => raw === undefined || milliseconds(raw) !== undefined
  const unknown = Object.keys(options).find((key) => !keys.includes(key))
  if (unknown !== undefined)
    issues.push(issueOf([unknown], `the key '${unknown}'`, `one of ${keys.join(', ')}`))
  const given: Partial<Transport> | undefined = transport
  need(typeof given?.send === 'function', ['transport'], transport, 'a transport, such as smtp(…)')
  need(
    Number.isSafeInteger(confirm) && confirm >= 0,
    ['confirm'],
    confirm,
    'the count of the plan: plan.toSend',
  )
  need(isShare(tolerance), ['tolerance'], tolerance, 'a share from 0 to 1, such as 0.02')
  need(isShare(mostRefused), ['mostRefused'], mostRefused, 'a share from 0 to 1, such as 0.1')
  need(isTime(lease), ['lease'], lease, "a duration such as '30 seconds'")
  need(isTime(retries.first), ['retries', 'first'], retries.first, "a duration such as '30 seconds'")
  need(isTime(retries.longest), ['retries', 'longest'], retries.longest, "a duration such as '1 hour'")
  const { attempts = 1 } = retries
  need(
    Number.isSafeInteger(attempts) && attempts >= 1,
    ['retries', 'attempts'],
    attempts,
    'a whole number from 1',
  )
  return [...issues, ...paceIssues(pace)]
}

/** A message without the link that it shows, or a transport of messages without one, would be found out one by one. */
function messageIssues(broadcast: Broadcast, { transport, links }: SendOptions): readonly BroadcastIssue[] {
  const messages = [...messagesOf(broadcast).values()]
  if (messages.length === 0 && transport?.bare !== true) {
    return [issueOf(['message'], 'no message', `a message, as '${transport?.name}' sends one`)]
  }
  if (!messages.some(({ unsubscribes }) => unsubscribes) || links?.unsubscribe) return []
  return [
    issueOf(
      ['links', 'unsubscribe'],
      'no links',
      'unsubscribeLinks(…), as the message shows a link to unsubscribe',
    ),
  ]
}

/** The slower of what was asked for and what the provider takes. */
function paceOf({ pace, transport }: SendOptions): Pace | undefined {
  const { perSecond: most } = transport
  if (most === undefined) return pace
  const asked = pace?.atMost === undefined ? Infinity : pace.atMost / secondsOf(pace)
  return asked <= most ? pace : { ...pace, atMost: most, per: 'second' }
}

const secondsOf = ({ per = 'second' }: Pace): number => ({ second: 1, minute: 60, hour: 3600 })[per]

/**
 * Fixes the audience of a broadcast unless that was done, and starts a worker that sends it.
 *
 * The same call goes on after a crash, and starts one more worker in another process.
 */
export const send = (
  context: Context,
  broadcast: Broadcast,
  options: SendOptions,
): Effect.Effect<Worker, BroadcastError | EvaluationError> =>
  Effect.gen(function* () {
    const issues = [...sendIssues(options), ...messageIssues(broadcast, options)]
    if (issues.length > 0) return yield* broadcastError('bad-request', broadcast.key, ...issues)
    const { database, ledger } = context
    const { key, version } = broadcast
    const {
      confirm,
      tolerance = 0,
      transport,
      retries = {},
      lease = '30 seconds',
      mostRefused = 0.1,
    } = options
    const pace = paceOf(options)
    const frozen = yield* database.write(
      (session) =>
        Effect.gen(function* () {
          yield* roomy(session)
          const now = yield* clock(session)
          const candidates = yield* candidateContext(context, broadcast, now)
          return yield* freeze(session, candidates, { confirm, tolerance })
        }),
      { statementTimeout: audienceTimeout, lockTimeout: audienceTimeout },
    )
    if (frozen.version !== version) {
      return yield* broadcastError(
        'changed',
        key,
        issueOf(
          [],
          `the definition ${version.slice(0, 12)}`,
          `${frozen.version.slice(0, 12)}, with which its audience was fixed. Give a changed broadcast a new key`,
        ),
      )
    }
    // What the planner knows of the ledger was true before it had these rows.
    const analyze = sql`analyze ${sql.id(ledger, 'recipients')}`
    if (frozen.frozen) yield* database.write((session) => session.run(compiled(analyze)))
    const leaseMs = milliseconds(lease)!
    const compose = composer(context, broadcast, options.links ?? {}, frozen.frozenAt)
    return startWorker({
      database,
      ledger,
      broadcast,
      transport,
      compose,
      pace,
      retries,
      leaseMs,
      mostRefused,
    })
  })
