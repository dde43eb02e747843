import { describe, expect, test } from 'vitest'
import {
  ago as earlier,
  type AnySegment,
  anniversary,
  atLeast,
  betweenHours,
  calendar,
  defineSchema,
  describe as english,
  during,
  evaluate,
  greaterThan,
  is,
  isMissing,
  isNot,
  lastMonth,
  onWeekday,
  type PeriodOptions,
  type SchemaOf,
  segmentry,
  since,
  thisMonth,
  thisQuarter,
  thisYear,
  today,
} from '../src/index.ts'
import { ago, now, segment } from './people.ts'
import { bought, day, happened, isIn, issuesOf, opened, zone } from './vocabulary.ts'

// Each condition on events and on time with people whose answer is worked out by hand.

describe('events over time', () => {
  test('stopped: some before, none of late', () => {
    const made = segment().group((g) => g.event('opened', (e) => e.stopped('30 days')))
    expect(isIn(made, opened(ago(40 * day)))).toBe(true)
    expect(isIn(made, opened(ago(30 * day)))).toBe(true)
    expect(isIn(made, opened(ago(30 * day - 1)))).toBe(false)
    expect(isIn(made, opened(ago(40 * day), ago(day)))).toBe(false)
    expect(isIn(made, {})).toBe(false)
  })

  test('resumed: some of late, none in the gap, some before it', () => {
    const made = segment().group((g) => g.event('opened', (e) => e.resumed('7 days', { after: '90 days' })))
    expect(isIn(made, opened(ago(97 * day), ago(day)))).toBe(true)
    expect(isIn(made, opened(ago(96 * day), ago(day)))).toBe(false)
    expect(isIn(made, opened(ago(97 * day), ago(7 * day), ago(day)))).toBe(false)
    expect(isIn(made, opened(ago(97 * day)))).toBe(false)
    expect(isIn(made, opened(ago(day)))).toBe(false)
  })

  test('a band between two lengths of time ago', () => {
    const made = segment().group((g) => g.event('opened', (e) => e.during(earlier('30 days', '60 days'))))
    expect(isIn(made, opened(ago(30 * day)))).toBe(true)
    expect(isIn(made, opened(ago(60 * day)))).toBe(false)
    expect(isIn(made, opened(ago(60 * day - 1)))).toBe(true)
    expect(isIn(made, opened(ago(30 * day - 1)))).toBe(false)
  })

  test('between instants the first is included and the second is not', () => {
    const year = since('2026-01-01T00:00:00Z', '2026-07-01T02:00:00+02:00')
    const made = segment().group((g) => g.event('opened', (e) => e.during(year)))
    expect(isIn(made, opened('2026-01-01T00:00:00Z'))).toBe(true)
    expect(isIn(made, opened('2026-06-30T23:59:59.999Z'))).toBe(true)
    expect(isIn(made, opened('2026-07-01T00:00:00Z'))).toBe(false)
  })

  test('active on days, as the clocks of the zone show them over a change', () => {
    // New York sets its clocks back on 1 November 2026, at 06:00 UTC.
    const made = segment().group((g) => g.event('opened', (e) => e.activeOn('day', is(2), { zone })))
    const beforeMidnight = '2026-11-01T03:59:00Z' // 31 October 23:59, four hours behind
    const nextDay = '2026-11-02T04:59:00Z' // 1 November 23:59, five hours behind
    expect(isIn(made, opened(beforeMidnight, nextDay))).toBe(true)
    expect(isIn(made, opened('2026-11-01T04:00:00Z', nextDay))).toBe(false)
    expect(isIn(made, opened(beforeMidnight, nextDay, '2026-11-02T05:00:00Z'))).toBe(false)
    const weeks = segment().group((g) =>
      g.event('opened', (e) => e.activeOn('week', is(2), { zone, weekStart: 7 })),
    )
    // Saturday and Sunday are two weeks when weeks begin on Sunday.
    expect(isIn(weeks, opened('2026-11-21T17:00:00Z', '2026-11-22T17:00:00Z'))).toBe(true)
  })

  test('active in years and quarters that begin when it is said, here or in the schema', () => {
    const [june, july] = ['2026-06-15T12:00:00Z', '2026-07-15T12:00:00Z']
    const active = (unit: 'quarter' | 'year', options: PeriodOptions) =>
      segment().group((g) => g.event('opened', (e) => e.activeOn(unit, is(2), { zone, ...options })))
    expect(isIn(active('year', {}), opened(june, july))).toBe(false)
    expect(isIn(active('year', { yearStart: 7 }), opened(june, july))).toBe(true)
    expect(isIn(active('quarter', {}), opened('2026-01-15T12:00:00Z', '2026-03-31T12:00:00Z'))).toBe(false)
    expect(
      isIn(active('quarter', { yearStart: 3 }), opened('2026-01-15T12:00:00Z', '2026-03-31T12:00:00Z')),
    ).toBe(true)
    const fiscal = defineSchema({ fields: {}, events: { opened: {} }, zone: 'UTC', yearStart: 7 })
    const made = segmentry<SchemaOf<typeof fiscal>>(fiscal)
      .segment()
      .group((g) => g.event('opened', (e) => e.activeOn('year', is(2))))
    expect(
      evaluate(made, { id: 'ann', ...opened(june, july) }, { schema: fiscal, now: '2026-11-24T00:00:00Z' }),
    ).toBe(true)
    expect(english(made, fiscal)).toBe('number of different years (UTC), from July with opened is 2')
  })

  test('one thing more often than another', () => {
    const made = segment().group((g) => g.moreOften('purchase', 'opened', (e) => e.where('sku', 'A')))
    const purchase = happened('purchase', ago(day), { sku: 'A' })
    const other = happened('purchase', ago(day), { sku: 'B' })
    expect(isIn(made, { events: [purchase] })).toBe(true)
    expect(isIn(made, { events: [other] })).toBe(false)
    expect(isIn(made, { events: [purchase, happened('opened', ago(2 * day))] })).toBe(false)
    expect(isIn(made, {})).toBe(false)
  })
})

