import {
  type AnySegment,
  decimal,
  defineSchema,
  DefinitionError,
  inProcess,
  integer,
  number,
  type SchemaOf,
  segmentry,
  SetSegmentError,
} from '@segmentry/core'
import { CompiledQuery, type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { column, defineSource, eventTable, openEvaluator, type PostgresEvaluator } from '../src/index.ts'

const schema = defineSchema({
  fields: { spent: decimal(2), visits: integer(), score: number() },
  events: { purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'
const everyone = segment().group((g) => g.everyone())

// The id column has the name that the compiler would give to values, and people have values that are none.
const tables = [
  sql`create schema best`,
  sql`create table best.people (rank bigint primary key, spent numeric, visits bigint, score double precision, gone boolean not null default false)`,
  sql`insert into best.people (rank, spent, visits, score) values
    (1, 5, 1, 'NaN'), (2, 5, 2, 1), (9, 5, 3, 'infinity'), (10, 5, 4, 2), (11, 'NaN', 5, '-infinity'), (12, 7.125, 6, null), (13, 4, 9007199254740993, -0.0)`,
  sql`insert into best.people (rank, spent, visits, score, gone) values (100, 99, 99, 99, true)`,
  sql`create index on best.people (spent)`,
  sql`create table best.purchases (id text primary key, person bigint not null, at timestamptz not null, amount numeric(12,2))`,
  sql`insert into best.purchases values
    ('a', 2, '2026-11-20T00:00:00Z', 5), ('b', 2, '2026-11-21T00:00:00Z', 6), ('c', 9, '2026-11-22T00:00:00Z', 11),
    ('d', 10, '2026-11-25T00:00:00Z', 500), ('e', 13, '2026-11-23T00:00:00Z', -1), ('f', 100, '2026-11-23T00:00:00Z', 900), ('g', 77, '2026-11-23T00:00:00Z', 900)`,
]

const source = defineSource(schema, {
  people: { table: 'best.people', id: 'rank', where: { gone: false } },
  fields: { '*': column() },
  events: {
    purchase: eventTable('best.purchases', {
      person: 'person',
      at: 'at',
      id: 'id',
      properties: { '*': column() },
    }),
  },
})

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  let db: Kysely<unknown>
  let evaluators: readonly PostgresEvaluator[]
  beforeAll(async () => {
    backend = await backends[name]()
    db = backend.db
    for (const statement of tables) await statement.execute(db)
    evaluators = await Promise.all(
      (['auto', 'set', 'point'] as const).map((mode) => openEvaluator(source, backend.connection, { mode })),
    )
  })
  afterAll(() => backend.close())

  test.each([
    // Ties go by the text of the id, in which 10 comes before 9; people are listed by their numbers.
    ['the top by a field', everyone.top(3, 'spent'), ['1', '2', '10']],
    ['the bottom by a field', everyone.bottom(2, 'spent'), ['1', '13']],
    [
      'a stored number that is no decimal of the schema',
      everyone.top(9, 'spent'),
      ['1', '2', '9', '10', '13'],
    ],
    ['a whole number beyond the safe ones', everyone.top(2, 'visits'), ['11', '12']],
    ['doubles that are no numbers', everyone.bottom(9, 'score'), ['2', '10', '13']],
    ['the greatest of doubles', everyone.top(1, 'score'), ['10']],
    [
      'sums, of which those of none are 0',
      everyone.top(3, (r) => r.event('purchase').sum('amount')),
      ['1', '2', '9'],
    ],
    ['the least sums', everyone.bottom(2, (r) => r.event('purchase').sum('amount')), ['1', '13']],
    ['numbers of events', everyone.top(2, (r) => r.event('purchase').count()), ['2', '13']],
    ['averages', everyone.top(9, (r) => r.event('purchase').average('amount')), ['2', '9', '13']],
    ['the time of the last event', everyone.bottom(2, (r) => r.event('purchase').lastAt()), ['2', '9']],
    ['what is left of the whole', everyone.exclude((g) => g.people('10')).top(3, 'spent'), ['1', '2', '9']],
  ] as const)('%s', async (_, set, expected) => {
    for (const evaluator of evaluators) {
      expect(await Array.fromAsync(evaluator.members(set, { now }))).toEqual(expected)
      expect(await evaluator.count(set, { now })).toBe(expected.length)
    }
  })

  test('pages go through those who are taken, and no further', async () => {
    const best = everyone.top(4, 'spent')
    const all = ['1', '2', '9', '10']
    for (const evaluator of evaluators) {
      for (const pageSize of [undefined, 1, 3, 4, 9]) {
        const page = pageSize === undefined ? {} : { pageSize }
        for (const snapshot of [false, true]) {
          expect(await Array.fromAsync(evaluator.members(best, { ...page, snapshot, now }))).toEqual(all)
        }
        expect(await Array.fromAsync(evaluator.members(best, { ...page, after: '2', now }))).toEqual([
          '9',
          '10',
        ])
        expect(await Array.fromAsync(evaluator.members(best, { ...page, limit: 3, now }))).toEqual([
          '1',
          '2',
          '9',
        ])
      }
      expect(await evaluator.counts({ best, everyone }, { now })).toEqual({ best: 4, everyone: 7 })
    }
  })

  test('an index serves the order of a column', async () => {
    const { sql: text, parameters } = evaluators[1]!.sql(everyone.top(2, 'spent'), { now })
    const plan = await db.connection().execute(async (one) => {
      await sql`set enable_seqscan = off`.execute(one)
      const found = await one.executeQuery(CompiledQuery.raw(`explain ${text}`, [...parameters]))
      await sql`reset enable_seqscan`.execute(one)
      return found
    })
    expect(JSON.stringify(plan.rows)).toMatch(/Index Scan Backward using people_spent_idx/)
  })

  test('in process it is the same', async () => {
    const [evaluator] = evaluators
    const ids = ['1', '2', '9', '10', '11', '12', '13']
    const people = await evaluator!.load(ids, {
      fields: ['spent'],
      tags: [],
      events: ['purchase'],
      accounts: [],
      time: true,
    })
    const own = inProcess(schema, people, { now })
    for (const set of [
      everyone.top(3, 'spent'),
      everyone.bottom(2, (r) => r.event('purchase').average('amount')),
    ]) {
      const found = await Array.fromAsync(evaluator!.members(set, { now }))
      expect((await Array.fromAsync(own.members(set))).toSorted()).toEqual(found.toSorted())
    }
  })

  test('one person cannot be asked about', async () => {
    const [evaluator] = evaluators
    const best = everyone.top(3, 'spent') as unknown as AnySegment
    await expect(evaluator!.has(best, '1')).rejects.toThrow(SetSegmentError)
    await expect(evaluator!.which({ best }, ['1'])).rejects.toThrow("the top 3 of a segment under 'best'")
    await expect(evaluator!.explain(best, '1')).rejects.toThrow(SetSegmentError)
  })

  test('a ranking of another schema is refused, with where it stands', async () => {
    const other = defineSchema({ fields: { spend: decimal(2) } })
    const foreign = segmentry<SchemaOf<typeof other>>(other)
      .segment()
      .group((g) => g.everyone())
      .top(3, 'spend')
    const error: unknown = await evaluators[0]!.count(foreign).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DefinitionError)
    expect((error as DefinitionError).issues[0]).toMatchObject({
      path: ['top', 'by', 'field'],
      message: "unknown field 'spend' - did you mean 'spent'?",
    })
    expect(() => evaluators[0]!.sql(foreign)).toThrow("unknown field 'spend'")
  })
})
