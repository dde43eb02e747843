import { durableSplit } from '@segmentry/flow'
import { splitFixture } from '@segmentry/flow/testing'
import { InngestTestEngine } from '@inngest/test'
import { Inngest, NonRetriableError } from 'inngest'
import { afterAll, describe, expect, test } from 'vitest'
import { fixtureFlow, type RunWorkflow, testEngine } from './conformance.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const { journey, onInngest } = await import('./.recipes/inngest.ts')
afterAll(() => room[Symbol.asyncDispose]())

const events = [{ name: 'signed-up', data: { person: 'ann' } }] as const
const asleep = { id: 'pause', handler: () => null }

test('a run that is replayed keeps the recorded branch; another step name decides anew', async () => {
  const engine = new InngestTestEngine({ function: journey, events: [...events] })
  // The run stops at the sleep; the engine keeps what the step gave.
  const { result: recorded } = await engine.executeStep('welcome')
  expect(recorded).toMatchObject({ decisions: [{ subject: 'ann', branch: 'vip' }] })
  await room.change()
  const steps = [{ id: 'welcome', handler: () => JSON.parse(JSON.stringify(recorded)) as unknown }, asleep]
  const { result, error } = await new InngestTestEngine({
    function: journey,
    events: [...events],
    steps,
  }).execute()
  expect(error).toBeUndefined()
  expect(result).toEqual({ sent: 'a call', first: 'vip', later: 'active' })
})

const inngest = new Inngest({ id: 'cases' })
const functionOf = (id: string, body: Parameters<RunWorkflow>[1]) =>
  inngest.createFunction({ id, triggers: [{ event: 'signed-up' }] }, ({ step }) => body(onInngest(step)))
const runWorkflow: RunWorkflow = async (id, body) => {
  const { result, error } = await new InngestTestEngine({ function: functionOf(id, body) }).execute()
  if (error) throw error
  return result
}
const plan = { branches: [{ key: 'vip', when: 'vip' }], otherwise: 'everyone' } as const

test('what may pass fails the step, and what does not pass fails the run for good', async () => {
  const { flow, asked } = fixtureFlow(splitFixture, 1)
  let failure: unknown
  const body =
    (subject: string): Parameters<RunWorkflow>[1] =>
    async (engine) => {
      try {
        return await durableSplit(flow, engine)('welcome', { ...plan, missing: 'error', subjects: [subject] })
      } catch (error) {
        failure = error
        throw error
      }
    }
  await expect(runWorkflow('passes', body('ann'))).rejects.toMatchObject({ name: 'FlowError' })
  expect(failure).toBeUndefined()
  expect(await runWorkflow('passes', body('ann'))).toMatchObject([{ branch: 'vip' }])
  expect(asked()).toBe(2)

  await expect(runWorkflow('missing', body('nobody'))).rejects.toThrow("found 'nobody'")
  expect(failure).toBeInstanceOf(NonRetriableError)
  expect(asked()).toBe(3)
})

test('a name that is used twice in a run is two steps', async () => {
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
