import { type Evaluator, inProcess } from '@segmentry/core'
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest'
import {
  type Decision,
  defineSplit,
  type DurableEngine,
  durableSplit,
  FlowError,
  match,
  segmentFlow,
  type SegmentFlow,
  type SplitOptions,
  type SplitRequest,
} from '../src/index.ts'
import { testSplitAdapter } from '../src/testing/index.ts'
import { counting } from './counting.ts'
import { now, people, schema, segments } from './crm.ts'

const welcome = defineSplit(segments, {
  branches: [
    { key: 'best', when: 'vip' },
    { key: 'trial', percent: 10 },
  ],
  otherwise: 'everyone',
  missing: { branch: 'strangers' },
  salt: 'welcome-2026',
})

/** What every engine does: it keeps what a step gave as JSON, and nothing of a step that failed. */
function journal(retries = 0) {
  const kept = new Map<string, string>()
  const run: DurableEngine['run'] = async (name, decide) => {
    for (let attempt = 0; !kept.has(name); attempt += 1) {
      try {
        kept.set(name, JSON.stringify(await decide()))
      } catch (error) {
        if (attempt >= retries) throw error
      }
    }
    return JSON.parse(kept.get(name)!) as unknown
  }
  return { run, kept }
}

const everyone: readonly string[] = Array.from(
  { length: 1_000 },
  (_, i) => `00000000-0000-4000-8000-${i + 1e11}`,
)
const { evaluator, asked } = counting(inProcess(schema, people, { now }))
const flow = segmentFlow(evaluator, segments)

const failure = async (call: () => Promise<unknown>): Promise<FlowError> => {
  const error = await call().then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(FlowError)
  return error as FlowError
}

/** A flow that fails so often with this before it answers. */
const failing = (times: number, cause: unknown) => {
  let calls = 0
  const which: Evaluator['which'] = (...all) => {
    calls += 1
    if (calls <= times) throw cause
    return evaluator.which(...all)
  }
  return { flow: segmentFlow({ ...evaluator, which }, segments), calls: () => calls }
}

test('a decision is recorded once, and a replay gives the same; another step name decides anew', async () => {
  const { run, kept } = journal()
  const before = asked.length
  const request = { ...welcome, subjects: ['ann'] } as const
  const first = await durableSplit(flow, { run })('welcome', request)
  expect(kept.size).toBe(1)
  // The person has changed, and so has the clock.
  const changed = people.map((person) => (person.id === 'ann' ? { id: 'ann', tags: [] } : person))
  const later = segmentFlow(inProcess(schema, changed, { now: new Date(Date.parse(now) + 1_000) }), segments)
  const split = durableSplit(later, { run })
  expect(await split('welcome', request)).toEqual(first)
  expect(asked.length - before).toBe(1)
  const [again] = await split('again', request)
  expect([first[0].branch, again.branch]).toEqual(['best', 'everyone'])
  expect(first[0].at).not.toBe(again.at)
})

test('branch names stay typed, and match wants them all', async () => {
  const split = durableSplit(flow, journal())
  const [ann, nobody] = await split('welcome', { ...welcome, subjects: ['ann', 'nobody'] })
  expectTypeOf(ann).toEqualTypeOf<Decision<'best' | 'trial' | 'everyone' | 'strangers'>>()
  const handlers = { best: () => 1, trial: () => 2, everyone: () => 3, strangers: () => 4 }
  expect([match(ann, handlers), match(nobody, handlers)]).toEqual([1, 4])
  const wrong = () => {
    // @ts-expect-error a branch is forgotten
    match(ann, { best: () => 1, trial: () => 2, everyone: () => 3 })
    // @ts-expect-error there is no such segment
    void split('x', { branches: [{ key: 'a', when: 'vipp' }], otherwise: 'b', subjects: ['ann'] })
  }
  expect(wrong).toBeTypeOf('function')
})

test('a record is small: 1,000 people with long ids are less than 190 KB, and say what decided', async () => {
  const { run, kept } = journal()
  const plan = { ...welcome, missing: 'otherwise' } as const
  const decisions = await durableSplit(flow, { run })('all', { ...plan, subjects: everyone })
  expect(decisions).toHaveLength(1_000)
  expect(kept.get('all')!.length).toBeLessThan(190_000)
  const both = defineSplit(segments, {
    branches: [
      { key: 'best', when: 'vip' },
      { key: 'all', when: 'everyone' },
    ],
    otherwise: 'nobody',
  })
  const matched = async (name: string, more: object) => {
    const [ann] = await durableSplit(flow, { run })(name, { ...both, ...more, subjects: ['ann'] })
    return ann.matched
  }
  expect(await matched('short', {})).toEqual(['best'])
  expect(await matched('long', { explain: 'all' })).toEqual(['best', 'all'])
})

