import type { Predicate } from '@segmentry/core'
import { sql } from 'kysely'
import type { Clock } from './clock.ts'
import { and, no, or, type Reading, type Sql, yes } from './reading.ts'

/** A predicate on a value: two-valued, and with the index-friendly form wherever it is not negated. */
export function predicate(reading: Pick<Reading, 'valid' | 'test'>, test: Predicate, now: Clock): Sql {
  const { negated = false, whenMissing = false } = test
  const positive = reading.test(test, now)
  if (test.op === 'present') {
    // Presence is true of every value there is, so it comes down to `whenMissing`.
    if (negated) return whenMissing ? sql`(${reading.valid}) is not true` : no
    return whenMissing ? yes : positive
  }
  if (!negated) return whenMissing ? or(positive, sql`(${reading.valid}) is not true`) : positive
  return whenMissing ? sql`(${positive}) is not true` : and(reading.valid, sql`(${positive}) is not true`)
}
