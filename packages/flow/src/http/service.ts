import type { Duration } from '@segmentry/core'
import { flowError, issueOf } from '../errors.ts'
import { evaluationError, segmentFlow } from '../flow.ts'
import { limited, Overdue } from '../limit.ts'
import { type Answer, type Answered, type Ask, jsonAnswer } from './answer.ts'
import { readJson } from './body.ts'
import { gathered } from './gather.ts'
import { doormanOf } from './keys.ts'
import { openApiOf } from './openapi.ts'
import { checkedDuration, checkedLimits, type ServiceOptions } from './options.ts'
import { goneAway, problemOf, Refusal, refusalOf } from './problem.ts'
import { meterOf } from './rate.ts'
import { queryOf, router } from './router.ts'
import { type Route, routesOf } from './routes.ts'

/** Segments over HTTP, wherever requests come from. */
export interface FlowService {
  /** Answers a request: what Bun, Deno, edge workers and most frameworks take. */
  readonly fetch: (request: Request) => Promise<Response>
  /** The same without the objects of the web, for servers of other kinds. */
  readonly answer: (ask: Ask) => Promise<Answer>
  /**
   * Refuses what comes from now on, and resolves when what runs has been answered. What takes longer than the patience, 10 seconds unless
   * told, is stopped.
   */
  readonly close: (patience?: Duration) => Promise<void>
}

/**
 * Answers splits, memberships and explanations over HTTP: for flow engines that are not in this process.
 *
 * It has no server of its own: give `fetch` to one, or call {@link serve}. Its OpenAPI document is at `/openapi.json`. Errors are
 * `application/problem+json`. Throws a `TypeError` or a `RangeError` for settings that cannot be.
 *
 * @example
 * ```ts
 * import { flowService } from '@segmentry/flow/http'
 *
 * const service = flowService({ evaluator, segments, keys: ['a-long-and-random-key'] })
 * const response = await service.fetch(
 *   new Request('http://localhost/people/ann/segments', {
 *     headers: { authorization: 'Bearer a-long-and-random-key' },
 *   }),
 * )
 * const { segments: held } = await response.json()
 * held // => ['vip', 'engaged']
 * ```
 */
export function flowService(options: ServiceOptions): FlowService {
  const { segments, transitions, timeout = '10 seconds' } = options
  const { onError = () => undefined, onAnswer = () => undefined } = options
  const limits = checkedLimits(options)
  const evaluator = gathered(options.evaluator)
  const timeoutMs = checkedDuration('timeout', timeout)
  const flow = segmentFlow(evaluator, segments)
  const routes = routesOf({ evaluator, segments, flow, transitions, limits })
  const description: Route = {
    method: 'GET',
    path: '/openapi.json',
    summary: '',
    answer: undefined as never,
    open: true,
    handle: async () => (document ??= openApiOf(routes)),
  }
  let document: object | undefined
  const find = router([...routes, description])
  const doorman = doormanOf(options.keys)
  const meter = meterOf(options.rate)
  const door = { closing: false, running: new Set<Promise<unknown>>(), stop: new AbortController() }

  /** Lets a caller in, or throws; those without a key share one measure. */
  const letIn = (ask: Ask, seen: Seen): void => {
    try {
      seen.key = doorman(ask.header('authorization'))
      meter(seen.key)
    } catch (refusal) {
      if (refusal instanceof Refusal && refusal.status === 401) meter(-1)
      throw refusal
    }
  }

  const handled = async (ask: Ask, seen: Seen): Promise<Answer> => {
    if (door.closing) {
      throw new Refusal(
        503,
        flowError('unavailable', [issueOf([], 'a service that is stopping', 'another')]),
        {
          'retry-after': '1',
        },
      )
    }
    const { route, path, query } = find(ask)
    seen.route = route.path
    if (route.open !== true) letIn(ask, seen)
    const stops = [ask.signal, door.stop.signal]
    const body =
      route.body === undefined
        ? undefined
        : await limited(stops, timeoutMs, (signal) => readJson(ask, limits.body, signal)).catch(unsent)
    try {
      const call = { path, query: queryOf(route, query), body }
      return jsonAnswer(200, await limited(stops, timeoutMs, (signal) => route.handle({ ...call, signal })))
    } catch (error) {
      if (error instanceof Overdue) {
        throw flowError('timeout', [issueOf([], `no answer after ${timeout}`, 'one')])
      }
      throw error instanceof Refusal ? error : evaluationError(error)
    }
  }

  /** What a body that was not read to its end ends with. */
  const unsent = (error: unknown): never => {
    if (error instanceof Overdue) {
      const late = issueOf([], `half a body after ${timeout}`, 'all of it')
      throw new Refusal(408, flowError('timeout', [late]))
    }
    throw error === door.stop.signal.reason ? evaluationError(error) : error
  }

  const answer = async (ask: Ask): Promise<Answer> => {
    const started = performance.now()
    const seen: Seen = {}
    const running = handled(ask, seen).catch((thrown: unknown): Answer => {
      // Whoever went did not fail because of us, whatever was thrown then.
      const refusal = ask.signal.aborted ? goneAway() : refusalOf(thrown)
      if (!ask.signal.aborted) seen.code = refusal.error.code
      if (refusal.status >= 500 && !door.closing) onError(thrown)
      return jsonAnswer(refusal.status, problemOf(refusal), refusal.headers)
    })
    door.running.add(running)
    const done = await running
    door.running.delete(running)
    const milliseconds = performance.now() - started
    onAnswer({ method: ask.method, status: done.status, ...seen, milliseconds })
    return door.closing ? { ...done, headers: { ...done.headers, connection: 'close' } } : done
  }

  const close = async (patience: Duration = '10 seconds'): Promise<void> => {
    const ms = checkedDuration('patience', patience)
    door.closing = true
    const timer = setTimeout(() => door.stop.abort(new Error('the service stops')), ms)
    while (door.running.size > 0) await Promise.all(door.running)
    clearTimeout(timer)
  }

  return Object.freeze({
    answer,
    close,
    fetch: async (request: Request) => responseOf(await answer(askOf(request))),
  })
}

/** What becomes known of a request while it is answered. */
type Seen = { -readonly [K in 'route' | 'code' | 'key']?: Answered[K] }

function askOf(request: Request): Ask {
  const { pathname, search } = new URL(request.url)
  return {
    method: request.method,
    url: pathname + search,
    header: (name) => request.headers.get(name),
    body: () => request.body ?? nothing(),
    signal: request.signal,
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

const responseOf = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers })
