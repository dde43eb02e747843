import { PGlite } from '@electric-sql/pglite'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configFile, files, fill, holding, now } from './crm.ts'
import { each, Folder, shownCall } from './project.ts'

// What the commands say of people, on a server and in the embedded database.

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await fill({ connectionString: database.url })
})
afterAll(() => database.drop())

const calls = [
  ['count'],
  ['count', 'vip'],
  ['count', 'vip', 'rest', '--json'],
  ['count', 'engaged', '--at', '2027-01-01T00:00:00Z'],
  ['members', 'rest'],
  ['members', 'rest', '--json'],
  ['members', 'best', '--json'],
  ['members', 'rest', '--limit', '0'],
  ['members', 'vip', '--after', 'ann'],
  ['which', 'ann', 'bob'],
  ['which', 'ann', 'zed'],
  ['which', 'ann', '--json'],
  ['explain', 'ann', 'vip'],
  ['explain', 'bob', 'best'],
  ['explain', 'bob', 'known'],
  ['explain', 'zed', 'vip'],
  ['explain', 'ann', 'vip', '--json'],
  ['sql', 'best'],
  ['sql', 'best', '--mode', 'point', '--json'],
] as const

/** The calls at one clock, so that what they say does not depend on the day. */
const clocked = calls.map((args) =>
  (args as readonly string[]).includes('--at') ? args : [...args, '--at', now],
)

test('what is said of people on a server', async () => {
  using folder = new Folder(files())
  const ends = await each(clocked, (args) => folder.run(args, { DATABASE_URL: database.url }))
  const shown = clocked.map((args, i) => shownCall(args, ends[i]!)).join('\n')
  await expect(shown).toMatchFileSnapshot('texts/people.txt')
})

