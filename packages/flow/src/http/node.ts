import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duration } from '@segmentry/core'
import type { Answer, Ask } from './answer.ts'
import { checkedDuration } from './options.ts'
import type { FlowService } from './service.ts'

/** Where a server listens. */
export interface ServeOptions {
  /** 8080 unless told; 0 takes one that is free. */
  readonly port?: number
  /** This machine only, unless told. */
  readonly host?: string
}

/** A server that listens. */
export interface RunningService {
  readonly url: string
  /** Takes no more connections, finishes what runs, and ends; what takes longer than the patience is stopped. */
  close(patience?: Duration): Promise<void>
  /** The same as {@link RunningService.close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Serves a {@link FlowService} with `node:http`.
 *
 * @example
 * ```ts
 * import { flowService, serve } from '@segmentry/flow/http'
 *
 * await using server = await serve(flowService({ evaluator, segments, keys: 'open' }), { port: 0 })
 * const response = await fetch(`${server.url}/health`)
 * await response.json() // => { status: 'ok' }
 * ```
 */
export async function serve(
  service: FlowService,
  { port = 8080, host = '127.0.0.1' }: ServeOptions = {},
): Promise<RunningService> {
  // Imported when it is needed, so that the service itself runs where there is no node:http.
  const { createServer } = await import('node:http')
  // Whoever sends slowly does not keep a connection for ever.
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 })
  server.on('request', (request, response) => void respond(service, request, response))
  await listening(server, port, host)
  const { port: bound } = server.address() as AddressInfo
  const close = async (patience: Duration = '10 seconds'): Promise<void> => {
    const ms = checkedDuration('patience', patience)
    const ended = new Promise<void>((resolve) => server.close(() => resolve()))
    // Who has not sent a whole request by then would be waited for as long as a request may take.
    const late = setTimeout(() => server.closeAllConnections(), ms + farewellMs)
    await service.close(patience)
    server.closeIdleConnections()
    await ended
    clearTimeout(late)
  }
  const name = host.includes(':') ? `[${host}]` : host
  return { url: `http://${name}:${bound}`, close, [Symbol.asyncDispose]: () => close() }
}

/** How long an answer that was stopped has to get out. */
const farewellMs = 500

const listening = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })

async function respond(
  service: FlowService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController()
  const leave = (): void => gone.abort(new Error('the caller is gone'))
  response.on('close', () => {
    if (!response.writableFinished) leave()
  })
  // In the middle of a body this comes first; whoever listens to errors before the body is read knows before it fails.
  request.on('error', leave)
  const ask: Ask = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    header: (name) => {
      const value = request.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: () => request as AsyncIterable<Uint8Array>,
    signal: gone.signal,
  }
  write(response, request, await service.answer(ask))
}

function write(response: ServerResponse, request: IncomingMessage, { status, headers, body }: Answer): void {
  if (response.destroyed) return
  // What was not read of a refused body would be taken for the next request.
  const rest = request.complete ? {} : { connection: 'close' }
  const length = new TextEncoder().encode(body).length
  response.writeHead(status, { ...headers, ...rest, 'content-length': length })
  response.end(body)
}