describe('what is made of events', () => {
  test('every, of some and of none', () => {
    const large = (ofNone: 'include' | 'exclude') =>
      segment().group((g) => g.event('purchase', (e) => e.every('amount', atLeast(10), { ofNone })))
    for (const ofNone of ['include', 'exclude'] as const) {
      expect(isIn(large(ofNone), bought({ amount: '10' }, { amount: '12.5' }))).toBe(true)
      expect(isIn(large(ofNone), bought({ amount: '10' }, { amount: '9.99' }))).toBe(false)
      // An event without the property fails the test.
      expect(isIn(large(ofNone), bought({ amount: '10' }, {}))).toBe(false)
      expect(isIn(large(ofNone), {})).toBe(ofNone === 'include')
    }
  })

  test('an average is exact, and of events that have the property', () => {
    const third = segment().group((g) => g.event('purchase', (e) => e.average('amount', atLeast('0.0333'))))
    const more = segment().group((g) => g.event('purchase', (e) => e.average('amount', atLeast('0.0334'))))
    const cents = bought({ amount: '0.10' }, { amount: '0' }, { amount: '0' }, {})
    expect([isIn(third, cents), isIn(more, cents)]).toEqual([true, false])
    const none = segment().group((g) => g.event('purchase', (e) => e.average('amount', isMissing())))
    expect([isIn(none, {}), isIn(none, bought({})), isIn(none, cents)]).toEqual([true, true, false])
  })

  test('least, greatest and different values', () => {
    const three = bought({ quantity: 3, sku: 'A' }, { quantity: 1, sku: 'a' }, { sku: 'A' })
    const least = segment().group((g) => g.event('purchase', (e) => e.min('quantity', is(1))))
    const greatest = segment().group((g) => g.event('purchase', (e) => e.max('quantity', greaterThan(2))))
    const different = segment().group((g) => g.event('purchase', (e) => e.distinct('sku', is(2))))
    expect([least, greatest, different].map((made) => isIn(made, three))).toEqual([true, true, true])
    expect([least, greatest, different].map((made) => isIn(made, {}))).toEqual([false, false, false])
    const noneDiffer = segment().group((g) => g.event('purchase', (e) => e.distinct('sku', is(0))))
    expect(isIn(noneDiffer, {})).toBe(true)
  })

  test('first and last break ties by id, whatever the order they are told in', () => {
    const at = ago(day)
    const events = [
      { id: 'b', name: 'purchase', at, properties: { sku: 'second' } },
      { id: 'a', name: 'purchase', at, properties: { sku: 'first' } },
    ]
    const first = segment().group((g) => g.event('purchase', (e) => e.first('sku', is('first'))))
    const last = segment().group((g) => g.event('purchase', (e) => e.last('sku', is('second'))))
    for (const told of [events, events.toReversed()]) {
      expect([isIn(first, { events: told }), isIn(last, { events: told })]).toEqual([true, true])
    }
  })

  test('the last event without the property has no value', () => {
    const unlike = (missing: 'include' | 'exclude') =>
      segment().group((g) => g.event('purchase', (e) => e.last('sku', isNot('A', { missing }))))
    const history = bought({ sku: 'B' }, {})
    expect([isIn(unlike('include'), history), isIn(unlike('exclude'), history)]).toEqual([true, false])
    expect([isIn(unlike('include'), {}), isIn(unlike('exclude'), {})]).toEqual([true, false])
  })

  test('the time of the first event is not that of an event in a window', () => {
    const fresh = segment().group((g) =>
      g.event('opened', (e) => e.firstAt(during(earlier('1 day', '7 days')))),
    )
    expect(isIn(fresh, opened(ago(2 * day), ago(day / 2)))).toBe(true)
    expect(isIn(fresh, opened(ago(30 * day), ago(2 * day)))).toBe(false)
  })
})

