import { DBOS } from '@dbos-inc/dbos-sdk'
import { durableSplit, type SegmentFlow } from '@segmentry/flow'
import { splitFixture } from '@segmentry/flow/testing'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixtureFlow, type RunWorkflow, testEngine } from './conformance.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const { onDbos } = await import('./.recipes/dbos.ts')

const worker = (task: string) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'dbos-worker.ts'), task, room.url], {
    encoding: 'utf8',
    timeout: 25_000,
    env: { ...process.env, DATABASE_URL: room.url },
  })

test('a process that dies after the split goes on with the recorded branch; another step name decides anew', async () => {
  const died = worker('start')
  expect(died.signal, died.stderr).toBe('SIGKILL')
  await room.change()
  const recovered = worker('recover')
  expect(recovered.status, recovered.stderr).toBe(0)
  expect(JSON.parse(recovered.stdout.trim().split('\n').at(-1)!)).toEqual({
    sent: 'a call',
    first: 'vip',
    later: 'active',
  })
  const steps = await room.sql(
    `select function_name as name, output from dbos.operation_outputs where workflow_uuid = 'ann' order by function_id`,
  )
  expect(steps.map(({ name }) => name)).toEqual(['welcome', 'DBOS.sleep', 'after the pause'])
  expect(String(steps[0]?.['output']).length).toBeLessThan(300)
})

/** What workflows do: functions cannot be registered once DBOS runs. */
const bodies = new Map<string, () => Promise<unknown>>()
const workflow = DBOS.registerWorkflow(async (id: string) => bodies.get(id)!(), { name: 'any' })
const runWorkflow: RunWorkflow = async (id, body) => {
  bodies.set(id, () => body(onDbos))
  const handle = await DBOS.startWorkflow(workflow, { workflowID: id })(id)
  return handle.getResult()
}
const plan = { branches: [{ key: 'vip', when: 'vip' }], otherwise: 'everyone' } as const

beforeAll(async () => {
  DBOS.setConfig({ name: 'cases', systemDatabaseUrl: room.url, logLevel: 'error' })
  await DBOS.launch()
})
afterAll(async () => {
  await DBOS.shutdown()
  await room[Symbol.asyncDispose]()
})

test('what may pass is tried again, and what does not pass is asked for once', async () => {
  const { flow, asked } = fixtureFlow(splitFixture, 1)
  const passes = await runWorkflow('passes', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, subjects: ['ann'] }),
  )
  expect([passes, asked()]).toEqual([[expect.objectContaining({ branch: 'vip' })], 2])
  let tries = 0
  const refusing: SegmentFlow = {
    ...flow,
    split: (...all) => {
      tries += 1
      return (flow as SegmentFlow).split(...all)
    },
  }
  const missing = runWorkflow('missing', (engine) =>
    durableSplit(refusing, engine)('welcome', { ...plan, missing: 'error', subjects: ['nobody'] }),
  )
  await expect(missing).rejects.toThrow("found 'nobody'")
  expect(tries).toBe(1)
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
