import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Handler } from './handler.ts'

/**
 * Makes a {@link Handler} one for `node:http`.
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { nodeListener } from '@segmentry/broadcast/web'
 *
 * const server = createServer(nodeListener(async () => new Response('hello')))
 * typeof server.listen // => 'function'
 * ```
 */
export function nodeListener(handler: Handler): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => void respond(handler, request, response)
}

async function respond(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = await handler(requestOf(request)).catch(() => new Response(null, { status: 500 }))
  const body = new Uint8Array(await answer.arrayBuffer())
  if (response.destroyed) return
  // What was not read of a refused body would be taken for the next request.
  const rest = request.complete ? {} : { connection: 'close' }
  response.writeHead(answer.status, {
    ...Object.fromEntries(answer.headers),
    ...rest,
    'content-length': body.byteLength,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

function requestOf(request: IncomingMessage): Request {
  const { method = 'GET', rawHeaders } = request
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    // What node read as a header may still be none for the web; nobody here asks for such a one.
    try {
      headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
    } catch {
      continue
    }
  }
  const url = URL.canParse(request.url ?? '/', 'http://localhost')
    ? new URL(request.url ?? '/', 'http://localhost')
    : new URL('http://localhost/')
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const init = { method, headers, ...(hasBody && { body: streamOf(request), duplex: 'half' }) }
  return new Request(url, init)
}

function streamOf(request: IncomingMessage): ReadableStream<Uint8Array> {
  const pieces = request[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
}
