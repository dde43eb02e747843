import { inProcess } from '@segmentry/core'
import type { FlowService } from '../../src/http/index.ts'
import { splitFixture } from '../../src/testing/index.ts'

export const key = 'a-key-of-these-tests'
export const { schema, people, segments, now } = splitFixture
export const evaluator = inProcess(schema, people, { now })

/** What a service answered. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

interface AskOptions {
  readonly method?: string
  readonly body?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly key?: string | undefined
  readonly signal?: AbortSignal
}

/** Asks a service, with the key unless told. */
export async function ask(service: FlowService, path: string, options: AskOptions = {}): Promise<Reply> {
  const text = options.text ?? (options.body === undefined ? undefined : JSON.stringify(options.body))
  const shown = 'key' in options ? options.key : key
  const request = new Request(`http://segments${path}`, {
    method: options.method ?? (text === undefined ? 'GET' : 'POST'),
    headers: {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...(shown !== undefined && { authorization: `Bearer ${shown}` }),
      ...options.headers,
    },
    ...(text !== undefined && { body: text }),
    ...(options.signal && { signal: options.signal }),
  })
  const response = await service.fetch(request)
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Reply['body'],
  }
}

/** A split of the fixture's people. */
export const split = {
  subjects: ['ann', 'bob', 'nobody'],
  branches: [
    { key: 'vip', when: 'vip' },
    { key: 'west', when: 'west' },
  ],
  otherwise: 'everyone',
  at: now,
} as const
