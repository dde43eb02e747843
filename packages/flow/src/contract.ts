import type { Duration } from '@segmentry/core'

/** A branch that people take by segment. */
export interface SegmentBranch<out B extends string = string, out K extends string = string> {
  readonly key: B
  /** The key of the segment whose members take it. */
  readonly when: K
}

/** A branch that a share of people takes. */
export interface PercentBranch<out B extends string = string> {
  readonly key: B
  /** From 0 to 100, to the hundredth: the share of those whom no segment before it took. */
  readonly percent: number
}

/** One way for people to go. */
export type Branch<B extends string = string, K extends string = string> =
  SegmentBranch<B, K> | PercentBranch<B>

/** How people are divided: plain JSON, to be written down beside a flow. */
export interface SplitPlan<
  K extends string = string,
  B extends string = string,
  O extends string = string,
  M extends string = string,
> {
  /** In order: a person takes the first that fits. */
  readonly branches: readonly Branch<B, K>[]
  /** The branch of everyone else. */
  readonly otherwise: O
  /**
   * Where an id goes that the population does not have: `'otherwise'` unless told, a branch of its own or one of
   * the others; `'error'` fails the whole request.
   */
  readonly missing?: 'otherwise' | 'error' | { readonly branch: M }
  /** What percent branches are drawn by; needed where there is one. Another salt is another draw. */
  readonly salt?: string
}

/** A plan, and whom to divide. */
export interface SplitRequest<
  K extends string = string,
  B extends string = string,
  O extends string = string,
  M extends string = string,
  S extends readonly string[] = readonly string[],
> extends SplitPlan<K, B, O, M> {
  /** The ids of people; an answer stands for each, in this order, repeated ones included. */
  readonly subjects: S
  /** The clock of the decision, such as `'2026-11-24T09:30:00Z'`; the evaluator's own unless told. */
  readonly at?: string
  /** Whether a decision names every branch that would have fitted (`'all'`, unless told) or the one it took. */
  readonly explain?: 'first' | 'all'
  /** How long the answer may take, such as `'5 seconds'`. */
  readonly timeout?: Duration
}

/** Where a person goes and why: plain JSON, small enough for an engine to keep for ever. */
export interface Decision<out B extends string = string> {
  readonly subject: string
  readonly branch: B
  /** The place of the branch in the plan; −1 for one that is not listed there. */
  readonly index: number
  readonly reason: 'segment' | 'percent' | 'otherwise' | 'not-found'
  /** The branches that would have fitted, in order; the first one decided. */
  readonly matched: readonly string[]
  /** The clock it was decided with. */
  readonly at: string
  /** A hash of the plan and its segments: equal versions decide alike. */
  readonly version: string
}

/** A segment as a flow's editor offers it. */
export interface SegmentInfo<out K extends string = string> {
  readonly key: K
  /** What people call it: its title, or its key. */
  readonly title: string
  readonly description?: string
  /** The hash of its rule: equal versions have equal members. */
  readonly version: string
}

/** Settings of one call. */
export interface SplitOptions {
  /** Stops the evaluation: the call rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** What a flow engine asks: the same in the process, over HTTP, and in every adapter. */
export interface SegmentFlow<K extends string = string> {
  /**
   * Decides for each subject, all in one query and at one instant.
   *
   * A failure is a {@link FlowError} for the whole request and never a branch. An id that the population does not have,
   * or that could not be an id, is decided as `missing` says.
   */
  split<
    const B extends string,
    const O extends string,
    const M extends string = never,
    const S extends readonly string[] = readonly string[],
  >(
    request: SplitRequest<K, B, O, M, S>,
    options?: SplitOptions,
  ): Promise<{ readonly [I in keyof S]: Decision<B | O | M> }>
  /** The segments there are. */
  segments(options?: SplitOptions): Promise<readonly SegmentInfo<K>[]>
}

/** Which movements to read. */
export interface TransitionQuery<K extends string = string> {
  readonly segment: K
  readonly event: 'entered' | 'left'
  /** The cursor of the page before; without one, what happens from now on. */
  readonly after?: string
  /** How many at most. */
  readonly limit?: number
}

/** One person entered or left. */
export interface Transition {
  /** Names this movement for ever: engines that may deliver twice tell by it. */
  readonly id: string
  readonly subject: string
  readonly at: string
}

/** Movements in the order in which they were committed. */
export interface TransitionPage {
  readonly transitions: readonly Transition[]
  /** Where to go on; opaque, and there also when the page is empty. */
  readonly cursor: string
}

/**
 * Tells who entered or left a segment: what triggers of flows read.
 *
 * Every movement comes at least once and in the order in which it was committed: a reader that goes on from the cursor of
 * the page before misses none, whoever wrote at the same time.
 */
export interface Transitions<K extends string = string> {
  transitions(query: TransitionQuery<K>, options?: SplitOptions): Promise<TransitionPage>
}
