import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pack } from '../setup/pack.ts'

// The command as a stranger gets it: packed, installed by npm in a folder that has nothing, and called there.

const root = new URL('../../', import.meta.url).pathname
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segmentry-command-')))
const project = join(folder, 'project')

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command in the project, on the Node of this test. */
function run(command: string, args: readonly string[], variables: object = {}): Promise<Ended> {
  const path = [join(project, 'node_modules/.bin'), dirname(process.execPath), process.env['PATH']]
  const { NO_COLOR: _color, NODE_OPTIONS: _options, NODE_ENV: _env, ...rest } = process.env
  const env = { ...rest, PATH: path.join(delimiter), ...variables }
  return new Promise((resolve) => {
    execFile(command, args, { cwd: project, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

beforeAll(async () => {
  mkdirSync(project)
  const compiled = await run(process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    '-b',
    join(root, 'packages/cli'),
  ])
  if (compiled.code !== 0) throw new Error(compiled.stdout)
  const tarballs = ['core', 'postgres', 'flow', 'broadcast', 'review', 'cli'].map(
    (name) => pack(name, join(folder, name)).tarball,
  )
  writeFileSync(join(project, 'package.json'), '{ "name": "mine", "private": true }')
  const installed = await run('npm', ['install', '--no-audit', '--no-fund', ...tarballs])
  if (installed.code !== 0) throw new Error(installed.stderr)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const config = `
import { defineSchema, defineSegments, segmentry, text, type SchemaOf } from '@segmentry/core'
import { defineConfig } from 'segmentry'

const schema = defineSchema({ fields: { state: text() }, tags: ['VIP'] })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const segments = defineSegments({ vip: segment().group((g) => g.tag('VIP').field('state', 'CA')) })

export default defineConfig({ schema, segments, layout: 'segmentry', database: { pglite: './data' } })
`

const fill = `
import { PGlite } from '@electric-sql/pglite'
import { openStore } from '@segmentry/postgres'
import config from './segmentry.config.ts'

const pglite = new PGlite('./data')
const store = await openStore(config.schema, { pglite })
await store.ingest({ people: [{ id: 'ann', fields: { state: 'CA' } }], tags: [{ person: 'ann', add: ['VIP'] }] })
await pglite.close()
`

test('the installed command works on the embedded database, with nothing else installed', async () => {
  writeFileSync(join(project, 'segmentry.config.ts'), config)
  writeFileSync(join(project, 'fill.mts'), fill)
  const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8')) as {
    readonly version: string
  }
  expect(await run('segmentry', ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  expect(await run(process.execPath, ['fill.mts'])).toMatchObject({ code: 0 })
  expect(await run('segmentry', ['count', 'vip'])).toEqual({ code: 0, stdout: '1\n', stderr: '' })
  expect(await run('segmentry', ['export', 'vip', '--with-fields'])).toEqual({
    code: 0,
    stdout: 'id,state\nann,CA\n',
    stderr: '',
  })
  const parquet = ['export', 'vip', '--format', 'parquet', '--out', 'vip.parquet']
  expect(await run('segmentry', parquet)).toMatchObject({ code: 0, stdout: '' })
  expect(readFileSync(join(project, 'vip.parquet'), 'latin1')).toMatch(/^PAR1[^]*PAR1$/)
  expect(await run('segmentry', ['explain', 'bob', 'vip'])).toMatchObject({
    code: 1,
    stdout: 'bob is not in the population\n',
  })
})

test('a project is begun and counted by the installed command', async () => {
  const begun = await run('segmentry', [
    'init',
    '--pglite',
    'data',
    '--schema',
    'segmentry',
    '--dir',
    'begun',
  ])
  expect(begun).toMatchObject({ code: 0, stderr: '' })
  expect(begun.stdout).toContain('segmentry.people, 1 row')
  const own = ['--config', 'begun/segmentry.config.ts']
  expect(await run('segmentry', ['count', ...own, '--json'])).toMatchObject({ code: 0, stderr: '' })
  expect(await run('segmentry', ['check', ...own])).toMatchObject({ code: 0, stderr: '' })
  const jobs = await run('segmentry', ['init', '--layout', '--ci', 'gitlab', '--dir', 'other'])
  expect(jobs).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(project, 'other/.gitlab/segments.yml'), 'utf8')).toContain('segmentry plan:')
  // What it writes, the compiler takes with the packages as they are installed.
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        strict: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        skipLibCheck: true,
        types: [],
      },
      include: ['begun', 'other'],
    }),
  )
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  expect(await run(process.execPath, [compiler, '-p', project, '--pretty', 'false'])).toMatchObject({
    code: 0,
    stdout: '',
  })
}, 120_000)

test('a Node that strips no types is told what to do', async () => {
  writeFileSync(join(project, 'segmentry.config.ts'), config)
  const end = await run('segmentry', ['list'], { NODE_OPTIONS: '--no-experimental-strip-types' })
  expect(end).toEqual({
    code: 2,
    stdout: '',
    stderr:
      `segmentry: ${join(project, 'segmentry.config.ts')} is TypeScript, which Node ${process.versions.node} does not read by itself\n` +
      '  Use Node 22.18 or later; or set NODE_OPTIONS=--experimental-strip-types; or write it as segmentry.config.js.\n',
  })
})
