import assert from 'node:assert/strict'
import type { Decision, SegmentFlow, SplitRequest } from '@segmentry/flow'
import { testSplitAdapter } from '@segmentry/flow/testing'
import { afterAll, expect, test } from 'vitest'
import { openService, type Service } from '../setup/service.ts'
import { type Outcome, runWorkflow } from './harness.ts'
import { byPercent, bySegment, items, splitWorkflow } from './workflow.ts'

// The cases that every way of splitting passes, asked by filling in the form of the node and answered by the outputs
// that items leave by. Three cannot be asked so, and have tests of their own in this folder.

const elsewhere = new Map([
  ['a segment that there is not is an error that no engine retries', 'n8n runs no node for nobody'],
  ['what cannot be meant is refused, all of it at once', 'the form cannot hold it'],
  ['segments are listed with what people call them', 'a drop-down shows no versions'],
])

/** Splits by running a workflow. */
const flowOf = (service: Service): SegmentFlow => ({
  segments: () => assert.fail('listed by a drop-down'),
  split: (async (request: SplitRequest, { signal }: { signal?: AbortSignal } = {}) => {
    const { subjects, branches, otherwise, missing = 'otherwise', salt = '', at, explain, timeout } = request
    const rows = branches.map((branch, i) =>
      'when' in branch
        ? bySegment(branch.when, i + 1, branch.key)
        : byPercent(branch.percent, i + 1, branch.key),
    )
    const names = [otherwise, ...branches.map(({ key }) => key)]
    const own = typeof missing === 'object'
    const outputOfMissing = own ? placeOf(names, missing.branch) : 0
    const json = splitWorkflow(items(...subjects), {
      rows,
      parameters: {
        otherwise,
        salt,
        missing: own ? 'output' : missing,
        ...(own && { missingOutput: outputOfMissing }),
        options: {
          decisionField: 'decision',
          ...(at && { at }),
          ...(explain && { explain }),
          ...(timeout && { timeout }),
        },
      },
    })
    const outcome = await runWorkflow(json, service, signal)
    if (signal?.aborted) throw signal.reason
    if (outcome.error) throw refusal(outcome.error)
    return decisionsOf(outcome, subjects.length, own ? names.with(outputOfMissing, missing.branch) : names)
  }) as SegmentFlow['split'],
})

/** The output of a branch, or the next one that is free. */
function placeOf(names: string[], branch: string): number {
  const place = names.indexOf(branch)
  return place > 0 ? place : names.push(branch) - 1
}

function decisionsOf(outcome: Outcome, people: number, names: readonly string[]): readonly Decision[] {
  const decisions: Decision[] = []
  for (const [output, left] of outcome.outputs('Split').entries()) {
    for (const { json, pairedItem } of left) {
      const decision = json['decision'] as unknown as Decision
      if (decision.reason !== 'not-found') assert.equal(decision.branch, names[output])
      decisions[(pairedItem as { item: number }).item] = { ...decision, branch: names[output]! }
    }
  }
  assert.equal(decisions.filter(() => true).length, people)
  return decisions
}

const refusal = ({ message, description, context }: NonNullable<Outcome['error']>): Error =>
  Object.assign(new Error(`${message}\n${description}`), context)

const opened = openService()
const registered: string[] = []
const registerTest: (name: string, run: () => Promise<void>) => void = test

testSplitAdapter(
  {
    test: (name, run) => {
      registered.push(name)
      return elsewhere.has(name) ? undefined : registerTest(name, run)
    },
    afterAll,
  },
  async () => {
    const service = await opened
    return { flow: flowOf(service), asked: service.asked, close: () => service[Symbol.asyncDispose]() }
  },
)

test('all other cases of the suite are here', () => {
  expect(registered).toEqual(expect.arrayContaining([...elsewhere.keys()]))
  expect(registered.length - elsewhere.size).toBeGreaterThanOrEqual(15)
})
