import type { Segmentry } from '../builder/segment.ts'
import type { Segment } from '../builder/types.ts'
import { type Duration, durationMs } from '../predicate/duration.ts'
import { during, inLast } from '../predicate/operators.ts'
import { ago, last } from '../predicate/window.ts'
import type { Shape } from '../schema/infer.ts'
import { build } from './build.ts'

/** What a lifecycle is told by. */
export interface LifecycleOptions<E> {
  /** The event that shows that somebody is there: a purchase, a login. */
  readonly event: E
  /** Who first did it within this time is new. */
  readonly new: Duration
  /** Who did it within this time is active. */
  readonly active: Duration
  /** Who has not done it for longer than this is lost; between the two, at risk. */
  readonly lost: Duration
}

/** The stages of a lifecycle: everybody is in exactly one of them. */
export interface Lifecycle<in out S extends Shape> {
  /** Never did it. */
  readonly prospects: Segment<S>
  /** Did it for the first time lately, and is active. */
  readonly newcomers: Segment<S>
  /** Did it lately, and not for the first time. */
  readonly active: Segment<S>
  /** Did it, and not lately. */
  readonly atRisk: Segment<S>
  /** Did it, and not for a long time. */
  readonly lost: Segment<S>
}

/**
 * The stages that people go through, told by one event; everybody is in exactly one of them at any time.
 *
 * Use it as it is, or as the start of your own: the stages are ordinary segments. Throws a {@link DefinitionError} for
 * a duration that is none, and a `RangeError` when `active` is not shorter than `lost`, or `new` longer than `active`.
 *
 * @example
 * ```ts
 * const { active } = lifecycle(segmentry<SchemaOf<typeof schema>>(schema), {
 *   event: 'opened', new: '14 days', active: '30 days', lost: '90 days',
 * })
 * evaluate(active, person, { schema, now: new Date() }) // => false
 * ```
 */
export function lifecycle<S extends Shape>(
  builder: Segmentry<S>,
  options: LifecycleOptions<keyof S['events'] & string>,
): Lifecycle<S> {
  const stage = build('lifecycle', { builder, options, keys: ['event', 'new', 'active', 'lost'] })
  const { event, new: fresh, active, lost } = options
  const [newMs, activeMs, lostMs] = [fresh, active, lost].map((one) => durationMs(one))
  if (
    newMs === undefined ||
    activeMs === undefined ||
    lostMs === undefined ||
    newMs > activeMs ||
    activeMs >= lostMs
  ) {
    const expected = "durations such as '14 days', '30 days' and '90 days', each longer than the one before"
    throw new RangeError(`found new ${fresh}, active ${active}, lost ${lost}, expected ${expected}`)
  }
  return Object.freeze({
    prospects: stage((g) => g.event(event, (e) => e.never())),
    newcomers: stage((g) => g.event(event, (e) => e.firstAt(inLast(fresh)))),
    active: stage((g) =>
      g.event(event, (e) => e.during(last(active))).event(event, (e) => e.during(ago(fresh))),
    ),
    atRisk: stage((g) => g.event(event, (e) => e.lastAt(during(ago(active, lost))))),
    lost: stage((g) => g.event(event, (e) => e.stopped(lost))),
  })
}
