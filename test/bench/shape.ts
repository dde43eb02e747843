import type { Countable } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'

/** What is asked of a segment. */
export type Ask =
  | { readonly kind: 'count' }
  | { readonly kind: 'ids' }
  | { readonly kind: 'page'; readonly limit: number }
  | { readonly kind: 'has'; readonly person: string }

/** A question, and the same question in SQL written by hand; the fastest of these is what ours is compared with. */
export interface Shape {
  readonly name: string
  readonly segment: Countable
  readonly ask: Ask
  readonly byHand: readonly RawBuilder<unknown>[]
}

const dayMs = 86_400_000

const instant = (ms: number): RawBuilder<unknown> => sql`${new Date(ms).toISOString()}::timestamptz`

/** The instant a number of days before a clock, as SQL. */
export const since = (clock: number, days: number): RawBuilder<unknown> => instant(clock - days * dayMs)

/** The clock, as SQL. */
export const until = (clock: number): RawBuilder<unknown> => instant(clock)
