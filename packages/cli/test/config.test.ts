import { expect, test } from 'vitest'
import { files, segmentsFile } from './crm.ts'
import { mailing } from './mailing.ts'
import { each, type Ended, Folder, shownCall } from './project.ts'

// What is told of configurations that cannot be used, held as a terminal shows it: `vitest -u` writes it anew.

interface Case {
  readonly title: string
  readonly files: Readonly<Record<string, string>>
  readonly args?: readonly string[]
}

const alone = (title: string, text: string, more: Readonly<Record<string, string>> = {}): Case => ({
  title,
  files: { 'segmentry.config.ts': text, ...more },
})

const cases: readonly Case[] = [
  { title: 'there is none', files: { 'other.ts': '' }, args: ['list', '--config', 'segmentry.config.ts'] },
  { title: 'there are two', files: { 'segmentry.config.ts': '', 'segmentry.config.mjs': '' } },
  alone('it is empty', ''),
  alone('no default export', 'export const config = {}\n'),
  alone('a syntax error', 'const database: string = ;\nexport default { database }\n'),
  alone('an end that is missing', 'export default {'),
  alone('an enum', 'enum Plan { free }\nexport default Plan\n'),
  alone('a package that is not installed', "import thing from 'not-installed'\nexport default thing\n"),
  alone('a file without its ending', "import { schema } from './schema'\nexport default schema\n", {
    'schema.ts': 'export const schema = 1',
  }),
  alone('a file that there is not', "import { schema } from './schema.ts'\nexport default schema\n"),
  alone('an export that there is not', "import { schmea } from './schema.ts'\nexport default schmea\n", {
    'schema.ts': 'export const schema = 1',
  }),
  alone('CommonJS', 'module.exports = {}\n'),
  alone('it throws', "const load = () => {\n  throw new Error('no luck')\n}\nexport default load()\n"),
  alone('it throws what is no error', 'throw { odd: true }\n'),
  alone('it throws in a file that it imports', "import './schema.ts'\nexport default 1\n", {
    'schema.ts':
      "import { defineSchema } from '@segmentry/core'\nexport const schema = defineSchema({ fields: { '': 1 } } as never)\n",
  }),
  {
    title: 'a segment that does not suit its schema',
    files: {
      ...files(),
      'segments.ts': segmentsFile.replace("g.tag('VIP')", "g.tag('VIPP' as never)"),
    },
  },
  alone('it waits for ever', 'await new Promise(() => {})\nexport default 1\n'),
  alone('a function', 'export default () => ({})\n'),
  alone('something else', "export default { name: 'web', plugins: [] }\n"),
  alone(
    'keys and values that cannot be',
    `export default {
  schmea: 1,
  segments: { vip: 1 },
  database: 3,
  statementTimeout: 'soon',
  lockTimeout: 5,
  serve: { prot: 1, port: 'x', host: '', keys: 'abc', timeout: 5 },
}
`,
  ),
  {
    title: 'a source of another schema',
    files: {
      ...files(),
      'segmentry.config.ts': `
import { defineSchema } from '@segmentry/core'
import { layoutSource } from '@segmentry/postgres'
import { schema, segments } from './segments.ts'
const source = layoutSource(defineSchema({ fields: {} }))
export default { schema, segments, source, layout: undefined, database: 'postgres://localhost/crm' }
`,
    },
  },
  {
    title: 'a source and a layout',
    files: { ...files("source: {} as never, database: ''"), 'segments.ts': segmentsFile },
  },
  {
    title: 'broadcasts and a way to send that cannot be',
    files: {
      ...mailing(),
      'segmentry.config.ts': `
import { consoleTransport, defineBroadcast, defineConfig } from './libraries.ts'
import { calls, may, schema, segments } from './mailing.ts'
import { defineSchema, segmentry, text } from '@segmentry/core'

const other = defineSchema({ fields: { email: text(), region: text() } })
const north = segmentry(other).segment().group((g) => g.field('region', 'north'))
const audience = { include: { north } }
export default defineConfig({
  schema,
  segments,
  layout: 'segmentry',
  database: 'postgres://localhost/crm',
  broadcasts: {
    march: may,
    calls: { key: 'calls' },
    foreign: defineBroadcast(other, { key: 'foreign', audience, address: 'email' }),
    mixed: defineBroadcast(schema, { key: 'mixed', audience, address: 'email' }),
  },
  ledger: 7,
  revisions: '',
  send: {
    transport: consoleTransport(),
    links: { unsubscribe: 'https://acme.example' },
    pcae: { atMost: 1 },
    pace: { atMost: 1, per: 'week' },
    lease: 'soon',
    mostRefused: 10,
  },
} as never)
`,
      'libraries.ts': `
export { consoleTransport, defineBroadcast } from '@segmentry/broadcast'
export { defineConfig } from 'segmentry'
`,
    },
  },
  {
    title: 'one broadcast, and no way to send',
    files: {
      ...mailing(),
      'segmentry.config.ts': `
import { may, schema, segments } from './mailing.ts'
export default { schema, segments, layout: 'segmentry', database: 'postgres://localhost/crm', broadcasts: may, send: 'smtp' }
`,
    },
  },
  {
    title: 'splits and flows that cannot be',
    files: files(`database: '', splits: {
  welcome: { branches: [{ key: 'vip', when: 'vpi' }, { key: 'vip', percent: 120 }], otherwise: 'rest' },
  other: 3,
} as never, flows: { hello: { on: 'enterd', segment: 'vpi', to: 1 }, bye: 'vip' } as never`),
  },
  { title: 'an address that is none', files: files("database: 'localhost:5432'"), args: ['count'] },
  { title: 'an empty variable', files: { ...files(), '.env': 'DATABASE_URL=\n' }, args: ['count'] },
  { title: 'no database of PGlite', files: files("database: { pglite: './data' }"), args: ['count'] },
  {
    title: 'a folder that is none of PGlite',
    files: { ...files("database: { pglite: './data' }"), 'data/notes.txt': '' },
    args: ['count'],
  },
]

test('configurations that cannot be used', async () => {
  const shown = await each(cases, async ({ title, files: written, args = ['list'] }) => {
    using folder = new Folder(written)
    return `# ${title}\n${shownCall(args, await folder.run(args))}`
  })
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/configurations.txt')
}, 300_000)

test('nothing that is told has a stack or a secret in it', async () => {
  using folder = new Folder(files("database: 'postgress://ann:hush@db/crm'"))
  const { code, stderr } = await folder.run(['count'])
  expect(code).toBe(2)
  expect(stderr).not.toMatch(/hush|\n\s+at .*\(/)
})

test('who asks is shown where an error comes from', async () => {
  using folder = new Folder({ 'segmentry.config.ts': "throw new Error('no luck')" })
  const { stderr } = await folder.run(['list', '--verbose'])
  expect(stderr).toContain('\nError: no luck\n    at ')
})

test('JavaScript, and projects without "type": "module", need no more and warn of nothing', async () => {
  const body = `
    import { defineSchema } from '@segmentry/core'
    export default { schema: defineSchema({ fields: {} }), segments: {}, layout: 'segmentry', database: 'x' }`
  const manifest = { 'package.json': '{ "name": "mine" }' }
  const kinds = ['segmentry.config.js', 'segmentry.config.mjs', 'segmentry.config.ts', 'segmentry.config.mts']
  const ends = await each(kinds, async (name): Promise<Ended> => {
    using folder = new Folder({ ...manifest, [name]: body })
    return await folder.run(['list', '--json'])
  })
  for (const end of ends) expect(end).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
})
