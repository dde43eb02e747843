import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { exportedText } from '../src/view/export.ts'
import { files, fill, now } from './crm.ts'
import { each, ended, Folder, shownCall } from './project.ts'

// What the command exports, and what is left when it does not come to its end.

let database: TestDatabase
let many: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await fill({ connectionString: database.url })
  many = await createDatabase(inject('postgresUrl'))
  const client = new pg.Client({ connectionString: many.url })
  await client.connect()
  await client.query(`create table people (id text primary key, state text);
    insert into people select 'n' || lpad(i::text, 6, '0'), repeat('x', 100) from generate_series(1, 60000) i;
    create view slow as select id, case when id > 'n050000' and pg_sleep(0.05) is null then '' else state end as state from people order by id`)
  await client.end()
})
afterAll(async () => {
  await database.drop()
  await many.drop()
})

const calls = [
  ['export', 'rest'],
  ['export', 'rest', '--with-fields'],
  ['export', 'rest', '--fields', 'state, email', '--sensitive'],
  ['export', 'rest', '--format', 'ndjson', '--fields', 'state'],
  ['export', '--all', '--fields', 'state'],
  ['export', 'vip', '--with-fields', '--out', 'vip.csv'],
  ['export', 'vip', '--format', 'parquet', '-o', 'vip.parquet'],
  ['export', 'vip', '--spreadsheet'],
  ['export'],
  ['export', 'vip', '--all'],
  ['export', 'vpi'],
  ['export', 'vip', '--format', 'xml'],
  ['export', 'vip', '--fields', 'stat'],
  ['export', 'vip', '--fields', 'email'],
  ['export', 'vip', '--fields', 'state,,email'],
  ['export', 'vip', '--fields', 'state', '--with-fields'],
  ['export', 'vip', '--format', 'ndjson', '--spreadsheet'],
  ['export', 'vip', '--out', 'absent/vip.csv'],
  ['export', 'vip', '--out', '/dev/null'],
] as const

test('what is said of an export', async () => {
  using folder = new Folder(files())
  const clocked = calls.map((args) => [...args, '--at', now])
  const ends = await each(clocked, (args) => folder.run(args, { DATABASE_URL: database.url }))
  const shown = clocked.map((args, i) => shownCall(args, ends[i]!)).join('\n')
  await expect(shown).toMatchFileSnapshot('texts/export.txt')
  expect(readFileSync(join(folder.path, 'vip.csv'), 'utf8')).toBe('id,state\nann,CA\n')
  expect(readFileSync(join(folder.path, 'vip.parquet'), 'latin1')).toMatch(/^PAR1[^]*PAR1$/)
  expect(existsSync('/dev/null.part')).toBe(false)
})

/** A project whose people are in a table of the larger database. */
const project = (table: string): Folder =>
  new Folder({
    'segmentry.config.ts': `
import { defineSchema, defineSegments, segmentry, text, type SchemaOf } from '@segmentry/core'
import { column, defineSource } from '@segmentry/postgres'
import { defineConfig, env } from 'segmentry'

const schema = defineSchema({ fields: { state: text() } })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
export default defineConfig({
  schema,
  segments: defineSegments({ everyone: segment().group((g) => g.everyone()) }),
  source: defineSource(schema, { people: { table: '${table}', id: 'id' }, fields: { '*': column() } }),
  database: env('DATABASE_URL'),
})
`,
  })
const whole = ['export', 'everyone', '--with-fields', '--out', 'all.csv'] as const
const filesOf = (folder: Folder): readonly string[] =>
  readdirSync(folder.path).filter((name) => name !== 'segmentry.config.ts')

/** Waits until something has been written of the file. */
async function begun(folder: Folder): Promise<void> {
  const part = join(folder.path, 'all.csv.part')
  while (!existsSync(part) || readFileSync(part).length < 1_000_000) await delay(20)
}

test('a file is replaced when the new one is whole; a link leads to it still', async () => {
  using folder = project('people')
  const variables = { DATABASE_URL: many.url }
  writeFileSync(join(folder.path, 'old.csv'), 'old')
  symlinkSync('old.csv', join(folder.path, 'all.csv'))
  expect(await folder.run(whole, variables)).toEqual({
    code: 0,
    stdout: '',
    stderr: 'all.csv has 60,000 people, 6.5 MB\n',
  })
  expect(readFileSync(join(folder.path, 'old.csv'), 'utf8').split('\n')).toHaveLength(60_002)
  expect(filesOf(folder)).toEqual(['all.csv', 'old.csv'])
})

