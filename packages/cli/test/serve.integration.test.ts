import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { files, fill, holding } from './crm.ts'
import { type Ended, ended, Folder } from './project.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await fill({ connectionString: database.url })
})
afterAll(() => database.drop())

const key = 'a-key-that-only-tests-know'

/** A service that listens. */
interface Serving {
  readonly url: string
  readonly child: ChildProcess
  readonly end: Promise<Ended>
  readonly get: (path: string, shown?: string) => Promise<Response>
}

/** Starts the service and waits until it listens. */
async function serving(
  folder: Folder,
  args: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<Serving> {
  const child = folder.start(['serve', '--port', '0', ...args], {
    DATABASE_URL: database.url,
    SEGMENTRY_KEYS: `some-other-key-than-that ${key}`,
    ...variables,
  })
  const end = ended(child, folder.path)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout!.on('data', (text: string) => {
      said += text
      const [found] = /http:\/\/\S+?(?=[\s"])/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    void end.then(({ code, stderr }) => reject(new Error(`it ended with ${code}: ${stderr}`)))
  })
  const get = (path: string, shown = key): Promise<Response> =>
    fetch(url + path, { headers: { authorization: `Bearer ${shown}` } })
  return { url, child, end, get }
}

test('it answers who has a key, tells what it does, and ends when it is told to', async () => {
  using folder = new Folder(files())
  const { url, child, end, get } = await serving(folder)
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' })
  expect(await (await get('/people/ann/segments')).json()).toMatchObject({ segments: ['vip', 'known'] })
  expect((await get('/people/ann/segments', 'a-key-of-nobody-here')).status).toBe(401)
  expect((await get('/people/ann/nothing')).status).toBe(404)
  const guide = readFileSync(new URL('../../../docs/guides/cli.md', import.meta.url), 'utf8')
  const [, body, answer] = /-d '(.*)'\n```\n\n```json\n(.*?)```/s.exec(guide)!
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const sent = await fetch(`${url}/split`, { method: 'POST', headers, body: body! })
  const ofThatDay = { at: expect.any(String) as string, version: expect.any(String) as string }
  const shown = JSON.parse(answer!) as { readonly decisions: readonly object[] }
  expect(await sent.json()).toEqual({ decisions: shown.decisions.map((one) => ({ ...one, ...ofThatDay })) })
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { readonly paths: object }
  expect(Object.keys(paths)).toContain('/split')
  child.kill('SIGTERM')
  const { code, stdout, stderr } = await end
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout.replaceAll(/\d+(\.\d+)? ms/g, '… ms').replaceAll(url, '<url>')).toBe(
    [
      'Segmentry serves 5 segments at <url>',
      '  OpenAPI: <url>/openapi.json',
      'GET /health 200 … ms',
      'GET /people/{person}/segments 200 … ms',
      'GET /people/{person}/segments 401 … ms unauthorized',
      'GET (no such path) 404 … ms bad-request',
      'POST /split 200 … ms',
      'GET /openapi.json 200 … ms',
      'Stopping: what runs is being answered',
      'Stopped',
      '',
    ].join('\n'),
  )
})

test('its log in JSON has a line for each request, and nobody in it', async () => {
  using folder = new Folder(files())
  const { child, end, get } = await serving(folder, ['--log', 'json'])
  await get('/people/ann/segments?at=2026-11-24T00:00:00Z')
  await get('/segments/vip/members?after=ann')
  await get('/people/ann')
  child.kill('SIGINT')
  const { code, stdout } = await end
  expect(code).toBe(0)
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  expect(lines.map(({ event, route, status, key: place }) => [event, route, status, place])).toEqual([
    ['listening', undefined, undefined, undefined],
    ['request', '/people/{person}/segments', 200, 1],
    ['request', '/segments/{segment}/members', 200, 1],
    ['request', undefined, 404, undefined],
    ['stopping', undefined, undefined, undefined],
    ['stopped', undefined, undefined, undefined],
  ])
  for (const { time } of lines) expect(new Date(time as string).toISOString()).toBe(time)
  expect(stdout).not.toMatch(/ann|a-key/)
})

test('with its log off, it tells where it listens and when it stops', async () => {
  using folder = new Folder(files())
  const { url, child, end, get } = await serving(folder, ['--log', 'off'])
  await get('/segments')
  child.kill('SIGTERM')
  expect((await end).stdout).toBe(
    `Segmentry serves 5 segments at ${url}\n  OpenAPI: ${url}/openapi.json\nStopping: what runs is being answered\nStopped\n`,
  )
})

test('a request that runs when it is told to stop is answered, and none that comes after', async () => {
  using folder = new Folder(files())
  const { url, child, end, get } = await serving(folder, ['--log', 'json'])
  await using held = await holding(database.url)
  const running = get('/segments/vip/count')
  await held.waitedFor()
  child.kill('SIGTERM')
  await refused(url)
  await held.letGo()
  const response = await running
  expect([response.status, await response.json()]).toEqual([200, { segment: 'vip', count: 1 }])
  expect(await end).toMatchObject({ code: 0, stderr: '' })
})

test('a second signal ends it at once', async () => {
  using folder = new Folder(files())
  const { url, child, end, get } = await serving(folder)
  await using held = await holding(database.url)
  const running = get('/segments/vip/count').catch((error: unknown) => error)
  await held.waitedFor()
  child.kill('SIGTERM')
  await refused(url)
  child.kill('SIGTERM')
  expect((await end).code).toBe(143)
  expect(await running).toBeInstanceOf(Error)
})

/** Waits until nothing listens there any more. */
async function refused(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(port), hostname)
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (!isOpen) return
  }
}

test('of two that want one port, one serves and the other says who may not', async () => {
  using folder = new Folder(files())
  const first = await serving(folder)
  const { port } = new URL(first.url)
  const variables = { DATABASE_URL: database.url, SEGMENTRY_KEYS: key }
  const others = await Promise.all([1, 2].map(() => folder.run(['serve', '--port', port], variables)))
  for (const other of others) {
    expect(other).toEqual({
      code: 4,
      stdout: '',
      stderr:
        `segmentry: port ${port} of 127.0.0.1 is taken by another process\n` +
        '  End that one, or listen elsewhere: --port 0 takes a free port.\n',
    })
  }
  expect((await first.get('/segments')).status).toBe(200)
  first.child.kill('SIGTERM')
  expect((await first.end).code).toBe(0)
})

test('addresses that are none of this machine, and keys that could be guessed', async () => {
  using folder = new Folder(files())
  const run = (args: readonly string[], keys: string): Promise<Ended> =>
    folder.run(['serve', '--port', '0', ...args], { DATABASE_URL: database.url, SEGMENTRY_KEYS: keys })
  expect(await run(['--host', '192.0.2.1'], key)).toMatchObject({
    code: 4,
    stderr:
      'segmentry: 192.0.2.1 is no address of this machine\n' +
      '  Listen on 127.0.0.1 for this machine alone, or on 0.0.0.0 for all of its addresses.\n',
  })
  const none = await run(['--host', '999.1.1.1'], key)
  expect(none).toMatchObject({ code: 2, stdout: '' })
  expect(none.stderr).toMatch(
    /^segmentry: nothing can listen at 999\.1\.1\.1: .*\n  Correct --host, or serve\.host of the configuration\.\n$/,
  )
  const guessed = await run([], 'short')
  expect(guessed).toMatchObject({ code: 2, stdout: '' })
  expect(guessed.stderr).toContain('at least one key of 16 visible ASCII characters')
})

test('who is on this machine needs no key where that is said', async () => {
  using folder = new Folder(files())
  const { child, end, url } = await serving(folder, ['--insecure', '--host', '127.0.0.1'], {
    SEGMENTRY_KEYS: '',
  })
  expect((await fetch(`${url}/segments`)).status).toBe(200)
  child.kill('SIGTERM')
  expect(await end).toMatchObject({
    code: 0,
    stderr: '  Everybody on this machine is let in: --insecure\n',
  })
})

test('keys, limits and the port come from the configuration, and variables from .env beside it', async () => {
  using folder = new Folder(
    files(
      "database: env('DATABASE_URL'), serve: { keys: [env('MY_KEY')], limits: { page: 5 }, host: 'localhost', rate: { perSecond: 0.001, burst: 2 } }",
    ),
  )
  folder.write('.env', `MY_KEY=${key}\nDATABASE_URL=postgres://nowhere.invalid/none\n`)
  // What the environment says itself stands before the file.
  const { child, end, get, url } = await serving(folder)
  expect(new URL(url).hostname).toBe('localhost')
  expect((await get('/segments/vip/members?limit=6')).status).toBe(400)
  expect((await get('/segments')).status).toBe(200)
  expect((await get('/segments')).status).toBe(429)
  child.kill('SIGTERM')
  expect((await end).code).toBe(0)
})

test('a database that goes is told as 503, and is used again when it is back', async () => {
  using folder = new Folder(files())
  await using way = await openWay(database.url)
  const { child, end, get } = await serving(folder, ['--log', 'off'], { DATABASE_URL: way.url })
  expect((await get('/segments/vip/count')).status).toBe(200)
  await way.cut()
  for (let i = 0; i < 3; i++) {
    const response = await get('/segments/vip/count')
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'unavailable', retryable: true })
  }
  expect((await get('/health')).status).toBe(503)
  await way.restore()
  expect((await get('/segments/vip/count')).status).toBe(200)
  child.kill('SIGTERM')
  const { code, stderr } = await end
  expect(code).toBe(0)
  // The log has what callers are not told, and no password.
  expect(stderr).toMatch(/^segmentry: no connection to .*\. .*$/m)
  expect(stderr).not.toContain(new URL(database.url).password)
})

test('a database that is not there when it starts ends it with 3', async () => {
  using folder = new Folder(files())
  await using way = await openWay(database.url)
  await way.cut()
  const { code, stdout, stderr } = await folder.run(['serve'], { DATABASE_URL: way.url, SEGMENTRY_KEYS: key })
  expect([code, stdout]).toEqual([3, ''])
  expect(stderr).toContain('Start the server there, or correct the host and the port')
})

/** A way to the server that can be cut. */
async function openWay(url: string) {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let server: Server
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      server = createServer((socket) => {
        const other = connect(Number(target.port), target.hostname)
        for (const one of [socket, other]) {
          sockets.add(one)
          one.on('error', () => undefined).on('close', () => sockets.delete(one))
        }
        socket.pipe(other).pipe(socket)
      })
      server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
    })
  const cut = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const port = await listen(0)
  const here = new URL(url)
  here.hostname = '127.0.0.1'
  here.port = String(port)
  return { url: here.href, cut, restore: () => listen(port), [Symbol.asyncDispose]: cut }
}
