import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { packed } from './pack.ts'

// The real runtime, with the packed package in the folder where Node-RED looks for its users' nodes. It is deployed to by its
// HTTP interface, as by its editor. There is one for each file of tests: a process can start it once.

/** What travels along wires. */
export type Message = Readonly<Record<string, unknown>>

/** A node as a flow has it. */
export interface NodeJson {
  readonly id: string
  readonly type: string
  readonly [property: string]: unknown
}

/** How much a deployment starts anew. */
export type Deployment = 'full' | 'flows' | 'nodes'

interface RunningNode {
  receive(message: object): void
}

interface RedStatic {
  init(server: Server, settings: object): void
  start(): Promise<void>
  stop(): Promise<void>
  readonly httpAdmin: RequestListener
  readonly nodes: { getNode(id: string): RunningNode | null | undefined }
  readonly events: { on(event: string, listener: (event: never) => void): void }
  readonly hooks: { add(hook: string, listener: (event: never) => void): void }
}

/** What came of messages. */
export interface Outcome {
  /** The messages that reached a node. */
  readonly reached: (id: string) => readonly Message[]
}

/** A Node-RED that runs. */
export interface NodeRed {
  readonly url: string
  /** What it has logged, from warnings on. */
  readonly log: readonly string[]
  deploy(nodes: readonly NodeJson[], how?: Deployment): Promise<void>
  /** Does something that deploys, and waits until the flows run again. */
  restart(deploying: () => Promise<void>): Promise<void>
  /** Sends messages to a node, and waits until it has dealt with them all. */
  send(id: string, ...messages: readonly object[]): Promise<Outcome>
  /** Sends messages to a node, and does not wait. */
  begin(id: string, ...messages: readonly object[]): void
  /** The messages that have reached a node so far. */
  reached(id: string): readonly Message[]
  /** Asks the editor's server, as somebody who may do anything unless told. */
  admin(
    path: string,
    body: unknown,
    permissions?: string,
  ): Promise<{ readonly status: number; readonly body: unknown }>
  /** What nodes say below themselves, one after the other. */
  statuses(id: string): readonly string[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 20_000
  while (!(await holds())) {
    assert.ok(Date.now() < end, `waited in vain until ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const levels = { error: 20, warn: 30 } as const

/** Starts Node-RED; with its editor where a browser is to open it. */
export async function openNodeRed({ editor = false } = {}): Promise<NodeRed> {
  const RED = createRequire(import.meta.url)('node-red') as RedStatic
  const userDir = mkdtempSync(join(tmpdir(), 'node-red-'))
  const modules = join(userDir, 'node_modules')
  mkdirSync(modules)
  cpSync(packed, join(modules, 'node-red-contrib-segmentry'), { recursive: true })

  const log: string[] = []
  const server = createServer((request, response) => RED.httpAdmin(request, response))
  RED.init(server, {
    userDir,
    httpAdminRoot: '/',
    httpNodeRoot: '/nodes',
    disableEditor: !editor,
    // Whoever says nothing may do anything; a token is what its bearer may do.
    adminAuth: {
      type: 'credentials',
      users: [],
      default: { permissions: '*' },
      tokens: async (token: string) => ({ username: token, permissions: token }),
    },
    credentialSecret: 'only for tests',
    nodesExcludes: ['90-exec.js'],
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { palette: { allowInstall: false }, modules: { allowInstall: false } },
    editorTheme: { tours: false, palette: { catalogues: [] } },
    logging: {
      console: { level: 'off' },
      kept: {
        level: 'warn',
        handler: () => (entry: { readonly level: number; readonly msg: unknown }) => {
          if (entry.level <= levels.warn) log.push(String(entry.msg))
        },
      },
    },
  })

  const received = new Map<string, Message[]>()
  const statuses = new Map<string, string[]>()
  const begun = new Map<string, number>()
  const completed = new Map<string, number>()
  const into = <T>(lists: Map<string, T[]>, id: string, thing: T): void =>
    void lists.set(id, [...(lists.get(id) ?? []), thing])
  RED.hooks.add('onReceive.kept', ({ msg, destination }: { msg: Message; destination: { id: string } }) =>
    into(received, destination.id, msg),
  )
  RED.hooks.add('onComplete.kept', ({ node }: { node: { id: string } }) => {
    completed.set(node.id, (completed.get(node.id) ?? 0) + 1)
  })
  RED.events.on('node-status', ({ id, status }: { id: string; status?: { text?: string } }) =>
    into(statuses, id, status?.text ?? ''),
  )

  let starts = 0
  RED.events.on('flows:started', () => void (starts += 1))
  await RED.start()
  await until(() => starts > 0, 'the first flows had started')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const begin: NodeRed['begin'] = (id, ...messages) => {
    const node = RED.nodes.getNode(id)
    assert.ok(node, `no node ${id} runs`)
    begun.set(id, (begun.get(id) ?? 0) + messages.length)
    for (const message of messages) node.receive(message)
  }
  const restart: NodeRed['restart'] = async (deploying) => {
    const before = starts
    await deploying()
    await until(() => starts > before, 'the flows had started')
  }
  const reached: NodeRed['reached'] = (id) => received.get(id) ?? []
  return {
    url,
    log,
    begin,
    reached,
    admin: async (path, body, permissions) => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(permissions !== undefined && { authorization: `Bearer ${permissions}` }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json')
      return { status: response.status, body: isJson ? JSON.parse(text) : text }
    },
    statuses: (id) => statuses.get(id) ?? [],
    restart,
    deploy: (nodes, how = 'full') =>
      restart(async () => {
        const response = await fetch(`${url}/flows`, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'node-red-api-version': 'v2',
            'node-red-deployment-type': how,
          },
          body: JSON.stringify({ flows: nodes }),
        })
        assert.equal(response.status, 200, await response.text())
      }),
    send: async (id, ...messages) => {
      const before = new Map([...received].map(([node, found]) => [node, found.length]))
      begin(id, ...messages)
      const all = begun.get(id)!
      await until(() => (completed.get(id) ?? 0) >= all, `${messages.length} messages were dealt with`)
      // What is sent is delivered a turn later, and what a Catch node sends on, another.
      for (let i = 0; i < 5; i += 1) await turn()
      return { reached: (node) => reached(node).slice(before.get(node) ?? 0) }
    },
    [Symbol.asyncDispose]: async () => {
      await RED.stop()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(userDir, { recursive: true, force: true })
    },
  }
}
