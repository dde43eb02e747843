import {
  atLeast,
  defineSchema,
  evaluate,
  explainPerson,
  inProcess,
  integer,
  list,
  nextChangeAt,
  object,
  type Person,
  PersonError,
  preparePerson,
  renderExplanation,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clock, person, schema, segment } from '../conformance/arbitrary.ts'
import { oddities } from './material.ts'

// People as applications hold them: what is no person is an error of the application, and what is in one is only a value.

const now = '2026-11-24T09:30:00Z'
const loose = (raw: unknown): Person => raw as Person

describe('anything for a person', () => {
  const anything = fc.anything({ withNullPrototype: true, withDate: true, withBigInt: true, withMap: true })

  test('or for its values: an answer, or a PersonError', () => {
    const hostile = fc.oneof(
      anything,
      fc.record({ id: anything, fields: anything, tags: anything, events: anything }, { requiredKeys: [] }),
      fc.record({
        id: fc.constant('x'),
        fields: fc.dictionary(fc.constantFrom(...schema.fields.keys()), anything),
        tags: fc.array(anything),
        events: fc.array(
          fc.oneof(anything, fc.record({ name: fc.constant('opened'), at: anything, id: anything })),
        ),
      }),
    )
    let answers = 0
    fc.assert(
      fc.property(segment, fc.oneof(hostile, person()), clock, (made, who, at) => {
        const options = { schema, now: new Date(at) }
        const told = [
          () => evaluate(made, loose(who), options),
          () => explainPerson(made, loose(who), options).member,
        ].map((ask) => {
          try {
            return ask()
          } catch (error) {
            if (!(error instanceof PersonError)) throw error
            return error.message
          }
        })
        expect(told[0]).toBe(told[1])
        if (typeof told[0] === 'boolean') answers += 1
      }),
      { numRuns: 3000, seed: 1 },
    )
    expect(answers).toBeGreaterThan(1000)
  })

  test.each(Object.keys(oddities))('%s in a field, a tag, an event and a property is missing', (name) => {
    const odd = oddities[name]!
    const everywhere: Person = {
      id: 'x',
      fields: Object.fromEntries([...schema.fields.keys()].map((field) => [field, odd()])),
      tags: [odd() as string, 'VIP', { tag: odd() as string, at: now }],
      events: [
        odd() as never,
        ...[...schema.events].map(([event, properties]) => ({
          id: odd() as string,
          name: event,
          at: '2026-11-01T00:00:00Z',
          properties: Object.fromEntries([...properties.keys()].map((one) => [one, odd()])),
        })),
      ],
    }
    for (const made of fc.sample(segment, { numRuns: 60, seed: 2 })) {
      try {
        const member = evaluate(made, everywhere, { schema, now })
        expect(renderExplanation(explainPerson(made, everywhere, { schema, now }))).toContain(
          member ? 'is a member' : 'is not a member',
        )
        nextChangeAt(made, everywhere, { schema, now })
      } catch (error) {
        if (!(error instanceof PersonError)) throw error
        expect(error.message).toContain('a value that cannot be read')
      }
    }
  })
})

