import { connect } from 'node:net'
import type { Evaluator } from '@segmentry/core'
import { expect, test } from 'vitest'
import { type Answered, flowService, remoteFlow, serve } from '../../src/http/index.ts'
import { evaluator, key, segments, split } from './client.ts'

const open = (options: object = {}) =>
  serve(flowService({ evaluator, segments, keys: [key], ...options }), { port: 0 })

const asking = { headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' } }

/** Sends bytes as they are, and gives what comes back until the connection ends. */
const raw = (url: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.write(text))
    let received = ''
    socket.on('data', (data) => (received += data.toString()))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })

test('a body that is too large is refused before it has been sent, and its rest is no request', async () => {
  await using server = await open({ limits: { body: 1_000 } })
  const head = (length: string) =>
    `POST /split HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n${length}\r\n\r\n`
  const told = await raw(server.url, head('content-length: 5000000'))
  expect(told).toMatch(/^HTTP\/1\.1 413 /)
  expect(told).toContain('too-large')
  const chunk = `400\r\n${' '.repeat(1024)}\r\n`
  const sent = await raw(server.url, head('transfer-encoding: chunked') + chunk.repeat(3))
  expect(sent).toMatch(/^HTTP\/1\.1 413 /)
  expect(sent.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

const half = `POST /split HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`

test('half a body is answered when the time is over, and its connection ends', async () => {
  await using server = await open({ timeout: '1 second' })
  const started = performance.now()
  const told = await raw(server.url, half)
  expect(told).toMatch(/^HTTP\/1\.1 408 /)
  expect(told).toContain('"code":"timeout","retryable":true')
  expect(performance.now() - started).toBeLessThan(8_000)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test('a caller that goes in the middle of a body is no failure of the service', async () => {
  const [logged, told]: [Answered[], unknown[]] = [[], []]
  const onAnswer = (answered: Answered): void => void logged.push(answered)
  await using server = await open({ onAnswer, onError: (error: unknown) => told.push(error) })
  const { hostname, port } = new URL(server.url)
  for (const how of ['destroy', 'resetAndDestroy'] as const) {
    const socket = connect(Number(port), hostname)
    socket.on('error', () => undefined)
    socket.write(half)
    // What has arrived by then is half of it.
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    socket[how]()
  }
  const isSplit = ({ route }: Answered): boolean => route === '/split'
  await expect.poll(() => logged.filter(isSplit).length, { timeout: 10_000 }).toBe(2)
  expect(logged.filter(isSplit).map(({ status, code }) => [status, code])).toEqual([
    [499, undefined],
    [499, undefined],
  ])
  expect(told).toEqual([])
})

test('what is no HTTP is answered by node, and the server goes on', async () => {
  await using server = await open()
  expect(await raw(server.url, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
  const odd = await raw(server.url, `GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
  expect(odd).toMatch(/^HTTP\/1\.1 404 /)
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
})

test('a caller that goes stops what was run for it', async () => {
  const stopped: unknown[] = []
  const reached = Promise.withResolvers<void>()
  const which: Evaluator['which'] = (_, __, { signal } = {}) =>
    new Promise((_resolve, reject) => {
      signal!.addEventListener('abort', () => {
        stopped.push(signal!.reason)
        reject(signal!.reason as Error)
      })
      reached.resolve()
    })
  await using server = await open({ evaluator: { ...evaluator, which } })
  const flow = remoteFlow({ url: server.url, key })
  const leaving = new AbortController()
  const left = flow.split(split, { signal: leaving.signal })
  await reached.promise
  leaving.abort(new Error('went away'))
  await expect(left).rejects.toThrow('went away')
  await expect.poll(() => stopped.length, { timeout: 10_000 }).toBe(1)
})

test('a server that stops finishes what runs, refuses what comes, and ends its connections', async () => {
  const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const which: Evaluator['which'] = async (...all) => {
    reached.resolve()
    await released.promise
    return evaluator.which(...all)
  }
  const server = await open({ evaluator: { ...evaluator, which } })
  const running = fetch(`${server.url}/split`, { method: 'POST', body: JSON.stringify(split), ...asking })
  await reached.promise
  const closed = server.close()
  await expect(fetch(`${server.url}/segments`, asking)).rejects.toThrow('fetch failed')
  released.resolve()
  const response = await running
  expect(response.status).toBe(200)
  expect(response.headers.get('connection')).toBe('close')
  await closed
})

test('a service that is not there, or is another, is an error that may pass', async () => {
  const server = await open()
  await server.close()
  const gone = remoteFlow({ url: server.url, key }).split(split)
  await expect(gone).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(gone).rejects.toThrow(`no answer of ${server.url}: fetch failed (ECONNREFUSED)`)
  const proxy = remoteFlow({
    url: 'http://segments',
    fetch: async () => new Response('<html>', { status: 502 }),
  })
  await expect(proxy.segments()).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  const stranger = remoteFlow({ url: 'http://segments', fetch: async () => new Response('<html>') })
  await expect(stranger.segments()).rejects.toMatchObject({ code: 'unavailable' })
})

test('an address or a key that cannot be one is told when the flow is made', () => {
  const expected = "expected the address of a service such as 'http://127.0.0.1:8080'"
  for (const url of ['nonsense', '', 'localhost:8080', '/segments', 'http://a/?key=1', undefined as never]) {
    const found = url === undefined ? 'undefined' : `'${url}'`
    expect(() => remoteFlow({ url, key })).toThrow(new TypeError(`url: found ${found}, ${expected}`))
  }
  const secret = (): unknown => remoteFlow({ url: 'http://me:hush@segments' })
  expect(secret).toThrow('found a user or a password in it (it is not shown)')
  expect(secret).not.toThrow('hush')
  expect(() => remoteFlow({ url: 'http://segments', key: 'a key\n' })).toThrow('key: found what is no key')
})

test('a port that is taken is an error', async () => {
  await using server = await open()
  const service = flowService({ evaluator, segments, keys: 'open' })
  await expect(serve(service, { port: Number(new URL(server.url).port) })).rejects.toThrow('EADDRINUSE')
})

test('a server that stops does not wait for who never sends the rest of a request', async () => {
  const server = await open()
  const head = `POST /split HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  const halves = [head, `${head}content-length: 100\r\n\r\n{`].map((text) => raw(server.url, text))
  // A whole one behind them, so that both have arrived.
  expect((await fetch(`${server.url}/health`)).status).toBe(200)
  const started = performance.now()
  await server.close('1 second')
  expect(performance.now() - started).toBeLessThan(5_000)
  await Promise.all(halves)
})
