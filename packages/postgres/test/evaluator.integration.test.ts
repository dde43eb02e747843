import {
  atLeast,
  contains,
  decimal,
  defineSchema,
  defineSegments,
  greaterThan,
  isNot,
  oneOf,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  column,
  defineSource,
  eventTable,
  json,
  type Mapping,
  openEvaluator,
  type PostgresEvaluator,
  SourceError,
  tagArray,
  tagTable,
} from '../src/index.ts'

const schema = defineSchema({
  fields: { state: text(), spent: decimal(2), seenAt: timestamp() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'

const segments = defineSegments({
  vipCalifornia: segment().group((g) => g.tag('VIP').field('state', 'CA')),
  engaged: segment().group((g) => g.event('opened', (e) => e.within('30 days').count(atLeast(2)))),
  elsewhere: segment().group((g) => g.field('state', isNot('CA', { missing: 'include' }))),
  everyone: segment().group((g) => g.everyone()),
})

/** 300 people, every third in California, every fifth tagged; those beyond 200 are deleted or of another tenant. */
const tables = [
  sql`create schema crm`,
  sql`create table crm.people (id bigint primary key, state text, data jsonb, tags text[], tenant int, gone timestamptz)`,
  sql`insert into crm.people select i, case when i % 3 = 0 then 'CA' when i % 3 = 1 then 'NY' end, '{"spent":"19.99"}', case when i % 5 = 0 then array['VIP'] else array[]::text[] end,
    case when i > 250 then 8 else 7 end, case when i between 201 and 250 then now() end from generate_series(1, 300) as i`,
  sql`create table crm.events (id bigint primary key, person bigint not null, name text not null, at timestamptz not null, data jsonb)`,
  sql`insert into crm.events select i, i % 300 + 1, case when i % 2 = 0 then 'opened' else 'purchase' end, timestamptz '2026-11-24T00:00:00Z' - i % 90 * interval '1 day', '{"campaign":"spring","amount":"5"}' from generate_series(1, 3000) as i`,
]

type CrmMapping = Mapping<'state' | 'spent' | 'seenAt', 'opened' | 'purchase'>
const events = eventTable('crm.events', {
  person: 'person',
  name: 'name',
  at: 'at',
  id: 'id',
  properties: { '*': json('data') },
})
const mapping: CrmMapping = {
  people: { table: 'crm.people', id: 'id', where: { tenant: 7, gone: null } },
  fields: { '*': json('data'), state: column() },
  tags: tagArray('tags'),
  events: { '*': events },
}

const expected = (holds: (i: number) => boolean): string[] =>
  Array.from({ length: 200 }, (_, i) => i + 1)
    .filter(holds)
    .map(String)

const californians = expected((i) => i % 15 === 0)

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  let db: Kysely<unknown>
  let evaluator: PostgresEvaluator
  beforeAll(async () => {
    backend = await backends[name]()
    db = backend.db
    for (const statement of tables) await statement.execute(db)
    evaluator = await openEvaluator(defineSource(schema, mapping), backend.connection)
  })
  afterAll(() => backend.close())

  test('count, counts, has, which and members agree, and keep to the population', async () => {
    expect(await evaluator.count(segments.vipCalifornia)).toBe(californians.length)
    const counts = await evaluator.counts(segments, { now })
    expect(counts).toMatchObject({ vipCalifornia: californians.length, everyone: 200 })
    expect(counts.elsewhere).toBe(expected((i) => i % 3 !== 0).length)
    expect(await Array.fromAsync(evaluator.members(segments.vipCalifornia))).toEqual(californians)
    const people = ['15', '16', '201', '300', '999', 'abc', '015', '15']
    const which = await evaluator.which(segments, people, { now })
    expect(which.map(({ person }) => person)).toEqual(people)
    expect(which.map(({ found }) => found)).toEqual([true, true, false, false, false, false, false, true])
    expect(which[0]!.segments).toEqual(which[7]!.segments)
    expect(which[0]!.segments).toContain('vipCalifornia')
    expect(new Set(which.map((one) => one.now))).toEqual(new Set([new Date(now).toISOString()]))
    const [known, nobody] = await evaluator.which({}, ['15', 'abc'])
    expect(known).toMatchObject({ found: true, segments: [] })
    expect(nobody).toMatchObject({ found: false, segments: [] })
    expect(Math.abs(Date.parse(nobody!.now) - Date.now())).toBeLessThan(60_000)
    expect(await evaluator.has(segments.vipCalifornia, '15')).toBe(true)
    expect(await evaluator.has(segments.everyone, '201')).toBe(false)
    for (const key of ['engaged', 'elsewhere'] as const) {
      const ids = await Array.fromAsync(evaluator.members(segments[key], { now }))
      expect(ids).toHaveLength(counts[key])
      const held = await evaluator.which({ it: segments[key] }, ids, { now })
      expect(held.filter((membership) => membership.segments.length === 1)).toHaveLength(ids.length)
    }
  })

  test('modes change the query and never the answer', async () => {
    const answers = await Promise.all(
      (['set', 'point', 'auto'] as const).map(async (mode) => {
        const one = await openEvaluator(defineSource(schema, mapping), backend.connection, { mode })
        return Array.fromAsync(one.members(segments.engaged, { now }))
      }),
    )
    expect(answers[0]!.length).toBeGreaterThan(10)
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('pages lose nobody and repeat nobody, whatever their size', async () => {
    const all = await Array.fromAsync(evaluator.members(segments.elsewhere))
    for (const pageSize of [1, 7, all.length, 1000]) {
      expect(await Array.fromAsync(evaluator.members(segments.elsewhere, { pageSize }))).toEqual(all)
      expect(
        await Array.fromAsync(evaluator.members(segments.elsewhere, { pageSize, snapshot: true })),
      ).toEqual(all)
    }
    expect(
      await Array.fromAsync(evaluator.members(segments.elsewhere, { after: all[9]!, limit: 5, pageSize: 2 })),
    ).toEqual(all.slice(10, 15))
    expect(await Array.fromAsync(evaluator.members(segments.elsewhere, { limit: 0 }))).toEqual([])
    const first: string[] = []
    for await (const id of evaluator.members(segments.elsewhere, { pageSize: 3, snapshot: true })) {
      first.push(id)
      if (first.length === 4) break
    }
    expect(first).toEqual(all.slice(0, 4))
    expect(await evaluator.count(segments.everyone)).toBe(200)
  })

  test('an explanation says what the query says', async () => {
    for (const person of ['15', '16', '30', '45']) {
      for (const made of Object.values(segments)) {
        const { member, found } = await evaluator.explain(made, person, { now })
        expect(found).toBe(true)
        expect(member).toBe(await evaluator.has(made, person, { now }))
      }
    }
    expect(await evaluator.explain(segments.everyone, '201')).toMatchObject({ found: false, member: false })
    const { reason } = await evaluator.explain(segments.vipCalifornia, '10', { now })
    expect(reason!.of!.map(({ matched, text: words, finding }) => [matched, words, finding])).toEqual([
      [true, 'tagged VIP', "found 'VIP'"],
      [false, "state is 'CA'", "found 'NY'"],
    ])
  })

  test('the SQL is for reading: values stand beside it, and a declared foreign key leaves the people out', async () => {
    const hostile = `'; drop table crm.people; -- $1 \\ % _ "`
    const { sql: query, parameters } = evaluator.sql(
      segment().group((g) => g.field('state', hostile)),
      { now },
    )
    expect(query).not.toContain('drop table')
    expect(parameters).toContain(hostile)
    expect(await evaluator.count(segment().group((g) => g.field('state', contains(hostile))))).toBe(0)
    const joined = await openEvaluator(
      defineSource(schema, {
        ...mapping,
        people: { table: 'crm.people', id: 'id' },
        events: { '*': { ...events, foreignKey: true } },
      }),
      backend.connection,
    )
    const bought = segment().group((g) =>
      g.event('purchase', (e) => e.within('30 days').sum('amount', greaterThan(5))),
    )
    expect(joined.sql(bought, { now }).sql).not.toContain('"crm"."people"')
    expect(evaluator.sql(bought, { now }).sql).toContain('"crm"."people"')
    const plain = await openEvaluator(
      defineSource(schema, { ...mapping, people: { table: 'crm.people', id: 'id' } }),
      backend.connection,
    )
    expect(await joined.count(bought, { now })).toBe(await plain.count(bought, { now }))
  })

  test('a long list is one parameter, many segments are one question', async () => {
    const values = Array.from({ length: 9_999 }, (_, i) => `v${i}`)
    const long = segment().group((g) => g.field('state', oneOf('NY', ...values)))
    expect(await evaluator.count(long)).toBe(expected((i) => i % 3 === 1).length)
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `s${i}`,
        i % 2 === 0 ? segments.everyone : segments.vipCalifornia,
      ]),
    )
    const [fifteen] = await evaluator.which(many, ['15'])
    expect(fifteen!.segments).toHaveLength(300)
    expect(Object.values(await evaluator.counts(many)).filter((n) => n === 200)).toHaveLength(150)
  })

  test('evaluations at once do not mix', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        evaluator.count(i % 2 === 0 ? segments.everyone : segments.vipCalifornia),
      ),
    )
    expect(all).toEqual(all.map((_, i) => (i % 2 === 0 ? 200 : californians.length)))
  })

  test('an aborted evaluation rejects with the reason, and the evaluator goes on', async () => {
    const reason = new Error('no longer needed')
    await expect(evaluator.count(segments.everyone, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    )
    const controller = new AbortController()
    const listing = (async () => {
      for await (const _ of evaluator.members(segments.everyone, { pageSize: 5, signal: controller.signal }))
        controller.abort(reason)
    })()
    await expect(listing).rejects.toBe(reason)
    expect(await evaluator.count(segments.everyone)).toBe(200)
  })

  test('a definition of another schema is refused by name, before any SQL', async () => {
    const foreign = {
      definition: { format: 1, rule: { kind: 'field', field: 'stat', test: { op: 'present' } } },
    } as const
    await expect(evaluator.count(foreign)).rejects.toThrow("unknown field 'stat' - did you mean 'state'?")
  })

  test('a source that does not fit is refused with every table and column', async () => {
    const wrong = defineSource(schema, {
      people: { table: 'crm.people', id: 'id', where: { tennant: 7 } },
      fields: { state: column('tags'), spent: column('state'), seenAt: json('state') },
      tags: tagTable('crm.tags', { person: 'person', tag: 'tag' }),
      events: {
        '*': eventTable('crm.events', {
          person: 'people',
          name: 'name',
          at: 'name',
          id: 'id',
          properties: { '*': json('data') },
        }),
      },
    })
    const error = await openEvaluator(wrong, backend.connection).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SourceError)
    const messages = (error as SourceError).issues.map(({ message }) => message)
    expect(messages).toEqual([
      "table crm.people has no column 'tennant' for a 'where' - did you mean 'tenant'?",
      "column crm.people.tags is text[], expected text, varchar, char, citext, uuid, an enum, or a JSONB key to hold field 'state' (text)",
      "column crm.people.state is text, expected numeric, smallint, integer, bigint, or a JSONB key to hold field 'spent' (a decimal with at most 2 digits after the point and 15 in all)",
      "column crm.people.state is text, expected jsonb to hold field 'seenAt'",
      'table crm.tags does not exist',
      "table crm.events has no column 'people' for the person of event 'opened', the person of event 'purchase'",
      "column crm.events.name is text, expected timestamp with time zone, timestamp with a declared zone, or a JSONB key to hold the time of event 'opened', the time of event 'purchase' (an instant such as '2026-11-24T09:30:00Z')",
    ])
  })

  test('names that are not in the schema, and names without a place, are refused when the source is made', () => {
    const make = () =>
      defineSource(schema, {
        ...mapping,
        fields: { stat: column(), spent: column() } as unknown as CrmMapping['fields'],
        events: { opened: events },
      })
    expect(make).toThrow("unknown field 'stat' - did you mean 'state'?")
    expect(make).toThrow("field 'seenAt' has no place in the source")
    expect(make).toThrow("event 'purchase' has no place in the source")
  })
})

// An embedded database has one connection, which the listing holds.
describe('on a server', () => {
  test('a snapshot does not see who comes while it is read', async () => {
    const { db, connection, close } = await backends.postgres()
    for (const statement of tables) await statement.execute(db)
    const evaluator = await openEvaluator(defineSource(schema, mapping), connection)
    const seen: string[] = []
    for await (const id of evaluator.members(segments.everyone, { pageSize: 50, snapshot: true })) {
      if (seen.length === 10)
        await sql`insert into crm.people values (199999, 'CA', '{}', '{}', 7, null)`.execute(db)
      seen.push(id)
    }
    expect(seen).toHaveLength(200)
    expect(await evaluator.count(segments.everyone)).toBe(201)
    await close()
  })
})
