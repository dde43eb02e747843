/** The units a duration is written in; a day is exactly 24 hours, and there are no months or years. */
export type DurationUnit = 'second' | 'minute' | 'hour' | 'day' | 'week'

/** An exact length of time in words: `'30 days'`, `'1 hour'`. */
export type Duration = `${number} ${DurationUnit | `${DurationUnit}s`}`

const second = 1000
const lengths: Readonly<Record<DurationUnit, number>> = {
  second,
  minute: 60 * second,
  hour: 3600 * second,
  day: 86_400 * second,
  week: 7 * 86_400 * second,
}

/** The longest window a definition may name (semantics 5): ten years of days. */
export const longestDuration = 3650 * lengths.day

const pattern = /^([1-9]\d{0,9}) (second|minute|hour|day|week)s?$/

/**
 * Milliseconds of a duration in words, or `undefined` when it is not one.
 *
 * Use it wherever a definition's duration meets a clock. Whole numbers only: a fraction of a unit has a
 * smaller unit to be written in.
 *
 * @example
 * ```ts
 * durationMs('30 days') // => 2592000000
 * durationMs('1 month') // => undefined
 * ```
 */
export function durationMs(text: string): number | undefined {
  // Callers without types may hand over anything.
  const found = typeof text === 'string' ? pattern.exec(text) : null
  if (!found) return undefined
  const ms = Number(found[1]) * lengths[found[2] as DurationUnit]
  return ms <= longestDuration ? ms : undefined
}

/**
 * The one spelling of a length: the largest of day, hour, minute and second that divides it.
 *
 * @example
 * ```ts
 * durationText(2592000000) // => '30 days'
 * durationText(5400000) // => '90 minutes'
 * ```
 */
export function durationText(ms: number): Duration {
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const count = ms / lengths[unit]
    if (Number.isInteger(count)) return count === 1 ? `${count} ${unit}` : `${count} ${unit}s`
  }
  throw new RangeError(`a duration is a whole number of seconds, found ${ms} ms`)
}
