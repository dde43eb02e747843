import { compiled, type EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { milliseconds } from '../broadcast/time.ts'
import type { Broadcast } from '../broadcast/types.ts'
import { decisiveOf, differences } from '../broadcast/version.ts'
import { candidateContext, clock, type Context, roomy } from '../context.ts'
import { type BroadcastError, broadcastError, issueOf } from '../errors.ts'
import { freeze, type Frozen } from '../ledger/freeze.ts'
import { param, text } from '../plan/sql.ts'
import { audienceTimeout } from '../plan/run.ts'
import { composer } from './compose.ts'
import { type SendOptions, sendIssues } from './options.ts'
import { type Pace, perSecond } from './pace.ts'
import { startWorker, type Worker } from './worker.ts'

/** The slower of what was asked for and what the provider takes. */
function paceOf({ pace, transport }: SendOptions): Pace | undefined {
  const { perSecond: most } = transport
  if (most === undefined) return pace
  return (perSecond(pace) ?? Infinity) <= most ? pace : { ...pace, atMost: most, per: 'second' }
}

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
    const issues = sendIssues(broadcast, options)
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
    if (frozen.version !== version) return yield* changed(broadcast, frozen)
    // What the planner knows of the ledger was true before it had these rows.
    const analyze = sql`analyze ${sql.id(ledger, 'recipients')}`
    if (frozen.frozen) yield* database.write((session) => session.run(compiled(analyze)))
    const leaseMs = milliseconds(lease)!
    // For progress, which is asked by those who do not send.
    const leased = sql`update ${sql.id(ledger, 'broadcasts')} set lease_ms = ${param(leaseMs, 'float8')} where key = ${text(key)}`
    yield* database.write((session) => session.run(compiled(leased)))
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

/** That a broadcast is no longer what it was when its audience was fixed, and in what. */
function changed(broadcast: Broadcast, { definition, frozenAt }: Frozen): BroadcastError {
  const when = new Date(frozenAt).toISOString()
  const found = `a definition that has changed since its audience was fixed at ${when}`
  const expected = 'the one of then; a changed broadcast wants a new key'
  const parts = differences(definition, decisiveOf(broadcast))
  return broadcastError('changed', broadcast.key, issueOf([], found, expected), ...parts)
}
