import pg from 'pg'
import { createDatabase } from '../../testing/src/index.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Database, openDatabase, toPromise } from '../src/database/index.ts'
import { column, defineSource } from '../src/index.ts'
import { openEvaluation } from '../src/evaluator/open.ts'
import { lookAt } from '../src/survey/look.ts'
import { type SurveyedTable, surveyTables } from '../src/survey/survey.ts'
import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  type Field,
  integer,
  list,
  number,
  object,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import { type Backend, backends } from './backends.ts'

// What is told of tables that nobody mapped, and whether the types that are told can be read.

const statements = `
  create type mood as enum ('sad', 'ok');
  create domain mail as text;
  create table users (
    id int primary key, t text not null, v varchar(3), c char(2), u uuid, m mood, d mail, i2 int2, i8 int8, f4 real, f8 float8,
    n numeric, n2 numeric(8,2), n0 numeric(8), neg numeric(3,-2), deep numeric(40,20), b bool, day date, tz timestamptz, ts timestamp,
    j json, jb jsonb, ta text[], ma mood[], tsa timestamp[], x xml, p point, q "char", plan text check (plan in ('a', 'b')), half text,
    unique (t), unique (v, c)
  );
  create table orders (id int, user_id int not null references users, at timestamptz not null, kind text, primary key (id, at)) partition by range (at);
  create table orders_all partition of orders default;
  create view seen as select id, t from users;
  create table gone (id int references users);
  alter table gone drop constraint gone_id_fkey;
  alter table gone add constraint late foreign key (id) references users not valid;
  insert into users (id, t, n, plan, ta, jb) select i, 't' || i, i / 8.0, case when i % 2 = 0 then 'a' else 'b' end, array['x', 'y'], '{"k": 1}' from generate_series(1, 100) as i;
  insert into orders select i, 1 + i % 100, now(), case when i % 4 = 0 then 'big' else 'small' end from generate_series(1, 25000) as i;
`

const simple = { text, integer, number, boolean, date, timestamp }

