import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { each, Folder, shownCall } from './project.ts'
import { execute, hostile, hostileNames, hostileRows, odd, product, shop } from './shops.ts'

// `segmentry init` on databases of different houses: what it writes has to compile, to pass `check`, and to count.

const databases = new Map<string, TestDatabase>()
beforeAll(async () => {
  const texts = { shop: [shop], product: [product], odd: [odd], hostile: [hostile, hostileRows], none: [] }
  for (const [name, statements] of Object.entries(texts)) {
    const database = await createDatabase(inject('postgresUrl'))
    databases.set(name, database)
    for (const statement of statements) await execute(database.url, statement)
  }
}, 120_000)
afterAll(async () => {
  for (const database of databases.values()) await database.drop()
})

const urlOf = (name: string): { readonly DATABASE_URL: string } => ({
  DATABASE_URL: databases.get(name)!.url,
})

/** A folder of its own root, as a project has. */
function begun(files: Readonly<Record<string, string>> = {}): Folder {
  const folder = new Folder(files)
  mkdirSync(join(folder.path, '.git'))
  return folder
}

const settings = {
  extends: '../../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    types: ['node'],
    allowImportingTsExtensions: true,
  },
  include: ['**/*.ts', '**/*.mts'],
}

/** What the type checker says of a project. */
function compiled(folder: Folder): Promise<string> {
  folder.write('tsconfig.json', JSON.stringify(settings))
  const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc')
  return new Promise((resolve) => {
    execFile(process.execPath, [compiler, '-p', folder.path, '--pretty', 'false'], (_, stdout) =>
      resolve(stdout),
    )
  })
}

interface Finding {
  readonly severity: string
  readonly code: string
}

const cases = [
  { name: 'shop', args: ['--ci', 'github'] },
  { name: 'product', args: ['--ci', 'gitlab'] },
  { name: 'odd', args: ['--schema', 'public,analytics', '--ci', 'none'] },
  { name: 'hostile', args: ['--ci', 'none'] },
]

test.each(cases)(
  '$name: what is written compiles, is sound, and counts',
  async ({ name, args }) => {
    using folder = begun()
    const variables = urlOf(name)
    const ended = await folder.run(['init', ...args], variables)
    expect(ended.stderr).toBe('')
    if (name !== 'hostile')
      await expect(shownCall(['init', ...args], ended)).toMatchFileSnapshot(`texts/init-${name}.txt`)
    expect(await compiled(folder)).toBe('')

    const check = await folder.run(['check', '--format', 'json'], variables)
    expect(check.stderr).toBe('')
    const found = JSON.parse(check.stdout) as readonly Finding[]
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([])
    // What the data has and the schema lacks would be a warning.
    expect(
      found.filter(({ code }) => /^data\/(?:ill|choice-unknown|tag-unknown|event-unknown)/.test(code)),
    ).toEqual([])

    const json = await folder.run(
      [
        'init',
        ...args.slice(0, args.indexOf('--ci')),
        '--ci',
        'none',
        '--dry-run',
        '--json',
        '--dir',
        'other',
      ],
      variables,
    )
    const { segments, people } = JSON.parse(json.stdout) as {
      readonly segments: readonly { readonly key: string; readonly people: number }[]
      readonly people: { readonly rows: number }
    }
    const counts = await folder.run(['count', '--json'], variables)
    expect(JSON.parse(counts.stdout)).toEqual(
      Object.fromEntries(segments.map(({ key, people: n }) => [key, n])),
    )
    expect(segments.length).toBeGreaterThan(1)
    expect(segments.filter((one) => one.people === 0 || one.people >= people.rows)).toEqual([])
    expect(existsSync(join(folder.path, 'other'))).toBe(false)
  },
  120_000,
)

test('the files of a shop', async () => {
  using folder = begun()
  await folder.run(['init'], urlOf('shop'))
  const paths = [
    'segmentry.config.ts',
    'segmentry/schema.ts',
    'segmentry/source.ts',
    'segmentry/segments.ts',
    '.github/workflows/segments.yml',
    '.env.example',
    '.gitignore',
  ]
  const texts = paths.map((path) => `--- ${path}\n${readFileSync(join(folder.path, path), 'utf8')}`)
  await expect(texts.join('\n')).toMatchFileSnapshot('texts/init-files.txt')
  const written = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  expect(written.length).toBe(paths.length)
}, 60_000)