test('the embedded database says the same, and takes one process at a time', async () => {
  using folder = new Folder(files("database: { pglite: './data' }"))
  const pglite = await PGlite.create(join(folder.path, 'data'))
  await fill({ pglite })
  await pglite.close()
  using server = new Folder(files())
  // One after the other: see the lock below.
  for (const args of clocked.filter((_args, i) => [0, 5, 10, 13, 18].includes(i))) {
    const said = await server.run(args, { DATABASE_URL: database.url })
    expect(await folder.run(args), args.join(' ')).toEqual(said)
  }

  const lock = join(folder.path, 'data.lock')
  expect(existsSync(lock)).toBe(false)
  writeFileSync(lock, String(process.pid))
  expect(await folder.run(['count', 'vip'])).toEqual({
    code: 3,
    stdout: '',
    stderr:
      `segmentry: the embedded database in <folder>/data is in use by process ${process.pid}\n` +
      '  PGlite takes one process at a time: stop that one, or remove <folder>/data.lock if it is none of Segmentry.\n',
  })
  // One that was killed leaves its lock behind.
  const killed = folder.spawn('true', [], {})
  await new Promise((resolve) => killed.on('close', resolve))
  writeFileSync(lock, String(killed.pid))
  expect(await folder.run(['count', 'vip'])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
  expect(existsSync(lock)).toBe(false)
}, 300_000)

test('a server that is not there ends with 3; a login or a database that there is not, with 2', async () => {
  using folder = new Folder(files())
  const away = new URL(database.url)
  away.port = '1'
  const secret = new URL(database.url)
  secret.password = 'hush-hush'
  const absent = new URL(database.url)
  absent.pathname = '/not_there'
  const urls = [away, secret, absent].map((url) => url.href)
  const [refused, login, none] = await each(urls, (url) => folder.run(['count'], { DATABASE_URL: url }))
  expect(refused).toMatchObject({ code: 3, stdout: '' })
  expect(refused!.stderr).toMatch(/^segmentry: no connection to .*:1: .*ECONNREFUSED.*Start the server there/)
  expect(login).toMatchObject({ code: 2, stdout: '' })
  expect(login!.stderr).toContain('Correct the user or the password')
  expect(login!.stderr).not.toContain('hush-hush')
  expect(none).toMatchObject({ code: 2, stdout: '' })
  expect(none!.stderr).toContain('Create the database, or correct its name')
})

test('a statement that takes too long ends with 3, and says which setting says so', async () => {
  using folder = new Folder(files("database: env('DATABASE_URL'), statementTimeout: '1 second'"))
  await using held = await holding(database.url)
  const { code, stderr } = await folder.run(['count', 'vip'], { DATABASE_URL: database.url })
  expect(code).toBe(3)
  expect(stderr).toContain("Raise 'statementTimeout'")
  folder.write('segmentry.config.ts', configFile("database: env('DATABASE_URL'), lockTimeout: '1 second'"))
  const waited = await folder.run(['count', 'vip'], { DATABASE_URL: database.url })
  expect(waited.code).toBe(3)
  expect(waited.stderr).toContain('waited for a lock longer than 1000 ms')
  expect(waited.stderr).toContain("or raise 'lockTimeout'")
  await held.letGo()
})

test('tables that do not fit end with 2, with what does not fit', async () => {
  await using empty = await createDatabase(inject('postgresUrl'))
  using folder = new Folder(files())
  const variables = { DATABASE_URL: empty.url }
  const shown = [shownCall(['count'], await folder.run(['count'], variables))]
  folder.write(
    'segmentry.config.ts',
    `
import { column, defineSource, eventTable, tagArray } from '@segmentry/postgres'
import { defineConfig, env } from 'segmentry'
import { schema, segments } from './segments.ts'

const source = defineSource(schema, {
  people: { table: 'customers', id: 'id' },
  fields: { state: column('region'), email: column('mail') },
  tags: tagArray('labels'),
  events: { '*': eventTable('events', { person: 'person', name: 'name', at: 'at', id: 'id', properties: { '*': column() } }) },
})
export default defineConfig({ schema, segments, source, database: env('DATABASE_URL') })
`,
  )
  const client = new pg.Client({ connectionString: empty.url })
  await client.connect()
  await client.query(`create table customers (id text primary key, region int, labels text[]);
    create table events (id text, person text, name text, at timestamptz, campaign text)`)
  await client.end()
  shown.push(shownCall(['count'], await folder.run(['count'], variables)))
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/tables.txt')
})

test('an id that moves a cursor is written out in an explanation', async () => {
  using folder = new Folder(files())
  const asked = ['explain', 'eve\n\u001B[31m', 'rest', '--at', now]
  const { code, stdout } = await folder.run(asked, { DATABASE_URL: database.url })
  expect(code).toBe(0)
  expect(stdout.split('\n')[0]).toBe('eve\\n\\u001b[31m is a member at 2026-11-24T00:00:00.000Z')
})

test('a page after what is no id of these people ends with 2', async () => {
  await using numbered = await createDatabase(inject('postgresUrl'))
  const client = new pg.Client({ connectionString: numbered.url })
  await client.connect()
  await client.query('create table people (id bigint primary key); insert into people values (9), (10)')
  await client.end()
  using folder = new Folder({
    'segmentry.config.ts': `
import { defineSchema, defineSegments, segmentry } from '@segmentry/core'
import { defineSource } from '@segmentry/postgres'
import { defineConfig, env } from 'segmentry'

const schema = defineSchema({ fields: {} })
const { segment } = segmentry(schema)
export default defineConfig({
  schema,
  segments: defineSegments({ everyone: segment().group((g) => g.everyone()) }),
  source: defineSource(schema, { people: { table: 'people', id: 'id' }, fields: {} }),
  database: env('DATABASE_URL'),
})
`,
  })
  const variables = { DATABASE_URL: numbered.url }
  const asked = (...more: readonly string[]) => folder.run(['members', 'everyone', ...more], variables)
  expect(await asked('--after', '9')).toEqual({ code: 0, stdout: '10\n', stderr: '' })
  const told = {
    code: 2,
    stdout: '',
    stderr: "segmentry: after is an id as column 'id' has it (int8), found 'abc'\n",
  }
  expect(await asked('--after', 'abc')).toEqual(told)
  expect(await asked('--after', 'abc', '--json')).toEqual(told)
})

test('many people are written as they come, and a reader may go before the end', async () => {
  await using many = await createDatabase(inject('postgresUrl'))
  await fill({ connectionString: many.url })
  const client = new pg.Client({ connectionString: many.url })
  await client.connect()
  await client.query(
    "insert into segmentry.people (id, fields) select 'n' || lpad(i::text, 6, '0'), '{}' from generate_series(1, 30000) i",
  )
  await client.end()
  using folder = new Folder(files())
  const variables = { DATABASE_URL: many.url }
  const all = await folder.run(['members', 'rest', '--snapshot', '--json'], variables)
  const { members } = JSON.parse(all.stdout) as { readonly members: readonly string[] }
  expect([all.code, members.length, members[0], members.at(-1)]).toEqual([
    0,
    30_001,
    'eve\n\u001B[31m',
    'n030000',
  ])
  const lines = await folder.run(['members', 'rest'], variables)
  expect(lines.stdout.split('\n')).toHaveLength(30_002)

  const line = 'segmentry members rest | head -2; echo "${PIPESTATUS[0]}"'
  expect(await folder.shell(line, variables)).toEqual({
    code: 0,
    stdout: 'eve\\n\\u001b[31m\nn000001\n0\n',
    stderr: '',
  })
})

test('a command that is interrupted ends with the code of the signal', async () => {
  using folder = new Folder(files())
  await using held = await holding(database.url)
  const child = folder.start(['count', 'vip'], { DATABASE_URL: database.url })
  await held.waitedFor()
  child.kill('SIGINT')
  expect(await new Promise((resolve) => child.on('close', resolve))).toBe(130)
})
