import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that is not ours. */
export interface Stranger {
  readonly url: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a server that answers as it likes. */
export async function openStranger(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
  port = 0,
): Promise<Stranger> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${bound}`, [Symbol.asyncDispose]: close }
}

/** Answers everything with one thing: JSON, or text as a page. */
export const always =
  (status: number, body: unknown) =>
  (_: IncomingMessage, response: ServerResponse): void => {
    const isText = typeof body === 'string'
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json' })
    response.end(isText ? body : JSON.stringify(body))
  }
