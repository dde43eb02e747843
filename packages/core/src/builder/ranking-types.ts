import type { AnySetSegment } from '../definition/set.ts'
import type { Key, Loose } from '../predicate/names.ts'
import type { PeriodOptions } from '../predicate/window.ts'
import type { EventShape, SharedShape, Shape } from '../schema/infer.ts'
import type { BuilderOf, EventKey, Selecting } from './types.ts'

/** Says what people are ranked by, where that is made of their events. */
export interface RankingBuilder<in out S extends Shape> {
  /** Events of one name, or of several as one stream: all of them, unless `of` says which count. */
  event<E extends Loose<S['events']> | readonly string[], B = BuilderOf<E, S>>(
    name: EventKey<E, S['events']>,
    of?: Selecting<NoInfer<B>>,
  ): EventRankingBuilder<
    E extends readonly (keyof S['events'])[]
      ? SharedShape<S['events'][E[number]]>
      : S['events'][E & keyof S['events']]
  >
}

/** What is made of the events that count; values that order, but for text. */
export interface EventRankingBuilder<in out E extends EventShape> {
  /** How many there are; of none, 0. */
  count(): FinishedRanking
  /** The exact sum of a property; of none, 0. */
  sum<K extends Loose<E['sums']>>(property: Key<K, E['sums'], 'summable property'>): FinishedRanking
  /** The exact average of a property. People without any are not ranked. */
  average<K extends Loose<E['sums']>>(property: Key<K, E['sums'], 'summable property'>): FinishedRanking
  /** The least value of a property. People without any are not ranked. */
  min<K extends Loose<E['ordered']>>(property: Key<K, E['ordered'], 'ordered property'>): FinishedRanking
  /** The greatest value of a property. People without any are not ranked. */
  max<K extends Loose<E['ordered']>>(property: Key<K, E['ordered'], 'ordered property'>): FinishedRanking
  /** How many different values a property has; of none, 0. */
  distinct<K extends Loose<E['properties']>>(property: Key<K, E['properties'], 'property'>): FinishedRanking
  /** A property of the first of these events. People without one are not ranked. */
  first<K extends Loose<E['ordered']>>(property: Key<K, E['ordered'], 'ordered property'>): FinishedRanking
  /** A property of the last of these events. People without one are not ranked. */
  last<K extends Loose<E['ordered']>>(property: Key<K, E['ordered'], 'ordered property'>): FinishedRanking
  /** When the first of these events happened. People without any are not ranked. */
  firstAt(): FinishedRanking
  /** When the last of these events happened. People without any are not ranked. */
  lastAt(): FinishedRanking
  /** On how many different days there are any, or in how many weeks or months of a zone's calendar. */
  activeOn(unit: 'day' | 'week' | 'month' | 'quarter' | 'year', options?: PeriodOptions): FinishedRanking
}

/** What people are ranked by. */
export interface FinishedRanking {
  readonly '[what people are ranked by]': true
}

/** Says that people are ranked by what is made of their events. */
export type RankedBy<S extends Shape> = (ranking: RankingBuilder<S>) => FinishedRanking

/**
 * The top of a segment: an immutable value that can be counted and listed.
 *
 * Whether somebody is among the first depends on everybody else, so nothing that looks at one person takes it.
 */
export interface SetSegment<in out S extends Shape> extends AnySetSegment {
  readonly '[the top of a segment]': S
}
