import {
  type AnySegment,
  checkEvaluator,
  checkOptions,
  type EvaluationOptions,
  type Evaluator,
  format,
  isSegment,
  type Node,
  refuseSet,
  ruleOf,
  shown,
  unknownKey,
} from '@segmentry/core'
import { AudienceError } from './errors.ts'

/** Who is meant: the people of any included segment who are in no excluded one. */
export interface Audience<I extends string, X extends string> {
  readonly include: Readonly<Record<I, AnySegment>>
  readonly exclude?: Readonly<Record<X, AnySegment>>
}

/** What a broadcast would do, counted and not sent. */
export interface BroadcastPlan<I extends string = string, X extends string = string> {
  /** People in any included segment. */
  readonly considered: number
  /** People who would receive it: `considered` less everybody in `excluded`. */
  readonly toSend: number
  /** People in each included segment; somebody in two is counted in both. */
  readonly included: Readonly<Record<I, number>>
  /** People taken away by each excluded segment; somebody in two is counted at the first. */
  readonly excluded: Readonly<Record<X, number>>
  /** The first of the people who would receive it, in order of id. */
  readonly sample: readonly string[]
  /** The people who would receive it, as a segment: for listing, exporting, and sending. */
  readonly audience: AnySegment
}

/** Settings of a plan. */
export interface PlanOptions extends EvaluationOptions {
  /** How many people the sample shows; 5 unless told. */
  readonly sampleSize?: number
}

const anyOf = (segments: readonly AnySegment[]): Node => {
  const rules = segments.map(ruleOf)
  return rules.length === 1 ? rules[0]! : { kind: 'any', of: rules }
}

const segmentOf = (rule: Node): AnySegment => ({ definition: { format, rule } })

const without = (rule: Node, taken: readonly AnySegment[]): Node =>
  taken.length === 0 ? rule : { kind: 'all', of: [rule, { kind: 'not', of: anyOf(taken) }] }

/**
 * Plans a broadcast without sending it: who would receive it, who would not, and by which reason.
 *
 * Every count is of the same instant and they add up: `toSend` and the excluded make `considered`. A segment
 * that cannot be evaluated, an excluded one above all, fails the plan; nobody is let through by an error.
 * Rejects with an {@link AudienceError} when no segment is included, or when the audience has a key that means
 * nothing: a misspelled `exclude` would let everybody through. The top of a segment cannot be joined
 * with others: it is a `SetSegmentError`. `evaluator.members(plan.audience)` lists those who
 * would receive it.
 *
 * @example
 * ```ts
 * const plan = await planBroadcast(evaluator, {
 *   include: { vip: segments.vip, engaged: segments.engaged },
 *   exclude: { churned: segments.churned },
 * })
 * ```
 */
export async function planBroadcast<const I extends string, const X extends string = never>(
  evaluator: Evaluator,
  audience: Audience<I, X>,
  settings: PlanOptions = {},
): Promise<BroadcastPlan<I, X>> {
  checkEvaluator(evaluator)
  checkAudience(audience)
  checkOptions(settings, ['now', 'signal', 'sampleSize'])
  const { sampleSize = 5, ...options } = settings
  if (!Number.isSafeInteger(sampleSize) || sampleSize < 0) {
    throw new RangeError(`sampleSize is a whole number from 0, found ${shown(sampleSize)}`)
  }
  const include = Object.entries<AnySegment>(audience.include ?? {})
  const exclude = Object.entries<AnySegment>(audience.exclude ?? {})
  if (include.length === 0)
    throw new AudienceError({ found: 'no included segment', expected: 'at least one' })
  const everyoneMeant = anyOf(include.map(([, segment]) => segment))
  const recipients = segmentOf(
    without(
      everyoneMeant,
      exclude.map(([, segment]) => segment),
    ),
  )

  const counted: Record<string, AnySegment> = { considered: segmentOf(everyoneMeant), toSend: recipients }
  for (const [key, segment] of include) counted[`include ${key}`] = segment
  exclude.forEach(([key, segment], index) => {
    const earlier = exclude.slice(0, index).map(([, other]) => other)
    const taken: Node = { kind: 'all', of: [everyoneMeant, ruleOf(segment)] }
    counted[`exclude ${key}`] = segmentOf(without(taken, earlier))
  })
  const counts = await evaluator.counts(counted, options)
  const countsOf = <K extends string>(prefix: string, entries: readonly (readonly [string, AnySegment])[]) =>
    Object.fromEntries(entries.map(([key]) => [key, counts[`${prefix} ${key}`]!])) as Record<K, number>

  const sample: string[] = []
  if (sampleSize > 0) {
    for await (const person of evaluator.members(recipients, { ...options, limit: sampleSize }))
      sample.push(person)
  }
  return {
    considered: counts['considered']!,
    toSend: counts['toSend']!,
    included: countsOf<I>('include', include),
    excluded: countsOf<X>('exclude', exclude),
    sample,
    audience: recipients,
  }
}

function checkAudience(audience: Audience<string, string>): void {
  if (typeof audience !== 'object' || audience === null) {
    throw new AudienceError({ found: shown(audience), expected: '{ include: …, exclude: … }' })
  }
  const unknown = unknownKey('key', audience, ['include', 'exclude'])
  if (unknown) throw new AudienceError(unknown)
  for (const part of ['include', 'exclude'] as const) {
    const segments: unknown = audience[part] ?? {}
    if (typeof segments !== 'object' || segments === null || isSegment(segments)) {
      const found = isSegment(segments) ? 'a segment' : shown(segments)
      throw new AudienceError({
        found: `${found} as '${part}'`,
        expected: 'segments by name, such as { vip }',
      })
    }
    for (const [key, segment] of Object.entries(segments)) {
      refuseSet(segment, ` as '${part}.${key}'`)
      if (isSegment(segment)) continue
      throw new AudienceError({ found: `${shown(segment)} as '${part}.${key}'`, expected: 'a segment' })
    }
  }
}
