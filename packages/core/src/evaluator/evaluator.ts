import type { AnySegment } from '../definition/node.ts'
import type { Countable } from '../definition/set.ts'
import type { SegmentsByKey } from '../evaluate/many.ts'
import type { Explanation } from '../explain/explanation.ts'

/** Settings of one evaluation. */
export interface EvaluationOptions {
  /** The one clock of the evaluation; an evaluator with a clock of its own may default it. */
  readonly now?: Date | string
  /** Stops the evaluation: pending work rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** Settings of a listing. */
export interface MemberOptions extends EvaluationOptions {
  /** Goes on after this person, in the order of ids. */
  readonly after?: string
  /** How many people at most. */
  readonly limit?: number
  /** How many people are held at a time. */
  readonly pageSize?: number
  /** Whether all pages show the same instant of the database, at the price of a transaction held open between them. */
  readonly snapshot?: boolean
}

/** The segments one person is in; `found` is false for an id the population does not have. */
export interface Membership<out K extends string = string> {
  readonly person: string
  readonly found: boolean
  readonly segments: readonly K[]
  /** The clock of the evaluation. */
  readonly now: string
}

/**
 * Answers who is in a segment: the interface that flows, broadcasts and tools depend on.
 *
 * Postgres implements it, and so does the in-process evaluator; both give the same answers.
 */
export interface Evaluator {
  /** How many people are in the segment, or in the top of one. */
  count(segment: Countable, options?: EvaluationOptions): Promise<number>
  /** How many people are in each segment, all seen at the same instant. */
  counts<K extends string>(
    segments: Readonly<Record<K, Countable>>,
    options?: EvaluationOptions,
  ): Promise<Readonly<Record<K, number>>>
  /** The ids of the people in the segment, or in the top of one, in their order. */
  members(segment: Countable, options?: MemberOptions): AsyncIterable<string>
  /** Whether one person is in the segment; false for a person the population does not have. */
  has(segment: AnySegment, person: string, options?: EvaluationOptions): Promise<boolean>
  /** Which of the segments each person is in; answers stand in the order of the people asked for. */
  which<K extends string>(
    segments: SegmentsByKey<K>,
    people: readonly string[],
    options?: EvaluationOptions,
  ): Promise<readonly Membership<K>[]>
  /** Why a person is in the segment, or is not: each filter with the value found. */
  explain(segment: AnySegment, person: string, options?: EvaluationOptions): Promise<Explanation>
}
