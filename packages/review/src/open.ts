import { checkOptions } from '@segmentry/core'
import type { Connection, Settings, Source } from '@segmentry/postgres'
import { openDatabase, openEvaluation, toPromise } from '@segmentry/postgres/effect'
import { makePlan, type PlanOptions } from './plan/plan.ts'
import type { Edition, Plan } from './plan/types.ts'

/** Reviews changes of segments on the people of a source. */
export interface Review {
  /** Counts what becomes of people when one edition takes the place of another; writes nothing. */
  plan(before: Edition, after: Edition, options?: PlanOptions): Promise<Plan>
  /** Closes the pool, if it was opened here. */
  close(): Promise<void>
}

/**
 * Opens a review: checks the source against the database.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP'))
 * const fewer = segment().group((g) => g.tag('VIP').field('state', 'CA'))
 * const review = await openReview(source, connection)
 * const plan = await review.plan({ segments: { vip } }, { segments: { vip: fewer } })
 * plan.changes[0]?.leaves // => { count: 1 }
 * await review.close()
 * ```
 */
export async function openReview(
  source: Source,
  connection: Connection,
  settings: Settings = {},
): Promise<Review> {
  checkOptions(settings, ['statementTimeout', 'lockTimeout', 'idleTimeout'])
  const database = openDatabase(connection, settings)
  try {
    const evaluation = await toPromise(openEvaluation(database, source))
    const context = { database, evaluation, schema: source.schema }
    return {
      plan: async (before, after, options = {}) => {
        checkOptions(options, ['now', 'budget', 'samples', 'signal'])
        return toPromise(makePlan(context, before, after, options), options.signal)
      },
      close: () => toPromise(database.close),
    }
  } catch (error) {
    await toPromise(database.close)
    throw error
  }
}
