import { type EvaluationOptions, type Evaluator, type SegmentsByKey, shown } from '@segmentry/core'
import type * as Schema from 'effect/Schema'
import type { SegmentFlow, SplitRequest, TransitionQuery, Transitions } from '../contract.ts'
import { flowError, issueOf } from '../errors.ts'
import { unknownSegment } from '../plan.ts'
import { type ObjectShape, requestShape } from '../shape.ts'
import { Refusal } from './problem.ts'
import * as shapes from './shapes.ts'

/** How much a service takes and gives at a time. */
export interface ServiceLimits {
  /** Bytes of a body; a mebibyte unless told. */
  readonly body: number
  /** People of one split; 10,000 unless told. */
  readonly subjects: number
  /** Branches of one split; 100 unless told. */
  readonly branches: number
  /** People of one page of members; 10,000 unless told. */
  readonly page: number
}

/** What routes answer from. */
export interface Source {
  readonly evaluator: Evaluator
  readonly segments: SegmentsByKey<string>
  readonly flow: SegmentFlow
  readonly transitions: Transitions | undefined
  readonly limits: ServiceLimits
}

/** A request that has found its route: what stands in the path, the query, and the body. */
export interface Call {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly signal: AbortSignal
}

/** One thing that the service answers; the OpenAPI document is made of these too. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Parts in braces stand for what is asked about. */
  readonly path: string
  readonly summary: string
  readonly query?: ObjectShape
  readonly body?: ObjectShape
  readonly answer: Schema.Constraint
  /** Needs no key. */
  readonly open?: boolean
  readonly handle: (call: Call) => Promise<object>
}

interface Clocked {
  readonly at?: string
}

const clocked = ({ query, signal }: Call): EvaluationOptions => {
  const { at } = query as Clocked
  return { signal, ...(at !== undefined && { now: at }) }
}

/** Everything that the service answers. */
export function routesOf({ evaluator, segments, flow, transitions, limits }: Source): readonly Route[] {
  const segmentOf = (key: string) => {
    const unknown = unknownSegment(key, segments, ['segment'])
    if (unknown.length > 0) throw new Refusal(404, flowError('unknown-segment', unknown))
    return segments[key]!
  }
  const routes: readonly Route[] = [
    {
      method: 'POST',
      path: '/split',
      summary: 'Sends each person down the first branch that fits, all in one query',
      body: requestShape(limits.subjects),
      answer: shapes.splitAnswer,
      handle: async ({ body, signal }) => {
        refuseTooMany(body, limits)
        return { decisions: await flow.split(body as SplitRequest, { signal }) }
      },
    },
    {
      method: 'GET',
      path: '/segments',
      summary: 'The segments there are',
      answer: shapes.segmentsAnswer,
      handle: async () => ({ segments: await flow.segments() }),
    },
    {
      method: 'GET',
      path: '/segments/{segment}/count',
      summary: 'How many people are in a segment',
      query: shapes.clockQuery,
      answer: shapes.countAnswer,
      handle: async (call) => {
        const { segment } = call.path as { segment: string }
        return { segment, count: await evaluator.count(segmentOf(segment), clocked(call)) }
      },
    },
    {
      method: 'GET',
      path: '/segments/{segment}/members',
      summary: 'The people in a segment, a page at a time, in the order of ids',
      query: shapes.pageQuery(limits.page),
      answer: shapes.membersAnswer,
      handle: async (call) => {
        const { segment } = call.path as { segment: string }
        const { after, limit = Math.min(1_000, limits.page) } = call.query as {
          after?: string
          limit?: number
        }
        const page = { ...clocked(call), limit, pageSize: limit, ...(after !== undefined && { after }) }
        const listed = evaluator.members(segmentOf(segment), page)
        const members = await Array.fromAsync(listed).catch((error: unknown) => {
          throw isAboutAfter(error) ? noPlace(after) : error
        })
        return { segment, members, ...(members.length === limit && { next: members.at(-1) }) }
      },
    },
    {
      method: 'GET',
      path: '/people/{person}/segments',
      summary: 'The segments that one person is in',
      query: shapes.clockQuery,
      answer: shapes.personAnswer,
      handle: async (call) => {
        const { person } = call.path as { person: string }
        const [membership] = await evaluator.which(segments, [person], clocked(call))
        return membership!
      },
    },
    {
      method: 'GET',
      path: '/people/{person}/explain/{segment}',
      summary:
        'Why a person is in a segment, or is not: each filter with the value found, unless it is sensitive',
      query: shapes.clockQuery,
      answer: shapes.explanationAnswer,
      handle: (call) => {
        const { person, segment } = call.path as { person: string; segment: string }
        return evaluator.explain(segmentOf(segment), person, clocked(call))
      },
    },
    {
      method: 'GET',
      path: '/health',
      summary: 'Whether the service and its evaluator answer',
      answer: shapes.healthAnswer,
      open: true,
      handle: healthOf(evaluator),
    },
  ]
  return transitions === undefined ? routes : [...routes, transitionsRoute(transitions, segmentOf, limits)]
}

/** Where ids are numbers, say, evaluators throw at a page that is to go on after what is none. */
const isAboutAfter = (error: unknown): boolean =>
  error instanceof RangeError && error.message.startsWith('after ')

// Without the words of the evaluator: names of columns are not for callers.
const noPlace = (after: string | undefined) =>
  flowError('bad-request', [issueOf(['after'], shown(after), "an id, such as 'next' of the page before")])

const transitionsRoute = (
  source: Transitions,
  segmentOf: (key: string) => unknown,
  { page }: ServiceLimits,
): Route => ({
  method: 'GET',
  path: '/segments/{segment}/transitions',
  summary: 'Who entered or left a segment, in the order in which it was committed',
  query: shapes.transitionQuery(page),
  answer: shapes.transitionsAnswer,
  handle: (call) => {
    const { segment } = call.path as { segment: string }
    segmentOf(segment)
    const query = { ...call.query, segment } as TransitionQuery
    return source.transitions(query, { signal: call.signal })
  },
})

function refuseTooMany(body: unknown, { subjects, branches }: ServiceLimits): void {
  const given = body as Readonly<Record<'subjects' | 'branches', unknown>> | null
  for (const [key, most] of [
    ['subjects', subjects],
    ['branches', branches],
  ] as const) {
    const list = given?.[key]
    if (!Array.isArray(list) || list.length <= most) continue
    throw flowError('too-large', [issueOf([key], `${list.length} ${key}`, `at most ${most} in one request`)])
  }
}

/** How long an answer about health stands: anybody may ask, and the evaluator is not to suffer from it. */
const healthMs = 1_000

/** Asks the evaluator for nobody, at most once a second. */
function healthOf(evaluator: Evaluator): Route['handle'] {
  let asked = -Infinity
  let health: Promise<unknown> | undefined
  return async () => {
    if (performance.now() - asked > healthMs) {
      asked = performance.now()
      // Not the signal of whoever asked first: others wait for the same answer.
      health = evaluator.which({}, ['-'], { signal: AbortSignal.timeout(healthMs) })
      health.catch(() => undefined)
    }
    await health
    return { status: 'ok' }
  }
}
