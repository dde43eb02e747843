import { describe, expect, test } from 'vitest'
import {
  ago,
  anniversary,
  betweenHours,
  calendar,
  date,
  decodeSegment,
  decodeSegments,
  decodeSetSegment,
  defineSchema,
  during,
  evaluate,
  has,
  hasLength,
  hasSome,
  inLast,
  inMonth,
  inNext,
  is,
  isPresent,
  list,
  number,
  object,
  onWeekday,
  type SchemaOf,
  segmentry,
  since,
  text,
  timestamp,
  today,
} from '../src/index.ts'
import { issuesOf } from './vocabulary.ts'

// Calls that a newcomer writes: the message has what was written, and what is written instead.

const schema = defineSchema({
  fields: {
    state: text(),
    score: number(),
    languages: list(text()),
    born: date(),
    seen: timestamp(),
    orders: list(object({ sku: text() })),
  },
  events: { opened: { campaign: text(), size: number() }, left: {} },
  accounts: { company: { plan: text() } },
  zone: 'UTC',
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

interface Draft {
  readonly [method: string]: (...given: readonly unknown[]) => Draft
}
const issues = (write: (g: Draft) => unknown): readonly string[] =>
  issuesOf(() => segment().group(write as never))
const field = (name: string, asked: unknown): readonly string[] => issues((g) => g['field']!(name, asked))
const event = (write: (e: Draft) => unknown): readonly string[] => issues((g) => g['event']!('opened', write))
const loose = (value: unknown): never => value as never

describe('a duration that is none', () => {
  const expected = "expected a duration such as '30 days', '12 hours' or '1 week', at most 3650 days"

  test.each([
    ['30d', "'30d'"],
    ['1 month', "'1 month'"],
    ['0 days', "'0 days'"],
    ['-30 days', "'-30 days'"],
    [7, '7'],
    [undefined, "'undefined'"],
  ])('%j is shown as it was written', (given, shown) => {
    expect(event((e) => e['within']!(given))).toEqual([`event 'opened': found ${shown}, ${expected}`])
    expect(field('seen', inLast(loose(given)))).toEqual([`field 'seen': found ${shown}, ${expected}`])
    expect(field('seen', inNext(loose(given)))).toEqual([`field 'seen': found ${shown}, ${expected}`])
    expect(field('seen', during(ago(loose(given))))).toEqual([`field 'seen': found ${shown}, ${expected}`])
  })

  test('in a sequence, and as data', () => {
    const followed = { within: 7 }
    expect(
      issues((g) => g['sequence']!((s: Draft) => s['from']!('opened')['followedBy']!('left', followed))),
    ).toEqual([`found 7, ${expected}`])
    const stored = { over: 'clock', after: '-30d', until: 'now' }
    const rule = { kind: 'field', field: 'seen', test: { op: 'during', window: stored } }
    expect(issuesOf(() => decodeSegment({ format: 1, rule }, schema))).toEqual([`found '30d', ${expected}`])
  })
})

test.each<readonly [string, readonly string[], string]>([
  [
    'an equal list that is no test',
    field('languages', ['en', 'fr']),
    "found 'is' on 'languages', which is a list of text, expected one of has, hasAny, hasAll, is([…]) ('equals'), " +
      "hasSome ('some'), hasLength ('length'), isBlank ('blank'), isPresent ('present')",
  ],
  ['a list for a text', field('state', is(['CA'])), "found is([…]) ('equals') on 'state', which is text"],
  ['the domain of an address', field('state', is(['CA'])), "hasEmailDomain ('emailDomain')"],
  [
    'an element of a list of objects',
    field('orders', has(loose({ sku: 'A-1' }))),
    "found 'has' on 'orders', which is a list of an object, expected one of (item) => item.where(…) ('item')",
  ],
  [
    'a list of objects',
    field('orders', is(loose([{ sku: 'A-1' }]))),
    'expected one of (item) => item.where(…)',
  ],
  ['a name of a day', field('born', onWeekday(loose('Monday'))), 'found "Monday", expected a list'],
  ['one day', field('born', onWeekday(loose(1))), 'found 1, expected a list'],
  ['one month', field('born', inMonth(loose(11))), 'found 11, expected a list'],
  [
    'no window',
    field('born', during(loose(undefined))),
    'found undefined, expected a window such as last(…)',
  ],
  [
    'no window of a day',
    field('born', anniversary(loose(undefined))),
    'found undefined, expected a calendar',
  ],
  [
    'no length',
    field('languages', hasLength(loose(undefined))),
    'found undefined, expected a test such as is(…)',
  ],
  ['no test', field('languages', hasSome(loose('en'))), "found 'en', expected a test such as is(…)"],
  [
    'a test that was not called',
    field('state', isPresent),
    'found a function that was not called, expected what it gives: isPresent(…)',
  ],
  [
    'a window that was not called',
    field('born', during(loose(today))),
    'found a function that was not called, expected a window such as last(…), ago(…), since(…) or today()',
  ],
  ['the hours as text', field('seen', betweenHours(loose('9'), loose('17'))), "found hours '9' to '17'"],
  [
    'periods as text',
    field('born', during(calendar('month', loose('-3'), loose('-1')))),
    "found periods '-3' to '-1', expected whole numbers",
  ],
  [
    'options for the last period',
    field('born', during(calendar('year', 0, loose({ yearStart: 4 })))),
    "found periods 0 to an object, expected whole numbers of periods from −10000 to 10000, the first not after the second: calendar('month', -3, -1)",
  ],
  [
    'a day of the week as text',
    field('born', during(calendar('week', 0, 0, { weekStart: loose('7') }))),
    "found '7', expected a day from 1",
  ],
  [
    'a record of properties',
    event((e) => e['where']!({ size: 5 })),
    "unknown property 'an object' (expected one of campaign, size)",
  ],
  [
    'an instant without an offset',
    field('seen', '2026-01-01T00:00:00'),
    'found "2026-01-01T00:00:00", expected an instant with its offset, such as \'2026-01-01T00:00:00Z\'',
  ],
  [
    'a window from a date',
    field('seen', during(since('2026-01-01'))),
    "found '2026-01-01', expected an instant with its offset, such as '2026-01-01T00:00:00Z'",
  ],
  ['an instant of another form', field('seen', 'now'), "expected an instant such as '2026-11-24T09:30:00Z'"],
  [
    'a window that ends before it starts',
    field('seen', during(since('2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z'))),
    'found from 2026-02-01T00:00:00Z to 2026-01-01T00:00:00Z, expected an end that is later than the start',
  ],
  [
    'a part of the items of a list',
    field('orders.sku', 'A-1'),
    "unknown field 'orders.sku', expected a test of an item of the list 'orders': (item) => item.where('sku', …)",
  ],
  [
    'a field of the person within an account',
    issues((g) => g['account']!('company', (a: Draft) => a['field']!('email', 'x'))),
    "account 'company': unknown field 'email' (expected one of plan)",
  ],
  [
    'a first step in a window',
    issues((g) =>
      g['sequence']!((s: Draft) => s['from']!('opened', { within: '30 days' })['followedBy']!('left')),
    ),
    "expected an event to start from; when it happened is said by of: (e) => e.within('30 days')",
  ],
])('%s', (_, found, message) => {
  expect(found.join('\n')).toContain(message)
})

test('a manual list names people, a reason and an author, and nothing else', () => {
  const everyone = segment().group((g) => g.everyone())
  const note = { reason: 'asked', author: 'bob' }
  expect(() => everyone.includePeople(loose([]), note)).toThrow(
    'found an empty list as people of a manual list',
  )
  expect(() => everyone.includePeople(['ann'], loose({ reason: 'asked', by: 'bob' }))).toThrow(
    "unknown option 'by' (expected one of reason, author)",
  )
  expect(() => everyone.includePeople(['ann'], loose(undefined))).toThrow('found undefined as reason')
})

test('an option that means nothing is not left out of account', () => {
  const everyone = segment().group((g) => g.everyone())
  const now = '2026-11-24T00:00:00Z'
  expect(() => evaluate(everyone, { id: 'ann' }, loose({ schema, now, nwo: now }))).toThrow(
    "unknown option 'nwo' - did you mean 'now'?",
  )
  const data = { format: 1, rule: { kind: 'everyone' } }
  const top = { ...data, top: { count: 1, order: 'most', by: { kind: 'field', field: 'score' } } }
  for (const decode of [
    (options: object) => decodeSegment(data, schema, options),
    (options: object) => decodeSetSegment(top, schema, options),
    (options: object) => decodeSegments({ all: data }, schema, options),
  ]) {
    expect(() => decode({ limit: 5 })).toThrow("unknown option 'limit' - did you mean 'limits'?")
    expect(() => decode({ limits: { documnt: 5 } })).toThrow(
      "unknown option 'documnt' - did you mean 'document'?",
    )
    expect(() => decode({ limits: 5 })).toThrow('found 5 for limits, expected an object such as { depth: … }')
    expect(() => decode({ limits: { document: 5_000 } })).not.toThrow()
  }
})

test('how many people are taken is no text', () => {
  const everyone = segment().group((g) => g.everyone())
  expect(() => everyone.top(loose('3'), 'score')).toThrow("found '3', expected a whole number of people")
})
