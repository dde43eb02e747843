import { type AnySegment, ClockError, type Evaluator, inProcess, SetSegmentError } from '@segmentry/core'
import { expect, expectTypeOf, test } from 'vitest'
import { defineSplit, FlowError, match, segmentFlow, type SplitPlan } from '../src/index.ts'
import { now, people, schema, segment, segments } from './crm.ts'

const evaluator = inProcess(schema, people, { now })
const flow = segmentFlow(evaluator, segments)

const welcome = defineSplit(segments, {
  branches: [
    { key: 'gold', when: 'vip' },
    { key: 'trial', percent: 50 },
  ],
  otherwise: 'everyone',
  missing: { branch: 'strangers' },
  salt: 'welcome-2026',
})

/** What a call is refused with. */
const failure = async (run: () => unknown): Promise<FlowError> => {
  try {
    await run()
  } catch (error) {
    expect(error).toBeInstanceOf(FlowError)
    return error as FlowError
  }
  throw new Error('not refused')
}

test('branch names are typed, through a plan that was written down', async () => {
  const [ann, nobody] = await flow.split({ ...welcome, subjects: ['ann', 'nobody'] })
  expectTypeOf(ann.branch).toEqualTypeOf<'gold' | 'trial' | 'everyone' | 'strangers'>()
  expect([ann.branch, nobody.branch]).toEqual(['gold', 'strangers'])
  const many = await flow.split({
    branches: [{ key: 'gold', when: 'vip' }],
    otherwise: 'everyone',
    subjects: people.map(({ id }) => id),
  })
  expectTypeOf(many[0]!.branch).toEqualTypeOf<'gold' | 'everyone'>()
})

test('a plan is plain JSON, frozen, and survives being stored', async () => {
  expect(Object.isFrozen(welcome) && Object.isFrozen(welcome.branches)).toBe(true)
  const stored = JSON.parse(JSON.stringify(welcome)) as SplitPlan<keyof typeof segments>
  expect(await flow.split({ ...stored, subjects: ['ann'] })).toEqual(
    await flow.split({ ...welcome, subjects: ['ann'] }),
  )
})

test('a plan is checked when it is defined', async () => {
  const plan = { branches: [{ key: 'gold', when: 'vipp' }], otherwise: 'x' } as const
  const { code, issues, retryable } = await failure(() => defineSplit(segments, plan as never))
  expect({ code, retryable }).toEqual({ code: 'unknown-segment', retryable: false })
  expect(issues[0]).toEqual({
    path: ['branches', 0, 'when'],
    message: "unknown segment 'vipp' - did you mean 'vip'?",
    found: 'vipp',
    expected: expect.stringContaining('everyone, vip'),
    suggestion: 'vip',
  })
  expect((await failure(() => defineSplit(segments, undefined as never))).message).toBe(
    'found undefined, expected an object with branches, otherwise, missing, salt',
  )
  const { message } = await failure(() => defineSplit({}, plan as never))
  expect(message).toContain("unknown segment 'vipp'")
})

test('match does what belongs to the branch', async () => {
  const [ann, nobody] = await flow.split({ ...welcome, subjects: ['ann', 'nobody'] })
  const handlers = {
    gold: () => 1,
    trial: () => 'try',
    everyone: () => null,
    strangers: () => undefined,
  } as const
  const done = match(ann, handlers)
  expectTypeOf(done).toEqualTypeOf<number | string | null | undefined>()
  expect(done).toBe(1)
  expect(match(nobody, handlers)).toBe(undefined)
})

test('a recorded decision whose branch is gone goes where the code says, or is an error', async () => {
  const [recorded] = await flow.split({ ...welcome, subjects: ['ann'] })
  const old = { ...recorded, branch: 'platinum' as 'gold' }
  const handlers = { gold: () => 1, trial: () => 2, everyone: () => 3, strangers: () => 4 }
  expect(match(old, handlers, ({ branch }) => `no ${branch}`)).toBe('no platinum')
  const { code, message, retryable } = await failure(() => match(old, handlers))
  expect({ code, retryable }).toEqual({ code: 'unknown-branch', retryable: false })
  expect(message).toContain("found a decision for 'platinum', expected one of gold, trial")
  await failure(() => match({ ...old, branch: 'toString' as 'gold' }, handlers))
})