describe('what is no person', () => {
  const everyone = segmentry<never>(schema).segment as unknown as () => {
    group(build: (g: { everyone(): never }) => never): Parameters<typeof evaluate>[0]
  }
  const all = everyone().group((g) => g.everyone())

  test.each<readonly [string, unknown, string]>([
    ['nothing', undefined, "this is no person: found undefined, expected a person such as { id: '42'"],
    ['null', null, 'found null, expected a person'],
    ['text', 'ann', "found 'ann', expected a person"],
    ['a list', [{ id: 'ann' }], 'found a list, expected a person'],
    ['one without an id', { fields: {} }, "found undefined under 'id', expected text such as '42'"],
    ['a number for an id', { id: 42 }, "found 42 under 'id', expected text"],
    [
      'fields in a list',
      { id: 'ann', fields: [] },
      "found an empty list under 'fields', expected an object of values by field",
    ],
    ['fields in a map', { id: 'ann', fields: new Map() }, "under 'fields'"],
    ['fields in text', { id: 'ann', fields: '{}' }, "found '{}' under 'fields'"],
    ['one tag for a list', { id: 'ann', tags: 'VIP' }, "found 'VIP' under 'tags', expected a list of tags"],
    ['tags in a set', { id: 'ann', tags: new Set(['VIP']) }, "under 'tags'"],
    ['events by name', { id: 'ann', events: {} }, "under 'events', expected a list of events"],
    [
      'what throws when it is read',
      {
        id: 'ann',
        get fields() {
          throw new Error('not loaded')
        },
      },
      'found a value that cannot be read: not loaded',
    ],
  ])('%s is refused by each way to ask', (_, raw, message) => {
    const ways: readonly (() => unknown)[] = [
      () => evaluate(all, loose(raw), { schema, now }),
      () => explainPerson(all, loose(raw), { schema, now }),
      () => nextChangeAt(all, loose(raw), { schema, now }),
      () => preparePerson(schema, loose(raw)),
      () => inProcess(schema, [{ id: 'bob' }, loose(raw)]),
    ]
    for (const way of ways) {
      expect(way).toThrow(PersonError)
      if (way !== ways.at(-1)) expect(way).toThrow(message)
    }
  })

  test('is told by its place among others', () => {
    expect(() => inProcess(schema, [{ id: 'bob' }, loose({ id: 'ann', tags: 'VIP' })])).toThrow(
      "this is no person: found 'VIP' under '1.tags', expected a list of tags",
    )
    expect(() => inProcess(schema, loose(undefined) as never)).toThrow(
      'found undefined, expected a list of people',
    )
  })

  test('nothing, or null, for fields, tags and events is none of them', () => {
    expect(
      evaluate(all, loose({ id: 'ann', fields: null, tags: null, events: undefined }), { schema, now }),
    ).toBe(true)
  })
})

describe('names that objects inherit', () => {
  const odd = defineSchema({
    fields: {
      toString: text(),
      valueOf: integer(),
      hasOwnProperty: object({ toString: text() }),
      isPrototypeOf: list(object({ toString: text() })),
    },
    tags: ['toString', '__proto__'],
    events: { toString: { valueOf: integer() }, valueOf: { toString: text() } },
  })
  interface Odd extends SchemaOf<typeof odd> {}
  const { segment: start } = segmentry<Odd>(odd)
  const asked = {
    field: start().group((g) => g.field('toString', 'a')),
    number: start().group((g) => g.field('valueOf', atLeast(1))),
    part: start().group((g) => g.field('hasOwnProperty.toString', 'a')),
    item: start().group((g) => g.field('isPrototypeOf', (item) => item.where('toString', 'a'))),
    tag: start().group((g) => g.tag('toString')),
    event: start().group((g) => g.event('toString', (e) => e.where('valueOf', 7))),
  }
  const [nobody, somebody]: readonly [Person, Person] = [
    { id: 'toString', fields: {}, tags: [], events: [] },
    {
      id: '__proto__',
      fields: {
        toString: 'a',
        valueOf: 1,
        hasOwnProperty: { toString: 'a' },
        isPrototypeOf: [{ toString: 'a' }],
      },
      tags: ['toString'],
      events: [{ id: '1', name: 'toString', at: '2026-01-01T00:00:00Z', properties: { valueOf: 7 } }],
    },
  ]

  test.each(Object.keys(asked) as (keyof typeof asked)[])('%s: own values only', (key) => {
    expect(evaluate(asked[key], nobody, { schema: odd, now })).toBe(false)
    expect(evaluate(asked[key], somebody, { schema: odd, now })).toBe(true)
  })

  test('cannot reach the prototype of anything', () => {
    const polluted = JSON.parse(
      '{"id":"x","fields":{"__proto__":{"toString":"a"},"constructor":{"prototype":{"x":1}}},' +
        '"events":[{"id":"1","name":"__proto__","at":"2026-01-01T00:00:00Z"}]}',
    ) as Person
    expect(evaluate(asked.field, polluted, { schema: odd, now })).toBe(false)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})
