import { durableSplit } from '@segmentry/flow'
import { splitFixture } from '@segmentry/flow/testing'
import { type Context, serve, service } from '@restatedev/restate-sdk'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureFlow, type RunWorkflow, testEngine } from './conformance.ts'
import { end, freePort } from './process.ts'
import { startRestate } from './restate.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const restate = await startRestate()
const { onRestate } = await import('./.recipes/restate.ts')
afterAll(async () => {
  await restate[Symbol.asyncDispose]()
  await room[Symbol.asyncDispose]()
})

async function startWorker(port: number) {
  const worker = fork(join(import.meta.dirname, 'restate-worker.ts'), [String(port)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, DATABASE_URL: room.url },
  })
  const [message] = (await Promise.race([
    once(worker, 'message'),
    once(worker, 'exit'),
  ])) as readonly unknown[]
  expect(message).toBe('serving')
  return worker
}

test('a worker that is killed after the split goes on with the recorded branch; another step name decides anew', async () => {
  const port = await freePort()
  const first = await startWorker(port)
  await restate.register(port)
  const sent = await restate.call('/journey/ann/run/send', { person: 'ann', pause: 3_000 })
  expect(sent.ok).toBe(true)
  await restate.asleep()
  await end(first, 'SIGKILL')
  await room.change()
  const second = await startWorker(port)
  expect(await restate.attach('journey', 'ann')).toEqual({ sent: 'a call', first: 'vip', later: 'active' })
  await end(second, 'SIGKILL')
})

const bodies = new Map<string, Parameters<RunWorkflow>[1]>()
const runWorkflow: RunWorkflow = async (id, body) => {
  bodies.set(id, body)
  const response = await restate.call('/cases/run', id)
  if (!response.ok) throw new Error(await response.text())
  const text = await response.text()
  return text === '' ? undefined : (JSON.parse(text) as unknown)
}
const cases = service({
  name: 'cases',
  handlers: { run: (context: Context, id: string) => bodies.get(id)!(onRestate(context)) },
})
beforeAll(async () => {
  const port = await freePort()
  await serve({ services: [cases], port })
  await restate.register(port)
})
const plan = { branches: [{ key: 'vip', when: 'vip' }], otherwise: 'everyone' } as const

test('what may pass is tried again, and what does not pass ends the invocation', async () => {
  const { flow, asked } = fixtureFlow(splitFixture, 1)
  const passes = await runWorkflow('passes', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, subjects: ['ann'] }),
  )
  expect([passes, asked()]).toEqual([[expect.objectContaining({ branch: 'vip' })], 2])
  const missing = runWorkflow('missing', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, missing: 'error', subjects: ['nobody'] }),
  )
  await expect(missing).rejects.toThrow("found 'nobody'")
  expect(asked()).toBe(3)
})

test('a name that is used twice in a workflow is two steps', async () => {
  const { flow } = fixtureFlow()
  const both = await runWorkflow('twice', async (engine) => {
    const split = durableSplit(flow, engine)
    const [ann] = await split('split', { ...plan, subjects: ['ann'] })
    const [bob] = await split('split', { ...plan, subjects: ['bob'] })
    return [ann.branch, bob.branch]
  })
  expect(both).toEqual(['vip', 'everyone'])
})

describe('the cases of every adapter', () => {
  testEngine(runWorkflow)
})
