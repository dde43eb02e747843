import { kinds, ops, segmentry } from '@segmentry/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AccountDraft } from '../../packages/core/src/builder/account.ts'
import { EventDraft } from '../../packages/core/src/builder/event.ts'
import { Group } from '../../packages/core/src/builder/group.ts'
import { RankingDraft } from '../../packages/core/src/builder/ranking.ts'
import { SequenceDraft } from '../../packages/core/src/builder/sequence.ts'
import * as operators from '../../packages/core/src/predicate/operators.ts'
import * as windows from '../../packages/core/src/predicate/window.ts'
import { files, read } from './files.ts'
import { now, openReference, pageText, placeOf, segmentOf } from './reference.ts'
import { made as readyMade } from './reference-blocks.ts'
import { pages } from './reference-pages.ts'
import { schema } from './reference-schema.ts'
import { sourcesOf } from './reference-source.ts'

// The pages of docs/reference say what this code does, and of everything that it can do.

const entries = pages.flatMap((page) =>
  page.entries.map((entry) => ({ page, entry, place: `${page.file}: ${entry.heading}` })),
)
const codeOf = ({ page, entry }: (typeof entries)[number]): string =>
  sourcesOf(page.source).get(`${page.title}: ${entry.heading}`) ?? ''

describe('a page', () => {
  let reference: Awaited<ReturnType<typeof openReference>>
  beforeAll(async () => {
    reference = await openReference()
  })
  afterAll(() => reference[Symbol.asyncDispose]())

  test.each(pages.map((page) => [placeOf(page), page] as const))('%s is up to date', async (place, page) => {
    const made = await pageText(page, reference.evaluator)
    expect(read(place), 'node test/house/reference.ts --update writes it anew').toBe(made)
  })

  test.each(entries)('$place is SQL that runs', async ({ entry }) => {
    expect(await reference.evaluator.count(segmentOf(entry), { now })).toBe(0)
  })
})

test('every file of the reference is a page', () => {
  expect(files('docs/reference/*.md')).toEqual(pages.map(placeOf).toSorted())
})

test('a heading stands once in a page', () => {
  const places = entries.map(({ place }) => place)
  expect(places.filter((place, i) => places.indexOf(place) !== i)).toEqual([])
})

const methods = (prototype: object, hidden: readonly string[]): readonly string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && !hidden.includes(name))
    .map(([name]) => name)

const functions = (module: object, hidden: readonly string[]): readonly string[] =>
  Object.entries(module)
    .filter(([name, value]) => typeof value === 'function' && !hidden.includes(name))
    .map(([name]) => name)

const codes = entries.map((entry) => ({ file: entry.page.file, code: codeOf(entry) }))
const inSequences = codes.filter(({ file }) => file === 'sequences.md')
const inTops = codes.filter(({ file }) => file === 'top.md')
const elsewhere = codes.filter(({ file }) => file !== 'sequences.md' && file !== 'top.md')

/** The names that no entry calls, as a method or as a function. */
const uncalled = (names: readonly string[], among: typeof codes, how: 'method' | 'function') =>
  names.filter((name) => {
    const call = new RegExp(how === 'method' ? `\\.${name}\\(` : `(?<![.\\w])${name}\\(`)
    return !among.some(({ code }) => call.test(code))
  })

describe('there is an entry for', () => {
  test('every method of a segment, a group, an event, a sequence, an account and a ranking', () => {
    const segment: object = Object.getPrototypeOf(segmentry(schema).segment()) as object
    expect(uncalled(methods(segment, ['constructor', 'toJSON']), codes, 'method')).toEqual([])
    // `node` is what the builder itself asks for.
    expect(uncalled(methods(Group.prototype, ['constructor', 'node']), codes, 'method')).toEqual([])
    expect(uncalled(methods(EventDraft.prototype, ['constructor', 'node']), elsewhere, 'method')).toEqual([])
    // `ranking` is what the builder itself asks for.
    const rankings = methods(RankingDraft.prototype, ['constructor', 'ranking'])
    expect(uncalled(rankings, inTops, 'method')).toEqual([])
    const ofAccounts = codes.filter(({ file }) => file === 'accounts.md')
    expect(uncalled(methods(AccountDraft.prototype, ['constructor', 'node']), ofAccounts, 'method')).toEqual(
      [],
    )
    const steps = methods(SequenceDraft.prototype, ['constructor', 'node'])
    expect(uncalled(steps, inSequences, 'method')).toEqual([])
  })

  test('every operator and every window', () => {
    expect(uncalled(functions(operators, []), codes, 'function')).toEqual([])
    expect(uncalled(functions(windows, ['shiftMs']), codes, 'function')).toEqual([])
  })

  test('every stage, score and engagement that is ready-made', () => {
    const names = Object.values(readyMade).flatMap((block) => Object.keys(block))
    const shown = codes.filter(({ file }) => file === 'blocks.md')
    const isShown = (name: string) => shown.some(({ code }) => new RegExp(`\\.${name}\\b`).test(code))
    expect(names.length).toBeGreaterThan(15)
    expect(names.filter((name) => !isShown(name))).toEqual([])
  })

  test('every kind of node and every statement', () => {
    const text = JSON.stringify(entries.map(({ entry }) => segmentOf(entry)))
    expect(kinds.filter((kind) => !text.includes(`"kind":"${kind}"`))).toEqual([])
    expect(ops.filter((op) => !text.includes(`"op":"${op}"`))).toEqual([])
  })
})
