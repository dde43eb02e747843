import {
  type AnySegment,
  defineSchema,
  integer,
  oneOf,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import { createDatabase, type TestDatabase } from '../../testing/src/index.ts'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { column, defineSource, openEvaluator, type PostgresEvaluator, type Settings } from '../src/index.ts'

// A copy is as long as its reader likes, and is stopped when it is not wanted any more.

const schema = defineSchema({ fields: { n: integer(), words: text() } })
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
const everyone = segment().group((g) => g.everyone())
const sourceOf = (table: string) =>
  defineSource(schema, { people: { table, id: 'id' }, fields: { '*': column() } })

let database: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => undefined)
  await pool.query(`create table people (id text primary key, n int, words text);
    insert into people select lpad(i::text, 7, '0'), i, repeat('x', 200) from generate_series(1, 100000) i;
    create view slow as select id, case when pg_sleep(0.008) is null then 0 else n end as n, words from (select * from people order by id limit 300) as few order by id;
    create view stuck as select id, case when n > 1000 and pg_sleep(60) is null then 0 else n end as n, words from people;
    create view broken as select id, 1 / (5000 - n) as n, words from people`)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** Does something with an evaluator on a table, and looks whether it has left anything running. */
async function on(
  table: string,
  settings: Settings,
  use: (evaluator: PostgresEvaluator) => Promise<void>,
): Promise<void> {
  const evaluator = await openEvaluator(sourceOf(table), { pool }, settings)
  await use(evaluator)
  const { rows } = await pool.query<{ query: string }>(
    "select query from pg_stat_activity where datname = current_database() and backend_type = 'client backend' and state <> 'idle' and pid <> pg_backend_pid()",
  )
  expect(rows).toEqual([])
  const others = await openEvaluator(sourceOf('people'), { pool })
  expect(await others.count(everyone)).toBe(100_000)
}

const fields = { fields: 'all' } as const

test('the people are counted as they are handed out', () =>
  on('people', {}, async (evaluator) => {
    const exported = evaluator.export(everyone, fields)
    let lines = -1
    for await (const bytes of exported) {
      lines += Buffer.from(bytes).toString().split('\n').length - 1
      expect(exported.people).toBe(lines)
    }
    expect(exported.people).toBe(100_000)
  }))

test('a reader who leaves stops the statement', () =>
  on('people', {}, async (evaluator) => {
    const exported = evaluator.export(everyone, fields)
    for await (const _ of exported) if (exported.people > 0) break
    expect(exported.people).toBeLessThan(5_000)
  }))

test('so does a signal', () =>
  on('people', {}, async (evaluator) => {
    const controller = new AbortController()
    const reading = async (): Promise<void> => {
      for await (const _ of evaluator.export(everyone, { ...fields, signal: controller.signal }))
        controller.abort(new Error('enough'))
    }
    await expect(reading()).rejects.toThrow('enough')
  }))

test('the whole may take longer than a statement may, as long as the server goes on', () =>
  on('slow', { statementTimeout: '1 second' }, async (evaluator) => {
    const begun = performance.now()
    const exported = evaluator.export(everyone, { ...fields, format: 'ndjson' })
    expect((await Array.fromAsync(exported)).length).toBeGreaterThan(5)
    expect(exported.people).toBe(300)
    expect(performance.now() - begun).toBeGreaterThan(2_000)
  }))

test('a server that says nothing for that long is given up', () =>
  on('stuck', { statementTimeout: '1 second' }, async (evaluator) => {
    const limit = { _tag: 'TimeoutError', limit: 'statement', milliseconds: 1_000 }
    await expect(Array.fromAsync(evaluator.export(everyone, fields))).rejects.toMatchObject(limit)
  }))

test('a reader who does not read for too long is told so', () =>
  on('people', { idleTimeout: '1 second' }, async (evaluator) => {
    const reading = evaluator.export(everyone, fields)[Symbol.asyncIterator]()
    await reading.next()
    await reading.next()
    await delay(2_500)
    const rest = async (): Promise<void> => {
      while ((await reading.next()).done !== true);
    }
    await expect(rest()).rejects.toMatchObject({ _tag: 'TimeoutError', limit: 'idle', milliseconds: 1_000 })
  }))

test('an error in the middle is told without the values of the statement', () =>
  on('people', {}, async () => {
    const evaluator = await openEvaluator(sourceOf('broken'), { pool })
    const hushed = segment()
      .exclude((g) => g.field('words', 'hush-hush'))
      .group((g) => g.everyone())
    const error: unknown = await Array.fromAsync(evaluator.export(hushed, fields)).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ _tag: 'QueryError', sqlState: '22012' })
    expect((error as Error).message).toContain('$1')
    expect((error as Error).message).not.toContain('hush')
  }))

test('a connection that is lost, and a statement that others cancel, are told as that', () =>
  on('people', {}, async (evaluator) => {
    const ended = async (how: string): Promise<unknown> => {
      try {
        let pieces = 0
        for await (const _ of evaluator.export(everyone, fields))
          if ((pieces += 1) === 2)
            await pool.query(
              `select ${how}(pid) from pg_stat_activity where datname = current_database() and query like 'copy%' and pid <> pg_backend_pid()`,
            )
        return undefined
      } catch (error) {
        return Object(error)._tag
      }
    }
    expect(await ended('pg_cancel_backend')).toBe('CancelledError')
    expect(await ended('pg_terminate_backend')).toBe('ConnectionError')
  }))

test('texts that SQL would take for something else are texts', async () => {
  const texts = [
    "it's",
    String.raw`back\slash \' \\`,
    '$1',
    '{a,"b",NULL}',
    'NULL',
    ' ',
    '"',
    "E'\\n",
    '-- ;',
    'ü漢🦊\n\t',
  ]
  await pool.query('create table texts (id text primary key, n int, words text)')
  for (const [i, one] of texts.entries()) await pool.query('insert into texts values ($1, $2, $1)', [one, i])
  await on('texts', {}, async (evaluator) => {
    const ids = async (of: AnySegment): Promise<readonly string[]> =>
      Buffer.concat(await Array.fromAsync(evaluator.export(of, { format: 'ndjson' })))
        .toString()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { readonly id: string }).id)
    for (const one of texts) {
      expect(await ids(segment().group((g) => g.field('words', one)))).toEqual([one])
      expect(await ids(segment().group((g) => g.people(one)))).toEqual([one])
    }
    const some = texts.slice(0, 5)
    expect(
      (
        await ids(
          segment().group((g) => g.field('words', oneOf(some[0]!, some[1]!, some[2]!, some[3]!, some[4]!))),
        )
      ).toSorted(),
    ).toEqual(some.toSorted())
  })
})