test('what is interrupted leaves nothing, and what is killed nothing under the name', async () => {
  using folder = project('slow')
  const variables = { DATABASE_URL: many.url }
  const child = folder.start(whole, variables)
  await begun(folder)
  child.kill('SIGINT')
  expect(await ended(child, folder.path)).toEqual({ code: 130, stdout: '', stderr: '' })
  expect(filesOf(folder)).toEqual([])

  writeFileSync(join(folder.path, 'all.csv'), 'old')
  const other = folder.start(whole, variables)
  await begun(folder)
  const second = await folder.run(whole, variables)
  expect(second.code).toBe(4)
  expect(second.stderr).toContain('all.csv.part is there already')
  other.kill('SIGKILL')
  await ended(other, folder.path)
  expect(filesOf(folder)).toEqual(['all.csv', 'all.csv.part'])
  expect(readFileSync(join(folder.path, 'all.csv'), 'utf8')).toBe('old')
  // Nobody reads what is still sent to the one that was killed.
  const client = new pg.Client({ connectionString: many.url })
  await client.connect()
  const running =
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and query like 'copy%' and state = 'active'"
  for (let n = 1; n > 0; await delay(50)) n = (await client.query<{ n: number }>(running)).rows[0]!.n
  await client.end()
})

test('a disk that takes no more is told, and nothing is left of the file', async () => {
  using folder = project('people')
  const variables = { DATABASE_URL: many.url, NODE_DISABLE_COMPILE_CACHE: '1' }
  // The shell lets no file grow over a megabyte.
  const end = await folder.shell(`ulimit -f 1000; segmentry ${whole.join(' ')}`, variables)
  expect(end.code).toBe(4)
  expect(end.stderr).toMatch(
    /^segmentry: <folder>\/all.csv cannot be written: EFBIG.*\n {2}Nothing of it was kept\.\n$/,
  )
  expect(filesOf(folder)).toEqual([])
  const full = await folder.shell('segmentry export everyone > /dev/full', variables)
  expect(full).toMatchObject({ code: 4, stdout: '' })
  expect(full.stderr).toContain('the output cannot be written: ENOSPC')
})

test('a reader may go before the end, and one that stops reading does not keep the command', async () => {
  using folder = project('people')
  const variables = { DATABASE_URL: many.url }
  const line = 'segmentry export everyone | head -2; echo "${PIPESTATUS[0]}"'
  expect(await folder.shell(line, variables)).toEqual({ code: 0, stdout: 'id\nn000001\n0\n', stderr: '' })
  const child = folder.start(['export', 'everyone', '--with-fields'], variables)
  await new Promise((resolve) => child.stdout!.once('readable', resolve))
  await delay(500)
  child.kill('SIGINT')
  expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(130)
})

test('what takes longer than a second is told where somebody watches', async () => {
  using folder = project('slow')
  const command = `${JSON.stringify(process.execPath)} ${JSON.stringify(new URL('../src/bin.ts', import.meta.url).pathname)} ${whole.join(' ')}`
  const child = folder.spawn('script', ['-qec', `stty cols 80; ${command}`, '/dev/null'], {
    DATABASE_URL: many.url,
  })
  let said = ''
  child.stdout!.on('data', (text: Buffer) => (said += text.toString()))
  while (!/Exporting … [\d,]+ people, \d\.\d MB, 2 s/.test(said)) await delay(50)
  child.kill('SIGTERM')
  await new Promise((resolve) => child.on('close', resolve))
})

test('sizes as people say them', () => {
  const shown = [
    [0, 0],
    [1, 999],
    [2, 1_234],
    [12_345, 123_456],
    [1_000_000, 45_678_901],
    [3, 2_500_000_000],
  ] as const
  expect(shown.map(([people, bytes]) => exportedText(people, bytes))).toEqual([
    '0 people, 0 bytes',
    '1 person, 999 bytes',
    '2 people, 1.2 kB',
    '12,345 people, 123 kB',
    '1,000,000 people, 45.7 MB',
    '3 people, 2.5 GB',
  ])
})
