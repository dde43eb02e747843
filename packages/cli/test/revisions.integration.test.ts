import { PGlite } from '@electric-sql/pglite'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { configFile, files, fill, segmentsFile } from './crm.ts'
import { type Ended, Folder, shownCall } from './project.ts'

// What the commands say of revisions, held as a terminal shows it: `vitest -u` writes it anew.

async function crmDatabase(): Promise<TestDatabase> {
  const database = await createDatabase(inject('postgresUrl'))
  await fill({ connectionString: database.url })
  return database
}

/** What git knows of nobody here. */
const nobody = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CEILING_DIRECTORIES: import.meta.dirname,
}

/** What is said, without what depends on the hour. */
const steady = ({ code, stdout, stderr }: Ended): Ended => {
  const timeless = (text: string): string =>
    text
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-02T03:04:05.678Z')
      .replaceAll(/\b[0-9a-f]{40}\b/g, '<commit>')
  return { code, stdout: timeless(stdout), stderr: timeless(stderr) }
}

/** The words of a line of a shell, of which some stand in single quotes. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!)

const narrower = segmentsFile
  .replace("g.tag('VIP'))", "g.tag('VIP').field('state', 'CA'))")
  .replace('  known:', '  acquainted:')

test('segments from the first revision to a rollback', async () => {
  await using database = await crmDatabase()
  using folder = new Folder(files())
  const variables = { ...nobody, DATABASE_URL: database.url }
  const shown: string[] = []
  const say = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      const ended = steady(await folder.run(words(line), variables))
      shown.push(shownCall([line], ended))
    }
  }
  await say(
    'history',
    'at 2026-01-01T00:00:00Z',
    'apply',
    'apply --yes',
    "apply --yes --author 'ann' --commit v1 --reason 'to begin with' --expects 0",
    'apply',
    'apply --yes --author ann',
  )
  folder.write('segments.ts', narrower)
  await say(
    'apply',
    'apply --yes --author bob --expects 7',
    'apply --yes --author bob --expects 1',
    'history',
    'history known',
    'history vip --limit 1',
    'history vpi',
    'diff 1',
    'diff 2 1',
    'diff 1 9',
    'diff one',
    'at 2100-01-01T00:00:00Z vip',
    'at 2100-01-01T00:00:00Z vpi',
    'at yesterday',
    'rollback 1 --author ann',
    "rollback 1 --author ann --reason 'too few'",
    "rollback 1 --author ann --reason 'too few'",
    "rollback 0 --author ann --reason 'too few'",
    'history --limit 1',
  )
  folder.write(
    'segments.ts',
    segmentsFile.replace('text(), email: text().sensitive() }', 'text() }').replace(/ {2}known: .*\n/, ''),
  )
  await say(
    'at 2100-01-01T00:00:00Z known',
    "rollback 1 --author ann --reason 'once more'",
    'apply --yes --author ann',
    "rollback 1 --author ann --reason 'once more'",
  )
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/revisions.txt')
}, 300_000)

test('a segment that is used is not removed', async () => {
  await using database = await crmDatabase()
  const more = "database: env('DATABASE_URL'), flows: { hello: { on: 'entered', segment: 'known' } }"
  using folder = new Folder(files(more))
  const variables = { ...nobody, DATABASE_URL: database.url }
  const run = (line: string): Promise<Ended> => folder.run(words(line), variables)
  expect((await run('apply --yes --author ann')).code).toBe(0)
  folder.write('segmentry.config.ts', configFile("database: env('DATABASE_URL')"))
  folder.write('segments.ts', segmentsFile.replace('  vip,\n', ''))
  expect(await run('apply --yes --author ann')).toEqual({
    code: 2,
    stdout: '',
    stderr: `segmentry: the segment 'vip' cannot be removed, as the segment 'best' uses it
  at segments.best
the segment 'vip' cannot be removed, as the segment 'rest' uses it
  at segments.rest
Take it out of what uses it first; nothing was applied.
`,
  })
  // What is brought back has to have what the flow of today is about.
  folder.write('segments.ts', segmentsFile.replace('  known:', '  acquainted:'))
  expect((await run('apply --yes --author ann')).code).toBe(0)
  folder.write('segmentry.config.ts', configFile(more.replace("'known'", "'acquainted'")))
  const back = await run("rollback 1 --author ann --reason 'no'")
  expect([back.code, back.stderr.split('\n')[0]]).toEqual([
    2,
    "segmentry: the segment 'acquainted' cannot be removed, as the flow 'hello' uses it",
  ])
}, 300_000)

test('author and commit are those of git', async () => {
  await using database = await crmDatabase()
  using folder = new Folder(files())
  const git = (...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd: folder.path,
      encoding: 'utf8',
      env: { ...process.env, ...nobody },
    }).trim()
  git('init', '-q')
  git('add', '.')
  git('-c', 'user.name=Cid', '-c', 'user.email=cid@acme.example', 'commit', '-q', '-m', 'segments')
  const commit = git('rev-parse', 'HEAD')
  const variables = { ...nobody, DATABASE_URL: database.url }
  const applied = async (line = 'apply --yes --json'): Promise<object> => {
    const { code, stdout, stderr } = await folder.run(words(line), variables)
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout) as object
  }
  // As in a pipeline, where nobody is configured: who made the commit.
  expect(await applied()).toMatchObject({
    isNew: true,
    revision: { author: 'Cid <cid@acme.example>', commit },
  })
  git('config', 'user.name', 'Dee')
  folder.write('segments.ts', narrower)
  expect(await applied()).toMatchObject({ revision: { author: 'Dee', commit: `${commit}-dirty` } })
  expect(await applied('history --json')).toMatchObject([{ number: 2, parent: 1 }, { number: 1 }])
  expect(await applied('diff 1 --json')).toMatchObject({ from: { number: 1 }, to: { number: 2 } })
  expect(await applied('at 2100-01-01T00:00:00Z vip --json')).toMatchObject({
    number: 2,
    segments: { vip: { title: 'Very important' } },
    note: expect.stringContaining('no history') as string,
  })
  expect(await applied("rollback 1 --reason 'no' --json")).toMatchObject({ revision: { restores: 1 } })
}, 300_000)

test('views are kept where the configuration says so', async () => {
  await using database = await crmDatabase()
  const more = "database: env('DATABASE_URL'), views: 'segments'"
  using folder = new Folder(files(more))
  const variables = { ...nobody, DATABASE_URL: database.url }
  const shown: string[] = []
  const say = async (...lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      const { code, stdout, stderr } = steady(await folder.run(words(line), variables))
      const ended = { code, stdout: stdout.replace(/until [\dTZ:.-]+/, 'until <then>'), stderr }
      shown.push(shownCall([line], ended))
    }
  }
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    await say('apply', 'apply --yes --author ann', 'apply')
    const month = "calendar('month', 0)"
    const [yesterday, opened] = [
      segmentsFile
        .replace("e.within('30 days')", `e.during({ ...${month}, zone: 'UTC' })`)
        .replace('import {', 'import { calendar,'),
      'select id from segments.engaged',
    ]
    folder.write(
      'segments.ts',
      yesterday.replace(
        '  known:',
        '  ["x".repeat(64)]: segment().group((g) => g.everyone()),\n  acquainted:',
      ),
    )
    await client.query('drop view segments.vip; create table segments.vip (id text)')
    await say('apply', 'apply --yes --author ann')
    await client.query(opened)
    await client.query('create view report as select id from segments.rest')
    folder.write('segments.ts', yesterday.replace('  rest:', '  others:'))
    await say('apply', 'apply --yes --author ann', 'check --no-data', 'apply --yes --author ann --json')
    await client.query('drop view report; drop table segments.vip')
    await say("rollback 1 --author ann --reason 'too few'", 'apply --yes --author ann --json', 'history')
    folder.write('segmentry.config.ts', configFile("database: env('DATABASE_URL')"))
    await say('apply', 'apply --yes --author ann')
    folder.write('segmentry.config.ts', configFile("database: env('DATABASE_URL'), views: 5"))
    await say('apply')
    folder.write('segmentry.config.ts', configFile("database: env('DATABASE_URL'), views: 'my views'"))
    await say('apply')
  } finally {
    await client.end()
  }
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/views.txt')
}, 300_000)

test('the embedded database keeps revisions too', async () => {
  using folder = new Folder(files("database: { pglite: './data' }, revisions: 'mine'"))
  const pglite = await PGlite.create(join(folder.path, 'data'))
  await fill({ pglite })
  await pglite.close()
  const first = await folder.run(words('apply --yes --author ann'), nobody)
  expect(first).toEqual({
    code: 0,
    stdout: 'Applied as revision 1: +best, +engaged, +known, +rest, +vip\n',
    stderr: '',
  })
  expect((await folder.run(['apply'], nobody)).stdout).toBe('Nothing differs from revision 1\n')
})
