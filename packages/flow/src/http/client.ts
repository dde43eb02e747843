import { shown } from '@segmentry/core'
import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import type {
  SegmentFlow,
  SegmentInfo,
  SplitOptions,
  SplitRequest,
  TransitionPage,
  Transitions,
} from '../contract.ts'
import { FlowError, flowError, issueOf } from '../errors.ts'
import { isKey } from './keys.ts'
import { problemAnswer } from './shapes.ts'

/** Where a service is, and the key to it. */
export interface RemoteOptions {
  readonly url: string
  readonly key?: string
  /** What sends requests; the global `fetch` unless told. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/**
 * A flow whose evaluator is behind an HTTP service: asked the same, answering the same, refusing with the same errors.
 *
 * Throws a `TypeError` for an address or a key that cannot be one.
 *
 * @example
 * ```ts
 * import { flowService, remoteFlow } from '@segmentry/flow/http'
 *
 * const { fetch } = flowService({ evaluator, segments, keys: 'open' })
 * const flow = remoteFlow<keyof typeof segments>({ url: 'http://segments', fetch })
 * const [decision] = await flow.split({
 *   subjects: ['ann'],
 *   branches: [{ key: 'best', when: 'vip' }],
 *   otherwise: 'everyone',
 * })
 * decision.branch // => 'best'
 * ```
 */
export function remoteFlow<K extends string = string>({
  url,
  key,
  fetch: send = (request) => fetch(request),
}: RemoteOptions): SegmentFlow<K> & Transitions<K> {
  const base = checkedUrl(url).replace(/\/$/, '')
  if (key !== undefined && !isKey(key))
    throw new TypeError('key: found what is no key (it is not shown), expected visible ASCII characters')
  const ask = async (path: string, init: RequestInit, { signal }: SplitOptions = {}): Promise<unknown> => {
    signal?.throwIfAborted()
    const headers = {
      ...(init.body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    }
    try {
      const response = await send(new Request(base + path, { ...init, headers, signal: signal ?? null }))
      if (response.ok) return await response.json()
      throw await problemIn(response)
    } catch (error) {
      if (signal?.aborted) throw signal.reason
      if (error instanceof FlowError) throw error
      const found = `no answer of ${base}: ${reasonOf(error)}`
      throw flowError('unavailable', [issueOf([], found, 'an answer')], error)
    }
  }
  const split = async (request: SplitRequest, options?: SplitOptions) => {
    const init = { method: 'POST', body: JSON.stringify(request) }
    return ((await ask('/split', init, options)) as { readonly decisions: unknown }).decisions
  }
  const flow: SegmentFlow<K> & Transitions<K> = {
    split: split as SegmentFlow<K>['split'],
    segments: async (options) => {
      const answer = (await ask('/segments', {}, options)) as { readonly segments: readonly SegmentInfo<K>[] }
      return answer.segments
    },
    transitions: async ({ segment, event, after, limit }, options) => {
      const query = new URLSearchParams({ event })
      if (after !== undefined) query.set('after', after)
      if (limit !== undefined) query.set('limit', String(limit))
      const path = `/segments/${encodeURIComponent(segment)}/transitions?${query.toString()}`
      return (await ask(path, {}, options)) as TransitionPage
    },
  }
  return Object.freeze(flow)
}

/** The address as it is; throws a `TypeError` for one that nothing can be asked of. */
function checkedUrl(url: string): string {
  const { protocol = '', username = '', password = '', search = '', hash = '' } = URL.parse(url) ?? {}
  const expected = "the address of a service such as 'http://127.0.0.1:8080'"
  if (username !== '' || password !== '')
    throw new TypeError(`url: found a user or a password in it (it is not shown), expected ${expected}`)
  if (!/^https?:$/.test(protocol) || search !== '' || hash !== '')
    throw new TypeError(`url: found ${shown(url)}, expected ${expected}`)
  return url
}

/** What `fetch` says, which is little, with the code of what it failed of. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = Object(error.cause) as { readonly code?: unknown }
  return typeof code === 'string' ? `${error.message} (${code})` : error.message
}

const readProblem = Schema.decodeUnknownResult(problemAnswer)

/** The error that a service tells of; one that is not its own says that something stands between. */
async function problemIn(response: Response): Promise<FlowError> {
  const text = await response.text()
  try {
    const problem = readProblem(JSON.parse(text))
    if (Result.isSuccess(problem)) return flowError(problem.success.code, problem.success.issues)
  } catch {
    // It is not JSON, and so not the service's own.
  }
  const found = `the status ${response.status} without a problem document`
  return flowError('unavailable', [issueOf([], found, 'an answer of a Segmentry service')])
}