const asking = (which: Evaluator['which']) => segmentFlow({ ...evaluator, which }, segments)
const request = { branches: [{ key: 'gold', when: 'vip' }], otherwise: 'x', subjects: ['ann'] } as const

test('a failure to evaluate is an error and never a branch', async () => {
  const down = asking(() => Promise.reject(new Error('no route to host')))
  const { code, retryable, message, cause } = await failure(() => down.split(request))
  expect({ code, retryable }).toEqual({ code: 'unavailable', retryable: true })
  expect(message).toContain('no route to host')
  expect(cause).toBeInstanceOf(Error)
})

test('an answer that takes too long is stopped, and so is one that nobody waits for', async () => {
  const stopped: unknown[] = []
  const slow = asking(
    (_, __, { signal } = {}) =>
      new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => {
          stopped.push(signal.reason)
          reject(signal.reason as Error)
        }),
      ),
  )
  const { code, retryable, message } = await failure(() => slow.split({ ...request, timeout: '1 second' }))
  expect({ code, retryable }).toEqual({ code: 'timeout', retryable: true })
  expect(message).toContain('no answer after 1 second')
  const leaving = new AbortController()
  const left = slow.split(request, { signal: leaving.signal })
  leaving.abort(new Error('went away'))
  await expect(left).rejects.toThrow('went away')
  expect(stopped).toHaveLength(2)
})

test('an evaluator without a clock needs one in the request', async () => {
  const clockless = segmentFlow(inProcess(schema, people), segments)
  const { code, issues, cause } = await failure(() => clockless.split(request))
  expect({ code, path: issues[0]?.path }).toEqual({ code: 'bad-request', path: ['at'] })
  expect(cause).toBeInstanceOf(ClockError)
  expect(await clockless.split({ ...request, at: now })).toMatchObject([{ branch: 'gold', at: now }])
})

test('a segment that does not suit the schema is an error that no engine retries', async () => {
  const rule = { kind: 'field', field: 'nickname', test: { op: 'present' } } as const
  const broken = segmentFlow(evaluator, { ...segments, broken: { definition: { format: 1, rule } } })
  const { code, retryable, message } = await failure(() =>
    broken.split({ ...request, branches: [{ key: 'a', when: 'broken' }] }),
  )
  expect({ code, retryable }).toEqual({ code: 'broken-segment', retryable: false })
  expect(message).toContain("unknown field 'nickname'")
  const dangling = { definition: { format: 1, rule: { kind: 'segment', of: 'vip' } } } as const
  const { code: other, message: why } = await failure(() => segmentFlow(evaluator, { dangling }).segments())
  expect(other).toBe('broken-segment')
  expect(why).toContain("the segment 'dangling'")
})

test('people put in by hand change the version of a split', async () => {
  const versionOf = async (vip: (typeof segments)['vip']): Promise<string> => {
    const [decision] = await segmentFlow(evaluator, { vip }).split(request)
    return decision.version
  }
  const byHand = segment().group((g) => g.tag('VIP'))
  const note = { reason: 'asked', author: 'ann' }
  expect(await versionOf(byHand)).toBe(await versionOf(segments.vip))
  expect(await versionOf(byHand.includePeople(['bob'], note))).not.toBe(await versionOf(segments.vip))
})

test('the top of a segment, which says nothing of one person, is no branch', () => {
  const best = segments.everyone.top(10, 'visits') as unknown as AnySegment
  const split = () => segmentFlow(evaluator, { best })
  expect(split).toThrow(SetSegmentError)
  expect(split).toThrow("found the top 10 of a segment under 'best', expected a segment")
})
