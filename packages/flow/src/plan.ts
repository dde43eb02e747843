import {
  type AnySegment,
  hashRule,
  membersRule,
  nearest,
  type SegmentsByKey,
  unknownName,
} from '@segmentry/core'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Branch, PercentBranch, SegmentBranch, SplitPlan, SplitRequest } from './contract.ts'
import { type FlowError, flowError, type FlowIssue, issueOf } from './errors.ts'
import { type ObjectShape, planShape, requestShape, shapeIssues } from './shape.ts'

/** The stable numbers from `from` up to `to`, which is not included, that a percent branch takes. */
export interface Share {
  readonly from: number
  readonly to: number
}

export const isPercent = <B extends string>(branch: Branch<B>): branch is PercentBranch<B> =>
  'percent' in branch
export const isBySegment = <B extends string, K extends string>(
  branch: Branch<B, K>,
): branch is SegmentBranch<B, K> => 'when' in branch

/** Hundredths of a per cent, which is what stable numbers count. */
const hundredths = (percent: number): number => Math.round(percent * 100)

/**
 * The numbers that each percent branch takes, by its place in the plan.
 *
 * They follow each other: the first takes those from 0, the next goes on where it ended. So no number is taken twice,
 * what is left over is everyone else's, and a branch that is added after others moves nobody out of them.
 */
export function sharesOf(branches: readonly Branch[]): ReadonlyMap<number, Share> {
  const shares = new Map<number, Share>()
  let from = 0
  for (const [i, branch] of branches.entries()) {
    if (!isPercent(branch)) continue
    const to = from + hundredths(branch.percent)
    shares.set(i, { from, to })
    from = to
  }
  return shares
}

const request: ObjectShape = requestShape()

/** Throws a {@link FlowError} for what is no request, or asks for segments that there are not. */
export function checkRequest(given: SplitRequest, segments: SegmentsByKey<string>): void {
  check(given, request, segments)
}

/** Throws a {@link FlowError} for what is no plan, or is one of segments that there are not. */
export function checkPlan(given: SplitPlan, segments: SegmentsByKey<string>): void {
  check(given, planShape, segments)
}

function check(given: SplitPlan, shape: ObjectShape, segments: SegmentsByKey<string>): void {
  const wrong = shapeIssues(shape, given)
  const meant = wrong.length > 0 ? wrong : planIssues(given)
  if (meant.length > 0) throw flowError('bad-request', meant)
  const unknown = given.branches.flatMap((branch, i) =>
    isBySegment(branch) ? unknownSegment(branch.when, segments, ['branches', i, 'when']) : [],
  )
  if (unknown.length > 0) throw flowError('unknown-segment', unknown)
}

/** That a segment is unknown, with the near name; nothing when there is one. */
export function unknownSegment(
  key: string,
  segments: SegmentsByKey<string>,
  path: FlowIssue['path'],
): readonly FlowIssue[] {
  if (Object.hasOwn(segments, key)) return []
  const keys = Object.keys(segments)
  const suggestion = nearest(key, keys)
  const expected = keys.length === 0 ? 'a segment, and there is none' : `one of ${listed(keys)}`
  return [
    {
      path,
      message: unknownName('segment', key, suggestion),
      found: key,
      expected,
      ...(suggestion !== undefined && { suggestion }),
    },
  ]
}

const listed = (keys: readonly string[]): string =>
  `${keys.slice(0, 20).join(', ')}${keys.length > 20 ? ', …' : ''}`

/** What no flow could follow in a plan of the right shape. */
function planIssues({ branches, otherwise, salt }: SplitPlan): readonly FlowIssue[] {
  const issues: FlowIssue[] = []
  if (branches.length === 0) issues.push(issueOf(['branches'], 'no branches', 'at least one'))
  const places = new Map<string, number>()
  for (const [i, { key }] of branches.entries()) {
    const first = places.get(key)
    if (first === undefined) places.set(key, i)
    else
      issues.push(
        issueOf(['branches', i, 'key'], `'${key}' twice`, `a name that branch ${first + 1} has not`),
      )
  }
  if (places.has(otherwise)) {
    issues.push(issueOf(['otherwise'], `'${otherwise}' twice`, 'a name that no branch has'))
  }
  const percents = branches.filter(isPercent)
  const sum = percents.reduce((all, { percent }) => all + hundredths(percent), 0)
  if (sum > 10_000) {
    issues.push(issueOf(['branches'], `${sum / 100} % in all percent branches`, 'at most 100 %'))
  }
  if (percents.length > 0 && salt === undefined) {
    const expected = "a salt to draw percent branches by, such as salt: 'welcome-2026'"
    issues.push(issueOf(['salt'], 'no salt', expected))
  }
  return issues
}

const hashes = new WeakMap<AnySegment['definition'], string>()

/** The hash of a segment's rule with its manual lists; throws a {@link FlowError} for a segment that has none. */
export function versionOf(key: string, segments: SegmentsByKey<string>): string {
  const { definition } = segments[key]!
  const known = hashes.get(definition)
  if (known !== undefined) return known
  try {
    const hash = hashRule(membersRule(definition))
    hashes.set(definition, hash)
    return hash
  } catch (error) {
    throw brokenSegment(`the segment '${key}'`, error)
  }
}

/** The error of a segment that cannot be read. */
export const brokenSegment = (what: string, cause: unknown): FlowError =>
  flowError(
    'broken-segment',
    [
      issueOf(
        [],
        `${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
        'a segment of this schema',
      ),
    ],
    cause,
  )

/** The hash of a checked plan: of its branches in their order, with the meaning of their segments, and of all else that decides. */
export function planVersion(plan: SplitPlan, segments: SegmentsByKey<string>): string {
  const shares = sharesOf(plan.branches)
  const branches = plan.branches.map((branch, i) =>
    isBySegment(branch)
      ? [branch.key, versionOf(branch.when, segments)]
      : [branch.key, shares.get(i)!.from, shares.get(i)!.to],
  )
  const { otherwise, missing = 'otherwise', salt } = plan
  const drawn = shares.size > 0 ? salt : undefined
  const text = JSON.stringify([branches, otherwise, missing, drawn])
  return bytesToHex(sha256(utf8ToBytes(`segmentry/split/1\n${text}`))).slice(0, 16)
}

/**
 * Writes a plan down: checked when it is defined, before anybody is routed.
 *
 * Use it beside the flow whose split it is, and ask `flow.split({ ...plan, subjects })`. The plan is plain JSON, and frozen.
 * Throws a {@link FlowError} for a plan that no flow could follow: a name twice, a segment that there is not, more than
 * 100 %, a percent branch without a salt.
 *
 * @example
 * ```ts
 * const welcome = defineSplit(segments, {
 *   branches: [
 *     { key: 'vip', when: 'vip' },
 *     { key: 'trial', percent: 50 },
 *   ],
 *   otherwise: 'everyone',
 *   salt: 'welcome-2026',
 * })
 * welcome.branches[1] // => { key: 'trial', percent: 50 }
 * ```
 */
export function defineSplit<
  K extends string,
  const B extends string,
  const O extends string,
  const M extends string = never,
>(segments: SegmentsByKey<K>, plan: SplitPlan<NoInfer<K>, B, O, M>): SplitPlan<K, B, O, M> {
  checkPlan(plan, segments)
  const branches = plan.branches.map((branch) => Object.freeze({ ...branch }))
  return Object.freeze({ ...plan, branches: Object.freeze(branches) })
}
