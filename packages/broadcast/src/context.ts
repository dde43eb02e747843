import {
  compiled,
  type Database,
  type Evaluation,
  type EvaluationError,
  type Session,
} from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import type { Broadcast } from './broadcast/types.ts'
import { BroadcastError, broadcastError, issueOf } from './errors.ts'
import { type CandidateContext, rollOf } from './plan/candidates.ts'

/** Where people and the ledger are. */
export interface Context {
  readonly database: Database
  readonly evaluation: Evaluation
  /** The schema of the database that the ledger is in. */
  readonly ledger: string
}

/** Milliseconds at which a transaction began, by the database. */
export const clock = (session: Session) =>
  Effect.map(
    session.run(compiled(sql<{ ms: string }>`select floor(extract(epoch from now()) * 1000)::text as ms`)),
    ([row]) => Number(row!.ms),
  )

/**
 * What the audience of a broadcast is worked out from.
 *
 * A segment that cannot be evaluated, an excluded one above all, is an error: nobody is let through by one.
 */
export const candidateContext = (
  { evaluation, ledger }: Context,
  broadcast: Broadcast,
  now: number,
  fields: readonly string[] = [],
): Effect.Effect<CandidateContext, BroadcastError | EvaluationError> =>
  Effect.gen(function* () {
    for (const part of ['include', 'exclude'] as const) {
      for (const [key, segment] of Object.entries(broadcast.audience[part] ?? {})) {
        yield* Effect.mapError(
          evaluation.roll({ segments: [segment] }, now),
          (cause) =>
            new BroadcastError({
              code: 'broken-segment',
              broadcast: broadcast.key,
              issues: [
                {
                  ...issueOf(['audience', part, key], 'a segment that cannot be evaluated', 'one that can'),
                  message: cause.message,
                },
              ],
              cause,
            }),
        )
      }
    }
    const roll = yield* evaluation.roll(rollOf(broadcast, fields), now)
    return { broadcast, roll, now, ledger, present: fields.length }
  })

/** That there is no broadcast of that key in the ledger. */
export const noBroadcast = (key: string): BroadcastError =>
  broadcastError(
    'unknown-broadcast',
    key,
    issueOf([], 'no such broadcast', 'one whose audience was fixed by send(…)'),
  )

/** Lets a statement over everybody keep its sets in memory: with Postgres's own few megabytes each of them goes to disk. */
export const roomy = (session: Session) =>
  Effect.asVoid(
    session.run(
      compiled(
        sql`select set_config('work_mem', '128MB', true), set_config('hash_mem_multiplier', '2', true)`,
      ),
    ),
  )
