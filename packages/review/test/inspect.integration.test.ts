import {
  atLeast,
  choice,
  decimal,
  defineSchema,
  has,
  integer,
  isNot,
  isPresent,
  list,
  object,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import {
  accountTable,
  column,
  defineSource,
  eventTable,
  json,
  openEvaluator,
  tagArray,
  tagTable,
} from '@segmentry/postgres'
import { openDatabase, openEvaluation, openInspection, toPromise } from '@segmentry/postgres/effect'
import { type Finding, findingCodes, inspect } from '@segmentry/review'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'

// What a database says of segments and their schema, on a server.

const schema = defineSchema({
  fields: {
    plan: choice('free', 'pro', 'gold'),
    tier: choice('a', 'b').sensitive(),
    spent: decimal(2),
    code: integer().sensitive(),
    nick: text(),
    likes: list(text()),
    state: text(),
    score: integer(),
    hobbies: list(text()),
    visits: list(object({ phone: text().sensitive() })),
  },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text(), seconds: integer() }, purchase: {}, login: {} },
  accounts: { company: { seats: integer() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const source = defineSource(schema, {
  people: { table: 'crm.people', id: 'id', where: { gone: false } },
  fields: { '*': json('data'), state: column(), score: column(), hobbies: column() },
  tags: tagArray('labels'),
  events: {
    '*': eventTable('crm.events', {
      person: 'person',
      name: 'type',
      at: 'at',
      id: 'id',
      properties: { '*': json('data') },
    }),
  },
  accounts: {
    company: accountTable('crm.companies', { id: 'id', of: 'company', fields: { '*': column() } }),
  },
})

const tables = `
  create schema crm;
  create table crm.companies (id text primary key, seats bigint);
  create table crm.people (id text primary key, gone boolean not null default false, state text, score int, labels text[], hobbies text[],
    company text, data jsonb not null default '{}');
  create table crm.events (id bigint primary key generated always as identity, person text not null, type text not null,
    at timestamptz not null, data jsonb not null default '{}');`

const dirty = `
  insert into crm.companies values ('c1', null);
  insert into crm.people (id, gone, labels, data) values
    ('p1', false, '{VIP,Lost}', '{"plan": "free", "tier": "a", "spent": "1.50", "likes": ["a"]}'),
    ('p2', false, '{Lost}', '{"plan": "Gold", "tier": "secret-tier", "spent": "ten", "code": "secret-code", "likes": ["a", 7], "visits": [{"phone": "secret-phone"}, 3]}'),
    ('p3', false, null, '{"plan": "Gold", "spent": 2.345, "likes": "a", "nick": null}'),
    ('p4', true, '{Elsewhere}', '{"plan": "away", "nick": "gone"}');
  insert into crm.events (person, type, at, data) values
    ('p1', 'opened', '2026-01-01', '{"campaign": "may", "seconds": "5"}'), ('p1', 'opened', 'infinity', '{}'),
    ('p2', 'purchase', '2026-01-01', '{}'), ('p2', 'signup', '2026-01-01', '{"seconds": "6"}');`

const short = ({ code, on, key, path, message, related, remedy }: Finding): string =>
  [
    `${code} ${on} ${[key, ...path].join('.')}: ${message}`,
    ...(related ? [`[${related.join(' ')}]`] : []),
    ...(remedy === undefined ? [] : [`=> ${remedy}`]),
  ].join(' ')

async function made(statements: string): Promise<TestDatabase> {
  const database = await createDatabase(inject('postgresUrl'))
  await run(database.url, statements)
  return database
}

async function run(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

test('each kind of what the data has and the schema lacks, or the reverse', async () => {
  await using database = await made(tables + dirty)
  const segments = {
    payers: segment().group((g) => g.field('plan', 'pro')),
    openers: segment().group((g) => g.event('opened').tag('churned')),
  }
  const found = await inspect(segments, source, { connectionString: database.url })
  expect(found.map(short)).toEqual([
    `data/choice-unknown field plan: 2 of 3 values of the field 'plan' are none of the choice: "Gold" (2); they are read as missing [payers]`,
    `data/choice-unused field plan: Nothing has 'pro' or 'gold' in the field 'plan' [payers]`,
    `data/choice-unknown field tier: 1 of 2 values of the field 'tier' are none of the choice: not shown, as the field is sensitive; they are read as missing`,
    `data/choice-unused field tier: Nothing has 'b' in the field 'tier'`,
    `data/ill-typed field spent: 2 of 3 values of the field 'spent', such as "2.345", are not of its type, a decimal with at most 2 digits after the point and 15 in all; they are read as missing`,
    `data/ill-typed field code: 1 of 1 values of the field 'code' are not of its type, a whole number; they are read as missing`,
    `data/unset field nick: Nothing is stored in the field 'nick'`,
    `data/ill-typed field likes: 2 of 3 values of the field 'likes', such as "[\\"a\\", 7]", are not of its type, a list of text; they, or such elements of theirs, are read as missing`,
    `data/unset field state: Nothing is stored in the field 'state'`,
    `data/unset field score: Nothing is stored in the field 'score'`,
    `data/unset field hobbies: Nothing is stored in the field 'hobbies'`,
    `data/ill-typed field visits: 1 of 1 values of the field 'visits' are not of its type, a list of an object; they, or such elements of theirs, are read as missing`,
    `data/tag-unknown tag Lost: 2 people have the tag 'Lost', which the schema does not have`,
    `data/tag-unused tag churned: No one has the tag 'churned' [openers]`,
    `data/ill-typed event opened.at: 1 of 2 values of the time of 'opened', such as "infinity", are not of its type, an instant such as '2026-11-24T09:30:00Z'; these events do not count [openers]`,
    `data/ill-typed event opened.seconds: 1 of 1 values of the property 'seconds' of 'opened', such as "5", are not of its type, a whole number; they are read as missing [openers]`,
    `data/event-unused event login: The event 'login' never happened`,
    `data/event-unknown event signup: 'signup' happened once in crm.events, and the schema has no such event there`,
    `data/unset account company.seats: Nothing is stored in the field 'seats' of the account 'company'`,
  ])
  for (const { code, severity } of found) expect(severity).toBe(findingCodes[code].severity)
  expect(JSON.stringify(found)).not.toMatch(/secret/)
  expect(await inspect(segments, source, { connectionString: database.url }, { data: false })).toEqual([])
})

test('what is read as missing is what the evaluator takes for missing', async () => {
  await using database = await made(tables + dirty)
  const evaluator = await openEvaluator(source, { connectionString: database.url })
  const known = async (name: 'plan' | 'spent' | 'code' | 'tier'): Promise<number> =>
    evaluator.count(segment().group((g) => g.field(name, isPresent())))
  const found = await toPromise(
    openInspection(openDatabase({ connectionString: database.url }), source),
  ).then((inspection) => toPromise(inspection.data(100)))
  const fields = found.flatMap((one) => ('fields' in one ? one.fields : []))
  for (const name of ['plan', 'spent', 'code', 'tier'] as const) {
    const { stored, ill } = fields.find(({ on, info }) => on === 'field' && info.name === name)!
    expect(stored - ill, name).toBe(await known(name))
  }
  await evaluator.close()
})

test('tables that do not fit are findings, and an empty one is no end of them', async () => {
  await using database = await made(
    `${tables} alter table crm.people drop column state; drop table crm.companies;`,
  )
  const found = await inspect({}, source, { connectionString: database.url })
  expect(found.map(({ code, key, path, severity }) => [code, key, ...path, severity].join(' '))).toEqual([
    'source/column crm.people state error',
    'source/table crm.companies error',
  ])
  await run(database.url, 'drop schema crm cascade')
  await run(database.url, tables)
  const empty = await inspect({}, source, { connectionString: database.url })
  expect(empty.map(({ code, key }) => `${code} ${key}`)).toEqual([
    'data/empty crm.people',
    'data/empty crm.events',
    'data/empty crm.companies',
  ])
})

test('of a large table a sample is looked at, and so it is said; of a view the first rows', async () => {
  await using database = await made(`${tables}
    insert into crm.people (id, data) select 'p' || n, jsonb_build_object('plan', case when n % 2 = 0 then 'old' else 'free' end)
      from generate_series(1, 20000) as n;
    analyze crm.people;
    create view crm.persons as select * from crm.people`)
  const connection = { connectionString: database.url }
  for (const table of ['crm.people', 'crm.persons']) {
    const mapping = defineSource(defineSchema({ fields: { plan: choice('free', 'pro') } }), {
      people: { table, id: 'id' },
      fields: { '*': json('data') },
    })
    const found = await inspect({}, mapping, connection, { rows: 2_000 })
    expect(found.map(({ code }) => code)).toEqual(['data/choice-unknown', 'data/choice-unused'])
    const [, bad, of, rows] = /^([\d,]+) of ([\d,]+) values .* \(in ([\d,]+) rows of about 20,000\)$/.exec(
      found[0]!.message,
    )!
    expect(of).toBe(rows)
    const number = (shown: string): number => Number(shown.replace(',', ''))
    expect(number(rows!)).toBeGreaterThan(500)
    expect(number(rows!)).toBeLessThan(6_000)
    expect(number(bad!) / number(of!)).toBeCloseTo(0.5, 1)
  }
})

test('a table that takes too long is said to be unread, and the others are looked at', async () => {
  await using database = await made(`${tables} ${dirty}
    create function crm.slow(text) returns text language plpgsql volatile as 'begin perform pg_sleep(3); return $1; end';
    alter table crm.events rename to slow_events;
    create view crm.events as select id, person, crm.slow(type) as type, at, data from crm.slow_events`)
  const found = await inspect(
    {},
    source,
    { connectionString: database.url },
    {},
    { statementTimeout: '1 second' },
  )
  expect(found.filter(({ on }) => on === 'table').map(short)).toEqual([
    "data/unread table crm.events: The rows of crm.events were not looked at: it takes longer than a statement may run => Raise 'statementTimeout'.",
  ])
  expect(found.some(({ code }) => code === 'data/tag-unknown')).toBe(true)
})

describe('cost', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await made(`${tables}
      insert into crm.people (id, state, score, labels, hobbies, data)
        select 'p' || n, case when n % 500 = 0 then 'CA' else 'NY' end, n % 3, case when n % 400 = 0 then '{VIP}'::text[] else '{}' end,
          case when n % 700 = 0 then '{tea}'::text[] else '{}' end,
          jsonb_build_object('plan', case when n % 600 = 0 then 'gold' else 'free' end, 'likes', case when n % 700 = 0 then '["tea"]'::jsonb else '[]' end)
        from generate_series(1, 40000) as n;
      insert into crm.events (person, type, at)
        select 'p' || n, case when n % 100 = 0 then 'purchase' else 'opened' end, now() - n * interval '10 minutes'
        from generate_series(1, 60000) as n;
      analyze`)
  })
  afterAll(() => database.drop())

  const wanted = {
    californians: segment().group((g) => g.field('state', 'CA')),
    golden: segment().group((g) => g.field('plan', 'gold')),
    buyers: segment().group((g) => g.event('purchase', (e) => e.within('30 days'))),
    tagged: segment().group((g) => g.tag('VIP')),
    fond: segment().group((g) => g.field('hobbies', has('tea'))),
  }
  /** Of these no index would do: most rows are taken, or what is asked can be had without. */
  const unwanted = {
    likes: segment().group((g) => g.field('likes', has('tea'))),
    common: segment().group((g) => g.field('plan', 'free')),
    third: segment().group((g) => g.field('score', 1)),
    opened: segment().group((g) => g.event('opened')),
    either: segment()
      .group((g) => g.field('state', 'CA'))
      .group((g) => g.field('score', 1)),
    others: segment().group((g) => g.field('state', isNot('CA', { missing: 'include' }))),
  }
  const indexes = async (segments: Parameters<typeof inspect>[0]): Promise<readonly Finding[]> =>
    (await inspect(segments, source, { connectionString: database.url }, { data: false })).filter(
      ({ code }) => code === 'cost/index',
    )
  const costs = async (): Promise<Readonly<Record<string, number>>> => {
    const opened = openDatabase({ connectionString: database.url })
    const evaluation = await toPromise(openEvaluation(opened, source))
    const found: Record<string, number> = {}
    for (const [key, one] of Object.entries(wanted)) found[key] = await toPromise(evaluation.cost(one))
    await toPromise(opened.close)
    return found
  }

  test('no index is proposed that would not help', async () => {
    expect(await indexes(unwanted)).toEqual([])
  })

  test('one that is proposed makes the estimate fall, and is then proposed no more', async () => {
    const before = await costs()
    const found = await indexes(wanted)
    expect(found.map(({ related }) => related)).toEqual(
      expect.arrayContaining(Object.keys(wanted).map((key) => [key])),
    )
    for (const { remedy } of found) {
      for (const statement of remedy!.split('\n')) await run(database.url, statement)
    }
    const after = await costs()
    for (const key of Object.keys(wanted)) expect(after[key], key).toBeLessThan(before[key]! / 2)
    expect(await indexes({ ...wanted, ...unwanted })).toEqual([])
  })

  test('who may make no temporary table is told so, and nothing is left behind by who may', async () => {
    await run(database.url, 'drop index crm.people_state_idx')
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    const { rows } = await client.query<{ n: number }>(
      "select count(*)::int as n from pg_class where relname like 'segmentry%'",
    )
    expect(rows).toEqual([{ n: 0 }])
    await client.end()
    const pool = new pg.Pool({ connectionString: database.url, options: '-c role=pg_read_all_data' })
    await run(
      database.url,
      'revoke temporary on database "' +
        database.name +
        '" from public; grant usage on schema crm to pg_read_all_data',
    )
    const found = await inspect(wanted, source, { pool }, { data: false })
    await pool.end()
    expect(found.map(({ code }) => code)).toEqual(['cost/untried'])
  })
})

test('a segment that costs far more than the others stands out', async () => {
  await using database = await made(`${tables}
    create table crm.tags (person text not null, tag text not null);
    create index on crm.tags (tag);
    insert into crm.people (id) select 'p' || n from generate_series(1, 1000) as n;
    insert into crm.events (person, type, at, data) select 'p' || (n % 1000), 'opened', now() - interval '1 day', jsonb_build_object('seconds', n)
      from generate_series(1, 300000) as n;
    analyze`)
  const { tags: _, ...rest } = schema.declared
  const other = defineSchema({ ...rest, tags: ['VIP'] })
  const mapping = defineSource(other, {
    people: { table: 'crm.people', id: 'id' },
    fields: { '*': json('data'), state: column(), score: column(), hobbies: column() },
    tags: tagTable('crm.tags', { person: 'person', tag: 'tag' }),
    events: source.events.get('opened') === undefined ? {} : { '*': source.events.get('opened')!.table },
    accounts: { company: source.accounts.get('company')!.table },
  })
  const build = segmentry<SchemaOf<typeof other>>(other).segment
  const segments = {
    ca: build().group((g) => g.field('state', 'CA')),
    ny: build().group((g) => g.field('state', 'NY')),
    tx: build().group((g) => g.field('state', 'TX')),
    vip: build().group((g) => g.tag('VIP')),
    slow: build().group((g) => g.event('opened', (e) => e.count(atLeast(3)))),
  }
  const found = await inspect(segments, mapping, { connectionString: database.url }, { data: false })
  expect(found.map(({ code, key }) => `${code} ${key}`)).toEqual(['cost/high slow'])
  expect(found[0]!.message).toMatch(
    /^Counting 'slow' is estimated to cost [\d,]+, [\d,]+ times that of the segment in the middle$/,
  )
})
