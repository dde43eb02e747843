import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { people } from '../../../test/conformance/arbitrary.ts'
import { schema as wide } from '../../../test/conformance/schema.ts'
import { base } from '../../../test/conformance/values.ts'
import {
  type AnySegment,
  decimal,
  defineSchema,
  describe as inWords,
  engagement,
  evaluate,
  lifecycle,
  rfm,
  type SchemaOf,
  segmentry,
  text,
} from '../src/index.ts'

const schema = defineSchema({
  fields: {},
  events: {
    sent: { campaign: text() },
    opened: { campaign: text() },
    clicked: { campaign: text() },
    bounced: { campaign: text() },
    left: { campaign: text() },
    purchase: { amount: decimal(2) },
  },
})
interface Shop extends SchemaOf<typeof schema> {}
const shop = segmentry<Shop>(schema)
const now = '2026-11-24T00:00:00Z'
const day = 86_400_000

/** Somebody with events so many days ago. */
const who = (...events: readonly (readonly [name: string, daysAgo: number, properties?: object])[]) => ({
  id: 'ann',
  events: events.map(([name, daysAgo, properties = {}], i) => ({
    id: String(i),
    name,
    at: new Date(Date.parse(now) - daysAgo * day),
    properties: properties as Record<string, unknown>,
  })),
})
const isIn = (segment: AnySegment, person: ReturnType<typeof who>): boolean =>
  evaluate(segment, person, { schema, now })
const keysOf = (segments: object, person: ReturnType<typeof who>): readonly string[] =>
  Object.entries(segments as Record<string, AnySegment>).flatMap(([key, one]) =>
    isIn(one, person) ? [key] : [],
  )

