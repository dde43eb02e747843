import { flowError, issueOf } from '../errors.ts'
import { Refusal } from './problem.ts'

/** How often each key may ask. */
export interface Rate {
  readonly perSecond: number
  /** How many requests may come at once; as many as in a second unless told. */
  readonly burst?: number
}

/** Counts a request of a key; throws a {@link Refusal} when it is one too many. */
export type Meter = (key: number) => void

/** Makes a meter of a clock in milliseconds; throws a `RangeError` for a rate that lets nobody in. */
export function meterOf(rate: Rate | undefined, clock: () => number = () => performance.now()): Meter {
  if (rate === undefined) return () => undefined
  const { perSecond, burst = Math.max(1, Math.ceil(perSecond)) } = rate
  if (!(perSecond > 0) || !(burst >= 1)) {
    throw new RangeError(
      `rate is such as { perSecond: 50, burst: 100 }, found perSecond ${perSecond} and burst ${burst}`,
    )
  }
  const left = new Map<number, { tokens: number; at: number }>()
  return (key) => {
    const now = clock()
    const before = left.get(key) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1000) * perSecond)
    left.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now })
    if (tokens >= 1) return
    const seconds = Math.max(1, Math.ceil((1 - tokens) / perSecond))
    const issue = issueOf([], `more than ${perSecond} requests a second`, `a pause of ${seconds} s`)
    throw new Refusal(429, flowError('too-many-requests', [issue]), { 'retry-after': String(seconds) })
  }
}
