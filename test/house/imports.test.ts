import { dirname, join, normalize } from 'node:path'
import { describe, expect, test } from 'vitest'
import { files, packages, read } from './files.ts'

// Imports run one way: between packages, and between the rooms inside core.

const statement = /^(?:import|export)\b[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm
const comment = /\/\*[\s\S]*?\*\//g

/** What a source file imports. */
const imports = (path: string): string[] =>
  [...read(path).replaceAll(comment, '').matchAll(statement)].map(
    (found) => found[1] ?? found[2] ?? found[3]!,
  )

/** Which of our packages each one may import. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: [],
  testing: [],
  postgres: ['core'],
  flow: ['core'],
  broadcast: ['core', 'postgres'],
  review: ['core', 'postgres', 'flow'],
  cli: ['core', 'postgres', 'flow', 'broadcast', 'review'],
  'n8n-nodes-segmentry': [],
  'node-red-contrib-segmentry': [],
}
const everything = [...packages.values()].map(({ name }) => name.replace('@segmentry/', ''))

/** The package a specifier belongs to: `effect/Data` is of `effect`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

describe.each([...packages])('%s', (folder, manifest) => {
  // Packages for n8n keep their sources where n8n's tools look for them; what runs in Node-RED's page is not in src.
  const sources = files(`packages/${folder}/{src,nodes,credentials,editor}/**/*.ts`)

  test('has sources', () => expect(sources).not.toEqual([]))

  test('imports only our packages below it', () => {
    const below = new Set((allowed[folder] ?? everything).map((name) => `@segmentry/${name}`))
    const wrong = sources.flatMap((path) =>
      imports(path)
        .filter((from) => from.startsWith('@segmentry/') && !below.has(packageOf(from)))
        .map((from) => `${path} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test('imports only what its package.json declares, and stays in its folder', () => {
    const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
    const wrong = sources.flatMap((path) =>
      imports(path)
        .filter((from) =>
          from.startsWith('.')
            ? !normalize(join(dirname(path), from)).startsWith(`${path.split('/').slice(0, 3).join('/')}/`)
            : !from.startsWith('node:') && !declared.has(packageOf(from)),
        )
        .map((from) => `${path} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test('imports effect by sub-path, not as a whole', () => {
    const wrong = sources.filter((path) => imports(path).includes('effect'))
    expect(wrong).toEqual([])
  })
})

describe('core', () => {
  const sources = files('packages/core/src/**/*.ts')

  test('imports nothing but effect, ts-pattern and the hash function', () => {
    const fine = /^(?:\.|effect\/|ts-pattern$|@noble\/hashes\/)/
    const wrong = sources.flatMap((path) =>
      imports(path)
        .filter((from) => !fine.test(from))
        .map((from) => `${path} imports ${from}`),
    )
    expect(wrong).toEqual([])
  })

  // The floors of the house; a room imports from its own floor or a lower one, and no rooms import in a circle.
  const floors: Readonly<Record<string, number>> = {
    errors: 0,
    suggest: 0,
    text: 0,
    place: 0,
    time: 0,
    predicate: 1,
    schema: 2,
    definition: 3,
  }
  const floorOf = (room: string): number => floors[room] ?? 4
  const roomOf = (path: string): string => path.split('/')[3]!.replace(/\.ts$/, '')
  const entry = 'index'

  /** Each room with the rooms it imports, and the first file that does. */
  const rooms = new Map<string, Map<string, string>>()
  for (const path of sources) {
    const from = roomOf(path)
    if (from === entry) continue
    const known = rooms.get(from) ?? new Map<string, string>()
    rooms.set(from, known)
    for (const specifier of imports(path).filter((one) => one.startsWith('.'))) {
      const to = roomOf(normalize(join(dirname(path), specifier)))
      if (to !== from && !known.has(to)) known.set(to, path)
    }
  }

  test('has rooms that import downwards only', () => {
    const wrong = [...rooms].flatMap(([from, known]) =>
      [...known]
        .filter(([to]) => to === entry || floorOf(to) > floorOf(from))
        .map(([to, path]) => `${path} imports from ${to}, which stands above ${from}`),
    )
    expect(wrong).toEqual([])
  })

  test('has no circle of rooms', () => {
    const circles: string[] = []
    const visit = (room: string, path: readonly string[]): void => {
      if (path.includes(room)) circles.push([...path.slice(path.indexOf(room)), room].join(' → '))
      else for (const next of rooms.get(room)?.keys() ?? []) visit(next, [...path, room])
    }
    for (const room of rooms.keys()) visit(room, [])
    expect(circles).toEqual([])
  })
})

describe('the reference of the conformance suite', () => {
  const folder = 'test/conformance/'
  const sources = files(`${folder}reference*.ts`).filter((path) => !path.endsWith('.test.ts'))

  test('is there', () => expect(sources.length).toBeGreaterThan(4))

  test('shares no code with what it judges: it has types of packages, and its own files', () => {
    const lines = (path: string): string[] =>
      [...read(path).replaceAll(comment, '').matchAll(statement)].map(([line]) => line)
    const isOwn = (line: string): boolean => /from '(?:node:[a-z]+|\.\/reference[a-z-]*\.ts)'/.test(line)
    const wrong = sources.flatMap((path) =>
      lines(path)
        .filter((line) => !line.startsWith('import type ') && !isOwn(line))
        .map((line) => `${path}: ${line}`),
    )
    expect(wrong).toEqual([])
  })
})
