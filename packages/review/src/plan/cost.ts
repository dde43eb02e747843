import type { Evaluation, EvaluationError } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { AskedChange } from './gather.ts'
import type { Cost } from './types.ts'

/** What counting costs on both sides of a change; nothing where both have the same rule, or cannot be asked about in time. */
export const costOf = (
  evaluation: Evaluation,
  { change, sides }: AskedChange,
  now: number,
): Effect.Effect<Cost | undefined, EvaluationError> => {
  if (change.kind === 'renamed' || (change.kind === 'changed' && change.what === 'text')) {
    return Effect.succeed(undefined)
  }
  const at = { now: new Date(now) }
  return Effect.gen(function* () {
    const before = 'before' in change && sides.was ? yield* evaluation.cost(change.before, at) : undefined
    const after = 'after' in change && sides.is ? yield* evaluation.cost(change.after, at) : undefined
    return { ...(before !== undefined && { before }), ...(after !== undefined && { after }) }
  }).pipe(
    Effect.catch((error) => (error._tag === 'TimeoutError' ? Effect.succeed(undefined) : Effect.fail(error))),
  )
}
