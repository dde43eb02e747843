import {
  type AnySegment,
  atLeast,
  defineSchema,
  inProcess,
  integer,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { createDatabase } from '../../testing/src/index.ts'
import { openEvaluator, openStore, type PostgresEvaluator } from '../src/index.ts'

// A server that gives parts of every statement to several workers, as it does of tables that are large: nothing that comes back may
// rely on the order of what was asked.

const schema = defineSchema({
  fields: { state: text(), visits: integer() },
  tags: ['VIP'],
  events: { opened: {}, purchase: {} },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'

const people = Array.from({ length: 3_000 }, (_, i) => ({
  id: `p${i}`,
  fields: { state: ['CA', 'NY', 'TX'][i % 3]!, visits: i % 100 },
  tags: i % 7 === 0 ? ['VIP'] : [],
  events: [
    ...(i % 2 === 0 ? [{ id: `o${i}`, name: 'opened', at: '2026-11-01T00:00:00Z' }] : []),
    ...Array.from({ length: i % 5 }, (_nothing, n) => ({
      id: `b${i}-${n}`,
      name: 'purchase',
      at: '2026-11-10T00:00:00Z',
    })),
  ],
}))

// Those that are asked first cost least: workers begin with what costs most.
const segments = {
  everyone: segment().group((g) => g.everyone()),
  ca: segment().group((g) => g.field('state', 'CA')),
  often: segment().group((g) => g.field('visits', atLeast(90))),
  vip: segment().group((g) => g.tag('VIP')),
  opened: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
  bought: segment().group((g) => g.event('purchase', (e) => e.count(atLeast(3)))),
  openedAndBought: segment().group((g) => g.event('opened').event('purchase', (e) => e.count(2))),
  sequence: segment().group((g) => g.sequence((s) => s.from('opened').followedBy('purchase'))),
  noneOfThem: segment().group((g) =>
    g
      .noTag('VIP')
      .event('opened', (e) => e.never())
      .event('purchase', (e) => e.never()),
  ),
} satisfies Readonly<Record<string, AnySegment>>
const top = segment()
  .group((g) => g.everyone())
  .top(20, (r) => r.event('purchase').count())

// Tables are too small to be read by several, so that what there is to share are whole parts.
const settings = ['parallel_setup_cost', 'parallel_tuple_cost']
let database: Awaited<ReturnType<typeof createDatabase>>
let pool: pg.Pool
let evaluator: PostgresEvaluator
const inMemory = inProcess(schema, people, { now })

beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  pool = new pg.Pool({
    connectionString: database.url,
    options: settings.map((one) => `-c ${one}=0`).join(' '),
  })
  // Dropping the database ends what is idle in the pool.
  pool.on('error', () => undefined)
  const store = await openStore(schema, { pool })
  await store.ingest({
    people: people.map(({ id, fields }) => ({ id, fields })),
    tags: people.map(({ id, tags }) => ({ person: id, add: tags })),
    events: people.flatMap(({ id, events }) => events.map((event) => ({ ...event, person: id }))),
  })
  await store.analyze()
  evaluator = await openEvaluator(store.source, { pool })
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

test('the server does give parts of a statement to workers', async () => {
  const count = (state: string) =>
    `(select count(*) from segmentry.people where fields ->> 'state' = '${state}')`
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `explain ${count('CA')} union all ${count('NY')}`,
  )
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Parallel Append')
})

test('each count is that of its segment', async () => {
  expect(await evaluator.counts(segments, { now })).toEqual(await inMemory.counts(segments))
  // What is no part for a worker keeps all of them together.
  const withTop = { ...segments, top }
  expect(await evaluator.counts(withTop, { now })).toEqual(await inMemory.counts(withTop))
})

test('who is in them, one by one, by pages, and all at once', async () => {
  const ids = people.filter((_, i) => i % 50 === 0).map(({ id }) => id)
  expect(await evaluator.which(segments, ids, { now })).toEqual(await inMemory.which(segments, ids))
  for (const [key, one] of Object.entries(segments)) {
    const expected = (await Array.fromAsync(inMemory.members(one))).toSorted()
    for (const page of [{ pageSize: 700 }, { snapshot: true }])
      expect((await Array.fromAsync(evaluator.members(one, { now, ...page }))).toSorted(), key).toEqual(
        expected,
      )
  }
})

test('people are loaded as they are', async () => {
  const ids = ['p6', 'p0', 'p2999', 'p7']
  const loaded = await evaluator.load(ids, {
    fields: ['state'],
    tags: ['VIP'],
    events: ['opened', 'purchase'],
    accounts: [],
    time: true,
  })
  expect(loaded.map(({ id }) => id)).toEqual(ids)
  expect(loaded.map(({ tags, events }) => [tags?.length ?? 0, events?.length ?? 0])).toEqual(
    ids
      .map((id) => people.find((one) => one.id === id)!)
      .map(({ tags, events }) => [tags.length, events.length]),
  )
})
