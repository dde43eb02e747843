import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import pg from 'pg'
import { afterEach, describe, expect, inject, test, vi } from 'vitest'
import { createDatabase, PostgresStartError, startPostgres } from '../src/index.ts'

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

const answers = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(Number(new URL(url).port), '127.0.0.1')
    socket.once('connect', () => resolve(socket.destroy() !== undefined))
    socket.once('error', () => resolve(false))
  })

/** Where a server keeps its files. */
const directoryOf = async (url: string): Promise<string> =>
  dirname(String((await query(url, 'SHOW data_directory'))[0]?.['data_directory']))

describe('the server of the run', () => {
  const url = inject('postgresUrl')

  test('makes databases that know nothing of each other', async () => {
    await using first = await createDatabase(url)
    await using second = await createDatabase(url)
    await query(first.url, 'CREATE TABLE people (id text)')
    await expect(query(second.url, 'TABLE people')).rejects.toThrow('relation "people" does not exist')
    expect(await query(first.url, 'TABLE people')).toEqual([])
  })

  test('copies a database with its rows', async () => {
    await using filled = await createDatabase(url)
    await query(filled.url, "CREATE TABLE people AS SELECT 'p1' AS id")
    await using copy = await createDatabase(url, { template: filled.name })
    expect(await query(copy.url, 'TABLE people')).toEqual([{ id: 'p1' }])
  })

  test('drops a database even while someone is connected', async () => {
    const database = await createDatabase(url)
    const client = new pg.Client({ connectionString: database.url })
    client.on('error', () => {})
    await client.connect()
    await database.drop()
    const named = `SELECT 1 FROM pg_database WHERE datname = '${database.name}'`
    expect(await query(url, named)).toEqual([])
  })
})

describe('a server of its own', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is Postgres 18 in UTF-8, orders by code point, and leaves nothing when it is stopped', async () => {
    vi.stubEnv('DATABASE_URL', '')
    const server = await startPostgres()
    const [row] = await query(
      server.url,
      `SELECT current_setting('server_version_num')::int / 10000 AS version,
              current_setting('server_encoding') AS encoding,
              ARRAY(SELECT x FROM unnest(ARRAY['b', 'a', 'é', 'B']) x ORDER BY x) AS sorted`,
    )
    expect(row).toEqual({ version: 18, encoding: 'UTF8', sorted: ['B', 'a', 'b', 'é'] })
    const directory = await directoryOf(server.url)
    expect(existsSync(directory)).toBe(true)
    await server.stop()
    expect(await answers(server.url)).toBe(false)
    expect(existsSync(directory)).toBe(false)
    await server.stop()
  })

  test('ends with the process that started it, even when that one is killed', async () => {
    const program = `
      import { startPostgres } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      console.log((await startPostgres()).url)
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const url = String(line).trim()
    const directory = await directoryOf(url)
    child.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(directory)).toBe(false), { timeout: 20_000, interval: 100 })
    expect(await answers(url)).toBe(false)
  })

  test('does not keep a process alive that forgot it', async () => {
    const program = `
      import { startPostgres } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
      await startPostgres()`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, DATABASE_URL: '' },
      stdio: 'inherit',
    })
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  test('says what to do when it cannot start', async () => {
    vi.stubEnv('DATABASE_URL', '')
    vi.stubEnv('TMPDIR', '/no/such/directory')
    const error = await startPostgres().catch((found: unknown) => found)
    expect(error).toBeInstanceOf(PostgresStartError)
    expect(String(error)).toMatch(/did not start: .*\/no\/such\/directory.* Set DATABASE_URL/s)
  })
})

describe('a server that was there before', () => {
  afterEach(() => vi.unstubAllEnvs())

  test('is used through a fresh database, and is left as it was found', async () => {
    const url = inject('postgresUrl')
    await using outer = await createDatabase(url)
    vi.stubEnv('DATABASE_URL', outer.url)
    const server = await startPostgres()
    const made = await server.createDatabase()
    const names = `SELECT datname::text FROM pg_database WHERE starts_with(datname::text, '${outer.name}_') ORDER BY 1`
    const found = (await query(url, names)).map((row) => row['datname'])
    expect(found).toEqual([new URL(server.url).pathname.slice(1), made.name])
    await server.stop()
    expect(await query(url, names)).toEqual([])
  })

  test('is named when it does not answer', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/none')
    const error = await startPostgres().catch((found: unknown) => found)
    expect(error).toBeInstanceOf(PostgresStartError)
    expect(String(error)).toContain('DATABASE_URL is set, but no database can be made there')
  })
})
