import { describe as suite, expect, test } from 'vitest'
import {
  type AnySegment,
  atLeast,
  atMost,
  choice,
  decimal,
  decodeSegment,
  DefinitionError,
  defineSchema,
  dependencies,
  describe,
  encodeSegment,
  evaluate,
  explainPerson,
  greaterThan,
  hashRule,
  integer,
  is,
  isMissing,
  list,
  nextChangeAt,
  object,
  type SchemaOf,
  segmentry,
  text,
} from '../src/index.ts'

// Events of several names are one stream.

const schema = defineSchema({
  zone: 'UTC',
  fields: {},
  events: {
    opened: { campaign: text(), clicks: integer(), device: choice('phone', 'desk'), seen: list(text()) },
    clicked: { campaign: text(), clicks: integer(), device: choice('desk', 'phone'), seen: list(integer()) },
    purchase: { amount: decimal(2), clicks: text(), device: choice('phone') },
    refund: { amount: decimal(2), items: list(object({ sku: text() })) },
    fee: { amount: decimal(3) },
  },
})
interface Shop extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Shop>(schema)
const now = '2026-11-24T00:00:00.000Z'
const day = 86_400_000

type Happened = readonly [name: string, daysAgo: number, properties?: Record<string, unknown>, id?: string]
const who = (...events: readonly Happened[]) => ({
  id: 'ann',
  events: events.map(([name, daysAgo, properties = {}, id], i) => ({
    id: id ?? String(i),
    name,
    at: new Date(Date.parse(now) - daysAgo * day),
    properties,
  })),
})

/** Whether they are in the segment, as it was built and as it comes back from JSON. */
function isIn(made: AnySegment, ...events: readonly Happened[]): boolean {
  const built = evaluate(made, who(...events), { schema, now })
  const decoded = decodeSegment(encodeSegment(made), schema)
  expect(evaluate(decoded, who(...events), { schema, now })).toBe(built)
  return built
}

test('all of them are counted', () => {
  const made = segment().group((g) =>
    g.event(['opened', 'clicked'], (e) => e.within('30 days').count(atLeast(3))),
  )
  expect(isIn(made, ['opened', 1], ['clicked', 2], ['opened', 3])).toBe(true)
  expect(isIn(made, ['opened', 1], ['clicked', 2], ['purchase', 3])).toBe(false)
  expect(isIn(made, ['opened', 1], ['clicked', 2], ['opened', 30])).toBe(false)
  const few = segment().group((g) => g.event(['opened', 'clicked'], (e) => e.count(atMost(1))))
  expect([isIn(few), isIn(few, ['clicked', 1]), isIn(few, ['clicked', 1], ['opened', 1])]).toEqual([
    true,
    true,
    false,
  ])
})

test('the first and the last are those of the whole stream', () => {
  const last = segment().group((g) => g.event(['opened', 'clicked'], (e) => e.last('campaign', 'spring')))
  const [spring, fall] = [{ campaign: 'spring' }, { campaign: 'fall' }]
  expect(isIn(last, ['opened', 1, spring], ['clicked', 2, fall])).toBe(true)
  expect(isIn(last, ['opened', 2, spring], ['clicked', 1, fall])).toBe(false)
  // At one instant the greater id comes last, and with one id the later name.
  expect(isIn(last, ['opened', 1, spring, 'b'], ['clicked', 1, fall, 'a'])).toBe(true)
  expect(isIn(last, ['opened', 1, spring, 'a'], ['clicked', 1, fall, 'b'])).toBe(false)
  expect(isIn(last, ['opened', 1, spring, 'a'], ['clicked', 1, fall, 'a'])).toBe(true)
  expect(isIn(last, ['clicked', 1, fall, 'a'], ['opened', 1, spring, 'a'])).toBe(true)
})

