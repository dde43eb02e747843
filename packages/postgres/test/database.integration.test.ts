import { setTimeout as delay } from 'node:timers/promises'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { compiled, type Database, openDatabase, toAsyncIterable, toPromise } from '../src/database/index.ts'
import { ConnectionError, QueryError, TimeoutError } from '../src/errors.ts'
import { createDatabase } from '../../testing/src/index.ts'
import { type Backend, backends } from './backends.ts'

const settings = compiled(
  sql<Record<string, string>>`select current_setting('jit') as jit, current_setting('TimeZone') as zone,
    current_setting('statement_timeout') as statement, current_setting('transaction_read_only') as read_only,
    current_setting('transaction_isolation') as isolation`,
)

describe.each(backends)('a database on %s', (_, open) => {
  let backend: Backend
  let database: Database
  beforeAll(async () => {
    backend = await open()
    database = openDatabase(backend.connection, { statementTimeout: '20 seconds' })
    await toPromise(
      database.write((session) => session.run(compiled(sql`create table notes (id int primary key)`))),
    )
  })
  afterAll(() => backend.close())

  const rows = (): Promise<readonly { readonly id: number }[]> =>
    toPromise(
      database.read((session) =>
        session.run(compiled(sql<{ id: number }>`select id from notes order by id`)),
      ),
    )

  test('sets what an answer depends on, for one transaction', async () => {
    const [read] = await toPromise(database.read((session) => session.run(settings), { snapshot: true }))
    expect(read).toEqual({
      jit: 'off',
      zone: 'UTC',
      statement: '20s',
      read_only: 'on',
      isolation: 'repeatable read',
    })
    const [write] = await toPromise(
      database.write((session) => session.run(settings), { statementTimeout: '2 minutes' }),
    )
    expect(write).toEqual({
      jit: 'off',
      zone: 'UTC',
      statement: '2min',
      read_only: 'off',
      isolation: 'read committed',
    })
  })

  test('reading cannot write', async () => {
    const write = database.read((session) => session.run(compiled(sql`insert into notes values (1)`)))
    await expect(toPromise(write)).rejects.toMatchObject({ _tag: 'QueryError', sqlState: '25006' })
    expect(await rows()).toEqual([])
  })

  test('writing commits as a whole or not at all', async () => {
    const insert = (id: number) => compiled(sql`insert into notes values (${id})`)
    const half = database.write((session) =>
      Effect.flatMap(session.run(insert(2)), () => Effect.fail(new RangeError('changed my mind'))),
    )
    await expect(toPromise(half)).rejects.toThrow('changed my mind')
    const swallowed = database.write((session) =>
      Effect.flatMap(session.run(insert(3)), () => Effect.ignore(session.run(insert(3)))),
    )
    await expect(toPromise(swallowed)).rejects.toMatchObject({ _tag: 'QueryError', sqlState: '23505' })
    const thrown = database.write(() => Effect.sync(() => JSON.parse('{')))
    await expect(toPromise(thrown)).rejects.toThrow(SyntaxError)
    expect(await rows()).toEqual([])
    await toPromise(database.write((session) => session.run(insert(4))))
    expect(await rows()).toEqual([{ id: 4 }])
    await toPromise(database.write((session) => session.run(compiled(sql`delete from notes`))))
  })

  test('one statement is a transaction of its own', async () => {
    const once = (id: number) =>
      toPromise(database.once(compiled(sql`insert into notes values (${id}) returning id`)))
    expect(await once(70)).toEqual([{ id: 70 }])
    await expect(once(70)).rejects.toMatchObject({ _tag: 'QueryError', sqlState: '23505' })
    expect(await once(71)).toEqual([{ id: 71 }])
    expect((await rows()).filter(({ id }) => id >= 70)).toEqual([{ id: 70 }, { id: 71 }])
    await toPromise(database.once(compiled(sql`delete from notes where id >= ${70}`)))
  })

  test('an error carries the statement and no value', async () => {
    const secret = 'ada@example.org'
    const query = compiled(sql`select ${secret}::text::int4`)
    const error = await toPromise(database.read((session) => session.run(query))).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(QueryError)
    expect(error).toMatchObject({ sqlState: '22P02', sql: 'select $1::text::int4' })
    expect(JSON.stringify(error) + String(error)).not.toContain('ada')
  })

  test('values are the same from every database', async () => {
    const query = compiled(sql<
      Record<string, unknown>
    >`select 'é'::text as text, 7::int4 as int4, -1::int2 as int2,
      1.5::float8 as float8, 'NaN'::float8 as nan, true as bool, '{"a":[1,null]}'::jsonb as jsonb,
      ${['a', null, 'b"c,']}::text[] as texts, array['v']::varchar[] as varchars, null::int4 as nothing,
      9007199254740993::int8 as int8, 1.50::numeric as numeric, '2026-11-24'::date as date,
      '2026-11-24T10:00:00.123456+01'::timestamptz as instant, '2026-11-24 10:00'::timestamp as local,
      '1 day'::interval as interval, '\\x00ff'::bytea as bytes, array[1,2]::int8[] as int8s,
      '00000000-0000-0000-0000-000000000001'::uuid as uuid, ${'x'}::text as given, ${7}::int4 as number, ${true}::bool as yes`)
    const [row] = await toPromise(database.read((session) => session.run(query)))
    expect(row).toEqual({
      text: 'é',
      int4: 7,
      int2: -1,
      float8: 1.5,
      nan: NaN,
      bool: true,
      jsonb: { a: [1, null] },
      texts: ['a', null, 'b"c,'],
      varchars: ['v'],
      nothing: null,
      int8: '9007199254740993',
      numeric: '1.50',
      date: '2026-11-24',
      instant: '2026-11-24 09:00:00.123456+00',
      local: '2026-11-24 10:00:00',
      interval: '1 day',
      bytes: '\\x00ff',
      int8s: '{1,2}',
      uuid: '00000000-0000-0000-0000-000000000001',
      given: 'x',
      number: 7,
      yes: true,
    })
  })

  test('a cursor gives all rows in batches, and frees its transaction when left', async () => {
    const numbers = (to: number) =>
      compiled(sql<{ n: number }>`select n::int4 from generate_series(1, ${to}::int4) as n`)
    const batches = await toPromise(
      Stream.runCollect(database.stream((session) => session.cursor(numbers(25), 10))),
    )
    expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5])
    expect(batches.flat().map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (__, i) => i + 1))
    expect(
      await toPromise(Stream.runCollect(database.stream((session) => session.cursor(numbers(0), 10)))),
    ).toEqual([])
    const even = database.stream((session) => session.cursor(numbers(20), 10))
    expect((await toPromise(Stream.runCollect(even))).length).toBe(2)
    // More times than the pool has connections, so a transaction left open would make it wait for ever.
    for (let round = 0; round < 20; round++) {
      for await (const batch of toAsyncIterable(
        database.stream((session) => session.cursor(numbers(1_000_000), 100)),
      )) {
        expect(batch.length).toBe(100)
        break
      }
    }
    expect(await rows()).toEqual([])
  })

  test('an error in a stream is the typed one, and the database goes on', async () => {
    const failing = compiled(
      sql<{ n: number }>`select 100 / (3 - n)::int4 as n from generate_series(1, 5) as n`,
    )
    const taken: number[] = []
    const stream = async (): Promise<void> => {
      for await (const batch of toAsyncIterable(database.stream((session) => session.cursor(failing, 1)))) {
        taken.push(...batch.map(({ n }) => n))
      }
    }
    await expect(stream()).rejects.toMatchObject({ _tag: 'QueryError', sqlState: '22012' })
    expect(taken).toEqual([50, 100])
    expect(await rows()).toEqual([])
  })

  test('statements of one session run one after the other', async () => {
    const one = (n: number) => compiled(sql<{ n: number }>`select ${n}::int4 as n`)
    const all = database.read((session) =>
      Effect.all(
        [1, 2, 3].map((n) => session.run(one(n))),
        { concurrency: 'unbounded' },
      ),
    )
    expect(await toPromise(all)).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
  })
})

