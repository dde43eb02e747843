import { compileFunction } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { examplesOf, programOf } from './examples.ts'
import { files, read } from './files.ts'
import { scopeOf } from './preamble.ts'

// Every `@example` of the published packages is run, and what it shows is compared with what it gives.

type Program = (scope: object, compare: typeof equal, load: (name: string) => unknown) => Promise<void>

const equal = (found: unknown, shown: unknown): void => expect(found).toEqual(shown)

/** A function of its own, so that an example may declare what the scope has too. */
const compile = (code: string, names: readonly string[]): Program =>
  compileFunction(`const { ${names.join(', ')} } = $scope; return (async () => { ${programOf(code)}\n })()`, [
    '$scope',
    '$compare',
    '$import',
  ]) as Program

const examples = files('packages/*/src/**/*.ts').flatMap(examplesOf)

test('there are examples', () => expect(examples.length).toBeGreaterThan(10))

test('an example in TypeScript is fenced as ts, and so it runs', () => {
  expect(examples.filter(({ fence }) => !['ts', 'sql', 'sh', 'json'].includes(fence))).toEqual([])
})

describe.each(examples.filter(({ fence }) => fence === 'ts'))('$place', ({ place, code }) => {
  test('does what it shows', async () => {
    const scope = await scopeOf(place.split('/')[1]!, code)
    await compile(code, Object.keys(scope))(scope, equal, (name) => import(name))
  })
})

describe('the extractor', () => {
  test('compares what is shown', async () => {
    await expect(compile('1 + 1 // => 3', [])({}, equal, () => {})).rejects.toThrow(
      'expected 2 to deeply equal 3',
    )
    await compile('const a: number = 1\na + 1 // => 2\n;[a]\n// => [\n//   1,\n// ]', [])({}, equal, () => {})
  })

  test('refuses a value that nothing is compared with', () => {
    expect(() => programOf('const a = 1 // => 2')).toThrow('1 of 1 values stand after no expression')
  })
})

const pages = files(
  'docs/guides/postgres.md',
  'docs/guides/segments-as-data.md',
  'docs/guides/flows.md',
  'docs/guides/transports.md',
  'docs/guides/broadcasts.md',
  'docs/guides/messages.md',
  'docs/guides/review.md',
  'packages/*/README.md',
).flatMap((page) =>
  [...read(page).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code], i) => ({
    page,
    number: i + 1,
    code: code!,
  })),
)

/** The package whose exports a guide uses without saying where they come from; that of Postgres unless told. */
const owners: Readonly<Record<string, string>> = {
  'docs/guides/flows.md': 'flow',
  'docs/guides/transports.md': 'broadcast',
  'docs/guides/broadcasts.md': 'broadcast',
  'docs/guides/messages.md': 'broadcast',
  'docs/guides/review.md': 'review',
}

/** What examples import that is not installed in this workspace's root. */
const sources: Readonly<Record<string, string>> = { segmentry: '../../packages/cli/src/index.ts' }

test.each(pages)('$page does what its example $number shows', async ({ page, code }) => {
  const folder = page.startsWith('packages/') ? page.split('/')[1]! : (owners[page] ?? 'postgres')
  const scope = await scopeOf(folder, code)
  await compile(code, Object.keys(scope))(scope, equal, (name) => import(sources[name] ?? name))
})
