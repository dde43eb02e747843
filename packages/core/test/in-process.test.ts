import { describe, expect, test } from 'vitest'
import { ClockError, DuplicatePersonError, inProcess, type Person } from '../src/index.ts'
import { collect, now, schema, segment } from './people.ts'

const population: readonly Person[] = [
  { id: 'zoe', tags: ['VIP'] },
  { id: '\u{1d4b3}', tags: ['VIP'] },
  { id: '\uff5e', tags: ['VIP', 'churned'] },
  { id: 'ann', tags: ['VIP'] },
  { id: 'bob' },
]
const vip = segment().group((g) => g.tag('VIP'))
const churned = segment().group((g) => g.tag('churned'))
const evaluator = inProcess(schema, population, { now })

test('members come in the order of code points', async () => {
  expect(await collect(evaluator.members(vip))).toEqual(['ann', 'zoe', '\uff5e', '\u{1d4b3}'])
})

test('a page goes on after an id, present or not, and ends at its limit', async () => {
  expect(await collect(evaluator.members(vip, { limit: 2 }))).toEqual(['ann', 'zoe'])
  expect(await collect(evaluator.members(vip, { after: 'zoe', limit: 1 }))).toEqual(['\uff5e'])
  expect(await collect(evaluator.members(vip, { after: 'b', limit: 1 }))).toEqual(['zoe'])
  expect(await collect(evaluator.members(vip, { limit: 0 }))).toEqual([])
})

test('counts, has and which agree', async () => {
  expect(await evaluator.count(vip)).toBe(4)
  expect(await evaluator.counts({ vip, churned })).toEqual({ vip: 4, churned: 1 })
  expect(await evaluator.has(churned, '\uff5e')).toBe(true)
  expect(await evaluator.has(churned, 'nobody')).toBe(false)
  expect(await evaluator.which({ vip, churned }, ['\uff5e', 'nobody', 'bob', '\uff5e'])).toEqual([
    { person: '\uff5e', found: true, segments: ['vip', 'churned'], now },
    { person: 'nobody', found: false, segments: [], now },
    { person: 'bob', found: true, segments: [], now },
    { person: '\uff5e', found: true, segments: ['vip', 'churned'], now },
  ])
})

test('a person the population does not have is a member of nothing', async () => {
  expect(await evaluator.explain(vip, 'nobody')).toEqual({
    person: 'nobody',
    found: false,
    member: false,
    now,
  })
  expect((await evaluator.explain(vip, 'ann')).member).toBe(true)
})

test('one id for two people is refused', () => {
  expect(() => inProcess(schema, [{ id: 'a' }, { id: 'a' }])).toThrow(DuplicatePersonError)
})

describe('the clock', () => {
  const clockless = inProcess(schema, [
    { id: 'ann', events: [{ id: '1', name: 'opened', at: '2026-11-24T00:00:00Z' }] },
  ])
  const opened = segment().group((g) => g.event('opened'))

  test('has to come from somewhere', async () => {
    await expect(clockless.count(opened)).rejects.toThrow(ClockError)
    await expect(clockless.has(opened, 'ann')).rejects.toThrow(ClockError)
    await expect(clockless.which({ opened }, ['ann'])).rejects.toThrow(ClockError)
    await expect(clockless.explain(opened, 'ann')).rejects.toThrow(ClockError)
    await expect(collect(clockless.members(opened))).rejects.toThrow(ClockError)
  })
  test('of a call comes before that of the evaluator', async () => {
    expect(await clockless.count(opened, { now: '2026-11-24T00:00:00Z' })).toBe(1)
    expect(await clockless.count(opened, { now: new Date('2026-11-23T23:59:59.999Z') })).toBe(0)
  })
})

describe('an abort', () => {
  test('before the start rejects with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(evaluator.count(vip, { signal })).rejects.toThrow('enough')
    await expect(collect(evaluator.members(vip, { signal }))).rejects.toThrow('enough')
  })
  test('stops a listing after the person at hand', async () => {
    const stop = new AbortController()
    const seen: string[] = []
    const listing = (async () => {
      for await (const id of evaluator.members(vip, { signal: stop.signal })) {
        seen.push(id)
        stop.abort(new Error('enough'))
      }
    })()
    await expect(listing).rejects.toThrow('enough')
    expect(seen).toEqual(['ann'])
  })
  test('is noticed in the middle of a large count', async () => {
    const crowd = inProcess(
      schema,
      Array.from({ length: 25_000 }, (_, i) => ({ id: `${i}` })),
      { now },
    )
    const stop = new AbortController()
    setTimeout(() => stop.abort(new Error('enough')), 0)
    await expect(crowd.count(vip, { signal: stop.signal })).rejects.toThrow('enough')
    expect(await crowd.count(segment().group((g) => g.everyone()))).toBe(25_000)
  })
})
