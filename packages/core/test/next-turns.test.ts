import { expect, test } from 'vitest'
import {
  anniversary,
  type AnySegment,
  calendar,
  defineSchema,
  evaluate,
  hasSome,
  last,
  list,
  nextChangeAt,
  object,
  type Person,
  date,
  during,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
  today,
} from '../src/index.ts'

// What turns with the calendar and what stands inside lists and events, one by one: the first hour with another answer is looked for.

const schema = defineSchema({
  zone: 'America/New_York',
  fields: {
    birthday: date(),
    joinedAt: timestamp(),
    visits: list(timestamp()),
    orders: list(object({ sku: text(), at: timestamp() })),
  },
  events: { booked: { starts: timestamp(), place: text() } },
})
interface Club extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Club>(schema)

const hour = 3_600_000
const now = Date.parse('2026-11-24T12:00:00Z')
const daysAgo = (days: number): string => new Date(now - days * 24 * hour).toISOString()

/** The first whole hour within so many days at which the answer is another. */
function firstOther(made: AnySegment, who: Person, days: number): string | undefined {
  const asked = (at: number): boolean => evaluate(made, who, { schema, now: new Date(at) })
  const then = asked(now)
  for (let at = now; at <= now + days * 24 * hour; at += hour) {
    if (asked(at) !== then) return new Date(at).toISOString()
  }
  return undefined
}

const birthday = (day: string): Person => ({ id: 'ann', fields: { birthday: day } })
const cases: readonly (readonly [string, AnySegment, Person])[] = [
  [
    'a birthday today ends',
    segment().group((g) => g.field('birthday', anniversary(today()))),
    birthday('1990-11-24'),
  ],
  [
    'a birthday comes',
    segment().group((g) => g.field('birthday', anniversary(today()))),
    birthday('1990-12-03'),
  ],
  [
    'the week before a birthday begins',
    segment().group((g) => g.field('birthday', anniversary(calendar('day', 0, 7)))),
    birthday('1990-12-20'),
  ],
  [
    'the month of a birthday ends',
    segment().group((g) => g.field('birthday', anniversary(calendar('month', 0, 0)))),
    birthday('1990-11-02'),
  ],
  [
    '29 February in a common year',
    segment().group((g) => g.field('birthday', anniversary(today(), { leapDay: '02-28' }))),
    birthday('2000-02-29'),
  ],
  [
    'the day of an instant in its zone',
    segment().group((g) => g.field('joinedAt', anniversary(today()))),
    { id: 'ann', fields: { joinedAt: '2020-12-01T02:00:00Z' } },
  ],
  [
    'an element leaves its window',
    segment().group((g) => g.field('visits', hasSome(during(last('30 days'))))),
    { id: 'ann', fields: { visits: [daysAgo(40), daysAgo(20), daysAgo(25)] } },
  ],
  [
    'a part of an item leaves its window',
    segment().group((g) =>
      g.field('orders', (item) => item.where('sku', 'a').where('at', during(last('30 days')))),
    ),
    {
      id: 'ann',
      fields: {
        orders: [
          { sku: 'b', at: daysAgo(2) },
          { sku: 'a', at: daysAgo(12) },
        ],
      },
    },
  ],
  [
    'a property of an event leaves its window',
    segment().group((g) => g.event('booked', (e) => e.where('starts', during(last('30 days'))))),
    {
      id: 'ann',
      events: [{ id: '1', name: 'booked', at: daysAgo(60), properties: { starts: daysAgo(10), place: 'x' } }],
    },
  ],
  [
    'the anniversary of a property',
    segment().group((g) => g.event('booked', (e) => e.where('starts', anniversary(today())))),
    {
      id: 'ann',
      events: [{ id: '1', name: 'booked', at: daysAgo(60), properties: { starts: '2020-12-24T15:00:00Z' } }],
    },
  ],
]

test.each(cases)('%s', (_, made, who) => {
  const next = nextChangeAt(made, who, { schema, now: new Date(now) })
  const expected = firstOther(made, who, 120)
  expect(expected).toBeDefined()
  expect(next?.toISOString()).toBe(expected)
})