test('hostile names stand in texts and comments only', async () => {
  using folder = begun()
  await folder.run(['init', '--ci', 'none'], urlOf('hostile'))
  const schema = (await import(join(folder.path, 'segmentry/schema.ts'))) as {
    readonly schema: {
      readonly fields: ReadonlyMap<string, { readonly type: { readonly values?: readonly string[] } }>
    }
  }
  // Whatever they mean elsewhere, as values they are what they were.
  for (const field of ['mood', 'checked'])
    expect(schema.schema.fields.get(field)!.type.values).toEqual(hostileNames)
  expect(Object.getPrototypeOf(schema.schema)).toBe(Object.prototype)
}, 60_000)

test('nothing is written where a file is there already', async () => {
  using folder = begun({
    'segmentry/schema.ts': 'mine',
    'segmentry.config.js': 'mine',
    '.gitignore': 'dist/',
  })
  const before = readdirSync(folder.path, { recursive: true })
  const ended = await folder.run(['init'], urlOf('shop'))
  expect(ended).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'segmentry: files are there already, and nothing was written:\n' +
      '  segmentry.config.js\n  segmentry/schema.ts\n' +
      '  Remove or rename what is no longer needed, name another folder with --dir, or leave a pipeline as it is with --ci none.\n',
  })
  expect(readdirSync(folder.path, { recursive: true })).toEqual(before)
  expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe('dist/')
})

test('lists of lines are added to, once', async () => {
  using folder = begun({
    '.gitignore': 'dist/',
    '.env.example': 'PORT=1\nDATABASE_URL=postgres://localhost/x\n',
  })
  await folder.run(['init'], urlOf('product'))
  expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe('dist/\n.segmentry/\n.env\n')
  expect(readFileSync(join(folder.path, '.env.example'), 'utf8')).toBe(
    'PORT=1\nDATABASE_URL=postgres://localhost/x\n',
  )
}, 60_000)

test('a package of CommonJS is given modules', async () => {
  using folder = begun({ 'package.json': '{ "type": "commonjs" }' })
  // The package that these tests stand in is none of this one's.
  mkdirSync(join(folder.path, 'node_modules'))
  symlinkSync(join(import.meta.dirname, '..'), join(folder.path, 'node_modules/segmentry'))
  await folder.run(['init'], urlOf('product'))
  expect(await folder.run(['list', '--keys'], urlOf('product'))).toMatchObject({ code: 0, stderr: '' })
  expect(existsSync(join(folder.path, 'segmentry.config.mts'))).toBe(true)
  expect(await compiled(folder)).toBe('')
}, 60_000)

test('no file has the address, wherever it was said', async () => {
  using folder = begun()
  const { DATABASE_URL: url } = urlOf('product')
  const ended = await folder.run(['init', '--database', url])
  expect(ended.code).toBe(0)
  const secret = new URL(url).password
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true }).filter((one) =>
    one.isFile(),
  )
  const texts = files.map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
  expect([ended.stdout, ...texts].filter((text) => text.includes(secret))).toEqual([])
  expect(ended.stdout).toContain('export DATABASE_URL=…')
}, 60_000)

test('the default layout, with its tables in the embedded database', async () => {
  using folder = begun()
  const ended = await folder.run(['init', '--layout', '--pglite', 'data', '--yes'])
  await expect(shownCall(['init', '--layout', '--pglite', 'data', '--yes'], ended)).toMatchFileSnapshot(
    'texts/init-layout.txt',
  )
  expect(await compiled(folder)).toBe('')
  expect(await folder.run(['count'])).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(folder.path, '.gitignore'), 'utf8')).toBe(
    '.segmentry/\n.env\n/data/\n/data.lock\n',
  )
  // It is a database as any other, though nobody is in it yet.
  const again = await folder.run([
    'init',
    '--pglite',
    'data',
    '--schema',
    'segmentry',
    '--dir',
    'again',
    '--dry-run',
  ])
  expect(again).toMatchObject({ code: 0, stderr: '' })
}, 120_000)

