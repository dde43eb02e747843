import { PGlite } from '@electric-sql/pglite'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { each, Folder, shownCall } from './project.ts'

// What `segmentry check` says, on a server and in the embedded database.

const segmentsFile = `
import { choice, defineSchema, defineSegments, greaterThan, integer, segmentry, text, type SchemaOf } from '@segmentry/core'
import { defineSplit } from '@segmentry/flow'

export const schema = defineSchema({
  fields: { plan: choice('free', 'pro'), spent: integer(), email: text().sensitive() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

export const segments = defineSegments({
  vip: segment().group((g) => g.tag('VIP')),
  spenders: segment().group((g) => g.field('spent', greaterThan(500)).field('spent', greaterThan(250)).tag('VIP').tag('VIP')),
  nobody: segment().group((g) => g.field('plan', 'free').field('plan', 'pro')),
  payers: segment().group((g) => g.field('plan', 'pro')),
  lost: segment().group((g) => g.tag('churned')),
})
export const splits = {
  welcome: defineSplit(segments, {
    branches: [{ key: 'best', when: 'vip' }, { key: 'rich', when: 'spenders' }],
    otherwise: 'all',
  }),
}
`

const configFile = (database: string, segments = 'segments'): string => `
import { defineConfig, env } from 'segmentry'
import * as mine from './segments.ts'
const { schema, segments, splits } = mine
export default defineConfig({ schema, segments: ${segments}, splits, layout: 'segmentry', database: ${database} })
`

const files = (database = "env('DATABASE_URL')", segments?: string): Readonly<Record<string, string>> => ({
  'segmentry.config.ts': configFile(database, segments),
  'segments.ts': segmentsFile,
})

/** The default tables with rows that a store would have refused. */
const tables = `
  create schema segmentry;
  create table segmentry.people (id text primary key, fields jsonb not null);
  create table segmentry.tags (person_id text not null, tag text not null, tagged_at timestamptz not null);
  create table segmentry.events (person_id text not null, id text not null, name text not null, at timestamptz not null,
    properties jsonb not null);
  insert into segmentry.people values ('ann', '{"plan": "pro", "spent": "12", "email": "ann@example.com"}'),
    ('bob', '{"plan": "Pro\\u001b[31m", "spent": 9, "email": 7}');
  insert into segmentry.tags values ('ann', 'VIP', now()), ('bob', 'Vip', now());
  insert into segmentry.events values ('ann', 'e1', 'opened', now(), '{}'), ('ann', 'e2', 'clicked', now(), '{}');`

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query(tables)
  } finally {
    await client.end()
  }
})
afterAll(() => database.drop())

const calls = [
  ['check'],
  ['check', 'payers', 'vip'],
  ['check', 'vip', '--fail-on', 'warning'],
  ['check', '--no-data', '--fail-on', 'never'],
  ['check', '--offline', '--format', 'json'],
  ['check', 'payers', '--format', 'sarif'],
  ['check', '--fix'],
  ['check', 'vip', '--fix'],
  ['check', 'payrs'],
  ['check', '--fail-on', 'notes'],
] as const

test('what is found of segments, of the data and of a split', async () => {
  using folder = new Folder(files())
  const ends = await each(calls, (args) => folder.run(args, { DATABASE_URL: database.url }))
  const shown = calls.map((args, i) => shownCall(args, ends[i]!)).join('\n')
  expect(shown).not.toContain('ann@example.com')
  // The codes of SARIF are held by the tests of the library.
  const short = shown.replace(/"rules": \[.*?\n {10}\]/s, '"rules": […]')
  await expect(short).toMatchFileSnapshot('texts/check.txt')
})

test('offline and --fix need no database; the embedded one is looked at as a server is', async () => {
  using folder = new Folder(files())
  const [offline, fix] = await each(
    [
      ['check', '--offline'],
      ['check', '--fix'],
    ],
    (args) => folder.run(args),
  )
  expect(offline).toMatchObject({ code: 1, stderr: '' })
  expect(fix).toMatchObject({ code: 0, stderr: '' })
  const server = await folder.run(['check'], { DATABASE_URL: database.url })
  using own = new Folder(files("{ pglite: './data' }"))
  const pglite = await PGlite.create(join(own.path, 'data'))
  await pglite.exec(tables)
  await pglite.close()
  expect(await own.run(['check'])).toEqual(server)
}, 300_000)

test('what --fix prints is what there would be nothing to fix of', async () => {
  using folder = new Folder(files())
  const { stdout } = await folder.run(['check', '--fix'])
  const [, code] = /^\/\/ spenders\n(.*)$/m.exec(stdout) ?? []
  folder.write('segments.ts', segmentsFile.replace(/spenders: .*/, `spenders: ${code!},`))
  expect(await folder.run(['check', '--fix'])).toEqual({
    code: 0,
    stdout: '// Nothing can go: every part says something.\n',
    stderr: '',
  })
})

test('tables that do not fit are findings, and segments of another schema are too', async () => {
  await using empty = await createDatabase(inject('postgresUrl'))
  using folder = new Folder(
    files(
      undefined,
      '{ ...segments, old: { definition: { format: 1, rule: { kind: "tag", tag: "Gone" } } } }',
    ),
  )
  const { code, stdout } = await folder.run(['check', 'old'], { DATABASE_URL: empty.url })
  expect(code).toBe(1)
  expect(stdout).toContain("error definition/unsuitable: 'old' does not suit the schema: unknown tag 'Gone'")
  expect(stdout).toContain('error source/table: table segmentry.people does not exist')
})

test('nothing to find ends with 0 whatever fails', async () => {
  using folder = new Folder(files(undefined, '{ vip: segments.vip }'))
  folder.write(
    'segmentry.config.ts',
    configFile("env('DATABASE_URL')", '{ vip: segments.vip }').replace('splits, layout', 'layout'),
  )
  expect(await folder.run(['check', '--offline', '--fail-on', 'warning'])).toEqual({
    code: 0,
    stdout: 'Nothing was found of 1 segment.\n',
    stderr: '',
  })
})
