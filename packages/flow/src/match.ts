import type { Decision } from './contract.ts'
import { flowError, issueOf } from './errors.ts'

/** What to do in each branch. */
export type Handlers<B extends string> = {
  readonly [P in B]: (decision: Decision<P>) => unknown
}

/**
 * Does what belongs to the branch that was decided; a branch that is forgotten does not compile.
 *
 * A decision that an engine recorded may name a branch which the code has lost since. `gone` says what happens then;
 * without it that is a {@link FlowError}, `unknown-branch`, which no engine should retry.
 *
 * @example
 * ```ts
 * const flow = segmentFlow(evaluator, segments)
 * const [decision] = await flow.split({
 *   subjects: ['ann'],
 *   branches: [{ key: 'vip', when: 'vip' }],
 *   otherwise: 'everyone',
 * })
 * match(decision, { vip: () => 'call', everyone: () => 'mail' }) // => 'call'
 * ```
 */
export function match<B extends string, const H extends Handlers<B>, G = never>(
  decision: Decision<B>,
  handlers: H,
  gone?: (decision: Decision) => G,
): ReturnType<H[B]> | G {
  const { branch } = decision
  if (Object.hasOwn(handlers, branch)) {
    return (handlers[branch] as (decision: Decision) => ReturnType<H[B]>)(decision)
  }
  if (gone !== undefined) return gone(decision)
  const expected = `one of ${Object.keys(handlers).join(', ')}`
  throw flowError('unknown-branch', [issueOf(['branch'], `a decision for '${branch}'`, expected)])
}