test('the default layout on a server, whose tables are made later', async () => {
  using folder = begun()
  const ended = await folder.run(['init', '--layout', '--ci', 'none'])
  expect(ended.stdout).toContain('await openStore(schema, { connectionString: process.env.DATABASE_URL })')
  expect((await folder.run(['count'], urlOf('none'))).code).toBe(2)
  using other = begun()
  expect((await other.run(['init', '--layout', '--yes'], urlOf('none'))).code).toBe(0)
  expect(await folder.run(['count', 'vip'], urlOf('none'))).toEqual({ code: 0, stdout: '0\n', stderr: '' })
}, 60_000)

const config = `import { defineSchema, defineSegments, segmentry, text } from '@segmentry/core'
import { column, defineSource } from '@segmentry/postgres'
import { defineConfig, env } from 'segmentry'
const schema = defineSchema({ fields: { email: text() } })
const source = defineSource(schema, { people: { table: 'users', id: 'id' }, fields: { email: column() } })
const { segment } = segmentry(schema)
const segments = defineSegments({ all: segment().group((g) => g.everyone()) })
export default defineConfig({ schema, segments, source, database: env('DATABASE_URL') })
`

test('what cannot be', async () => {
  const rights = await createDatabase(inject('postgresUrl'))
  try {
    await execute(
      rights.url,
      `create table users (id int primary key, email text);
       create table customers (id int primary key, email text);
       create schema crm; create table crm.things (at timestamptz);
       create schema closed; create table closed.users (id int primary key)`,
    )
    using folder = begun({ 'file.txt': '', 'data/other.txt': '' })
    const url = { DATABASE_URL: rights.url }
    const role = `init_${Date.now()}`
    await execute(rights.url, `create role ${role} login password 'x'`)
    const poor = new URL(rights.url)
    poor.username = role
    poor.password = 'x'
    const calls: readonly (readonly [line: string, variables: Readonly<Record<string, string>>])[] = [
      ['init', {}],
      ['init', { DATABASE_URL: 'mysql://localhost/crm' }],
      ['init --database localhost', {}],
      ['init --database postgres://localhost/crm --pglite data', {}],
      ['init --database postgres://nobody@127.0.0.1:1/crm', {}],
      ['init --pglite nowhere', {}],
      ['init --pglite data', {}],
      ['init --layout --pglite data --yes', {}],
      ['init --yes', url],
      ['init --layout --people users', url],
      ['init --schema pubilc', url],
      ['init --schema public,', url],
      ['init', urlOf('none')],
      ['init', url],
      ['init --people user', url],
      ['init --schema crm', url],
      ['init --schema crm --people things', url],
      ['init --schema public,closed --people users', url],
      ['init', { DATABASE_URL: poor.href }],
      ['init --dir file.txt', url],
      ['init --ci jenkins', url],
      ['init here', url],
    ]
    const ends = await each(calls, ([line, variables]) => folder.run(line.split(' '), variables))
    const shown = calls.map(([line], i) => shownCall(line.split(' '), ends[i]!)).join('\n')
    await expect(shown).toMatchFileSnapshot('texts/init-refused.txt')
    expect(ends.map(({ code }) => code).filter((code) => code !== 2 && code !== 3)).toEqual([])
    expect(existsSync(join(folder.path, 'segmentry'))).toBe(false)
    // A role that may not read is told so; the next time it is the same.
    using rightless = begun({ 'segmentry.config.ts': config })
    await execute(rights.url, `grant usage on schema public to ${role}`)
    const lacking = await rightless.run(['count'], { DATABASE_URL: poor.href })
    expect(lacking.code).toBe(2)
    expect(lacking.stderr).toContain(
      'permission denied for table users (SQLSTATE 42501). Grant it to the role',
    )
    // What init would write now can be seen beside what it wrote before.
    const before = await rightless.run(['init', '--people', 'users', '--dry-run'], url)
    expect(before).toMatchObject({ code: 0, stderr: '' })
    expect(before.stdout).toContain('Nothing was written.')
    await execute(rights.url, `revoke all on schema public from ${role}; drop role ${role}`)
  } finally {
    await rights.drop()
  }
}, 120_000)