describe.each(backends)('%s', (_, open) => {
  let backend: Backend
  let database: Database
  let tables: ReadonlyMap<string, SurveyedTable>
  beforeAll(async () => {
    backend = await open()
    const { connection } = backend
    if ('pglite' in connection) await connection.pglite.exec(statements)
    if ('pool' in connection) await connection.pool.query(statements)
    database = openDatabase(connection)
    const survey = await toPromise(surveyTables(database, ['public']))
    tables = new Map(survey.tables.map((one) => [one.table, one]))
  })
  afterAll(() => backend.close())

  test('tables, keys and references', () => {
    expect([...tables.keys()]).toEqual(['public.gone', 'public.orders', 'public.seen', 'public.users'])
    expect(tables.get('public.users')!.keys).toEqual([['id'], ['t'], ['v', 'c']])
    expect(tables.get('public.seen')!.kind).toBe('view')
    const to = { columns: ['user_id'], table: 'public.users', to: ['id'], isValid: true }
    expect(tables.get('public.orders')!.refers).toEqual([to])
    expect(tables.get('public.gone')!.refers).toMatchObject([{ isValid: false }])
  })

  test('columns stand in their order, and what no field can be read from has no type', () => {
    const { columns } = tables.get('public.users')!
    expect(columns.slice(0, 3).map(({ name }) => name)).toEqual(['id', 't', 'v'])
    expect(columns.filter(({ type }) => type === undefined).map(({ name }) => name)).toEqual([
      'tsa',
      'x',
      'p',
      'q',
    ])
    const typeOf = (name: string) => columns.find((one) => one.name === name)!.type
    expect(typeOf('plan')).toEqual({ kind: 'choice', values: ['a', 'b'] })
    expect(typeOf('m')).toEqual({ kind: 'choice', values: ['sad', 'ok'] })
    expect(typeOf('ma')).toEqual({ kind: 'list', of: { kind: 'choice', values: ['sad', 'ok'] } })
    expect(['n', 'n2', 'n0', 'neg', 'deep'].map(typeOf)).toEqual([
      { kind: 'number' },
      { kind: 'decimal', scale: 2 },
      { kind: 'integer' },
      { kind: 'integer' },
      { kind: 'number' },
    ])
  })

  test('every type that is told is one that the column can be read as', async () => {
    const { columns } = tables.get('public.users')!
    const fields: Record<string, Field> = {}
    const places: Record<string, ReturnType<typeof column>> = {}
    for (const { name, type, needsZone } of columns) {
      if (type === undefined) continue
      const of = (one: typeof type): Field => {
        if (one.kind === 'decimal') return decimal(one.scale)
        if (one.kind === 'choice') return choice(...(one.values as [string, ...string[]]))
        if (one.kind === 'list') return list(of(one.of))
        return one.kind === 'object' ? object({}) : simple[one.kind]()
      }
      fields[name] = of(type)
      places[name] = column(name, needsZone ? { zone: 'UTC' } : {})
    }
    const source = defineSource(defineSchema({ fields }), {
      people: { table: 'public.users', id: 'id' },
      fields: places,
    })
    const evaluation = await toPromise(openEvaluation(database, source))
    const everyone = segmentry(source.schema)
      .segment()
      .group((g) => g.everyone())
    expect(await toPromise(evaluation.count(everyone))).toBe(100)
  })

  test('rows are counted, and their values known', async () => {
    const look = { values: ['plan', 't'], lists: ['ta'], documents: ['jb'], scales: ['n'] }
    const looked = await toPromise(lookAt(database, { table: 'public.users', ...look }))
    expect(looked).toMatchObject({ rows: 100, isEstimate: false, scales: { n: 3 }, unseen: [] })
    expect(looked.values['plan']).toEqual({ shares: { a: 0.5, b: 0.5 }, isAll: true })
    expect(looked.values['ta']).toEqual({ shares: { x: 1, y: 1 }, isAll: true })
    expect(Object.keys(looked.values['t']!.shares).length).toBe(100)
    expect(looked.documents['jb']!.length).toBe(100)
  })

  test('of many rows there are about so many, and of a sample nobody knows whether it has all values', async () => {
    const look = { table: 'public.orders', values: ['kind'], lists: [], documents: [], scales: [] }
    const looked = await toPromise(lookAt(database, look))
    expect(looked.isEstimate).toBe(true)
    expect(looked.rows).toBeGreaterThan(20_000)
    expect(looked.values['kind']!.isAll).toBe(false)
    expect(looked.values['kind']!.shares['big']).toBeCloseTo(0.25, 1)
  })

  test('what the planner knows is taken where it knows all', async () => {
    const { connection } = backend
    const analyze = 'analyze orders_all'
    if ('pglite' in connection) await connection.pglite.exec(analyze)
    if ('pool' in connection) await connection.pool.query(analyze)
    const look = { table: 'public.orders_all', values: ['kind'], lists: [], documents: [], scales: [] }
    const { values, rows, isEstimate } = await toPromise(lookAt(database, look))
    expect([Math.round(rows / 1_000), isEstimate]).toEqual([25, true])
    expect(values['kind']!.isAll).toBe(true)
    expect(Object.keys(values['kind']!.shares)).toEqual(['small', 'big'])
  })

  test('what cannot be looked at is told, and the rest is looked at', async () => {
    const look = { values: ['nothing', 'plan'], lists: [], documents: [], scales: [] }
    const { values, unseen } = await toPromise(lookAt(database, { table: 'public.users', ...look }))
    expect(Object.keys(values)).toEqual(['plan'])
    expect(unseen).toEqual([expect.stringContaining('public.users.nothing: column "nothing" does not exist')])
  })
})

test('a role is told of what it may read, and of what there is besides', async () => {
  const made = await createDatabase(inject('postgresUrl'))
  const owner = new pg.Client({ connectionString: made.url })
  await owner.connect()
  const role = `survey_${Date.now()}`
  try {
    await owner.query(`create role ${role} login password 'x'; create schema closed;
      create table closed.t (id int); create table a (id int primary key, secret text); create table b (id int);
      alter table a enable row level security; grant select (id) on a to ${role}`)
    const url = new URL(made.url)
    url.username = role
    url.password = 'x'
    const database = openDatabase({ connectionString: url.href })
    const { tables, schemas } = await toPromise(surveyTables(database, ['public', 'closed']))
    await toPromise(database.close)
    expect(schemas).toEqual({ closed: 1, public: 2 })
    const told = tables.map(({ table, isReadable, hasRowSecurity, columns }) => [
      table,
      isReadable,
      hasRowSecurity,
      columns.filter((one) => one.isReadable).map(({ name }) => name),
    ])
    expect(told).toEqual([
      ['closed.t', false, false, []],
      ['public.a', true, true, ['id']],
      ['public.b', false, false, []],
    ])
    await owner.query(`drop owned by ${role}; drop role ${role}`)
  } finally {
    await owner.end()
    await made.drop()
  }
})
