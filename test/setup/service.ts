import { type Evaluator, inProcess } from '@segmentry/core'
import { type FlowService, flowService, serve, type ServiceOptions } from '@segmentry/flow/http'
import { splitFixture, type SplitFixture } from '@segmentry/flow/testing'

/** Where a service is, and the key to it. */
export interface Service {
  readonly url: string
  readonly key: string
}

/** A service that runs, and what it was asked. */
export interface Opened extends Service {
  /** The requests, such as `'POST /split'`. */
  readonly requests: readonly string[]
  /** How often the evaluator was asked about people. */
  readonly asked: () => number
  [Symbol.asyncDispose](): Promise<void>
}

/** The HTTP service, with people in the process behind it. */
export function serviceOf(
  { schema, segments, people, now }: SplitFixture = splitFixture,
  more: Partial<ServiceOptions> = {},
) {
  const inner = inProcess(schema, people, { now })
  let asked = 0
  // A question without a clock is decided a second after the one before.
  const which: Evaluator['which'] = (all, ids, options) => {
    asked += 1
    const clock = new Date(Date.parse(now) + asked * 1_000)
    return inner.which(all, ids, { ...options, now: options?.now ?? clock })
  }
  const key = 'a-key-that-only-tests-know'
  const requests: string[] = []
  const inside = flowService({ evaluator: { ...inner, which }, segments, keys: [key], ...more })
  const service: FlowService = {
    ...inside,
    answer: (ask) => {
      requests.push(`${ask.method} ${ask.url}`)
      return inside.answer(ask)
    },
  }
  return { service, key, requests, asked: () => asked }
}

/** Starts the HTTP service on a free port. */
export async function openService(): Promise<Opened> {
  const { service, ...opened } = serviceOf()
  const server = await serve(service, { port: 0 })
  return { ...opened, url: server.url, [Symbol.asyncDispose]: () => server.close() }
}