describe('a lifecycle', () => {
  const stages = lifecycle(shop, { event: 'purchase', new: '14 days', active: '30 days', lost: '90 days' })

  test.each([
    ['prospects', who()],
    ['newcomers', who(['purchase', 3])],
    ['newcomers', who(['purchase', 13], ['purchase', 1])],
    ['active', who(['purchase', 14], ['purchase', 1])],
    ['active', who(['purchase', 20])],
    ['atRisk', who(['purchase', 30])],
    ['atRisk', who(['purchase', 89])],
    ['lost', who(['purchase', 90])],
    ['lost', who(['purchase', 400])],
  ])('%s', (stage, person) => {
    expect(keysOf(stages, person)).toEqual([stage])
  })

  test('has everybody in exactly one stage', () => {
    const wideStages = lifecycle(segmentry<SchemaOf<typeof wide>>(wide), {
      event: 'purchase',
      new: '1 day',
      active: '7 days',
      lost: '30 days',
    })
    fc.assert(
      fc.property(people(), (crowd) => {
        for (const person of crowd) {
          const found = Object.values(wideStages).filter((stage: AnySegment) =>
            evaluate(stage, person, { schema: wide, now: new Date(base) }),
          )
          expect(found).toHaveLength(1)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('is told in order', () => {
    expect(() =>
      lifecycle(shop, { event: 'purchase', new: '40 days', active: '30 days', lost: '90 days' }),
    ).toThrow(/each longer/)
  })
})

test('rfm: everybody has one score of each', () => {
  const scores = rfm(shop, {
    event: 'purchase',
    amount: 'amount',
    within: '365 days',
    recency: ['90 days', '30 days'],
    frequency: [1, 3],
    money: [50, 100],
  })
  const scoreOf = (segments: readonly AnySegment[], person: ReturnType<typeof who>): readonly number[] =>
    segments.flatMap((one, score) => (isIn(one, person) ? [score] : []))
  const bought = (amount: string, daysAgo: number) => ['purchase', daysAgo, { amount }] as const
  const cases = [
    [who(), 0, 0, 0],
    [who(bought('49.99', 400)), 0, 0, 0],
    [who(bought('49.99', 90)), 0, 1, 0],
    [who(bought('50', 89)), 1, 1, 1],
    [who(bought('99.99', 30)), 1, 1, 1],
    [who(bought('50', 29), bought('25', 40), bought('25', 50)), 2, 2, 2],
  ] as const
  for (const [person, recency, frequency, money] of cases) {
    expect(scoreOf(scores.recency, person)).toEqual([recency])
    expect(scoreOf(scores.frequency, person)).toEqual([frequency])
    expect(scoreOf(scores.money, person)).toEqual([money])
  }
})

test('rfm: a score of one count, or of none, is said so', () => {
  const { frequency } = rfm(shop, {
    event: 'purchase',
    amount: 'amount',
    within: '365 days',
    recency: ['90 days'],
    frequency: [1, 2, 4],
    money: [50],
  })
  expect(frequency.map((one) => inWords(one, schema))).toEqual([
    'never purchase in the last 365 days',
    'purchase exactly 1 time in the last 365 days',
    'purchase from 2 to 3 times in the last 365 days',
    'purchase at least 4 times in the last 365 days',
  ])
})

const mail = engagement(shop, {
  sent: 'sent',
  opened: 'opened',
  clicked: 'clicked',
  bounced: 'bounced',
  unsubscribed: 'left',
  campaign: 'campaign',
})

test('engagement is asked by names that are mapped once', () => {
  const spring = { campaign: 'spring' }
  const autumn = { campaign: 'autumn' }
  const reader = who(['sent', 9, spring], ['opened', 8, spring], ['sent', 2, autumn], ['opened', 1, autumn])
  const sleeper = who(['sent', 9, spring], ['opened', 8, spring], ['sent', 2, autumn])
  expect(isIn(mail.opened({ within: '2 days', campaign: 'autumn' }), reader)).toBe(true)
  expect(isIn(mail.opened({ within: '2 days' }), sleeper)).toBe(false)
  expect(isIn(mail.ignored({ within: '7 days' }), sleeper)).toBe(true)
  expect(isIn(mail.ignored(), sleeper)).toBe(false)
  expect(isIn(mail.openedLast(), reader)).toBe(true)
  expect(isIn(mail.openedLast(), sleeper)).toBe(false)
  expect(isIn(mail.openedSoon('1 day'), sleeper)).toBe(true)
  expect(isIn(mail.openedSoon('23 hours'), sleeper)).toBe(false)
  expect(isIn(mail.bounced(), reader)).toBe(false)
  expect(isIn(mail.clicked(), reader) || isIn(mail.unsubscribed(), reader)).toBe(false)
  expect(isIn(mail.sent({ campaign: 'spring' }), sleeper)).toBe(true)
})

test('the last few messages are opened, or none of them', () => {
  const sent = ['may', 'june', 'july'].map((campaign, i) => ['sent', 30 - i, { campaign }] as const)
  const opened = (campaign: string) => ['opened', 1, { campaign }] as const
  const cases = [
    [who(), [false, false, false, false]],
    [who(...sent), [false, false, true, true]],
    [who(...sent, opened('may')), [false, true, true, false]],
    [who(...sent, opened('june')), [true, true, false, false]],
    [who(...sent.slice(0, 2)), [false, false, true, false]],
    [who(...sent.slice(0, 2), opened('may')), [true, true, false, false]],
  ] as const
  for (const [person, expected] of cases) {
    const found = [mail.openedLast(2), mail.openedLast(3), mail.ignoredLast(2), mail.ignoredLast(3)]
    expect(found.map((one) => isIn(one, person))).toEqual(expected)
  }
  expect(() => mail.openedLast('5' as never)).toThrow(
    "found '5', expected how many of the messages that were sent last, from 1",
  )
})

test('what would be read without what it says is refused', () => {
  expect(() => mail.opened({ within: 7 as never })).toThrow("found 7, expected a duration such as '30 days'")
  expect(() => mail.opened('7 days' as never)).toThrow("found '7 days' for options of a message")
  expect(() => mail.ignored({ campain: 'spring' } as never)).toThrow("did you mean 'campaign'?")
  expect(() => mail.openedSoon(undefined as never)).toThrow(
    "found undefined in openedSoon(…), expected how soon, such as '2 days'",
  )
  const some = mail.opened({ campaign: ['may', 'june'] })
  expect(isIn(some, who(['opened', 3, { campaign: 'june' }]))).toBe(true)
  expect(isIn(some, who(['opened', 3, { campaign: 'april' }]))).toBe(false)
  const scored = (limits: object) => () =>
    rfm(shop, {
      event: 'purchase',
      amount: 'amount',
      within: '365 days',
      recency: ['90 days', '30 days'],
      frequency: [1, 5],
      money: [50, 500],
      ...limits,
    })
  expect(scored({ recency: ['30 days', '90 days'] })).toThrow(
    'found recency 30 days, 90 days: 90 days after 30 days, expected limits from the longest to the shortest, each once',
  )
  expect(scored({ money: [50, 50] })).toThrow(
    'found money 50, 50: 50 after 50, expected limits that ascend, each once',
  )
})

describe('a block refuses', () => {
  const names = {
    sent: 'sent',
    opened: 'opened',
    clicked: 'clicked',
    bounced: 'bounced',
    unsubscribed: 'left',
    campaign: 'campaign',
  } as const
  const stages = { event: 'purchase', new: '14 days', active: '30 days', lost: '90 days' } as const
  const limits = {
    event: 'purchase',
    amount: 'amount',
    within: '365 days',
    recency: ['90 days'],
    frequency: [1],
    money: [50],
  } as const
  const noBuilder = 'found an object as the first argument of'
  const loose = (value: unknown): never => value as never
  const { clicked: _, ...unclicked } = names
  const { money: __, ...moneyless } = limits

  test.each<readonly [string, () => unknown, string]>([
    ['a schema for a builder', () => lifecycle(loose(schema), stages), `${noBuilder} lifecycle(…)`],
    [
      'a schema for a builder',
      () => engagement(loose(schema) as typeof shop, names),
      `${noBuilder} engagement(…)`,
    ],
    [
      'nothing for a builder',
      () => rfm(loose(undefined) as typeof shop, limits),
      'found undefined as the first argument',
    ],
    [
      'no options',
      () => lifecycle(shop, loose(undefined)),
      'found no event, no new, no active, no lost in lifecycle(…), expected event, new, active, lost',
    ],
    ['no options', () => rfm(shop, loose(undefined)), 'in rfm(…), expected event, amount, within, recency'],
    ['no names', () => engagement(shop, loose(undefined)), 'found no sent, no opened'],
    ['a missing option', () => rfm(shop, loose(moneyless)), 'found no money in rfm(…)'],
    ['a missing name', () => engagement(shop, loose(unclicked)), 'found no clicked in engagement(…)'],
    [
      'a misspelled name',
      () => engagement(shop, loose({ ...names, clickd: 'clicked' })),
      "did you mean 'clicked'?",
    ],
    [
      'an unknown option',
      () => lifecycle(shop, loose({ ...stages, atRisk: '60 days' })),
      "unknown option 'atRisk'",
    ],
    ['an unknown option', () => rfm(shop, loose({ ...limits, monetary: [1] })), "unknown option 'monetary'"],
    [
      'no list of limits',
      () => rfm(shop, { ...limits, recency: loose('30 days') }),
      "found '30 days' as recency",
    ],
    [
      'no limits',
      () => rfm(shop, { ...limits, money: [] }),
      'found an empty list as money, expected at least one limit, in a list: limits that ascend',
    ],
    [
      'fewer events than none',
      () => rfm(shop, { ...limits, frequency: [0, 3] }),
      'found frequency 0, 3, expected limits from 1: nobody has fewer than 0',
    ],
    [
      'an unknown event',
      () => engagement(shop, { ...names, clicked: loose('clickd') }),
      "unknown event 'clickd' - did you mean 'clicked'?\n  at clicked",
    ],
    [
      'an unknown campaign, at once',
      () => engagement(shop, { ...names, campaign: loose('campain') }),
      "unknown property 'campain' - did you mean 'campaign'?\n  at campaign",
    ],
    [
      'a campaign that not all events have',
      () => engagement(shop, { ...names, bounced: loose('purchase') }),
      "'campaign', which 'purchase' does not have",
    ],
  ])('%s', (_case, make, message) => {
    expect(make).toThrow(message)
  })
})