test('what they have in common is tested and measured', () => {
  const sum = segment().group((g) => g.event(['purchase', 'refund'], (e) => e.sum('amount', is(15))))
  expect(isIn(sum, ['purchase', 2, { amount: '20' }], ['refund', 1, { amount: '-5' }])).toBe(true)
  const made = segment().group((g) =>
    g.event(['opened', 'clicked'], (e) => e.where('device', 'phone').distinct('campaign', is(2))),
  )
  const phone = (campaign: string) => ({ campaign, device: 'phone' })
  expect(isIn(made, ['opened', 1, phone('a')], ['clicked', 1, phone('b')])).toBe(true)
  expect(isIn(made, ['opened', 1, phone('a')], ['clicked', 1, phone('a')])).toBe(false)
  const every = segment().group((g) =>
    g.event(['opened', 'clicked'], (e) => e.every('clicks', greaterThan(0), { ofNone: 'exclude' })),
  )
  expect(isIn(every, ['opened', 1, { clicks: 1 }], ['clicked', 1, { clicks: 2 }])).toBe(true)
  expect(isIn(every, ['opened', 1, { clicks: 1 }], ['clicked', 1, {}])).toBe(false)
})

test('they stop, resume and are compared as one', () => {
  const stopped = segment().group((g) => g.event(['opened', 'clicked'], (e) => e.stopped('30 days')))
  expect(isIn(stopped, ['opened', 40], ['clicked', 31])).toBe(true)
  expect(isIn(stopped, ['opened', 40], ['clicked', 29])).toBe(false)
  const resumed = segment().group((g) =>
    g.event(['opened', 'clicked'], (e) => e.resumed('7 days', { after: '30 days' })),
  )
  expect(isIn(resumed, ['opened', 40], ['clicked', 1])).toBe(true)
  expect(isIn(resumed, ['opened', 40], ['clicked', 20], ['opened', 1])).toBe(false)
  const more = segment().group((g) =>
    g.moreOften(['opened', 'clicked'], 'purchase', (e) => e.within('9 days')),
  )
  expect(isIn(more, ['opened', 1], ['clicked', 1], ['purchase', 1])).toBe(true)
  expect(isIn(more, ['opened', 9], ['clicked', 1], ['purchase', 1])).toBe(false)
})

test('a step of a sequence may be of several names, by what all steps share', () => {
  const made = segment().group((g) =>
    g.sequence((s) => s.from(['opened', 'clicked'], { anchor: 'last' }).followedBy('opened').by('campaign')),
  )
  const spring = { campaign: 'spring' }
  expect(isIn(made, ['clicked', 2, spring], ['opened', 1, { campaign: 'fall' }])).toBe(false)
  const later = segment().group((g) =>
    g.sequence((s) =>
      s
        .from('purchase')
        .followedBy(['opened', 'clicked'], { within: '3 days', of: (e) => e.where('clicks', 1) }),
    ),
  )
  expect(isIn(later, ['purchase', 5], ['clicked', 3, { clicks: 1 }])).toBe(true)
  expect(isIn(later, ['purchase', 5], ['clicked', 3, { clicks: 2 }], ['opened', 1, { clicks: 1 }])).toBe(
    false,
  )
})

test('it is one rule in whatever order the names are given, and one name is that name', () => {
  const rule = (...names: readonly ('opened' | 'clicked')[]) =>
    segment().group((g) => g.event(names)).definition.rule
  expect(rule('opened', 'clicked', 'opened')).toEqual(rule('clicked', 'opened'))
  expect(hashRule(rule('opened', 'clicked'))).toBe(hashRule(rule('clicked', 'opened')))
  expect(rule('opened', 'opened')).toEqual(segment().group((g) => g.event('opened')).definition.rule)
  expect(hashRule(rule('opened', 'clicked'))).not.toBe(hashRule(rule('opened')))
})

