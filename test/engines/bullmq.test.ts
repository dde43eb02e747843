import { durableSplit } from '@segmentry/flow'
import { splitFixture } from '@segmentry/flow/testing'
import { type Job, Queue, QueueEvents, Worker } from 'bullmq'
import { afterAll, describe, expect, test } from 'vitest'
import { fixtureFlow, type RunWorkflow, testEngine } from './conformance.ts'
import { startRedis } from './redis.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const redis = await startRedis()
const { onBullMQ, welcomeOne } = await import('./.recipes/bullmq.ts')
const connection = { host: '127.0.0.1', port: redis.port }

const bodies = new Map<string, (job: Job) => Promise<unknown>>()
const queue = new Queue('cases', { connection })
const events = new QueueEvents('cases', { connection })
const running: Promise<unknown>[] = []
const worker = new Worker('cases', (job) => bodies.get(job.name)!(job), { connection, concurrency: 50 })
afterAll(async () => {
  await Promise.allSettled(running)
  await Promise.all([worker.close(), events.close(), queue.close()])
  await redis[Symbol.asyncDispose]()
  await room[Symbol.asyncDispose]()
})

/** Adds a job, and gives what it gave after two attempts at most. */
async function done(name: string, data: object, body: (job: Job) => Promise<unknown>): Promise<unknown> {
  bodies.set(name, body)
  const job = await queue.add(name, data, { attempts: 2 })
  const finished = job.waitUntilFinished(events)
  running.push(finished)
  return finished
}

test('a job that failed after the split keeps the recorded branch', async () => {
  const branches: unknown[] = []
  const outcome = await done('welcome', { person: 'ann' }, async (job) => {
    branches.push(await welcomeOne(job))
    if (branches.length > 1) return branches
    await room.change()
    throw new Error('the machine is switched off')
  })
  expect(outcome).toEqual(['a call', 'a call'])
})

const runWorkflow: RunWorkflow = (id, body) => done(id, {}, (job) => body(onBullMQ(job)))
const plan = { branches: [{ key: 'vip', when: 'vip' }], otherwise: 'everyone' } as const

test('what may pass is tried again, and what does not pass fails the job for good', async () => {
  const { flow, asked } = fixtureFlow(splitFixture, 1)
  const passes = await runWorkflow('passes', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, subjects: ['ann'] }),
  )
  expect([passes, asked()]).toEqual([[expect.objectContaining({ branch: 'vip' })], 2])
  let attempts = 0
  const missing = runWorkflow('missing', (engine) => {
    attempts += 1
    return durableSplit(flow, engine)('welcome', { ...plan, missing: 'error', subjects: ['nobody'] })
  })
  await expect(missing).rejects.toThrow("found 'nobody'")
  expect([attempts, asked()]).toEqual([1, 3])
})

describe('the cases of every adapter', () => {
  testEngine(runWorkflow)
})
