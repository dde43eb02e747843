import { durableSplit, FlowError } from '@segmentry/flow'
import { splitFixture } from '@segmentry/flow/testing'
import * as Effect from 'effect/Effect'
import * as Fiber from 'effect/Fiber'
import * as Layer from 'effect/Layer'
import * as Schema from 'effect/Schema'
import * as TestClock from 'effect/testing/TestClock'
import * as Workflow from 'effect/workflow/Workflow'
import * as WorkflowEngine from 'effect/workflow/WorkflowEngine'
import { afterAll, describe, expect, test } from 'vitest'
import { fixtureFlow, type RunWorkflow, testEngine } from './conformance.ts'
import { openRoom } from './room.ts'

const room = await openRoom()
const { journey, Journey, onEffect } = await import('./.recipes/effect.ts')
afterAll(() => room[Symbol.asyncDispose]())

test('a workflow that slept for three days keeps the recorded branch; another step name decides anew', async () => {
  const program = Effect.gen(function* () {
    const running = yield* Effect.forkChild(Journey.execute({ person: 'ann' }))
    // Until it sleeps: a suspended workflow is gone through again from its beginning.
    yield* TestClock.withLive(Effect.sleep('500 millis'))
    yield* Effect.promise(() => room.change())
    yield* TestClock.adjust('3 days')
    return yield* Fiber.join(running)
  })
  const layer = journey.pipe(
    Layer.provideMerge(WorkflowEngine.layerMemory),
    Layer.provideMerge(TestClock.layer()),
  )
  const outcome = await Effect.runPromise(Effect.provide(program, layer))
  expect(outcome).toEqual({ sent: 'a call', first: 'vip', later: 'active' })
})

const runWorkflow: RunWorkflow = (id, body) => {
  const Any = Workflow.make('Any', {
    payload: { id: Schema.String },
    success: Schema.Unknown,
    idempotencyKey: (payload) => payload.id,
  })
  const layer = Any.toLayer(() => Effect.flatMap(onEffect, (engine) => Effect.promise(() => body(engine))))
  return Effect.runPromise(
    Effect.provide(Any.execute({ id }), Layer.provideMerge(layer, WorkflowEngine.layerMemory)),
  )
}
const plan = { branches: [{ key: 'vip', when: 'vip' }], otherwise: 'everyone' } as const

test('what may pass is tried again, and what does not pass is asked for once', async () => {
  const { flow, asked } = fixtureFlow(splitFixture, 1)
  const passes = await runWorkflow('passes', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, subjects: ['ann'] }),
  )
  expect([passes, asked()]).toEqual([[expect.objectContaining({ branch: 'vip' })], 2])
  const missing = runWorkflow('missing', (engine) =>
    durableSplit(flow, engine)('welcome', { ...plan, missing: 'error', subjects: ['nobody'] }),
  )
  await expect(missing).rejects.toBeInstanceOf(FlowError)
  expect(asked()).toBe(3)
})

test('a name that is used twice in a workflow is one activity: the second split is refused', async () => {
  const { flow } = fixtureFlow()
  const twice = runWorkflow('twice', async (engine) => {
    const split = durableSplit(flow, engine)
    await split('split', { ...plan, subjects: ['ann'] })
    return split('split', { ...plan, subjects: ['bob'] })
  })
  await expect(twice).rejects.toMatchObject({ code: 'wrong-record', retryable: false })
})

describe('the cases of every adapter', () => {
  testEngine(runWorkflow)
})
