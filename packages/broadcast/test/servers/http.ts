import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request as an API sees it. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What an API answers. */
export interface Answered {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/**
 * What may go wrong: an answer in place of the API's own, before it has done anything; or what happens to its answer after it
 * has done what it was asked. `drop` breaks the connection when the request is read and nothing done.
 */
export type HttpFault = Answered | 'drop' | 'lost' | 'half' | 'garbage' | 'empty' | 'silence'

/** A server on this machine. */
export interface OpenedHttpServer extends AsyncDisposable {
  readonly url: string
  /** All requests so far, those in faults included. */
  readonly asked: Asked[]
  /** Lets the next requests fail, all of them unless told how many; of several faults, each comes that often. */
  readonly fail: (fault: HttpFault | readonly HttpFault[], times?: number) => void
  readonly heal: () => void
  readonly close: () => Promise<void>
}

/** Opens a server that answers as `api` does, with faults on demand. */
export async function openHttpServer(
  api: (asked: Asked) => Answered | Promise<Answered>,
): Promise<OpenedHttpServer> {
  const asked: Asked[] = []
  let failing: { readonly fault: HttpFault; times: number }[] = []

  const answer = async (request: Asked, response: ServerResponse): Promise<void> => {
    const due = failing.find(({ times }) => times > 0)
    if (due) due.times -= 1
    const fault = due?.fault
    if (fault === 'drop') return void response.destroy()
    if (typeof fault === 'object') return write(response, fault)
    const answered = await api(request)
    switch (fault) {
      case 'lost':
        return void response.destroy()
      case 'silence':
        return
      case 'half': {
        const body = JSON.stringify(answered.body)
        response.writeHead(answered.status, {
          'content-type': 'application/json',
          'content-length': body.length,
        })
        response.write(body.slice(0, body.length / 2), () => response.destroy())
        return
      }
      case 'garbage':
        response.writeHead(answered.status, { 'content-type': 'application/json' })
        return void response.end('<html>It works')
      case 'empty':
        response.writeHead(answered.status, { 'content-type': 'application/json' })
        return void response.end('{}')
      case undefined:
        return write(response, answered)
    }
  }
  const server = createServer((request, response) => {
    void (async () => {
      const { method = '', url: path = '', headers } = request
      const one = { method, path, headers, body: await text(request) }
      asked.push(one)
      await answer(one, response)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    fail: (faults, times = Number.POSITIVE_INFINITY) => {
      failing = (Array.isArray(faults) ? (faults as readonly HttpFault[]) : [faults as HttpFault]).map(
        (fault) => ({
          fault,
          times,
        }),
      )
    },
    heal: () => (failing = []),
    close,
    [Symbol.asyncDispose]: close,
  }
}

function write(response: ServerResponse, { status, headers = {}, body }: Answered): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}
