import assert from 'node:assert/strict'
import type { Decision, SegmentFlow, SegmentInfo, SplitRequest } from '@segmentry/flow'
import { testSplitAdapter } from '@segmentry/flow/testing'
import { afterAll, expect, test } from 'vitest'
import { openService, type Service } from '../setup/service.ts'
import { caught, type Row, serviceNode, sink, splitTab } from './flow.ts'
import { type NodeRed, openNodeRed } from './harness.ts'

// The cases that every way of splitting passes, asked by filling in the form of the node and answered by the outputs that
// messages leave by. Four cannot be asked so, and have tests of their own in this folder.

const elsewhere = new Map([
  ['a segment that there is not is an error that no engine retries', 'no message is about nobody'],
  ['what cannot be meant is refused, all of it at once', 'the form cannot hold it'],
  ['an aborted request rejects with the reason', 'a message cannot be called back; a node can be stopped'],
  [
    'an id that the population does not have, or that can be none, fails nobody',
    'empty text in a message is no ID, and that message fails',
  ],
])

/** Splits by sending a message about each person. */
function flowOf(red: NodeRed, service: Service): SegmentFlow {
  let deployed = ''
  let before: Promise<unknown> = Promise.resolve()
  let underWay: Promise<unknown>[] = []
  /**
   * Asks the deployed nodes. Requests with the same plan go through the same node; another plan would stop it, and waits
   * until those before it are answered.
   */
  const through = async <A>(nodes: ReturnType<typeof splitTab>, ask: () => Promise<A>): Promise<A> => {
    const wanted = JSON.stringify(nodes)
    const earlier = before
    const starting = (async () => {
      await earlier
      if (deployed !== wanted) {
        await Promise.allSettled(underWay)
        underWay = []
        await red.deploy([serviceNode(service), ...nodes])
        deployed = wanted
      }
      const answer = ask()
      underWay.push(answer)
      return { answer }
    })()
    before = starting.catch(() => undefined)
    return (await starting).answer
  }
  let asks = 0
  const split = async (request: SplitRequest): Promise<readonly Decision[]> => {
    const {
      subjects,
      branches,
      otherwise,
      missing = 'otherwise',
      salt = '',
      at = '',
      explain = 'all',
    } = request
    const rows = branches.map((branch): Row =>
      'when' in branch
        ? { by: 'segment', segment: branch.when, title: branch.key }
        : { by: 'percent', percent: branch.percent, title: branch.key },
    )
    const names = [...branches.map(({ key }) => key), otherwise]
    const missingBranch = typeof missing === 'object' ? missing.branch : ''
    if (typeof missing === 'object' && !names.includes(missingBranch)) names.push(missingBranch)
    const nodes = splitTab({
      branches: rows,
      otherwise,
      salt,
      at,
      explain,
      missing: typeof missing === 'object' ? 'branch' : missing,
      missingBranch,
      decision: 'decision',
      outputs: names.length,
    })
    const ask = (asks += 1)
    const messages = subjects.map((id, place) => ({ payload: { id }, place, ask }))
    const outcome = await through(nodes, () => red.send('split', ...messages))
    const isOurs = (message: Readonly<Record<string, unknown>>): boolean => message['ask'] === ask
    const wrong = outcome.reached(caught()).find(isOurs)
    if (wrong) throw refusal(wrong['error'] as Told)
    const decisions: Decision[] = []
    for (const [output, name] of names.entries()) {
      for (const { place, decision } of outcome.reached(sink(output)).filter(isOurs)) {
        assert.equal((decision as Decision).branch, name)
        decisions[place as number] = decision as Decision
      }
    }
    assert.equal(decisions.filter(() => true).length, subjects.length)
    return decisions
  }
  const segments = async (): Promise<readonly SegmentInfo[]> => {
    const listed = await through(splitTab({ branches: [] }), () =>
      red.admin('/segmentry-service/segments', { id: 'service' }),
    )
    return (listed.body as { readonly segments: readonly SegmentInfo[] }).segments
  }
  return { split: split as SegmentFlow['split'], segments }
}

/** What a Catch node is told. */
interface Told {
  readonly message: string
  readonly code: string
  readonly cause: { readonly retryable: boolean }
}

const refusal = ({ message, code, cause }: Told): Error =>
  Object.assign(new Error(message), { code, retryable: cause.retryable })

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
    const [service, red] = await Promise.all([openService(), openNodeRed()])
    const close = async (): Promise<void> => {
      await red[Symbol.asyncDispose]()
      await service[Symbol.asyncDispose]()
    }
    return { flow: flowOf(red, service), asked: service.asked, close }
  },
)

test('all other cases of the suite are here', () => {
  expect(registered).toEqual(expect.arrayContaining([...elsewhere.keys()]))
  expect(registered.length - elsewhere.size).toBeGreaterThanOrEqual(14)
})
