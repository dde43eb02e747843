import { type Evaluator, inProcess } from '@segmentry/core'
import {
  type DurableEngine,
  durableSplit,
  segmentFlow,
  type SegmentFlow,
  type SplitOptions,
  type SplitRequest,
} from '@segmentry/flow'
import { type SplitFixture, splitFixture, testSplitAdapter } from '@segmentry/flow/testing'
import { afterAll, test } from 'vitest'

/** Runs a function as a workflow of its own. */
export type RunWorkflow = (id: string, body: (engine: DurableEngine) => Promise<unknown>) => Promise<unknown>

/** A flow over the fixture's people, which fails as often as told before it answers. */
export function fixtureFlow({ schema, segments, people, now }: SplitFixture = splitFixture, failures = 0) {
  const inner = inProcess(schema, people, { now })
  let asked = 0
  const which: Evaluator['which'] = (...all) => {
    asked += 1
    if (asked <= failures) throw new Error('connection refused')
    return inner.which(...all)
  }
  return { flow: segmentFlow({ ...inner, which }, segments), asked: () => asked }
}

/** The cases of every adapter, each split in a step of a workflow of its own. */
export function testEngine(runWorkflow: RunWorkflow): void {
  testSplitAdapter({ test, afterAll }, async (fixture) => {
    const { flow: inner, asked } = fixtureFlow(fixture)
    const flow: SegmentFlow = inner
    let workflows = 0
    const split = async (request: SplitRequest, options?: SplitOptions) => {
      let settle: (() => unknown) | undefined
      const failed = Promise.withResolvers<unknown>()
      const done = runWorkflow(`case ${(workflows += 1)}`, async ({ run }) => {
        const engine: DurableEngine = {
          run: (name, decide) =>
            run(name, () =>
              decide(options).catch((error: unknown) => {
                failed.resolve(error)
                throw error
              }),
            ),
        }
        try {
          const decisions = await durableSplit(flow, engine)('split', { explain: 'all', ...request })
          settle = () => decisions
        } catch (error) {
          settle = () => {
            throw error
          }
        }
      })
      // Some engines try a failing step for ever: a request that is stopped is over when its step has failed.
      await Promise.race([done.catch(() => undefined), ...(options?.signal ? [failed.promise] : [])])
      if (options?.signal) throw await failed.promise
      if (settle) return settle()
      return done
    }
    return { flow: { ...flow, split: split as SegmentFlow['split'] }, asked }
  })
}
