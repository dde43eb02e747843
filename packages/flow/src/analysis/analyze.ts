import {
  checkedRule,
  DefinitionError,
  isImpossible,
  type Node,
  type Schema,
  type SegmentsByKey,
} from '@segmentry/core'
import type { SplitPlan } from '../contract.ts'
import { brokenSegment, checkPlan, isBySegment, sharesOf } from '../plan.ts'

/** A branch that nobody can take. */
export interface Unreachable<out B extends string = string> {
  readonly branch: B
  /** The branches before it that take everybody who would fit; none when nobody fits it in the first place. */
  readonly takenBy: readonly B[]
}

/** What can be proven of a split without looking at people. */
export interface SplitAnalysis<out B extends string = string> {
  /** Branches that nobody can take, in order. */
  readonly unreachable: readonly Unreachable<B>[]
  /** Pairs of segment branches that somebody may fit both of: the order of the two decides. */
  readonly overlaps: readonly (readonly [B, B])[]
  /** Nobody of the population is left for `otherwise`. */
  readonly coversEveryone: boolean
}

interface Analyzed<B extends string> {
  readonly key: B
  readonly fits: Node
  readonly fitsNot: Node
  readonly bySegment: boolean
}

/**
 * Proves what can be proven of a split from its segments alone: for review, before anybody is routed.
 *
 * It is conservative. What it names as unreachable nobody ever takes, and when it says that everyone is covered nobody is ever left.
 * Where it says nothing, nothing was proven: what it understands is told by `isImpossible` of core.
 *
 * @example
 * ```ts
 * const plan = defineSplit(segments, {
 *   branches: [
 *     { key: 'active', when: 'engaged' },
 *     { key: 'gone', when: 'lapsed' },
 *     { key: 'again', when: 'engaged' },
 *   ],
 *   otherwise: 'everyone',
 * })
 * const { unreachable, overlaps } = analyzeSplit(plan, segments, schema)
 * unreachable // => [{ branch: 'again', takenBy: ['active'] }]
 * overlaps // => [['active', 'again']]
 * ```
 */
export function analyzeSplit<K extends string, B extends string>(
  plan: SplitPlan<K, B>,
  segments: SegmentsByKey<K>,
  schema: Schema,
): SplitAnalysis<B> {
  checkPlan(plan, segments)
  const branches = analyzed(plan, segments, schema)
  const isNobody = (...of: readonly Node[]): boolean => isImpossible({ kind: 'all', of }, schema)
  const unreachable = branches.flatMap((branch, i) => unreachableOf(branch, branches.slice(0, i), isNobody))
  const bySegment = branches.filter((branch) => branch.bySegment)
  const overlaps = bySegment.flatMap((one, i): readonly (readonly [B, B])[] =>
    bySegment
      .slice(i + 1)
      .filter((other) => !isNobody(one.fits, other.fits))
      .map((other) => [one.key, other.key]),
  )
  const coversEveryone = isNobody(...branches.map(({ fitsNot }) => fitsNot))
  return { unreachable, overlaps, coversEveryone }
}

function unreachableOf<B extends string>(
  branch: Analyzed<B>,
  before: readonly Analyzed<B>[],
  isNobody: (...of: readonly Node[]) => boolean,
): readonly Unreachable<B>[] {
  const isTakenBy = (some: readonly Analyzed<B>[]): boolean =>
    isNobody(branch.fits, ...some.map(({ fitsNot }) => fitsNot))
  if (isTakenBy([])) return [{ branch: branch.key, takenBy: [] }]
  const single = before.find((one) => isTakenBy([one]))
  if (single !== undefined) return [{ branch: branch.key, takenBy: [single.key] }]
  if (!isTakenBy(before)) return []
  // Those that can be left out of the proof are not what takes its people.
  let needed = before
  for (const one of before) {
    const rest = needed.filter((other) => other !== one)
    if (isTakenBy(rest)) needed = rest
  }
  return [{ branch: branch.key, takenBy: needed.map(({ key }) => key) }]
}

function analyzed<B extends string>(
  { branches, salt = '' }: SplitPlan<string, B>,
  segments: SegmentsByKey<string>,
  schema: Schema,
): readonly Analyzed<B>[] {
  const shares = sharesOf(branches)
  return branches.map((branch, i) => {
    const { key } = branch
    if (isBySegment(branch)) return analyzedRule(key, true, ruleOf(branch.when, segments, schema))
    const share = shares.get(i)!
    // A share of nobody is no range of numbers.
    const isNobodys = share.from === share.to
    return analyzedRule(key, false, isNobodys ? nobody : { kind: 'bucket', salt, ...share })
  })
}

const nobody: Node = { kind: 'not', of: { kind: 'everyone' } }

const analyzedRule = <B extends string>(key: B, bySegment: boolean, rule: Node): Analyzed<B> => ({
  key,
  fits: rule,
  fitsNot: { kind: 'not', of: rule },
  bySegment,
})

function ruleOf(key: string, segments: SegmentsByKey<string>, schema: Schema): Node {
  try {
    return checkedRule(segments[key]!, schema)
  } catch (error) {
    if (error instanceof DefinitionError) throw brokenSegment(`the segment '${key}'`, error)
    throw error
  }
}