describe('calendars', () => {
  const month = (which: 'this' | 'last') =>
    segment().group((g) =>
      g.event('opened', (e) => e.during(which === 'this' ? thisMonth({ zone }) : lastMonth({ zone }))),
    )

  test("a month ends at the zone's midnight", () => {
    // In New York it is 30 November, 23:59:59.999 and then 1 December.
    const [before, after] = ['2026-12-01T04:59:59.999Z', '2026-12-01T05:00:00.000Z']
    expect([
      isIn(month('this'), opened(before), before),
      isIn(month('last'), opened(before), before),
    ]).toEqual([true, false])
    expect([isIn(month('this'), opened(before), after), isIn(month('last'), opened(before), after)]).toEqual([
      false,
      true,
    ])
    expect(isIn(month('this'), opened(after), after)).toBe(true)
  })

  test('a fiscal year from July has quarters from July, October, January and April', () => {
    const quarter = segment().group((g) =>
      g.field('seenAt', during(thisQuarter({ zone: 'UTC', yearStart: 7 }))),
    )
    const year = segment().group((g) => g.field('birthday', during(thisYear({ zone: 'UTC', yearStart: 7 }))))
    const seen = (seenAt: string): boolean => isIn(quarter, { fields: { seenAt } })
    expect(seen('2026-10-01T00:00:00Z')).toBe(true)
    expect(seen('2026-12-31T23:59:59.999Z')).toBe(true)
    expect(seen('2026-09-30T23:59:59.999Z')).toBe(false)
    const born = (birthday: string): boolean => isIn(year, { fields: { birthday } })
    expect([born('2026-07-01'), born('2027-06-30'), born('2026-06-30'), born('2027-07-01')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('periods are counted from the one that holds now', () => {
    const made = segment().group((g) => g.field('seenAt', during(calendar('day', -2, -1, { zone: 'UTC' }))))
    const seen = (seenAt: string): boolean => isIn(made, { fields: { seenAt } })
    expect([
      seen('2026-11-22T00:00:00Z'),
      seen('2026-11-23T23:59:59Z'),
      seen('2026-11-24T00:00:00Z'),
    ]).toEqual([true, true, false])
  })

  test('so far ends at now, which is included', () => {
    const made = segment().group((g) => g.field('seenAt', during(today({ zone: 'UTC', soFar: true }))))
    expect(isIn(made, { fields: { seenAt: now } })).toBe(true)
    expect(isIn(made, { fields: { seenAt: ago(-1) } })).toBe(false)
  })

  test('29 February falls on the day that is stated in a common year, and on itself in a leap year', () => {
    const birthday = (leapDay?: '02-28' | '03-01') =>
      segment().group((g) =>
        g.field('birthday', anniversary(today({ zone: 'UTC' }), leapDay === undefined ? {} : { leapDay })),
      )
    const born = { fields: { birthday: '2000-02-29' } }
    const on = (made: AnySegment): readonly string[] =>
      ['2027-02-28', '2027-03-01', '2028-02-28', '2028-02-29', '2028-03-01'].filter((date) =>
        isIn(made, born, `${date}T12:00:00Z`),
      )
    expect(on(birthday())).toEqual(['2027-03-01', '2028-02-29'])
    expect(on(birthday('03-01'))).toEqual(['2027-03-01', '2028-02-29'])
    expect(on(birthday('02-28'))).toEqual(['2027-02-28', '2028-02-29'])
  })

  test('hours pass midnight, by the clocks of the zone', () => {
    const night = segment().group((g) => g.field('seenAt', betweenHours(22, 6, { zone })))
    const seen = (seenAt: string): boolean => isIn(night, { fields: { seenAt } })
    // Five hours behind in winter, four in summer.
    expect([seen('2026-12-01T03:00:00Z'), seen('2026-12-01T02:59:59.999Z')]).toEqual([true, false])
    expect([seen('2026-12-01T10:59:59.999Z'), seen('2026-12-01T11:00:00Z')]).toEqual([true, false])
    expect([seen('2026-07-01T02:00:00Z'), seen('2026-07-01T10:00:00Z')]).toEqual([true, false])
  })

  test('a weekday is one of the zone; a date needs none', () => {
    const sunday = segment().group((g) => g.event('opened', (e) => e.at(onWeekday([7], { zone }))))
    expect(isIn(sunday, opened('2026-11-23T04:59:59Z'))).toBe(true)
    expect(isIn(sunday, opened('2026-11-23T05:00:00Z'))).toBe(false)
    const born = segment().group((g) => g.field('birthday', onWeekday([7])))
    expect(isIn(born, { fields: { birthday: '2026-11-22' } })).toBe(true)
  })

  test('without a zone, in the schema or the window, a calendar is refused', () => {
    const [message] = issuesOf(() => segment().group((g) => g.field('seenAt', during(today()))))
    expect(message).toContain("{ zone: 'America/New_York' }")
  })
})

test('where only a selection is asked for, a measure is refused and not dropped', () => {
  const often = (build: unknown) => () =>
    segment().group((g) => g.moreOften('opened', 'purchase', build as never))
  expect(often((e: { count(n: number): unknown }) => e.count(3))).toThrow(
    /a measure of event 'opened' in moreOften/,
  )
  expect(() =>
    segment().group((g) =>
      g.sequence((s) =>
        s.from('opened').followedBy('purchase', { of: ((e: { never(): unknown }) => e.never()) as never }),
      ),
    ),
  ).toThrow(/a measure of event 'purchase' in a step/)
})
