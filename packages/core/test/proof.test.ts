import {
  after,
  ago,
  atLeast,
  atMost,
  between,
  betweenHours,
  boolean,
  checkedRule,
  choice,
  contains,
  date,
  decimal,
  DefinitionError,
  defineSchema,
  doesNotHave,
  doesNotStartWith,
  during,
  endsWith,
  greaterThan,
  has,
  hasAll,
  hasAny,
  hasEmailDomain,
  hasLength,
  hasNone,
  hasSome,
  implies,
  inLast,
  inMonth,
  integer,
  is,
  isBlank,
  isImpossible,
  isMissing,
  isNot,
  isNotBlank,
  isPresent,
  lastMonth,
  lessThan,
  list,
  matches,
  type Node,
  noneOf,
  number,
  object,
  oneOf,
  onWeekday,
  type SchemaOf,
  segmentry,
  since,
  startsWith,
  text,
  thisMonth,
  thisWeek,
  timestamp,
  today,
  tomorrow,
  version,
} from '@segmentry/core'
import { describe, expect, test } from 'vitest'

const schema = defineSchema({
  zone: 'UTC',
  fields: {
    state: text(),
    plan: choice('free', 'pro', 'team'),
    spent: decimal(2),
    visits: integer(),
    age: integer(),
    score: number(),
    active: boolean(),
    born: date(),
    seenAt: timestamp(),
    app: version(),
    languages: list(text()),
    items: list(object({ sku: text(), price: decimal(2) })),
    lat: number(),
    lon: number(),
  },
  tags: ['VIP', 'churned'],
  events: {
    opened: { campaign: text(), clicks: integer() },
    clicked: { campaign: text() },
    purchase: { amount: decimal(2), sku: text() },
  },
  accounts: { company: { plan: choice('free', 'pro'), seats: integer() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

type Build = Parameters<ReturnType<typeof segment>['group']>[0]

const rule = (build: Build): Node => checkedRule(segment().group(build), schema)
const vip = segment().group((g) => g.tag('VIP').field('spent', greaterThan('500')))
const california = { latitude: 37.8, longitude: -122.3 }
const place = { latitude: 'lat', longitude: 'lon' } as const

/** The first implies the second, and not the other way round. */
const stronger: Readonly<Record<string, readonly [Build, Build]>> = {
  'a value and several': [(g) => g.field('state', 'CA'), (g) => g.field('state', oneOf('CA', 'NY'))],
  'a value and what it is not': [
    (g) => g.field('state', 'CA'),
    (g) => g.field('state', isNot('NY', { missing: 'exclude' })),
  ],
  'a value, which is not missing': [(g) => g.field('state', 'CA'), (g) => g.field('state', isPresent())],
  'missing, where that passes': [
    (g) => g.field('state', isMissing()),
    (g) => g.field('state', isNot('NY', { missing: 'include' })),
  ],
  'a value and a part of it': [
    (g) => g.field('state', 'California'),
    (g) => g.field('state', contains('for')),
  ],
  'a value and its pattern': [(g) => g.field('state', 'CA'), (g) => g.field('state', matches('[A-C]?'))],
  'a value and its form in another case': [
    (g) => g.field('state', 'CA'),
    (g) => g.field('state', is('ca', { ignoringCase: true })),
  ],
  'a start and a shorter one': [
    (g) => g.field('state', startsWith('Cal')),
    (g) => g.field('state', startsWith('ca', { ignoringCase: true })),
  ],
  'a start and what it contains': [
    (g) => g.field('state', startsWith('Cal')),
    (g) => g.field('state', contains('al')),
  ],
  'a start and a pattern': [
    (g) => g.field('state', matches('Cal*')),
    (g) => g.field('state', startsWith('Ca')),
  ],
  'a start, which is not blank': [
    (g) => g.field('state', startsWith('C')),
    (g) => g.field('state', isNotBlank()),
  ],
  'a start and what does not start so': [
    (g) => g.field('state', startsWith('CA')),
    (g) => g.field('state', doesNotStartWith('NY', { missing: 'exclude' })),
  ],
  'a domain and several': [
    (g) => g.field('state', hasEmailDomain('x.org')),
    (g) => g.field('state', hasEmailDomain('x.org', 'y.org')),
  ],
  'a domain and the end of an address': [
    (g) => g.field('state', hasEmailDomain('x.org')),
    (g) => g.field('state', endsWith('X.org', { ignoringCase: true })),
  ],
  'more and less money': [
    (g) => g.field('spent', greaterThan('500')),
    (g) => g.field('spent', greaterThan('250')),
  ],
  'a version': [(g) => g.field('app', atLeast('1.10.0')), (g) => g.field('app', greaterThan('1.9.0'))],
  'a narrower stretch': [(g) => g.field('visits', between(3, 5)), (g) => g.field('visits', atLeast(2))],
  'a choice and the others': [
    (g) => g.field('plan', 'pro'),
    (g) => g.field('plan', noneOf(['free'], { missing: 'exclude' })),
  ],
  'a later date': [(g) => g.field('born', after('2000-01-01')), (g) => g.field('born', after('1990-01-01'))],
  'a date and its weekday': [
    (g) => g.field('born', is('2026-11-24')),
    (g) => g.field('born', onWeekday([1, 2])),
  ],
  weekdays: [(g) => g.field('born', onWeekday([6])), (g) => g.field('born', onWeekday([6, 7]))],
  months: [(g) => g.field('born', inMonth([1])), (g) => g.field('born', inMonth([1, 2]))],
  'hours of the night': [
    (g) => g.field('seenAt', betweenHours(23, 1)),
    (g) => g.field('seenAt', betweenHours(22, 6)),
  ],
  '30 days and 90': [
    (g) => g.field('seenAt', inLast('30 days')),
    (g) => g.field('seenAt', inLast('90 days')),
  ],
  'a month and 4 weeks': [
    (g) => g.field('seenAt', inLast('4 weeks')),
    (g) => g.field('seenAt', inLast('30 days')),
  ],
  'longer ago': [
    (g) => g.field('seenAt', during(ago('90 days'))),
    (g) => g.field('seenAt', during(ago('30 days'))),
  ],
  'since an instant': [
    (g) => g.field('seenAt', during(since('2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'))),
    (g) => g.field('seenAt', during(since('2026-01-01T00:00:00Z'))),
  ],
  'today and this month': [
    (g) => g.field('born', during(today())),
    (g) => g.field('born', during(thisMonth())),
  ],
  'today so far': [
    (g) => g.field('seenAt', during(today({ soFar: true }))),
    (g) => g.field('seenAt', during(today())),
  ],
  'elements of a list': [
    (g) => g.field('languages', hasAll('en', 'fr')),
    (g) => g.field('languages', has('en')),
  ],
  'one of the elements': [
    (g) => g.field('languages', has('en')),
    (g) => g.field('languages', hasAny('en', 'fr')),
  ],
  'a list and its length': [
    (g) => g.field('languages', hasAll('en', 'fr')),
    (g) => g.field('languages', hasLength(atLeast(2))),
  ],
  'a whole list': [(g) => g.field('languages', is(['en', 'fr'])), (g) => g.field('languages', has('fr'))],
  'none of the elements': [
    (g) => g.field('languages', hasNone(['en', 'fr'], { missing: 'exclude' })),
    (g) => g.field('languages', doesNotHave('en', { missing: 'exclude' })),
  ],
  'an element that passes': [
    (g) => g.field('languages', hasSome(startsWith('en-'))),
    (g) => g.field('languages', hasSome(startsWith('en'))),
  ],
  'an item that passes': [
    (g) => g.field('items', (item) => item.where('sku', 'A').where('price', greaterThan('10'))),
    (g) => g.field('items', (item) => item.where('price', greaterThan('5'))),
  ],
  'a tag and its window': [(g) => g.tag('VIP', today()), (g) => g.tag('VIP')],
  'a tag in two windows': [(g) => g.tag('VIP', today()), (g) => g.tag('VIP', thisMonth())],
  'one compared with another': [
    (g) => g.compare('visits', 'lessThan', 'age'),
    (g) => g.compare('age', 'atLeast', 'visits'),
  ],
  'a nearer place': [
    (g) => g.near(place, california, { kilometers: 5 }),
    (g) => g.near(place, california, { miles: 5 }),
  ],
  'a share of a share': [(g) => g.bucket('spring', 10, 20), (g) => g.bucket('spring', 0, 50)],
  'people by hand': [(g) => g.people('ann'), (g) => g.people('ann', 'bob')],
  'another segment': [(g) => g.in(vip), (g) => g.field('spent', greaterThan('100'))],
  'more events': [
    (g) => g.event('opened', (e) => e.count(atLeast(5))),
    (g) => g.event('opened', (e) => e.count(atLeast(2))),
  ],
  'events of a narrower window': [
    (g) => g.event('opened', (e) => e.within('30 days')),
    (g) => g.event('opened', (e) => e.within('90 days')),
  ],
  'events of today': [
    (g) => g.event('opened', (e) => e.during(today())),
    (g) => g.event('opened', (e) => e.during(thisMonth())),
  ],
  'events of one name of two': [
    (g) => g.event('opened', (e) => e.where('campaign', 'spring')),
    (g) => g.event(['opened', 'clicked'], (e) => e.where('campaign', startsWith('spr'))),
  ],
  'events with narrower properties': [
    (g) => g.event('purchase', (e) => e.where('amount', greaterThan('500')).where('sku', 'A')),
    (g) => g.event('purchase', (e) => e.where('amount', greaterThan('250'))),
  ],
  'no events of a wider window': [
    (g) => g.event('opened', (e) => e.within('90 days').never()),
    (g) => g.event('opened', (e) => e.within('30 days').never()),
  ],
  'a sum of events, of which there are some': [
    (g) => g.event('purchase', (e) => e.sum('amount', greaterThan('500'))),
    (g) => g.event('purchase'),
  ],
  'a sum of a wider window, of what is never negative': [
    (g) =>
      g.event('purchase', (e) =>
        e.within('30 days').where('amount', atLeast('0')).sum('amount', atLeast('500')),
      ),
    (g) =>
      g.event('purchase', (e) =>
        e.within('90 days').where('amount', atLeast('0')).sum('amount', atLeast('300')),
      ),
  ],
  'different values, of so many events': [
    (g) => g.event('purchase', (e) => e.distinct('sku', atLeast(3))),
    (g) => g.event('purchase', (e) => e.count(atLeast(3))),
  ],
  'days, of so many events': [
    (g) => g.event('opened', (e) => e.within('30 days').activeOn('day', atLeast(3))),
    (g) => g.event('opened', (e) => e.within('60 days').count(atLeast(2))),
  ],
  'the last event and its window': [
    (g) => g.event('opened', (e) => e.lastAt(inLast('7 days'))),
    (g) => g.event('opened', (e) => e.within('30 days')),
  ],
  'the greatest value, which some event has': [
    (g) => g.event('purchase', (e) => e.max('amount', greaterThan('500'))),
    (g) => g.event('purchase', (e) => e.where('amount', greaterThan('250'))),
  ],
  'more of one than of another': [(g) => g.moreOften('opened', 'clicked'), (g) => g.event('opened')],
  'an account': [
    (g) => g.account('company', (a) => a.field('seats', greaterThan(50)).field('plan', 'pro')),
    (g) => g.account('company', (a) => a.field('seats', greaterThan(20))),
  ],
  'an account and any account': [
    (g) => g.account('company', (a) => a.anyPerson((p) => p.tag('VIP'))),
    (g) => g.account('company'),
  ],
  'two alternatives of three': [
    (g) => g.any((a) => a.tag('VIP').field('state', 'CA')),
    (g) => g.any((a) => a.tag('VIP').field('state', 'CA').field('plan', 'pro')),
  ],
}

describe('the first says more than the second', () => {
  test.each(Object.entries(stronger))('%s', (_, [one, other]) => {
    expect(implies(rule(one), rule(other), schema)).toBe(true)
    expect(implies(rule(other), rule(one), schema)).toBe(false)
  })
})

const contradictions: Readonly<Record<string, Build>> = {
  'two values': (g) => g.field('state', 'CA').field('state', 'NY'),
  'a bound on both sides': (g) => g.field('spent', greaterThan('500')).field('spent', lessThan('500.01')),
  'two starts': (g) =>
    g.field('state', startsWith('CA')).field('state', startsWith('cb', { ignoringCase: true })),
  'two domains': (g) => g.field('state', hasEmailDomain('x.org')).field('state', hasEmailDomain('y.org')),
  'blank, with a letter': (g) => g.field('state', isBlank()).field('state', contains('a')),
  'missing, and a value': (g) => g.field('state', isMissing()).field('state', isPresent()),
  'all values of a choice': (g) => g.field('plan', noneOf(['free', 'pro', 'team'], { missing: 'exclude' })),
  'a date on another weekday': (g) => g.field('born', is('2026-11-24')).field('born', onWeekday([1, 3])),
  'last month and this': (g) => g.field('born', during(lastMonth())).field('born', during(thisMonth())),
  'tomorrow, 30 days ago': (g) => g.field('seenAt', during(tomorrow())).field('seenAt', inLast('30 days')),
  'an event that is still to come': (g) => g.event('opened', (e) => e.during(tomorrow())),
  'an empty list with an element': (g) => g.field('languages', hasLength(0)).field('languages', has('en')),
  'an element that cannot be': (g) => g.field('items', (item) => item.where('sku', 'A').where('sku', 'B')),
  'an event that cannot be': (g) =>
    g.event('purchase', (e) => e.where('amount', greaterThan('500')).where('amount', lessThan('100'))),
  'no more than itself': (g) => g.moreOften('opened', 'opened', (e) => e.within('7 days')),
  'a tag that is not there, given today': (g) => g.noTag('VIP').tag('VIP', today()),
  'a field compared with itself': (g) => g.compare('visits', 'lessThan', 'visits'),
  'less and more than another': (g) =>
    g.compare('visits', 'lessThan', 'age').compare('age', 'lessThan', 'visits'),
  'shares that do not touch': (g) => g.bucket('spring', 0, 10).bucket('spring', 10, 20),
  'a segment and its complement': (g) => g.in(vip).notIn(vip),
}

describe('nobody can be', () => {
  test.each(Object.entries(contradictions))('%s', (_, build) =>
    expect(isImpossible(rule(build), schema)).toBe(true),
  )
})

const possible: Readonly<Record<string, Build>> = {
  'missing, where both allow it': (g) =>
    g
      .field('state', isNot('CA', { missing: 'include' }))
      .not((n) => n.field('state', isNot('CA', { missing: 'exclude' }))),
  'a text in some case, and one in the exact case': (g) =>
    g.field('state', is('ca', { ignoringCase: true })).field('state', contains('CA')),
  'a start and an end': (g) => g.field('state', startsWith('CA')).field('state', endsWith('cb')),
  'elements that differ': (g) => g.field('languages', has('en')).field('languages', has('fr')),
  'items that differ': (g) =>
    g.field('items', (item) => item.where('sku', 'A')).field('items', (item) => item.where('sku', 'B')),
  'accounts that differ': (g) =>
    g.account('company', (a) => a.field('plan', 'pro')).account('company', (a) => a.field('plan', 'free')),
  'a tag that a source has twice': (g) => g.tag('VIP', today()).tag('VIP', lastMonth()),
  'a sum that falls': (g) =>
    g
      .event('purchase', (e) => e.within('30 days').sum('amount', atLeast('500')))
      .event('purchase', (e) => e.within('90 days').sum('amount', lessThan('300'))),
  'an average between whole units': (g) =>
    g
      .event('purchase', (e) => e.average('amount', greaterThan('1')))
      .event('purchase', (e) => e.average('amount', lessThan('1.000001'))),
  'this week and last month': (g) => g.field('born', during(thisWeek())).field('born', during(lastMonth())),
  'less and more in another order of the zone': (g) =>
    g
      .field('seenAt', during(today({ zone: 'UTC' })))
      .field('seenAt', during(tomorrow({ zone: 'Asia/Kathmandu' }))),
  'values between two': (g) => g.field('score', greaterThan(1)).field('score', lessThan(1.1)),
  'nobody fewer than none': (g) => g.event('opened', (e) => e.count(atMost(0))),
}

describe('nothing is claimed of', () => {
  test.each(Object.entries(possible))('%s', (_, build) => {
    expect(isImpossible(rule(build), schema)).toBe(false)
    expect(isImpossible({ kind: 'not', of: rule(build) }, schema)).toBe(false)
  })
})

test('a proof is given up in time, however much there is to look at', () => {
  const start = performance.now()
  const texts = Array.from({ length: 90 }, (_, i) => `${'a'.repeat(900)}${i}`)
  const pattern = '*a?'.repeat(60)
  const patterns: Node[] = Array.from({ length: 150 }, (_, i) => ({
    kind: 'field',
    field: 'state',
    test: { op: 'matches', pattern: `${pattern}${i}*`, negated: true, whenMissing: false },
  }))
  const values: Node = { kind: 'field', field: 'state', test: { op: 'oneOf', values: texts } }
  const choices: Node[] = Array.from({ length: 200 }, (_, i) => ({
    kind: 'any',
    of: [
      {
        kind: 'event',
        event: 'opened',
        where: [{ property: 'clicks', test: { op: 'atLeast', value: i } }],
        measure: { of: 'count', test: { op: 'atLeast', value: 2 } },
      },
      { kind: 'field', field: 'visits', test: { op: 'is', value: i, negated: true, whenMissing: true } },
    ],
  }))
  isImpossible({ kind: 'all', of: [values, ...patterns] }, schema)
  isImpossible({ kind: 'all', of: choices }, schema)
  implies({ kind: 'all', of: choices }, { kind: 'any', of: choices }, schema)
  expect(performance.now() - start).toBeLessThan(5_000)
})

test('what is no rule of the schema is told', () => {
  const circle: { kind: 'not'; of: Node } = { kind: 'not', of: { kind: 'everyone' } }
  circle.of = circle
  const wrong: readonly (readonly [unknown, string])[] = [
    [
      { kind: 'field', field: 'stat', test: { op: 'is', value: 'CA' } },
      "unknown field 'stat' - did you mean 'state'?",
    ],
    [
      { kind: 'field', field: 'state', test: { op: 'during', window: { over: 'clock', until: 'now' } } },
      'wrong-operator',
    ],
    [{ kind: 'event', event: 'opened', measure: undefined }, 'measure'],
    [{ kind: 'any', of: 7 }, 'expected a filter'],
    [undefined, 'expected a filter'],
    [circle, 'more than 64 levels'],
  ]
  for (const [made, told] of wrong) {
    const issuesOf = (ask: () => unknown): string => {
      try {
        return String(ask())
      } catch (error) {
        if (error instanceof DefinitionError) return JSON.stringify(error.issues)
        throw error
      }
    }
    expect(issuesOf(() => isImpossible(made as Node, schema))).toContain(told)
    expect(issuesOf(() => implies({ kind: 'everyone' }, made as Node, schema))).toContain(told)
  }
  expect(() => isImpossible({ kind: 'everyone' }, {} as typeof schema)).toThrow('expected a schema')
})

test('this month is no month of the year, whatever the zone', () => {
  const zone = 'America/New_York'
  const of = (months: readonly number[]): Node => ({
    kind: 'event',
    event: 'opened',
    at: [{ op: 'during', window: { over: 'calendar', unit: 'day', from: 0, to: 0, zone } }],
    measure: { of: 'last', test: { op: 'month', months, zone, whenMissing: true } },
  })
  // Whoever opened something today did so in November, once a year.
  expect(isImpossible({ kind: 'not', of: of([1, 10, 12]) }, schema)).toBe(false)
  expect(implies(of([1]), of([1, 10, 12]), schema)).toBe(true)
})
