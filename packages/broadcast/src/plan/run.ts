import { clockMs } from '@segmentry/core'
import { compiled, type EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { neededFields } from '../broadcast/message.ts'
import type { Broadcast } from '../broadcast/types.ts'
import { candidateContext, clock, type Context, roomy } from '../context.ts'
import { type BroadcastError, broadcastError } from '../errors.ts'
import { Issues } from '../issues.ts'
import { progressOf, progressQuery } from '../ledger/progress.ts'
import { checkPace, type Pace, perSecond } from '../send/pace.ts'
import { type BroadcastPlan, planOf, planQuery } from './plan.ts'

/** Settings of a plan. */
export interface PlanOptions {
  /** How fast it would be sent, for how long that takes. */
  readonly pace?: Pace
  /** How many people each sample shows; 5 unless told. */
  readonly sampleSize?: number
  /** The instant to plan for; the database's own time unless told. */
  readonly now?: Date | string
  readonly signal?: AbortSignal
}

/** A statement that looks at everybody may take long. */
export const audienceTimeout = '10 minutes'

/** Counts what a broadcast would do, and sends nothing. */
export const runPlan = (
  context: Context,
  broadcast: Broadcast,
  { pace = {}, sampleSize = 5, now: given }: PlanOptions,
): Effect.Effect<BroadcastPlan, BroadcastError | EvaluationError> =>
  Effect.gen(function* () {
    const issues = new Issues()
    checkPace(pace, issues)
    const isSize = Number.isSafeInteger(sampleSize) && sampleSize >= 0 && sampleSize <= 10_000
    issues.need(isSize, ['sampleSize'], sampleSize, 'a whole number from 0 to 10000')
    if (issues.all.length > 0) return yield* broadcastError('bad-request', broadcast.key, ...issues.all)
    return yield* context.database.read(
      (session) =>
        Effect.gen(function* () {
          yield* roomy(session)
          const now = given === undefined ? yield* clock(session) : clockMs(given)
          const fields = neededFields(broadcast)
          const candidates = yield* candidateContext(context, broadcast, now, fields)
          const groups = yield* session.run(compiled(planQuery(candidates, sampleSize)))
          const plan = planOf(groups, { broadcast, now, fields, perSecond: perSecond(pace), sampleSize })
          const [row] = yield* session.run(compiled(progressQuery(context.ledger, broadcast.key)))
          return row ? { ...plan, frozenAt: progressOf(row).frozenAt } : plan
        }),
      { statementTimeout: audienceTimeout },
    )
  })
