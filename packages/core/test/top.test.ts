import { describe, expect, test } from 'vitest'
import {
  type AnySetSegment,
  dependencies,
  describe as english,
  inProcess,
  type Person,
  type SetSegment,
} from '../src/index.ts'
import { ago, collect, type Crm, now, schema, segment } from './people.ts'

const day = 86_400_000
const everyone = segment().group((g) => g.everyone())

const bought = (id: string, amount: unknown, ms = day) => ({
  id,
  name: 'purchase',
  at: ago(ms),
  properties: { amount },
})
const opened = (id: string, ms: number) => ({ id, name: 'opened', at: ago(ms) })

const population: readonly Person[] = [
  {
    id: 'ann',
    tags: ['VIP'],
    fields: { spent: '10', birthday: '1990-01-01', visits: 9, address: { size: { length: 3 } } },
    events: [bought('1', '5'), bought('2', '7'), bought('3', '100', -day)],
  },
  {
    id: 'bob',
    tags: ['VIP'],
    fields: { spent: '20', birthday: '1980-01-01', visits: 9 },
    events: [bought('4', '12'), opened('5', day)],
  },
  { id: 'cid', fields: { spent: 'much', visits: 9 }, events: [bought('6', '-3'), bought('7', null)] },
  {
    id: 'dee',
    tags: ['VIP'],
    fields: { spent: '20.00' },
    events: [opened('8', 2 * day), opened('9', 40 * day)],
  },
  { id: '\u{1d4b3}', fields: { spent: '5' } },
  { id: '\uff5e', fields: { spent: '5' } },
]
const evaluator = inProcess(schema, population, { now })
const members = (set: AnySetSegment): Promise<readonly string[]> => collect(evaluator.members(set))

describe('the top by a field', () => {
  test('has the greatest values, and ids decide where they are equal', async () => {
    expect(await members(everyone.top(1, 'spent'))).toEqual(['bob'])
    expect(await members(everyone.top(2, 'spent'))).toEqual(['bob', 'dee'])
    expect(await members(everyone.top(3, 'spent'))).toEqual(['ann', 'bob', 'dee'])
    // U+FF5E comes before U+1D4B3, which UTF-16 has the other way round.
    expect(await members(everyone.top(4, 'spent'))).toEqual(['ann', 'bob', 'dee', '\uff5e'])
    expect(await members(everyone.bottom(1, 'spent'))).toEqual(['\uff5e'])
    expect(await members(everyone.top(2, 'visits'))).toEqual(['ann', 'bob'])
    expect(await members(everyone.bottom(2, 'visits'))).toEqual(['ann', 'bob'])
  })

  test('never has who has no value', async () => {
    expect(await members(everyone.top(100, 'spent'))).toEqual(['ann', 'bob', 'dee', '\uff5e', '\u{1d4b3}'])
    expect(await members(everyone.top(100, 'address.size.length'))).toEqual(['ann'])
    expect(await members(everyone.bottom(1, 'birthday'))).toEqual(['bob'])
  })

  test('is taken of the whole, after exclusions and lists of people', async () => {
    const note = { reason: 'asked', author: 'ann' }
    const vip = segment().group((g) => g.tag('VIP'))
    expect(await members(vip.top(2, 'spent'))).toEqual(['bob', 'dee'])
    expect(await members(vip.exclude((g) => g.people('bob')).top(2, 'spent'))).toEqual(['ann', 'dee'])
    expect(await members(vip.excludePeople(['bob'], note).top(1, 'spent'))).toEqual(['dee'])
    expect(await members(vip.includePeople(['cid', '\uff5e'], note).bottom(1, 'spent'))).toEqual(['\uff5e'])
  })
})

