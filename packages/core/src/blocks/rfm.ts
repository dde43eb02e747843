import type { Segmentry } from '../builder/segment.ts'
import type { Segment } from '../builder/types.ts'
import { misuse } from '../builder/made.ts'
import { type Duration, durationMs } from '../predicate/duration.ts'
import { atLeast, between, during, lessThan } from '../predicate/operators.ts'
import { ago, last } from '../predicate/window.ts'
import type { Shape } from '../schema/infer.ts'
import { shown } from '../suggest.ts'
import { build, type Named } from './build.ts'

/** What recency, frequency and money are scored by: limits, from the worst score to the best. */
export interface RfmOptions<E, A extends string = string> {
  /** The event that counts: a purchase. */
  readonly event: E
  /** The property that is summed: a whole number or a decimal. */
  readonly amount: A
  /** Frequency and money are of this time. */
  readonly within: Duration
  /** How long ago the last event may be, from the longest to the shortest: `['365 days', '90 days', '30 days']`. */
  readonly recency: readonly Duration[]
  /** How many events there have to be, ascending: `[1, 3, 10]`. */
  readonly frequency: readonly number[]
  /** What the sum has to be, ascending: `[50, 200, 1000]`. */
  readonly money: readonly number[]
}

const rfmKeys = ['event', 'amount', 'within', 'recency', 'frequency', 'money'] as const

/** Segments by score, from 0, the worst: for each measure everybody is in exactly one of them. */
export interface Rfm<in out S extends Shape> {
  readonly recency: readonly Segment<S>[]
  readonly frequency: readonly Segment<S>[]
  readonly money: readonly Segment<S>[]
}

/**
 * Recency, frequency and money, each scored by limits that you state; the scores are ordinary segments.
 *
 * Limits are stated and not quantiles: a score then depends on the person alone, and nobody moves because others
 * do. Three limits make four scores, 0 to 3. Combine them with `g.in(…)`. Throws a `RangeError` when the limits are
 * not in order, and a {@link DefinitionError} for what is no event, property or duration.
 *
 * @example
 * ```ts
 * const { recency, money } = rfm(segmentry<SchemaOf<typeof schema>>(schema), {
 *   event: 'purchase', amount: 'amount', within: '365 days',
 *   recency: ['90 days', '30 days'], frequency: [1, 5], money: [50, 500],
 * })
 * const champions = segment().group((g) => g.in(recency[2]!).in(money[2]!))
 * evaluate(champions, person, { schema, now: new Date() }) // => false
 * ```
 */
export function rfm<S extends Shape, E extends keyof S['events'] & string>(
  builder: Segmentry<S>,
  options: RfmOptions<E, Named<S, NoInfer<E>, 'sums'>>,
): Rfm<S> {
  const score = build('rfm', { builder, options, keys: rfmKeys })
  const { event, amount, within, recency, frequency, money } = options
  ordered('recency', recency, (limit) => -(durationMs(limit) ?? NaN), 'from the longest to the shortest')
  ordered('frequency', frequency, Number, 'that ascend')
  if (frequency[0]! < 1) {
    throw new RangeError(
      `found frequency ${frequency.join(', ')}, expected limits from 1: nobody has fewer than 0`,
    )
  }
  ordered('money', money, Number, 'that ascend')
  // Score i: from limit i − 1 up to limit i, not included; nothing is below the first, or above the last.
  const steps = <T>(limits: readonly T[]): readonly (readonly [T | undefined, T | undefined])[] =>
    [...limits, undefined].map((limit, i) => [i === 0 ? undefined : limits[i - 1], limit])
  return Object.freeze({
    recency: steps(recency).map(([far, near]) =>
      score((g) => {
        if (far === undefined)
          return near === undefined ? g.everyone() : g.event(event, (e) => e.during(last(near)).never())
        return g.event(event, (e) => e.lastAt(during(near === undefined ? last(far) : ago(near, far))))
      }),
    ),
    frequency: steps(frequency).map(([from, to]) =>
      score((g) => {
        if (from === undefined)
          return to === undefined
            ? g.everyone()
            : g.event(event, (e) =>
                to === 1 ? e.within(within).never() : e.within(within).count(lessThan(to)),
              )
        return g.event(event, (e) =>
          e
            .within(within)
            .count(to === undefined ? atLeast(from) : to === from + 1 ? from : between(from, to - 1)),
        )
      }),
    ),
    money: steps(money).map(([from, to]) =>
      score((g) => {
        const sum = (test: object) => g.event(event, (e) => e.within(within).sum(amount, test))
        if (to === undefined) return from === undefined ? g.everyone() : sum(atLeast(from))
        return from === undefined
          ? sum(lessThan(to))
          : sum(atLeast(from)).event(event, (e) => e.within(within).sum(amount, lessThan(to)))
      }),
    ),
  })
}

/** Refuses no limits, and limits of which one stands before one that should come first; what is no limit at all is refused by the builder. */
function ordered<T extends number | string>(
  what: string,
  limits: readonly T[],
  place: (limit: T) => number,
  order: string,
): void {
  const given: unknown = limits
  if (!Array.isArray(given) || limits.length === 0) {
    throw misuse(`${shown(limits)} as ${what}`, `at least one limit, in a list: limits ${order}`)
  }
  const wrong = limits.findIndex((limit, i) => i > 0 && place(limit) <= place(limits[i - 1]!))
  if (wrong < 0) return
  const found = `${what} ${limits.join(', ')}: ${limits[wrong]} after ${limits[wrong - 1]}`
  throw new RangeError(`found ${found}, expected limits ${order}, each once`)
}
