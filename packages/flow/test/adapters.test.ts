import { inProcess } from '@segmentry/core'
import { afterAll, describe, test } from 'vitest'
import { flowService, remoteFlow, serve } from '../src/http/index.ts'
import { segmentFlow } from '../src/index.ts'
import { type SplitFixture, testSplitAdapter } from '../src/testing/index.ts'
import { counting } from './counting.ts'

const runner = { test, afterAll }
const key = 'a-key-of-the-adapters-suite'

/** The fixture's people in this process. */
const evaluatorOf = ({ schema, people, now }: SplitFixture) => {
  const { evaluator, asked } = counting(inProcess(schema, people, { now }))
  return { evaluator, asked: () => asked.length }
}

describe('in process', () => {
  testSplitAdapter(runner, async (fixture) => {
    const { evaluator, asked } = evaluatorOf(fixture)
    return { flow: segmentFlow(evaluator, fixture.segments), asked }
  })
})

describe('through the fetch handler', () => {
  testSplitAdapter(runner, async (fixture) => {
    const { evaluator, asked } = evaluatorOf(fixture)
    const { fetch } = flowService({ evaluator, segments: fixture.segments, keys: [key] })
    return { flow: remoteFlow({ url: 'http://segments', key, fetch }), asked }
  })
})

describe('over HTTP', () => {
  testSplitAdapter(runner, async (fixture) => {
    const { evaluator, asked } = evaluatorOf(fixture)
    const server = await serve(flowService({ evaluator, segments: fixture.segments, keys: [key] }), {
      port: 0,
    })
    return { flow: remoteFlow({ url: server.url, key }), asked, close: () => server.close() }
  })
})
