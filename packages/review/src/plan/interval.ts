/** Between which numbers a count lies, 19 times of 20. */
export interface Interval {
  readonly from: number
  readonly to: number
}

/** The standard normal deviate that 95 % lie within. */
const z = 1.959964

/**
 * How far an estimate may be off: Wilson's score interval of the share in the sample, times everybody (Wilson 1927), which unlike the usual one
 * says something of nobody too. With the correction for drawing from so many without putting back.
 */
export function intervalOf(estimate: number, sample: number, people: number): Interval {
  if (sample <= 0 || people <= 0) return { from: 0, to: Math.max(0, people) }
  if (sample >= people) return { from: estimate, to: estimate }
  const p = estimate / people
  // Drawn from few people, a sample says more than one from many.
  const n = (sample * (people - 1)) / (people - sample)
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  return {
    from: Math.max(0, Math.floor((middle - half) * people)),
    to: Math.min(people, Math.ceil((middle + half) * people)),
  }
}