test('what may pass is thrown in the step, so that the engine tries again', async () => {
  const passing = failing(2, new Error('connection refused'))
  const patient = journal(2)
  const [ann] = await durableSplit(passing.flow, patient)('welcome', { ...welcome, subjects: ['ann'] })
  expect([ann.branch, passing.calls()]).toEqual(['best', 3])

  const hasty = journal()
  const broken = failing(1, new Error('connection refused'))
  const split = durableSplit(broken.flow, hasty)
  const call = () => split('welcome', { ...welcome, subjects: ['ann'] })
  expect(await failure(call)).toMatchObject({ code: 'unavailable', retryable: true })
  expect(hasty.kept.size).toBe(0)
  expect(await call()).toHaveLength(1)
})

test('what does not pass is recorded, asked for once, and thrown as what the engine wants', async () => {
  class Fatal extends Error {}
  const { run, kept } = journal(5)
  const branches = [{ key: 'best', when: 'vpi' as 'vip' }] as const
  const request = { branches, otherwise: 'x', subjects: ['ann'] } as const
  const error = await failure(() => durableSplit(flow, { run })('welcome', request))
  expect(error).toMatchObject({ code: 'unknown-segment', retryable: false })
  expect(error.message).toContain("unknown segment 'vpi' - did you mean 'vip'?\n  at branches.0.when")
  expect(Object.keys(JSON.parse(kept.get('welcome')!) as object)).toEqual(['refused'])

  const terminal = ({ message }: FlowError) => new Fatal(message)
  const never = { split: () => Promise.reject(new Error('asked again')) }
  const again = durableSplit(never, { run, terminal })('welcome', request)
  await expect(again).rejects.toThrow(Fatal)
  await expect(again).rejects.toThrow("did you mean 'vip'?")
})

test('a record about others is refused: the name is used twice, or the replay asks for other people', async () => {
  const { run } = journal()
  const split = durableSplit(flow, { run })
  await split('welcome', { ...welcome, subjects: ['ann', 'bob'] })
  const other = await failure(() => split('welcome', { ...welcome, subjects: ['ann', 'cy'] }))
  expect(other).toMatchObject({ code: 'wrong-record', retryable: false })
  expect(other.message).toContain("found a record about 'bob', expected one about 'cy'")
  expect(other.message).toContain('at welcome.decisions.1')
  const fewer = await failure(() => split('welcome', { ...welcome, subjects: ['ann'] }))
  expect(fewer.message).toContain('found a record about 2 people, expected as many as the request')
  const none = await failure(() =>
    durableSplit(flow, { run: () => Promise.resolve() })('welcome', { ...welcome, subjects: ['ann'] }),
  )
  expect(none.message).toContain('found a step that gave back no record')
  const nameless = await failure(() => split('', { ...welcome, subjects: ['ann'] }))
  expect(nameless.code).toBe('bad-request')
})

test('a branch that the code has lost since is left to match', async () => {
  const { run } = journal()
  await durableSplit(flow, { run })('welcome', { ...welcome, subjects: ['ann'] })
  const renamed = { branches: [{ key: 'gold', when: 'vip' }], otherwise: 'everyone' } as const
  const [ann] = await durableSplit(flow, { run })('welcome', { ...renamed, subjects: ['ann'] })
  const handlers = { gold: () => 1, everyone: () => 2 }
  expect(match(ann, handlers, ({ branch }) => `no ${branch} any more`)).toBe('no best any more')
  expect(await failure(async () => match(ann, handlers))).toMatchObject({ code: 'unknown-branch' })
})

test('a signal stops the evaluation, and nothing is recorded', async () => {
  const { run, kept } = journal()
  const controller = new AbortController()
  const which: Evaluator['which'] = (_, __, options) =>
    new Promise((_resolve, reject) => {
      options?.signal?.addEventListener('abort', () => reject(options.signal!.reason))
      controller.abort(new Error('the attempt is over'))
    })
  const slow = durableSplit(segmentFlow({ ...evaluator, which }, segments), {
    run: (name, decide) => run(name, () => decide(controller)),
  })
  const call = () => slow('welcome', { ...welcome, subjects: ['ann'] })
  await expect(call()).rejects.toThrow('the attempt is over')
  await expect(call()).rejects.toThrow('the attempt is over')
  expect(kept.size).toBe(0)
})

describe('through a step that is kept as JSON', () => {
  testSplitAdapter({ test, afterAll }, async (fixture) => {
    const inner = counting(inProcess(fixture.schema, fixture.people, { now: fixture.now }))
    const direct = segmentFlow(inner.evaluator, fixture.segments)
    const { run } = journal()
    let steps = 0
    const split = (request: SplitRequest, options?: SplitOptions) =>
      durableSplit(direct as SegmentFlow, { run: (name, decide) => run(name, () => decide(options)) })(
        `step ${(steps += 1)}`,
        { explain: 'all', ...request },
      )
    return {
      flow: { ...direct, split: split as SegmentFlow['split'] },
      asked: () => inner.asked.length,
    }
  })
})
