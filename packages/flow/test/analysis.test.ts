import type { Node } from '@segmentry/core'
import { describe, expect, test } from 'vitest'
import { analyzeSplit, type Branch, describeSplit, FlowError } from '../src/index.ts'
import { schema, segments } from './crm.ts'

type Key = keyof typeof segments

/** The analysis of branches that are named like their segments; a number is a percentage. */
const analysis = (...order: readonly (Key | number)[]) =>
  analyzeSplit(
    {
      branches: order.map((one, i): Branch<string, Key> =>
        typeof one === 'number' ? { key: `${one} % at ${i}`, percent: one } : { key: one, when: one },
      ),
      otherwise: 'else',
      salt: 'spring',
    },
    segments,
    schema,
  )

const dead = (...order: readonly (Key | number)[]) => analysis(...order).unreachable

describe('nobody can take', () => {
  const proven: readonly (readonly [readonly (Key | number)[], string, readonly string[]])[] = [
    [['vip', 'vipWest'], 'vipWest', ['vip']],
    [['vipOrWest', 'vip'], 'vip', ['vipOrWest']],
    [['everyone', 'vip'], 'vip', ['everyone']],
    [['vip', 'notVip', 'west'], 'west', ['vip', 'notVip']],
    [['coast', 'west'], 'west', ['coast']],
    [['nobody'], 'nobody', []],
    [['few', 'some', 'frequent', 'coast', 'west'], 'west', ['coast']],
    [['openedLately', 'openedOften'], 'openedOften', ['openedLately']],
    [['openedInQuarter', 'openedLately'], 'openedLately', ['openedInQuarter']],
    [['openedInQuarter', 'silent', 'vip'], 'vip', ['openedInQuarter', 'silent']],
    [[0], '0 % at 0', []],
    [[50, 50, 'vip'], 'vip', ['50 % at 0', '50 % at 1']],
    [['vip', 'notVip', 50], '50 % at 2', ['vip', 'notVip']],
    [[60, 'firstHalf'], 'firstHalf', ['60 % at 0']],
    [[50.01, 'aLittleMore'], 'aLittleMore', ['50.01 % at 0']],
  ]

  test.each(proven)('%j: %s', (order, branch, takenBy) => {
    expect(dead(...order)).toEqual([{ branch, takenBy }])
  })

  test('what stands behind the same segment', () => {
    const plan = {
      branches: [
        { key: 'a', when: 'vip' },
        { key: 'b', when: 'vip' },
      ],
      otherwise: 'else',
    } as const
    expect(analyzeSplit(plan, segments, schema).unreachable).toEqual([{ branch: 'b', takenBy: ['a'] }])
  })
})

test.each([
  [['vipWest', 'vip']],
  [['west', 'vip']],
  [['west', 'coast']],
  [['few', 'some', 'frequent', 'west']],
  [['openedOften', 'openedLately']],
  [['openedLately', 'silent', 'vip']],
  [[50, 49.99, 'vip']],
  [[40, 'firstHalf']],
  [[50, 'aLittleMore']],
] as const)('%j: nothing is claimed of what somebody takes', (order) => {
  expect(dead(...order)).toEqual([])
})

test('segments are told apart where that can be proven', () => {
  const pairs: readonly (readonly [Key, Key, boolean])[] = [
    ['vip', 'notVip', true],
    ['free', 'paying', true],
    ['few', 'some', true],
    ['some', 'frequent', true],
    ['openedLately', 'silent', true],
    ['openedOften', 'silent', true],
    ['spender', 'neverBought', true],
    ['planless', 'free', true],
    ['vip', 'west', false],
    ['openedLately', 'openedOften', false],
    ['spender', 'silent', false],
  ]
  for (const [one, other, apart] of pairs) {
    expect(analysis(one, other).overlaps, `${one} and ${other}`).toEqual(apart ? [] : [[one, other]])
  }
})

test('everyone is covered where that can be proven', () => {
  const covers = (...order: readonly (Key | number)[]) => analysis(...order).coversEveryone
  expect(covers('everyone')).toBe(true)
  expect(covers('vip', 'notVip')).toBe(true)
  expect(covers('free', 'paying', 'planless')).toBe(true)
  expect(covers('openedInQuarter', 'silent')).toBe(true)
  expect(covers('west', 30, 70)).toBe(true)
  expect(covers('free', 'paying')).toBe(false)
  expect(covers('few', 'some', 'frequent')).toBe(false)
  expect(covers('openedLately', 'silent')).toBe(false)
  expect(covers(30, 69.99)).toBe(false)
})

test('an analysis ends soon, however much there is to look at', () => {
  const either = (i: number): Node => ({
    kind: 'any',
    of: [
      { kind: 'field', field: 'state', test: { op: 'contains', value: `A${i}` } },
      { kind: 'field', field: 'visits', test: { op: 'is', value: i, negated: true, whenMissing: true } },
    ],
  })
  const rule: Node = { kind: 'all', of: Array.from({ length: 40 }, (_, i) => either(i)) }
  const wide = { definition: { format: 1, rule } } as const
  const plan = {
    branches: [
      { key: 'a', when: 'wide' },
      { key: 'b', when: 'wide' },
    ],
    otherwise: 'x',
  } as const
  const start = performance.now()
  analyzeSplit(plan, { wide }, schema)
  expect(performance.now() - start).toBeLessThan(5_000)
})

test('a description says what is proven', () => {
  const plan = {
    branches: [
      { key: 'best', when: 'vip' },
      { key: 'western', when: 'vipOrWest' },
      { key: 'late', when: 'vipWest' },
      { key: 'never', when: 'nobody' },
      { key: 'rest', percent: 100 },
    ],
    otherwise: 'else',
    missing: 'error',
    salt: 'spring',
  } as const
  expect(describeSplit(plan, segments, schema)).toBe(
    [
      'Each person takes the first that fits:',
      '1. best: tagged VIP',
      '2. western: People who match any of:',
      '   - tagged VIP',
      "   - state is 'CA'",
      "3. late: tagged VIP, and state is 'CA'",
      "4. never: state is 'CA', and state is 'NY'",
      "5. rest: 100 % of those who are left, by the salt 'spring'",
      'otherwise: else',
      'An id that the population does not have: an error',
      'Nobody can take late: everybody who fits it takes best before it',
      'Nobody can take never: nobody fits it',
      'Somebody may fit both best and western, and then takes best',
      'Nobody is left for else',
    ].join('\n'),
  )
})

test('a segment that does not suit the schema is an error', () => {
  const rule = { kind: 'field', field: 'nickname', test: { op: 'present' } } as const
  const broken = { definition: { format: 1, rule } } as const
  const plan = { branches: [{ key: 'a', when: 'broken' }], otherwise: 'x' } as const
  expect(() => analyzeSplit(plan, { broken }, schema)).toThrow(FlowError)
  expect(() => describeSplit(plan, { broken }, schema)).toThrow("unknown field 'nickname'")
})