describe('a server', () => {
  const url = inject('postgresUrl')
  const slow = compiled(sql`select count(*) from generate_series(1, 2000000000) as n /* slow on purpose */`)
  let watch: pg.Client
  beforeAll(async () => {
    watch = new pg.Client({ connectionString: url })
    await watch.connect()
  })
  afterAll(() => watch.end())

  const running = async (): Promise<number> => {
    const { rows } = await watch.query<{ n: number }>(
      "select count(*)::int4 as n from pg_stat_activity where state = 'active' and (query like '%slow on purpose%' or query like 'fetch 10 from segmentry%') and pid <> pg_backend_pid()",
    )
    return rows[0]!.n
  }

  test('a slow statement meets its limit, long before it would end, and leaves the connection whole', async () => {
    const database = openDatabase({ connectionString: url }, { statementTimeout: '1 second' })
    await toPromise(database.read((session) => session.run(settings)))
    const started = performance.now()
    const error = await toPromise(database.read((session) => session.run(slow))).catch(
      (thrown: unknown) => thrown,
    )
    const took = performance.now() - started
    expect(error).toBeInstanceOf(TimeoutError)
    expect(error).toMatchObject({ limit: 'statement', milliseconds: 1000, sql: slow.sql })
    expect(took).toBeGreaterThan(990)
    expect(took).toBeLessThan(10_000)
    expect(await toPromise(database.read((session) => session.run(settings)))).toHaveLength(1)
    await toPromise(database.close)
  })

  test('an abort at any moment stops the statement, with every connection of the pool in use', async () => {
    const pool = new pg.Pool({ connectionString: url, max: 2 })
    const database = openDatabase({ pool })
    const stops = await Promise.all(
      Array.from({ length: 24 }, async (_, i) => {
        const reason = new Error(`stop ${i}`)
        const controller = new AbortController()
        const promise = toPromise(
          database.read((session) => session.run(slow)),
          controller.signal,
        )
        const caught = promise.catch((thrown: unknown) => thrown)
        await delay(i * 15)
        controller.abort(reason)
        return (await caught) === reason
      }),
    )
    expect(stops).toEqual(stops.map(() => true))
    expect(await running()).toBe(0)
    expect(pool.waitingCount).toBe(0)
    expect(pool.idleCount).toBe(pool.totalCount)
    expect(await toPromise(database.read((session) => session.run(settings)))).toHaveLength(1)
    await pool.end()
  })

  test('an abort ends a stream and its statement', async () => {
    const database = openDatabase({ connectionString: url })
    const controller = new AbortController()
    const stream = toAsyncIterable(
      database.stream((session) => session.cursor(slow, 10)),
      controller.signal,
    )
    const next = stream.next().catch((thrown: unknown) => thrown)
    await expect.poll(running).toBe(1)
    const reason = new Error('enough')
    controller.abort(reason)
    expect(await next).toBe(reason)
    expect(await running()).toBe(0)
    await toPromise(database.close)
  })

  test('one statement is planned once for a connection, or each time where a pooler loses the plan', async () => {
    const one = new pg.Pool({ connectionString: url, max: 1 })
    const database = openDatabase({ pool: one })
    const ask = async (value: number): Promise<unknown> =>
      (await toPromise(database.once(compiled(sql<{ n: number }>`select ${value}::int4 + 1 as n`))))[0]?.n
    const kept = async (): Promise<unknown> =>
      (
        await one.query<{ n: number }>(
          "select coalesce(sum(generic_plans + custom_plans), 0)::int4 as n from pg_prepared_statements where name like 'segmentry%'",
        )
      ).rows[0]!.n
    expect([await ask(1), await ask(2), await ask(3)]).toEqual([2, 3, 4])
    expect(await kept()).toBe(3)
    await one.query('deallocate all')
    expect([await ask(4), await ask(5)]).toEqual([5, 6])
    expect(await kept()).toBe(0)
    await one.end()
  })

  test('an abort stops waiting for one statement, and gives its connection back', async () => {
    const one = new pg.Pool({ connectionString: url, max: 1 })
    const abort = new AbortController()
    const sleep = openDatabase({ pool: one }).once(compiled(sql`select pg_sleep(${0.3}::float8)`))
    const asked = Effect.runPromiseExit(sleep, { signal: abort.signal })
    await delay(100)
    abort.abort()
    expect((await asked)._tag).toBe('Failure')
    expect((await one.query<{ n: number }>('select 1 as n')).rows).toEqual([{ n: 1 }])
    await one.end()
  })

  test('a cancellation by somebody else is told apart from a time limit', async () => {
    const database = openDatabase({ connectionString: url })
    const caught = toPromise(database.read((session) => session.run(slow))).catch((thrown: unknown) => thrown)
    await expect.poll(running).toBe(1)
    await watch.query(
      "select pg_cancel_backend(pid) from pg_stat_activity where query like '%slow on purpose%' and pid <> pg_backend_pid()",
    )
    expect(await caught).toMatchObject({ _tag: 'CancelledError', sql: slow.sql })
    await toPromise(database.close)
  })

  test('a session that the server ends is a connection error, in a statement and between two', async () => {
    const database = openDatabase({ connectionString: url })
    const kill =
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%slow on purpose%' and pid <> pg_backend_pid()"
    const caught = toPromise(database.read((session) => session.run(slow))).catch((thrown: unknown) => thrown)
    await expect.poll(running).toBe(1)
    await watch.query(kill)
    expect(await caught).toBeInstanceOf(ConnectionError)
    const between = database.read((session) =>
      session.run(compiled(sql<{ pid: number }>`select pg_backend_pid() as pid`)).pipe(
        Effect.tap(([row]) =>
          Effect.promise(() => watch.query('select pg_terminate_backend($1)', [row!.pid])),
        ),
        Effect.tap(() => Effect.sleep(50)),
        Effect.flatMap(() => session.run(settings)),
      ),
    )
    await expect(toPromise(between)).rejects.toMatchObject({ _tag: 'ConnectionError', code: '57P01' })
    expect(await toPromise(database.read((session) => session.run(settings)))).toHaveLength(1)
    await toPromise(database.close)
  })

  test('limits on locks and on idling are typed', async () => {
    await using own = await createDatabase(url)
    const database = openDatabase({ connectionString: own.url }, { lockTimeout: '1 second' })
    await toPromise(database.write((session) => session.run(compiled(sql`create table held (id int)`))))
    const lock = compiled(sql`lock table held in access exclusive mode`)
    const both = database.write((session) =>
      Effect.flatMap(session.run(lock), () => database.write((other) => other.run(lock))),
    )
    await expect(toPromise(both)).rejects.toMatchObject({ _tag: 'TimeoutError', limit: 'lock' })
    await toPromise(database.close)
    const hasty = openDatabase({ connectionString: own.url }, { idleTimeout: '1 second' })
    const idle = hasty.read((session) => Effect.flatMap(Effect.sleep(1300), () => session.run(settings)))
    await expect(toPromise(idle)).rejects.toMatchObject({ _tag: 'TimeoutError', limit: 'idle' })
    await toPromise(hasty.close)
  })

  test.each([
    ['a port nobody listens on', (at: URL) => void (at.port = '1'), 'ECONNREFUSED', 'Start the server'],
    [
      'a wrong password',
      (at: URL) => void (at.password = 'wrong-secret'),
      '28P01',
      'Correct the user or the password',
    ],
    [
      'a database that is not there',
      (at: URL) => void (at.pathname = '/nowhere'),
      '3D000',
      'Create the database',
    ],
  ])('%s is a connection error that says what to do', async (_, change, code, advice) => {
    const at = new URL(url)
    change(at)
    const database = openDatabase({ connectionString: at.href })
    const error = await toPromise(database.read((session) => session.run(settings))).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ code, address: { host: at.hostname, port: Number(at.port) } })
    expect(String(error)).toContain(advice)
    expect(String(error) + JSON.stringify(error)).not.toContain(at.password)
    await toPromise(database.close)
  })

  test('a closed database says so', async () => {
    const database = openDatabase({ connectionString: url })
    await toPromise(database.close)
    await toPromise(database.close)
    await expect(toPromise(database.read((session) => session.run(settings)))).rejects.toBeInstanceOf(
      ConnectionError,
    )
  })
})
