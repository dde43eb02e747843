import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, type Manifest, packages, read, readJson, root } from './files.ts'

test('no source file has more than 400 lines', () => {
  const long = files(
    'packages/*/{src,nodes,credentials,editor}/**/*.ts',
    'examples/*/src/**/*.ts',
    'test/**/*.ts',
  )
    .map((path) => ({ path, lines: read(path).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > 400)
  expect(long).toEqual([])
})

const published = [...packages].filter(([, { private: hidden, exports }]) => !hidden && exports)

describe.each(published)('%s', (folder, manifest) => {
  const entries = Object.entries(manifest.exports!)

  test('exports sources that exist', () => {
    const absent = entries.filter(([, source]) => !existsSync(`${root}packages/${folder}/${source}`))
    expect(absent).toEqual([])
  })

  test('publishes the same entries from dist', () => {
    const built = (source: string, extension: string): string =>
      source.replace('./src/', './dist/').replace(/\.ts$/, extension)
    const expected = entries.map(([entry, source]) => [
      entry,
      { types: built(source, '.d.ts'), default: built(source, '.js') },
    ])
    expect(manifest.publishConfig?.exports).toEqual(Object.fromEntries(expected))
  })
})

test('nothing that a compiler wrote lies beside a source', () => {
  const written = files('{packages,examples,test}/**/*.{js,js.map,d.ts}').filter((path) =>
    existsSync(root + path.replace(/\.(js|js\.map|d\.ts)$/, '.ts')),
  )
  expect(written).toEqual([])
})

test('every relative link of a page leads to something', () => {
  const broken = files('*.md', 'docs/**/*.md', '{packages,examples}/*/*.md').flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
      .map((link) => join(dirname(page), link[1]!))
      .filter((target) => !existsSync(root + target))
      .map((target) => `${page} leads to ${target}`),
  )
  expect(broken).toEqual([])
})

test('a library has one version in the whole workspace', () => {
  const versions = new Map<string, Set<string>>()
  for (const path of files('package.json', '{packages,examples}/*/package.json', 'test/package.json')) {
    const { dependencies, devDependencies } = readJson<
      Manifest & { devDependencies?: Record<string, string> }
    >(path)
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
  }
  expect([...versions].filter(([, found]) => found.size > 1)).toEqual([])
})

// Written in two halves, so that this file does not contain what it looks for.
const forbidden: Readonly<Record<string, RegExp>> = {
  'work that is left over': new RegExp(['\\b(TO', 'DO|FIX', 'ME)\\b'].join('')),
  'a path of one machine': new RegExp(['(?<![\\w.@:-])/(wo', 'rk|t', 'mp|ho', 'me|ro', 'ot)/\\w'].join('')),
  'a silenced checker': new RegExp(['@ts-(ig', 'nore|no', 'check)|(ox', 'lint|es', 'lint)-disable'].join('')),
  'a test that does not run': new RegExp(
    ['\\b(it|test|describe)\\.(sk', 'ip|on', 'ly|to', 'do)\\b'].join(''),
  ),
}

describe('no file contains', () => {
  const texts = files('**/*.{ts,mts,js,mjs,json,md,yaml,sql,sh}', '.*.json', '.changeset/*', '.ci/*').filter(
    (path) => !path.endsWith('pnpm-lock.yaml'),
  )

  test.each(Object.entries(forbidden))('%s', (_, pattern) => {
    const found = texts.flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )
    expect(found).toEqual([])
  })
})

test('the lock file names no host to download from', () => {
  expect(read('pnpm-lock.yaml').match(/https?:\/\/\S+/g) ?? []).toEqual([])
})
