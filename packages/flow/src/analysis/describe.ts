import { describe, type Schema, type SegmentsByKey } from '@segmentry/core'
import type { SplitPlan } from '../contract.ts'
import { isBySegment } from '../plan.ts'
import { analyzeSplit, type SplitAnalysis } from './analyze.ts'

/**
 * A split in English, with what is proven of it: for people who read no code.
 *
 * Throws a {@link FlowError} for a plan that no flow could follow.
 *
 * @example
 * ```ts
 * const plan = defineSplit(segments, {
 *   branches: [
 *     { key: 'vip', when: 'vip' },
 *     { key: 'trial', percent: 50 },
 *   ],
 *   otherwise: 'everyone',
 *   salt: 'welcome-2026',
 * })
 * describeSplit(plan, segments, schema).split('\n')
 * // => [
 * //   'Each person takes the first that fits:',
 * //   "1. vip: tagged VIP, and state is 'CA'",
 * //   "2. trial: 50 % of those who are left, by the salt 'welcome-2026'",
 * //   'otherwise: everyone',
 * //   'An id that the population does not have: everyone',
 * // ]
 * ```
 */
export function describeSplit<K extends string>(
  plan: SplitPlan<K>,
  segments: SegmentsByKey<K>,
  schema: Schema,
): string {
  const analysis = analyzeSplit(plan, segments, schema)
  const { branches, otherwise, missing = 'otherwise', salt } = plan
  const listed = branches.flatMap((branch, i) => {
    const said = isBySegment(branch)
      ? describe(segments[branch.when], schema)
      : `${branch.percent} % of those who are left, by the salt '${salt}'`
    const [first, ...more] = said.split('\n')
    return [`${i + 1}. ${branch.key}: ${first}`, ...more.map((line) => `   ${line}`)]
  })
  const absent = missing === 'error' ? 'an error' : missing === 'otherwise' ? otherwise : missing.branch
  return [
    'Each person takes the first that fits:',
    ...listed,
    `otherwise: ${otherwise}`,
    `An id that the population does not have: ${absent}`,
    ...findings(analysis, otherwise),
  ].join('\n')
}

/** What is proven, a line for each thing. */
function findings(
  { unreachable, overlaps, coversEveryone }: SplitAnalysis,
  otherwise: string,
): readonly string[] {
  const dead = new Set(unreachable.map(({ branch }) => branch))
  return [
    ...unreachable.map(({ branch, takenBy }) =>
      takenBy.length === 0
        ? `Nobody can take ${branch}: nobody fits it`
        : `Nobody can take ${branch}: everybody who fits it takes ${takenBy.join(' or ')} before it`,
    ),
    ...overlaps
      .filter(([one, other]) => !dead.has(one) && !dead.has(other))
      .map(([one, other]) => `Somebody may fit both ${one} and ${other}, and then takes ${one}`),
    ...(coversEveryone ? [`Nobody is left for ${otherwise}`] : []),
  ]
}