test('readers name each of them', () => {
  const made = segment().group((g) =>
    g.event(['opened', 'clicked'], (e) => e.within('30 days').where('campaign', 'spring').count(atLeast(2))),
  )
  expect(describe(made, schema)).toBe(
    "clicked or opened at least 2 times in the last 30 days where campaign is 'spring'",
  )
  expect(dependencies(made).events).toEqual(['clicked', 'opened'])
  const spring = { campaign: 'spring' }
  const person = who(['opened', 29, spring], ['clicked', 3, spring])
  expect(explainPerson(made, person, { schema, now }).reason?.found).toBe(2)
  // The clicked one and the opened one are two until the opened one leaves the window.
  expect(nextChangeAt(made, person, { schema, now })?.toISOString()).toBe('2026-11-25T00:00:00.000Z')
  const never = segment().group((g) => g.event(['opened', 'clicked'], (e) => e.never()))
  expect(describe(never, schema)).toBe('never clicked or opened')
})

suite('what cannot be meant is refused', () => {
  const messages = (run: () => unknown): readonly string[] => {
    try {
      run()
    } catch (error) {
      if (error instanceof DefinitionError) return error.issues.map(({ message }) => message)
      throw error
    }
    return []
  }
  const event = (names: unknown, build: (e: Record<string, (...of: unknown[]) => unknown>) => unknown) =>
    messages(() => segment().group((g) => g.event(names as never, build as never)))

  test('a property that one of them does not have', () => {
    expect(event(['opened', 'refund'], (e) => e['where']!('campaign', 'spring'))).toEqual([
      "found 'campaign', which 'refund' does not have, expected none, as they share no property",
    ])
    expect(event(['opened', 'clicked', 'purchase'], (e) => e['sum']!('amount', is(1)))).toEqual([
      "found 'amount', which 'clicked' does not have, expected none, as they share no property",
    ])
    expect(event(['opened', 'clicked'], (e) => e['where']!('campain', 'spring'))).toEqual([
      "unknown property 'campain' - did you mean 'campaign'?",
    ])
  })

  test('a property that has another type in one of them', () => {
    expect(event(['opened', 'clicked'], (e) => e['where']!('seen', isMissing()))).toEqual([
      "found 'seen', which is a list of a whole number in 'clicked' and a list of text in 'opened', expected a property that has one type in all of the events",
    ])
    expect(event(['purchase', 'fee'], (e) => e['sum']!('amount', is(1)))[0]).toContain('at most 3 digits')
    expect(event(['opened', 'purchase'], (e) => e['where']!('device', 'phone'))[0]).toContain(
      "one of 'phone' in",
    )
    const steps = messages(() =>
      segment().group((g) => g.sequence((s) => s.from('purchase').followedBy('fee').by('amount'))),
    )
    expect(steps).toEqual([
      "found 'amount' of event 'fee', which is a decimal with at most 3 digits after the point and 15 in all, expected a decimal with at most 2 digits after the point and 15 in all, as it is in the first step",
    ])
  })

  test('a name that is not known, and no name', () => {
    expect(event(['opened', 'clickd'], (e) => e)).toEqual([
      "unknown event 'clickd' - did you mean 'clicked'?",
    ])
    expect(event([], (e) => e)).toEqual(['events: found no events, expected at least one event'])
    expect(event([7], (e) => e)).toEqual([
      "unknown event '7' (expected one of opened, clicked, purchase, refund, fee)",
    ])
    expect(event(undefined, (e) => e)).toEqual([
      "unknown event 'undefined' (expected one of opened, clicked, purchase, refund, fee)",
    ])
    expect(event(['opened', 'clicked'], (e) => e['within']!('30 dys'))[0]).toContain(
      "events 'opened', 'clicked': found",
    )
  })

  test('as data, with its place', () => {
    const rule = {
      kind: 'event',
      event: ['opened', 'clickd'],
      measure: { of: 'count', test: { op: 'is', value: 0 } },
    }
    try {
      decodeSegment({ format: 1, rule }, schema)
      expect.unreachable()
    } catch (error) {
      expect((error as DefinitionError).issues.map(({ path }) => path.join('.'))).toEqual(['rule.event.1'])
    }
    expect(messages(() => decodeSegment({ format: 1, rule: { ...rule, event: 7 } }, schema))).toHaveLength(1)
  })
})
