import { describe, expect, test } from 'vitest'
import {
  atLeast,
  atMost,
  between,
  decodeSegment,
  defineSchema,
  evaluate,
  hasLength,
  is,
  list,
  noneOf,
  number,
  oneOf,
  type SchemaOf,
  segmentry,
  text,
} from '../src/index.ts'
import { issuesOf } from './vocabulary.ts'

// Slips of the pen that would silently mean something else, and what the message says to do instead.

const schema = defineSchema({
  fields: { state: text(), langs: list(text()), lat: number(), lon: number() },
  events: {
    opened: { campaign: text(), size: number() },
    purchase: { amount: number(), size: text() },
    left: {},
  },
  zone: 'UTC',
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const loose = (value: unknown): never => value as never

describe('fewer than none', () => {
  const expected = 'expected a number from 0 on: there are never fewer'

  test.each([
    ['a count', () => segment().group((g) => g.event('opened', (e) => e.count(atLeast(-1))))],
    [
      'a number of days',
      () => segment().group((g) => g.event('opened', (e) => e.activeOn('day', atLeast(-1)))),
    ],
    [
      'a number of values',
      () => segment().group((g) => g.event('opened', (e) => e.distinct('campaign', atMost(-1)))),
    ],
    ['one of several', () => segment().group((g) => g.event('opened', (e) => e.count(oneOf(0, -1))))],
    ['an end', () => segment().group((g) => g.event('opened', (e) => e.count(between(-1, 3))))],
    ['the length of a list', () => segment().group((g) => g.field('langs', hasLength(-1)))],
  ])('%s is refused', (_, make) => {
    const issues = issuesOf(make)
    expect(issues).toHaveLength(1)
    expect(issues[0]).toContain(`found -1, ${expected}`)
  })

  test('is refused as data with its place', () => {
    const rule = {
      kind: 'event',
      event: 'opened',
      measure: { of: 'count', test: { op: 'oneOf', values: [1, -2] } },
    }
    expect(() => decodeSegment({ format: 1, rule }, schema)).toThrow(
      `found -2, ${expected}\n  at rule.measure.test.values.1`,
    )
  })

  test('0 is fine, and so is less than 0 of what is measured', () => {
    expect(issuesOf(() => segment().group((g) => g.event('opened', (e) => e.count(0))))).toEqual([])
    expect(
      issuesOf(() => segment().group((g) => g.event('opened', (e) => e.min('size', atLeast(-5))))),
    ).toEqual([])
  })
})

describe('a sequence says', () => {
  test('which event lacks the property that all share', () => {
    const issues = issuesOf(() =>
      segment().group((g) => g.sequence((s) => s.from('opened').followedBy('left').by(loose('campaign')))),
    )
    expect(issues).toEqual(["event 'left': unknown property 'campaign' (no property is declared)"])
  })

  test('which event has it as another type', () => {
    const issues = issuesOf(() =>
      segment().group((g) => g.sequence((s) => s.from('opened').followedBy('purchase').by('size'))),
    )
    expect(issues).toEqual([
      "found 'size' of event 'purchase', which is text, expected a number, as it is in the first step",
    ])
  })

  test('where what never happens has its place', () => {
    const issues = issuesOf(() =>
      segment().group((g) =>
        g.sequence((s) =>
          (
            s.from('opened').neverFollowedBy('left', { within: '1 day' }) as ReturnType<typeof s.from>
          ).followedBy('purchase'),
        ),
      ),
    )
    expect(issues).toEqual([
      'found step 2 that never happens, with another step after it, expected it last, neverFollowedBy(…): ' +
        'put the steps that happen before it, or say it in a sequence of its own',
    ])
  })
})

test.each([
  [{ last: 0 }, 'found 0, expected how many of the last events, from 1 to 1000'],
  [{ first: 1.5 }, 'found 1.5, expected how many of the first events, from 1 to 1000'],
  [{ last: 1001 }, 'found 1001, expected how many of the last events, from 1 to 1000'],
  [{ first: 1, last: 2 }, 'as an anchor'],
  [{ lst: 2 }, 'as an anchor'],
  ['middle', "found 'middle' as an anchor, expected 'any', 'first', 'last', { first: 3 } or { last: 3 }"],
  [null, 'found null as an anchor'],
])('an anchor of %j is refused', (anchor, message) => {
  expect(() =>
    segment().group((g) =>
      g.sequence((s) => s.from('opened', { anchor: anchor as never }).followedBy('purchase')),
    ),
  ).toThrow(message)
})

test('any event as an anchor has no number', () => {
  const steps = [{ event: 'opened' }, { event: 'purchase' }]
  const data = { format: 1, rule: { kind: 'sequence', anchor: 'any', anchors: 2, steps } }
  expect(issuesOf(() => decodeSegment(data, schema))).toEqual([
    "found 2 of any events, expected an anchor that is 'first' or 'last'",
  ])
})

test('two fields of different types are named, with their types', () => {
  const issues = issuesOf(() => segment().group((g) => g.compare('state', 'is', loose('lat'))))
  expect(issues).toEqual(["found 'lat', which is a number, expected a field that is text, as 'state' is"])
  const place = issuesOf(() =>
    segment().group((g) =>
      g.near({ latitude: loose('state'), longitude: 'lon' }, { latitude: 1, longitude: 2 }, { miles: 3 }),
    ),
  )
  expect(place).toEqual(["found 'state', which is text, expected a number"])
})

test('several values can leave the case of text aside, too', () => {
  const in_ = segment().group((g) => g.field('state', oneOf(['CA', 'ny'], { ignoringCase: true })))
  const out = segment().group((g) =>
    g.field('state', noneOf(['CA', 'ny'], { missing: 'include', ignoringCase: true })),
  )
  const asked = (state?: string) =>
    [in_, out].map((made) =>
      evaluate(made, { id: 'x', fields: { state } }, { schema, now: '2026-11-24T00:00:00Z' }),
    )
  expect([asked('ca'), asked('NY'), asked('TX'), asked()]).toEqual([
    [true, false],
    [true, false],
    [false, true],
    [false, true],
  ])
  expect(segment().group((g) => g.field('state', oneOf('CA', 'ny'))).definition.rule).toEqual(
    segment().group((g) => g.field('state', oneOf(['CA', 'ny'], {}))).definition.rule,
  )
  expect(in_.definition).toEqual(decodeSegment(JSON.stringify(in_), schema).definition)
  expect(
    issuesOf(() => segment().group((g) => g.field('lat', loose(oneOf(['1'], { ignoringCase: true }))))),
  ).not.toEqual([])
  expect(is('a', { ignoringCase: true })).toHaveProperty('ignoringCase', true)
})

test('a manual list has each person once, with a reason and an author', () => {
  const everyone = segment().group((g) => g.everyone())
  const note = { reason: 'asked', author: 'bob' }
  const data = (included: unknown) => () =>
    decodeSegment({ format: 1, rule: { kind: 'everyone' }, included }, schema)
  const entry = { person: 'ann', ...note }
  const cases: readonly (readonly [() => unknown, () => unknown, string])[] = [
    [
      () => everyone.includePeople([''], note),
      data([{ ...entry, person: '' }]),
      "found '' as person, expected an id",
    ],
    [
      () => everyone.includePeople(['ann', 'bob', 'ann'], note),
      data([entry, { ...entry, person: 'bob' }, entry]),
      "found 'ann' twice, expected each person once in a list",
    ],
    [
      () => everyone.includePeople(['ann'], { reason: ' ', author: 'bob' }),
      data([{ ...entry, reason: ' ' }]),
      "found ' ' as reason, expected the reason in words",
    ],
    [
      () => everyone.includePeople(['ann'], { reason: 'x', author: '' }),
      data([{ ...entry, reason: 'x', author: '' }]),
      "found '' as author, expected the author in words",
    ],
    [
      () => everyone.includePeople(['a\0'], note),
      data([{ ...entry, person: 'a\0' }]),
      'as person, expected an id',
    ],
  ]
  for (const [built, decoded, message] of cases) {
    expect(built).toThrow(message)
    expect(decoded).toThrow(message)
  }
  // Once in each of the two lists is another matter: out beats in.
  expect(() => everyone.includePeople(['ann'], note).excludePeople(['ann'], note)).not.toThrow()
})
