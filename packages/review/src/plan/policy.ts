import { nearest } from '@segmentry/core'
import type { People, Plan, PlannedChange } from './types.ts'

/** When a plan is too much to go on with by itself. */
export interface Policy {
  readonly metric: Metric
  readonly sign: '>' | '>=' | '<' | '<='
  readonly limit: number
  /** The limit is a share of those who were in the segment before, in per cent. */
  readonly isShare: boolean
  /** As it was written. */
  readonly text: string
}

const metrics = ['enters', 'leaves', 'moves', 'after'] as const
/** What of a change is compared. */
export type Metric = (typeof metrics)[number]

/** What a change departs from. */
export interface Breach {
  readonly key: string
  /** What was found, in words. */
  readonly found: string
  readonly policy: Policy
}

/**
 * A policy such as `leaves > 5%`, `enters >= 1000` or `after < 1`.
 *
 * A share is one of those who were in the segment before; of nobody, anybody is more than any share. Gives what is wrong with a text that is none.
 *
 * @example
 * ```ts
 * parsePolicy('leaves > 5%')
 * // => { metric: 'leaves', sign: '>', limit: 5, isShare: true, text: 'leaves > 5%' }
 * parsePolicy('leave > 5%') // => "found 'leave', expected one of enters, leaves, moves, after - did you mean 'leaves'?"
 * ```
 */
export function parsePolicy(text: string): Policy | string {
  const found = /^\s*([a-z]+)\s*(>=|>|<=|<)\s*(\d+(?:\.\d+)?)\s*(%?)\s*$/i.exec(text)
  if (found === null)
    return `found '${text}', expected what is compared with a number by >, >=, < or <=, such as 'leaves > 5%' or 'after < 1'`
  const [, metric = '', sign, limit, percent] = found
  if (!isMetric(metric)) {
    const near = nearest(metric, metrics)
    return `found '${metric}', expected one of ${metrics.join(', ')}${near === undefined ? '' : ` - did you mean '${near}'?`}`
  }
  return {
    metric,
    sign: sign as Policy['sign'],
    limit: Number(limit),
    isShare: percent === '%',
    text: text.trim(),
  }
}

const isMetric = (text: string): text is Metric => (metrics as readonly string[]).includes(text)

/** The changes that a policy does not let pass. Of an estimate, the number is the worst that it may be. */
export const breaches = (plan: Plan, policies: readonly Policy[]): readonly Breach[] =>
  policies.flatMap((policy) =>
    plan.changes.flatMap((change): readonly Breach[] => {
      const isMost = policy.sign.startsWith('>')
      const number = numberOf(change, policy.metric, isMost)
      if (number === undefined) return []
      const before = change.before === undefined ? 0 : change.before.count
      const value = policy.isShare ? (number === 0 ? 0 : (number / before) * 100) : number
      if (!compared[policy.sign](value, policy.limit)) return []
      const share = policy.isShare && before > 0 ? ` of ${before}, ${value.toFixed(1)} %` : ''
      return [{ key: change.difference.key, found: `${policy.metric} ${number}${share}`, policy }]
    }),
  )

const compared: { readonly [S in Policy['sign']]: (value: number, limit: number) => boolean } = {
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
}

function numberOf(
  { enters, leaves, after }: PlannedChange,
  metric: Metric,
  isMost: boolean,
): number | undefined {
  const worst = (people: People | undefined): number | undefined =>
    people && ((isMost ? people.to : people.from) ?? people.count)
  switch (metric) {
    case 'enters':
      return worst(enters)
    case 'leaves':
      return worst(leaves)
    case 'after':
      return worst(after)
    case 'moves':
      return enters && leaves && worst(enters)! + worst(leaves)!
  }
}
