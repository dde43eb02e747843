import type { Decision } from '@segmentry/flow'
import { MockActivityEnvironment } from '@temporalio/testing'
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { journeyOf, otherJourney } from './history.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const { splitWelcome } = await import('./.recipes/temporal-activities.ts')
afterAll(() => room[Symbol.asyncDispose]())

const logger = new DefaultLogger('ERROR')
Runtime.install({ logger })
const workflowsPath = fileURLToPath(new URL('.recipes/temporal.ts', import.meta.url))
const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })

const replay = (history: unknown): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle, replayName: 'journey' }, history, 'journey-ann')

describe('a history', () => {
  const decided = async (): Promise<Decision> => new MockActivityEnvironment().run(splitWelcome, 'ann')

  test('is replayed with the recorded decisions, which are not decided again', async () => {
    const first = await decided()
    await room.change()
    const later = await decided()
    expect([first.branch, later.branch]).toEqual(['vip', 'active'])
    await replay(journeyOf(first, later))
  })

  test('with a branch that the code has lost since does not go on', async () => {
    const lost = { ...(await decided()), branch: 'platinum' }
    await expect(replay(journeyOf(lost, lost))).rejects.toThrow("found a decision for 'platinum'")
  })

  test('of another workflow is told from it', async () => {
    await expect(replay(otherJourney())).rejects.toThrow(/nondeterminism/i)
  })
})

describe('the activity', () => {
  test('fails so that it is tried again where that may help', async () => {
    await room.sql('alter table segmentry.people rename to gone')
    const call = new MockActivityEnvironment().run(splitWelcome, 'ann')
    await expect(call).rejects.toMatchObject({ name: 'FlowError', retryable: true })
    await room.sql('alter table segmentry.gone rename to people')
  })

  test('fails for good where it would not', async () => {
    const call = new MockActivityEnvironment().run(splitWelcome, 42 as never)
    await expect(call).rejects.toMatchObject({
      name: 'ApplicationFailure',
      type: 'bad-request',
      nonRetryable: true,
    })
  })

  test('is stopped when the workflow is cancelled', async () => {
    const environment = new MockActivityEnvironment()
    environment.cancel()
    await expect(environment.run(splitWelcome, 'ann')).rejects.toMatchObject({ name: 'CancelledFailure' })
  })
})
