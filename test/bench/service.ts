import { fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request as send } from 'node:http'
import { fileURLToPath } from 'node:url'
import * as crm from './crm.ts'
import type { Addresses } from './service-host.ts'

// Splits of one person at a time over HTTP, as flow engines ask for them, beside the least that node can do.

/** What was measured of one server. */
export interface ServiceResult {
  readonly name: string
  readonly perSecond: number
  /** Half of the answers, and 99 of 100, came within so many milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Milliseconds for which the process of the server computes, per answer; those of Postgres are not in it. */
  readonly computing: number
  /** How many times as many the bare server answers. */
  readonly ratio: number
  /** Whether every answer was a decision for whom it was asked. */
  readonly agreed: boolean
}

const connections = 16
const roundMs = 1_000

/** Measures the service in a process of its own, on a database with the made-up CRM; servers take turns. */
export async function measureService(
  databaseUrl: string,
  people: number,
  rounds: number,
): Promise<readonly ServiceResult[]> {
  const host = fork(
    fileURLToPath(new URL('service-host.ts', import.meta.url)),
    [databaseUrl, String(people)],
    {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    },
  )
  try {
    const [addresses] = (await once(host, 'message')) as [Addresses]
    const servers = [
      { name: 'bare node:http', url: addresses.bare },
      { name: 'segmentry, in process', url: addresses.inProcess },
      { name: 'segmentry, Postgres', url: addresses.postgres },
    ]
    const computed = async (): Promise<number> => {
      host.send('computed')
      const [milliseconds] = (await once(host, 'message')) as [number]
      return milliseconds
    }
    // Code that has not run often is slow, and a service has.
    for (const { url } of servers) await drive(url, people, roundMs * Math.min(rounds, 3))
    const runs = new Map(servers.map(({ name }) => [name, [] as Run[]]))
    for (let round = 0; round < rounds; round++) {
      for (const { name, url } of servers) {
        const before = await computed()
        const driven = await drive(url, people, roundMs)
        runs.get(name)!.push({ ...driven, computing: (await computed()) - before })
      }
    }
    const rates = servers.map(({ name }) => rateOf(runs.get(name)!))
    return servers.map(({ name }, i) => resultOf(name, runs.get(name)!, rates[0]! / rates[i]!))
  } finally {
    host.disconnect()
    await once(host, 'exit')
  }
}

/** What happened while a server was kept busy. */
interface Run extends Driven {
  readonly computing: number
}

interface Driven {
  readonly milliseconds: number
  readonly times: readonly number[]
  readonly agreed: boolean
}

const rateOf = (runs: readonly Run[]): number =>
  (runs.reduce((sum, { times }) => sum + times.length, 0) * 1_000) /
  runs.reduce((sum, { milliseconds }) => sum + milliseconds, 0)

function resultOf(name: string, runs: readonly Run[], ratio: number): ServiceResult {
  const times = runs.flatMap((run) => run.times).toSorted((a, b) => a - b)
  const within = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!
  const agreed = runs.every((run) => run.agreed)
  const computing = runs.reduce((sum, run) => sum + run.computing, 0) / times.length
  return { name, perSecond: rateOf(runs), p50: within(0.5), p99: within(0.99), computing, ratio, agreed }
}

const plan = {
  branches: Object.keys(crm.branches).map((key) => ({ key, when: key })),
  otherwise: 'everyone',
  at: new Date(crm.clock).toISOString(),
}

/** Keeps a server busy for a while: every connection asks for one person after the other. */
async function drive(url: string, people: number, milliseconds: number): Promise<Driven> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const times: number[] = []
  let agreed = true
  const start = performance.now()
  const one = async (connection: number): Promise<void> => {
    for (let i = connection; performance.now() - start < milliseconds; i += connections) {
      const subject = String(1 + ((i * 7919) % people))
      const asked = performance.now()
      const answer = await ask(agent, url, JSON.stringify({ ...plan, subjects: [subject] }))
      times.push(performance.now() - asked)
      agreed &&= answer.startsWith('{"decisions":[{"subject":"')
    }
  }
  await Promise.all(Array.from({ length: connections }, (_, i) => one(i)))
  agent.destroy()
  return { milliseconds: performance.now() - start, times, agreed: agreed && times.length > 0 }
}

const ask = (agent: Agent, url: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: 'Bearer a-key-of-the-bench-alone',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    }
    const asked = send(`${url}/split`, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.on('data', (piece: Buffer) => (text += piece.toString()))
      response.on('end', () => resolve(text))
    })
    asked.on('error', reject)
    asked.end(body)
  })