describe('the top by events', () => {
  test('counts and sums of none are 0, and rank', async () => {
    const counts = (order: 'top' | 'bottom', n: number) =>
      everyone[order](n, (r) => r.event('opened', (e) => e.within('30 days')).count())
    expect(await members(counts('top', 3))).toEqual(['ann', 'bob', 'dee'])
    expect(await members(counts('bottom', 3))).toEqual(['ann', 'cid', '\uff5e'])
    const sums = (order: 'top' | 'bottom', n: number) =>
      everyone[order](n, (r) => r.event('purchase').sum('amount'))
    expect(await members(sums('top', 2))).toEqual(['ann', 'bob'])
    expect(await members(sums('bottom', 2))).toEqual(['cid', 'dee'])
    expect(await members(sums('bottom', 100))).toHaveLength(population.length)
  })

  test('what none has is no value', async () => {
    expect(await members(everyone.bottom(9, (r) => r.event('purchase').average('amount')))).toEqual([
      'ann',
      'bob',
      'cid',
    ])
    expect(await members(everyone.bottom(9, (r) => r.event('purchase').last('amount')))).toEqual([
      'ann',
      'bob',
    ])
    expect(await members(everyone.bottom(1, (r) => r.event('opened').firstAt()))).toEqual(['dee'])
    expect(await members(everyone.top(9, (r) => r.event('opened').lastAt()))).toEqual(['bob', 'dee'])
    expect(await members(everyone.top(1, (r) => r.event('opened').activeOn('day', { zone: 'UTC' })))).toEqual(
      ['dee'],
    )
    expect(await members(everyone.top(1, (r) => r.event('purchase').min('amount')))).toEqual(['bob'])
    expect(await members(everyone.top(1, (r) => r.event('purchase').max('amount')))).toEqual(['bob'])
    expect(await members(everyone.top(1, (r) => r.event('purchase').distinct('amount')))).toEqual(['ann'])
    expect(await members(everyone.bottom(1, (r) => r.event('purchase').first('amount')))).toEqual(['cid'])
  })

  test('what has not happened yet is left out', async () => {
    const greatest = everyone.top(1, (r) => r.event('purchase').max('amount'))
    expect(await members(greatest)).toEqual(['bob'])
    expect(await collect(evaluator.members(greatest, { now: ago(-2 * day) }))).toEqual(['ann'])
  })

  test('sums beyond the safe integers and averages are exact', async () => {
    const most = Number.MAX_SAFE_INTEGER
    const quantities = (id: string, ...all: readonly number[]): Person => ({
      id,
      events: all.map((quantity, i) => ({
        id: `${id}${i}`,
        name: 'purchase',
        at: ago(i),
        properties: { quantity },
      })),
    })
    const large = inProcess(
      schema,
      [
        quantities('a', most, most, 1),
        quantities('b', most, most, 2),
        quantities('c', most, 3, -most),
        quantities('d', 3),
      ],
      { now },
    )
    const sums = (n: number) => everyone.top(n, (r) => r.event('purchase').sum('quantity'))
    expect(await collect(large.members(sums(1)))).toEqual(['b'])
    // 3 as a bigint is 3.
    expect(await collect(large.members(sums(3)))).toEqual(['a', 'b', 'c'])
    const close = inProcess(schema, [quantities('a', most, 0, 0), quantities('b', most, 1, 0)], { now })
    const averages = everyone.top(1, (r) => r.event('purchase').average('quantity'))
    expect(await collect(close.members(averages))).toEqual(['b'])
    const equal = inProcess(schema, [quantities('b', 1, 2), quantities('a', 1, 1, 2, 2)], { now })
    expect(await collect(equal.members(averages))).toEqual(['a'])
  })
})

test('an evaluator counts it, lists it in pages, and counts it among others', async () => {
  const best = everyone.top(4, 'spent')
  expect(await evaluator.count(best)).toBe(4)
  expect(await evaluator.count(everyone.top(100, 'spent'))).toBe(5)
  expect(await evaluator.counts({ best, everyone, two: everyone.bottom(2, 'visits') })).toEqual({
    best: 4,
    everyone: 6,
    two: 2,
  })
  expect(await collect(evaluator.members(best, { limit: 2 }))).toEqual(['ann', 'bob'])
  expect(await collect(evaluator.members(best, { after: 'bob', limit: 2, pageSize: 1 }))).toEqual([
    'dee',
    '\uff5e',
  ])
  expect(await collect(evaluator.members(best, { limit: 0 }))).toEqual([])
  await expect(evaluator.count(best, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow(
    'enough',
  )
})

test('it depends on what it ranks by', () => {
  const vip = segment().group((g) => g.tag('VIP'))
  expect(dependencies(vip.top(1, 'spent'))).toEqual({
    fields: ['spent'],
    tags: ['VIP'],
    events: [],
    accounts: [],
    time: false,
  })
  expect(dependencies(vip.top(1, (r) => r.event('opened').count()))).toEqual({
    fields: [],
    tags: ['VIP'],
    events: ['opened'],
    accounts: [],
    time: true,
  })
})

test.each<readonly [SetSegment<Crm>, string]>([
  [everyone.top(100, 'spent'), 'the 100 people with the highest spent, of: everyone'],
  [everyone.bottom(1, 'birthday'), 'the person with the earliest birthday, of: everyone'],
  [
    segment()
      .group((g) => g.tag('VIP').field('state', 'CA'))
      .top(9, (r) => r.event('purchase', (e) => e.within('90 days')).sum('amount')),
    "the 9 people with the highest sum of amount of purchase in the last 90 days, of: tagged VIP, and state is 'CA'",
  ],
  [
    everyone.bottom(9, (r) => r.event('opened').count()),
    'the 9 people with the lowest number of opened, of: everyone',
  ],
  [
    everyone.top(9, (r) => r.event('purchase').max('amount')),
    'the 9 people with the highest greatest amount of purchase, of: everyone',
  ],
  [
    everyone.top(9, (r) => r.event('opened').lastAt()),
    'the 9 people with the latest time of the last opened, of: everyone',
  ],
  [
    segment()
      .group((g) => g.tag('VIP'))
      .group((g) => g.tag('churned'))
      .top(9, 'visits'),
    'the 9 people with the highest visits, of:\nPeople who match any of:\n- tagged VIP\n- tagged churned',
  ],
])('%#: is told in English', (set, expected) => {
  expect(english(set, schema)).toBe(expected)
})
