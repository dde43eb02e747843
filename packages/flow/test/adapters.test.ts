import { inProcess } from '@segmentry/core'
import { afterAll, describe, test } from 'vitest'
import { segmentFlow } from '../src/index.ts'
import { testSplitAdapter } from '../src/testing/index.ts'
import { counting } from './counting.ts'

describe('in process', () => {
  testSplitAdapter({ test, afterAll }, async ({ schema, people, segments, now }) => {
    const { evaluator, asked } = counting(inProcess(schema, people, { now }))
    return { flow: segmentFlow(evaluator, segments), asked: () => asked.length }
  })
})
