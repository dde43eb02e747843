import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  integer,
  list,
  number,
  object,
  text,
  timestamp,
} from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compiled, type Database, openDatabase, toPromise } from '../src/database/index.ts'
import { IngestError } from '../src/errors.ts'
import { type Batch, type EventInput, ingest, type IngestOptions, migrate } from '../src/layout/index.ts'
import { migrations } from '../src/layout/migrations.ts'
import { type Backend, backends } from './backends.ts'

const schema = defineSchema({
  fields: {
    state: text(),
    plan: choice('free', 'pro'),
    visits: integer(),
    score: number(),
    spent: decimal(2),
    vip: boolean(),
    born: date(),
    trialEndsAt: timestamp(),
    languages: list(text()),
    email: text().required(),
    address: object({ city: text(), zip: text() }),
  },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2).required(), sku: text() } },
})

const noAccounts = { accounts: 0, membersAdded: 0, membersRemoved: 0 }

describe.each(backends)('the default layout on %s', (_, open) => {
  let backend: Backend
  let database: Database
  beforeAll(async () => {
    backend = await open()
    database = openDatabase(backend.connection)
    await toPromise(migrate(database))
  })
  afterAll(() => backend.close())
  beforeEach(() => rows(sql`truncate segmentry.people cascade`))

  const rows = <R>(query: RawBuilder<R>): Promise<readonly R[]> =>
    toPromise(database.write((session) => session.run(compiled(query))))
  const store = (batch: Batch, options?: IngestOptions) => toPromise(ingest(database, schema, batch, options))
  const issuesOf = async (batch: Batch, options?: IngestOptions) => {
    const error = await store(batch, options).catch((thrown: unknown) => thrown)
    if (!(error instanceof IngestError)) throw error
    return error.issues
  }
  const people = () =>
    rows(sql<{ id: string; fields: object }>`select id, fields from segmentry.people order by id`)

  describe('migrate', () => {
    test('five at once make it once; a second time does nothing', async () => {
      const all = await Promise.all(
        Array.from({ length: 5 }, () => toPromise(migrate(database, { schema: 'five' }))),
      )
      expect(all.flatMap(({ applied }) => applied)).toEqual(migrations.map(({ version }) => version))
      expect(await toPromise(migrate(database, { schema: 'five' }))).toEqual({
        schema: 'five',
        version: migrations.length,
        applied: [],
      })
      expect(await rows(sql`select version from five.migrations`)).toEqual(
        migrations.map(({ version }) => ({ version })),
      )
    })

    test('makes the indexes that queries count on', async () => {
      const found = await rows(
        sql<{ indexdef: string }>`select indexdef from pg_indexes where schemaname = 'segmentry'`,
      )
      const shapes = found.map(({ indexdef }) => indexdef.replace(/.* ON segmentry\./, '')).toSorted()
      expect(shapes).toEqual([
        'accounts USING btree (grouping_name, id)',
        'events USING brin (at)',
        'events USING btree (name, at, person_id)',
        'events USING btree (person_id, id)',
        'events USING btree (person_id, name, at)',
        'members USING btree (grouping_name, account_id, person_id)',
        'members USING btree (person_id, grouping_name, account_id)',
        'migrations USING btree (version)',
        'people USING btree (id)',
        'tags USING btree (person_id, tag)',
        'tags USING btree (tag, person_id)',
      ])
    })

    test('applies what is new, refuses what is newer and what was changed, and leaves no half of a step', async () => {
      const options = { schema: 'steps' }
      const step = (version: number, ...statements: readonly string[]) => ({
        version,
        name: `step ${version}`,
        statements: (to: string) => statements.map((one) => sql.raw(one.replace('$', to))),
      })
      const [first, second] = [step(1, 'create table $.a (id int)'), step(2, 'create table $.b (id int)')]
      await toPromise(migrate(database, options, [first]))
      const broken = migrate(database, options, [first, step(2, 'create table $.c (id int)', 'no sql')])
      await expect(toPromise(broken)).rejects.toMatchObject({ _tag: 'QueryError', sqlState: '42601' })
      expect((await toPromise(migrate(database, options, [first, second]))).applied).toEqual([2])
      await expect(toPromise(migrate(database, options, [first]))).rejects.toMatchObject({
        _tag: 'LayoutError',
        reason: 'newer',
      })
      const changed = migrate(database, options, [step(1, 'create table $.a (id bigint)'), second])
      await expect(toPromise(changed)).rejects.toMatchObject({ _tag: 'LayoutError', reason: 'changed' })
      const tables = await rows(
        sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'steps' order by 1`,
      )
      expect(tables.map(({ name }) => name)).toEqual(['a', 'b', 'migrations'])
    })

    test.each(['pg_own', 'a.b', '', '1st', 'x"; drop table people', 'a'.repeat(64)])(
      'refuses %j as a schema',
      async (name) => {
        await expect(toPromise(migrate(database, { schema: name }))).rejects.toMatchObject({
          _tag: 'LayoutError',
          reason: 'name',
        })
        await expect(toPromise(ingest(database, schema, {}, { schema: name }))).rejects.toMatchObject({
          reason: 'name',
        })
      },
    )

    test('instants finer than a millisecond cannot be stored', async () => {
      await store({ people: [{ id: 'ada' }] })
      const insert = rows(
        sql`insert into segmentry.events (person_id, name, at, id) values ('ada', 'x', '2026-01-01T00:00:00.0001Z', 'e')`,
      )
      await expect(insert).rejects.toMatchObject({ sqlState: '23514' })
    })
  })

  describe('ingest', () => {
    test('stores every kind of value in the form the core writes', async () => {
      const fields = {
        state: 'CA',
        plan: 'pro',
        visits: 7,
        score: -0,
        spent: 19.9,
        vip: true,
        born: '1990-02-28',
        trialEndsAt: '2026-11-24T10:00:00.1239+01:00',
        languages: ['en', 'de'],
        address: { city: 'Paris', zip: null },
      }
      await store({ people: [{ id: 'ada', fields }] })
      expect(await people()).toEqual([
        {
          id: 'ada',
          fields: {
            ...fields,
            score: 0,
            spent: '19.9',
            trialEndsAt: '2026-11-24T09:00:00.123Z',
            address: { city: 'Paris' },
          },
        },
      ])
    })

    test('merges fields, removes by null, and counts', async () => {
      expect(
        await store({
          people: [
            { id: 'ada', fields: { state: 'CA', plan: 'pro' } },
            { id: 'bob' },
            { id: 'ada', fields: { plan: null } },
          ],
        }),
      ).toEqual({ people: 2, tagsAdded: 0, tagsRemoved: 0, eventsAdded: 0, duplicates: 0, ...noAccounts })
      await store({
        people: [
          { id: 'ada', fields: { visits: 1, state: undefined } },
          { id: 'bob', fields: { state: 'NY' } },
        ],
      })
      await store({ people: [{ id: 'bob', fields: { state: null } }] })
      await store({ people: [{ id: 'cy', fields: { state: null, visits: 2 } }] })
      expect(await people()).toEqual([
        { id: 'ada', fields: { state: 'CA', visits: 1 } },
        { id: 'bob', fields: {} },
        { id: 'cy', fields: { visits: 2 } },
      ])
    })

    test('tags are added and removed once; the last word counts', async () => {
      await store({ people: [{ id: 'ada' }, { id: 'bob' }] })
      expect(
        await store({
          tags: [
            { person: 'ada', add: ['VIP', 'VIP'] },
            { person: 'bob', add: ['churned'], remove: ['VIP'] },
          ],
        }),
      ).toMatchObject({ tagsAdded: 2, tagsRemoved: 0 })
      expect(
        await store({
          tags: [
            { person: 'ada', add: ['VIP'] },
            { person: 'bob', add: ['VIP'] },
            { person: 'bob', remove: ['VIP', 'churned'] },
          ],
        }),
      ).toMatchObject({ tagsAdded: 0, tagsRemoved: 1 })
      expect(await rows(sql`select person_id, tag from segmentry.tags`)).toEqual([
        { person_id: 'ada', tag: 'VIP' },
      ])
    })

    test('an event delivered again is the same event', async () => {
      const event = {
        person: 'ada',
        id: 'e1',
        name: 'purchase',
        at: new Date('2026-11-24T09:00:00.123Z'),
        properties: { amount: '19.90', sku: null },
      }
      const batch = { events: [event, event, { ...event, id: 'e2', at: '2026-11-24T09:00:00.1239Z' }] }
      expect(await store(batch, { createPeople: true })).toEqual({
        people: 1,
        tagsAdded: 0,
        tagsRemoved: 0,
        eventsAdded: 2,
        duplicates: 1,
        ...noAccounts,
      })
      expect(await store(batch)).toMatchObject({ people: 0, eventsAdded: 0, duplicates: 3 })
      expect(await store({ events: [{ ...event, person: 'bob' }] }, { createPeople: true })).toMatchObject({
        eventsAdded: 1,
      })
      expect(
        await rows(sql`select person_id, id, at, properties from segmentry.events order by 1, 2`),
      ).toEqual([
        { person_id: 'ada', id: 'e1', at: '2026-11-24 09:00:00.123+00', properties: { amount: '19.9' } },
        { person_id: 'ada', id: 'e2', at: '2026-11-24 09:00:00.123+00', properties: { amount: '19.9' } },
        { person_id: 'bob', id: 'e1', at: '2026-11-24 09:00:00.123+00', properties: { amount: '19.9' } },
      ])
    })

    test('lists all that is wrong, and stores nothing of it', async () => {
      const at = '2026-11-24T09:00:00Z'
      const issues = await issuesOf({
        people: [
          { id: 'good', fields: { state: 'CA' } },
          {
            id: 'bad',
            fields: {
              stat: 'CA',
              plan: 'gold',
              visits: '7',
              spent: 1.999,
              languages: ['en', 1],
              address: { town: 'x' },
              email: null,
            },
          },
          { id: '', fields: { state: 'a\0b', constructor: 1, 'address.city': 'x', score: NaN } },
        ],
        tags: [{ person: 'good', add: ['vip'] }],
        events: [
          { person: 'good', id: 'e1', name: 'opend', at },
          {
            person: 'good',
            id: 'e2',
            name: 'purchase',
            at: '2026-02-30T00:00:00Z',
            properties: { sku: 's' },
          },
          { person: 'good', id: '\ud800', name: 'opened', at, properties: { campain: 'x' } },
        ],
      })
      expect(
        issues.map(({ part, index, path, suggestion }) => [[part, index, ...path].join('.'), suggestion]),
      ).toEqual([
        ['people.1.fields.stat', 'state'],
        ['people.1.fields.plan', undefined],
        ['people.1.fields.visits', undefined],
        ['people.1.fields.spent', undefined],
        ['people.1.fields.languages.1', undefined],
        ['people.1.fields.address.town', 'address.city'],
        ['people.1.fields.email', undefined],
        ['people.2.id', undefined],
        ['people.2.fields.state', undefined],
        ['people.2.fields.constructor', undefined],
        ['people.2.fields.address.city', 'address.city'],
        ['people.2.fields.score', undefined],
        ['tags.0.add.0', 'VIP'],
        ['events.0.name', 'opened'],
        ['events.1.at', undefined],
        ['events.1.properties.amount', undefined],
        ['events.2.id', undefined],
        ['events.2.properties.campain', 'campaign'],
      ])
      expect(new IngestError({ issues }).message).toContain(
        "tags.0.add.0: found unknown tag 'vip', expected a tag of the schema - did you mean 'VIP'?",
      )
      expect(await people()).toEqual([])
    })

    test('a key that means nothing is refused, of a batch and of a record', async () => {
      const error = await store({ poeple: [{ id: 'ada' }] } as object).catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(TypeError)
      expect((error as Error).message).toBe(
        "a batch has the unknown key 'poeple' - did you mean 'people'? (expected one of people, tags, events, accounts, members)",
      )
      const at = '2026-11-24T09:00:00Z'
      const issues = await issuesOf({
        people: [{ id: 'ada', feilds: { state: 'CA' } } as object as { id: string }],
        tags: [{ person: 'ada', adds: ['VIP'] } as object as { person: string }],
        events: [{ person: 'ada', id: '1', name: 'opened', at, props: {} } as object as EventInput],
      })
      expect(issues.map(({ part, path, suggestion }) => [part, ...path, suggestion])).toEqual([
        ['people', 'feilds', 'fields'],
        ['tags', 'adds', 'add'],
        ['events', 'props', undefined],
      ])
      expect(await people()).toEqual([])
    })

    test('unknown people are an error that lists them, unless they are to be made', async () => {
      const at = '2026-11-24T09:00:00Z'
      const batch: Batch = {
        people: [{ id: 'ada' }],
        tags: [{ person: 'bob', add: ['VIP'] }],
        events: [
          { person: 'ada', id: '1', name: 'opened', at },
          { person: 'cy', id: '1', name: 'opened', at },
        ],
      }
      const issues = await issuesOf(batch)
      expect(issues.map(({ part, index, path }) => [part, index, ...path].join('.'))).toEqual([
        'tags.0.person',
        'events.1.person',
      ])
      expect(await people()).toEqual([])
      expect(await store(batch, { createPeople: true })).toEqual({
        people: 3,
        tagsAdded: 1,
        tagsRemoved: 0,
        eventsAdded: 2,
        duplicates: 0,
        ...noAccounts,
      })
    })

    test('batches that overlap and run at once neither block each other for ever nor count twice', async () => {
      const ids = Array.from({ length: 300 }, (__, i) => `p${i}`)
      const batch = (turn: number): Batch => {
        const order = turn % 2 === 0 ? ids : [...ids].toReversed()
        return {
          people: order.map((id) => ({ id, fields: { visits: turn } })),
          tags: order.map((person) => ({ person, add: ['VIP'] })),
          events: order.map((person, i) => ({
            person,
            id: 'same',
            name: 'opened',
            at: new Date(Date.UTC(2026, 0, 1) + (turn % 2 ? 300 - i : i)),
          })),
        }
      }
      const all = await Promise.all(Array.from({ length: 6 }, (__, turn) => store(batch(turn))))
      const total = (key: 'tagsAdded' | 'eventsAdded' | 'duplicates') =>
        all.reduce((sum, one) => sum + one[key], 0)
      expect([total('tagsAdded'), total('eventsAdded'), total('duplicates')]).toEqual([300, 300, 1500])
    })

    test('50,000 events', async () => {
      const start = Date.UTC(2026, 0, 1)
      const events = Array.from({ length: 50_000 }, (__, i) => ({
        person: `p${(i * 7919) % 5000}`,
        id: `e${i}`,
        name: i % 5 === 0 ? 'purchase' : 'opened',
        at: new Date(start + i * 1000),
        properties:
          i % 5 === 0 ? { amount: (i % 10_000) / 100, sku: `s${i % 97}` } : { campaign: `c${i % 31}` },
      }))
      const started = performance.now()
      expect(await store({ events }, { createPeople: true })).toEqual({
        people: 5000,
        tagsAdded: 0,
        tagsRemoved: 0,
        eventsAdded: 50_000,
        duplicates: 0,
        ...noAccounts,
      })
      const first = performance.now()
      expect(await store({ events })).toMatchObject({ eventsAdded: 0, duplicates: 50_000 })
      const again = performance.now()
      if (process.env['SEGMENTRY_SPEED']) {
        process.stderr.write(
          `${_}: ${Math.round(5e7 / (first - started))} events/s, again ${Math.round(5e7 / (again - first))}/s\n`,
        )
      }
      const [sum] = await rows(
        sql<{ sum: string }>`select sum((properties->>'amount')::numeric) as sum from segmentry.events`,
      )
      expect(Number(sum?.sum)).toBe(
        Array.from({ length: 10_000 }, (__, i) => (i * 5) % 10_000).reduce((a, b) => a + b) / 100,
      )
    })
  })
})
