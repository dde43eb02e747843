import {
  bucketOf,
  checkSegments,
  ClockError,
  DefinitionError,
  durationMs,
  type Evaluator,
  type Membership,
  type SegmentsByKey,
} from '@segmentry/core'
import type { Decision, SegmentFlow, SegmentInfo, SplitOptions, SplitPlan, SplitRequest } from './contract.ts'
import { FlowError, flowError, type FlowIssue, issueOf } from './errors.ts'
import { limited, Overdue } from './limit.ts'
import { brokenSegment, checkRequest, isBySegment, planVersion, sharesOf, versionOf } from './plan.ts'

/**
 * Splits people by segment, over any evaluator: in the process or on Postgres.
 *
 * Use it wherever a flow sends people down one of several ways. Branches are asked in order and the first that fits decides.
 * However many people are asked for, the evaluator is asked once. The answer is plain JSON: record it in the step of an
 * engine, and route by it with {@link match}.
 *
 * @example
 * ```ts
 * const flow = segmentFlow(evaluator, segments)
 * const [decision] = await flow.split({
 *   subjects: ['ann'],
 *   branches: [
 *     { key: 'vip', when: 'vip' },
 *     { key: 'active', when: 'engaged' },
 *   ],
 *   otherwise: 'everyone',
 * })
 * decision.branch // => 'vip'
 * decision.matched // => ['vip', 'active']
 * ```
 */
export function segmentFlow<K extends string>(
  evaluator: Evaluator,
  segments: SegmentsByKey<K>,
): SegmentFlow<K> {
  checkSegments(segments)

  async function split(request: SplitRequest, { signal }: SplitOptions = {}): Promise<readonly Decision[]> {
    checkRequest(request, segments)
    signal?.throwIfAborted()
    if (request.subjects.length === 0) return []
    const memberships = await held(evaluator, segments, request, signal)
    if (request.missing === 'error') refuseMissing(request.subjects, memberships)
    const decide = decider(request, planVersion(request, segments))
    return request.subjects.map((subject) => decide(memberships.get(subject)!))
  }

  return Object.freeze({
    split: split as SegmentFlow<K>['split'],
    segments: async () =>
      (Object.keys(segments) as K[]).map((key): SegmentInfo<K> => {
        const { title = key, description } = segments[key].definition
        return {
          key,
          title,
          ...(description !== undefined && { description }),
          version: versionOf(key, segments),
        }
      }),
  })
}

/** What each of the subjects is in, asked at once. */
async function held(
  evaluator: Evaluator,
  segments: SegmentsByKey<string>,
  { subjects, branches, at, timeout }: SplitRequest,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Membership>> {
  const used = [...new Set(branches.filter(isBySegment).map(({ when }) => when))]
  const wanted = Object.fromEntries(used.map((key) => [key, segments[key]!]))
  const clock = at === undefined ? {} : { now: at }
  const people = [...new Set(subjects)]
  try {
    const memberships = await limited(signal ? [signal] : [], timeout && durationMs(timeout), (stop) =>
      evaluator.which(wanted, people, { ...clock, signal: stop }),
    )
    return new Map(memberships.map((membership) => [membership.person, membership]))
  } catch (error) {
    if (signal?.aborted) throw error
    if (error instanceof Overdue) {
      throw flowError('timeout', [issueOf(['timeout'], `no answer after ${timeout}`, 'one')])
    }
    throw evaluationError(error)
  }
}

/** The error of a flow for what an evaluator threw. */
export function evaluationError(error: unknown): FlowError {
  if (error instanceof FlowError) return error
  if (error instanceof ClockError)
    return flowError('bad-request', [issueOf(['at'], 'no clock', 'an instant')], error)
  if (error instanceof DefinitionError) return brokenSegment('a segment that cannot be evaluated', error)
  const tag = typeof error === 'object' && error !== null && '_tag' in error ? error._tag : undefined
  const code = tag === 'TimeoutError' ? 'timeout' : 'unavailable'
  const found = error instanceof Error ? error.message : String(error)
  return flowError(code, [issueOf([], `no answer of the evaluator: ${found}`, 'an answer')], error)
}

function refuseMissing(subjects: readonly string[], memberships: ReadonlyMap<string, Membership>): void {
  const issues = subjects.flatMap((subject, i): readonly FlowIssue[] =>
    memberships.get(subject)!.found
      ? []
      : [
          issueOf(
            ['subjects', i],
            `'${subject}'`,
            "a person of the population, as the split says missing: 'error'",
          ),
        ],
  )
  if (issues.length > 0) throw flowError('person-not-found', issues)
}

/** The decision that follows from what a person is in. */
function decider(
  {
    branches,
    otherwise,
    missing = 'otherwise',
    salt = '',
    explain = 'all',
  }: SplitPlan & Pick<SplitRequest, 'explain'>,
  version: string,
): (membership: Membership) => Decision {
  const shares = sharesOf(branches)
  const absent = typeof missing === 'string' ? otherwise : missing.branch
  const places = new Map(branches.map(({ key }, i) => [key, i]))
  return ({ person: subject, found, segments, now: at }) => {
    if (!found) {
      const index = places.get(absent) ?? -1
      return { subject, branch: absent, index, reason: 'not-found', matched: [], at, version }
    }
    const bucket = shares.size > 0 ? bucketOf(salt, subject) : 0
    const inShare = (i: number): boolean => {
      const { from, to } = shares.get(i)!
      return bucket >= from && bucket < to
    }
    const fitting = [...branches.keys()].filter((i) => {
      const branch = branches[i]!
      return isBySegment(branch) ? segments.includes(branch.when) : inShare(i)
    })
    const [index] = fitting
    if (index === undefined) {
      return { subject, branch: otherwise, index: -1, reason: 'otherwise', matched: [], at, version }
    }
    const { key: branch } = branches[index]!
    const reason = shares.has(index) ? 'percent' : 'segment'
    const matched = explain === 'first' ? [branch] : fitting.map((i) => branches[i]!.key)
    return { subject, branch, index, reason, matched, at, version }
  }
}
