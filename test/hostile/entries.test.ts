import {
  type AnySegment,
  decimal,
  defineSchema,
  doesNotContain,
  evaluateAll,
  hasEmailDomain,
  inProcess,
  integer,
  isBlank,
  list,
  matches,
  object,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
  version,
} from '@segmentry/core'
import { segmentFlow, type SplitRequest } from '@segmentry/flow'
import {
  type Batch,
  IngestError,
  openEvaluator,
  openStore,
  type PostgresEvaluator,
  type Store,
} from '@segmentry/postgres'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../conformance/database.ts'
import {
  answerOrRefusal,
  byHand,
  nested,
  oddities,
  places,
  put,
  texts,
  unstorable,
  wide,
} from './material.ts'

// The ways in and the ways to ask, each with what nobody should hand over.

const schema = defineSchema({
  fields: {
    state: text(),
    visits: integer(),
    spent: decimal(2),
    seenAt: timestamp(),
    langs: list(text()),
    home: object({ city: text() }),
    items: list(object({ sku: text() })),
    app: version(),
  },
  tags: ['VIP'],
  events: { opened: { toString: text().required(), campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T09:30:00.000Z'
const everyone = segment().group((g) => g.everyone())

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  let store: Store
  let evaluator: PostgresEvaluator
  beforeAll(async () => {
    backend = await backends[backendName]()
    store = await openStore(schema, backend.connection)
    await store.ingest({
      people: [{ id: 'ann', fields: { state: 'CA' } }, { id: 'vera' }],
      tags: [{ person: 'vera', add: ['VIP'] }],
    })
    evaluator = await openEvaluator(store.source, backend.connection, { statementTimeout: '20 seconds' })
  })
  afterAll(() => backend.close())

  const stored = async (): Promise<readonly unknown[]> =>
    (
      await sql`select (select count(*) from segmentry.people)::int as people, (select count(*) from segmentry.tags)::int as tags, (select count(*) from segmentry.events)::int as events`.execute(
        backend.db,
      )
    ).rows

  describe('ingest', () => {
    const given: Batch = {
      people: [
        {
          id: 'bob',
          fields: { state: 'CA', visits: 1, langs: ['en'], home: { city: 'x' }, items: [{ sku: 'a' }] },
        },
      ],
      tags: [{ person: 'ann', add: ['VIP', { tag: 'VIP', at: now }], remove: ['VIP'] }],
      events: [
        { person: 'ann', id: '1', name: 'opened', at: now, properties: { toString: 'x', campaign: 'y' } },
      ],
    }
    // What throws by itself when it is read is the application's own error.
    const names = Object.keys(oddities).filter((name) => !/getter|proxy/.test(name))

    test.each(names)(
      '%s anywhere: it is stored as it is meant, or nothing is and why is told',
      async (name) => {
        for (const path of places(given)) {
          const before = await stored()
          const batch = put(given, path, oddities[name]!()) as Batch
          const result = await answerOrRefusal(() => store.ingest(batch))
          if (result instanceof Error) {
            expect(await stored()).toEqual(before)
            if (path.length > 1) expect(result).toBeInstanceOf(IngestError)
          }
        }
      },
    )

    test('instants whose offset, day or year there is not are refused, those at the ends of time are stored', async () => {
      const at = (instant: unknown) =>
        store.ingest({
          events: [
            {
              person: 'ann',
              id: String(instant),
              name: 'opened',
              at: instant as string,
              properties: { toString: 'x' },
            },
          ],
        })
      const odd = [
        '2026-01-01T00:00:00+518:00',
        '2026-01-01T00:00:00+16:00',
        '2026-01-01T00:00:00-00:60',
        '2026-02-30T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-06-30T23:59:60Z',
        '0000-01-01T00:00:00Z',
        '0001-01-01T00:00:00+00:01',
        '9999-12-31T23:59:59-00:01',
        '10000-01-01T00:00:00Z',
        '+275760-09-13T00:00:00Z',
        '2026-01-01T00:00:00',
        'infinity',
        new Date(8.64e15),
        1_790_000_000_000,
      ]
      for (const instant of odd) {
        await expect(at(instant)).rejects.toMatchObject({ _tag: 'IngestError' })
      }
      for (const instant of [
        '0001-01-01T15:59:00+15:59',
        '9999-12-31T08:00:59.999-15:59',
        '2026-01-01T00:00:00.9999999999Z',
      ]) {
        expect((await at(instant)).eventsAdded).toBe(1)
      }
    })

    test('a required property that is called as what objects inherit has to be given', async () => {
      const batch: Batch = {
        events: [{ person: 'ann', id: 'none', name: 'opened', at: now, properties: {} }],
      }
      await expect(store.ingest(batch)).rejects.toMatchObject({ _tag: 'IngestError' })
    })

    test.each([...texts, 'x'.repeat(512), '😀'.repeat(128)])('the id %j is stored as it is', async (id) => {
      await store.ingest({
        people: [{ id, fields: { state: id } }],
        events: [{ person: id, id, name: 'opened', at: now, properties: { toString: id } }],
      })
      const [loaded] = await evaluator.load([id], {
        fields: ['state'],
        tags: [],
        events: ['opened'],
        accounts: [],
        time: true,
      })
      expect(loaded).toMatchObject({ id, fields: { state: id } })
      const event = loaded!.events!.find((one) => one.id === id)
      expect({ ...event!.properties }).toEqual({ toString: id })
    })

    test.each([...unstorable, '', 'x'.repeat(513)])('the id %j is refused', async (id) => {
      await expect(store.ingest({ people: [{ id }] })).rejects.toMatchObject({ _tag: 'IngestError' })
    })
  })

  describe('an evaluator', () => {
    const to = <K extends string>(key: K, ...subjects: readonly string[]): SplitRequest<K> => ({
      subjects,
      branches: [{ key, when: key }],
      otherwise: 'constructor',
    })
    const asks: Readonly<Record<string, (one: AnySegment) => unknown>> = {
      count: (one) => evaluator.count(one),
      counts: (one) => evaluator.counts({ one }),
      members: (one) => Array.fromAsync(evaluator.members(one)),
      'members in a snapshot': (one) => Array.fromAsync(evaluator.members(one, { snapshot: true })),
      has: (one) => evaluator.has(one, 'ann'),
      which: (one) => evaluator.which({ one }, ['ann']),
      explain: (one) => evaluator.explain(one, 'ann'),
      sql: (one) => evaluator.sql(one),
      split: (one) => segmentFlow(evaluator, { one }).split(to('one', 'ann')),
    }
    test.each(Object.keys(asks))(
      '%s of what is too large, or no rule, is refused before a query is made',
      async (name) => {
        for (const rule of [nested(33), nested(100_000), wide(100_000), { kind: 'odd' }, 5, null]) {
          const error = await answerOrRefusal(() => asks[name]!(byHand(rule)))
          expect(error).toMatchObject({ _tag: name === 'split' ? 'FlowError' : 'DefinitionError' })
        }
      },
    )

    test.each(Object.keys(oddities).filter((name) => !/getter|proxy/.test(name)))(
      '%s for any argument is refused with a sentence, or answered',
      async (name) => {
        const odd = oddities[name] as () => never
        const calls: readonly (() => unknown)[] = [
          ...Object.values(asks).map((ask) => () => ask(odd())),
          () => evaluator.count(everyone, odd()),
          () => evaluator.count(everyone, { now: odd() }),
          () => evaluator.counts(odd()),
          () => evaluator.which({ everyone }, odd()),
          () => evaluator.which({ everyone }, [odd()]),
          () => evaluator.has(everyone, odd()),
          () => evaluator.explain(everyone, odd()),
          () => Array.fromAsync(evaluator.members(everyone, { after: odd() })),
          () => Array.fromAsync(evaluator.members(everyone, { limit: odd() })),
          () => Array.fromAsync(evaluator.members(everyone, { pageSize: odd() })),
          () => evaluator.load(odd(), { fields: [], tags: [], events: [], accounts: [], time: false }),
          () => evaluator.sql(everyone, odd()),
          () => segmentFlow(evaluator, odd()),
          () => segmentFlow(evaluator, { everyone: odd() }).split(to('everyone', 'ann')),
          () => segmentFlow(evaluator, { everyone }).split(odd()),
          () => segmentFlow(evaluator, { everyone }).split(to('everyone', odd())),
          () => segmentFlow(evaluator, { everyone }).split(to(odd(), 'ann')),
          () => segmentFlow(evaluator, { everyone }).split({ ...to('everyone', 'ann'), at: odd() }),
          () => openEvaluator(odd(), backend.connection),
          () => openEvaluator(store.source, odd()),
          () => openEvaluator(store.source, backend.connection, odd()),
          () => openStore(odd(), backend.connection),
          () => openStore(schema, backend.connection, { schema: odd() }),
        ]
        for (const [i, call] of calls.entries()) {
          const answer = await answerOrRefusal(call)
          expect(answer, String(i)).not.toBeUndefined()
        }
      },
    )

    test('names of branches may be what objects inherit', async () => {
      const branches = Object.fromEntries([['__proto__', everyone]])
      const decisions = await segmentFlow(evaluator, branches).split(to('__proto__', 'ann', 'nobody'))
      expect(decisions.map(({ branch }) => branch)).toEqual(['__proto__', 'constructor'])
    })
  })

  describe('long texts', () => {
    const length = 100_000
    const long: Readonly<Record<string, string>> = {
      a: 'a'.repeat(length),
      ab: 'ab'.repeat(length / 2),
      digits: '1'.repeat(length),
      spaces: ' '.repeat(length),
      mail: `${'a'.repeat(length)}@${'a.'.repeat(length / 2)}`,
      version: `1.2.3-${'0.'.repeat(length / 2)}`,
      faces: '😀'.repeat(length / 2),
    }
    const times = (part: string, count: number): string => part.repeat(count)
    const asked: Readonly<Record<string, AnySegment>> = Object.fromEntries(
      [
        '(a+)+$',
        '(a|a)*b',
        '(a+)+b',
        times('*a', 90),
        `${times('*a', 90)}*b`,
        `${times('*[a-z]', 90)}b`,
        `*a${times('?', 190)}b`,
        `*${times('a', 190)}b*`,
        `${times('*?', 60)}b`,
        `*[^a]*[^b]*[^c]*`,
        `${times('[ab]', 190)}*[^ab]`,
        '*a*a*a*a*a*a*a*a*a*a*b*',
      ].map((pattern) => [pattern, segment().group((g) => g.field('state', matches(pattern)))] as const),
    )
    const others: Readonly<Record<string, AnySegment>> = {
      mail: segment().group((g) => g.field('state', hasEmailDomain('example.com'))),
      blank: segment().group((g) => g.field('state', isBlank())),
      without: segment().group((g) => g.field('state', doesNotContain('b', { missing: 'exclude' }))),
      folded: segment().group((g) => g.field('state', matches('*A*B*', { ignoringCase: true }))),
      version: segment().group((g) => g.field('app', '1.2.3')),
    }

    test('of 100 kB, and patterns that explode elsewhere: the right answer, without a time limit being reached', async () => {
      const people = Object.entries(long).map(([id, state]) => ({ id: `long ${id}`, fields: { state } }))
      await store.ingest({ people })
      const segments = { ...asked, ...others }
      const ids = people.map(({ id }) => id)
      const expected = people.map((one) => ({
        person: one.id,
        found: true,
        segments: evaluateAll(segments, one, { schema, now }),
        now,
      }))
      expect(await evaluator.which(segments, ids, { now })).toEqual(expected)
      expect(await inProcess(schema, people, { now }).which(segments, ids)).toEqual(expected)
    })
  })
})
