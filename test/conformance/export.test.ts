import {
  type AnySegment,
  compileSegment,
  instantText,
  type Person,
  preparePerson,
  readValue,
} from '@segmentry/core'
import { openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clock } from './arbitrary.ts'
import { canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'
import { fullPopulation, mixedSegment } from './rounds.ts'
import { schema } from './schema.ts'

// What is exported, compared with what the evaluator in process finds of the same people: who, and every value of theirs.

const seed = Number(process.env['SEGMENTRY_SEED'] ?? Math.floor(Math.random() * 2 ** 24))
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const fields = [...schema.fields.values()].filter(({ type }) => type.kind !== 'object')

type Line = Readonly<Record<string, unknown>> & { readonly id: string; readonly segments?: readonly string[] }

const lines = async (exported: AsyncIterable<Uint8Array>): Promise<readonly Line[]> =>
  Buffer.concat(await Array.fromAsync(exported))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)

async function check(
  evaluator: PostgresEvaluator,
  segments: readonly AnySegment[],
  people: readonly Person[],
  now: number,
): Promise<void> {
  const at = instantText(now)
  const prepared = people.map((person) => preparePerson(schema, person))
  const held = segments.map((segment) => {
    const isMember = compileSegment(segment, schema)
    return new Set(prepared.filter((person) => isMember(person, now)).map(({ id }) => id))
  })
  for (const [i, segment] of segments.entries()) {
    const found = await lines(evaluator.export(segment, { now: at, format: 'ndjson' }))
    expect(new Set(found.map(({ id }) => id))).toEqual(held[i])
  }
  const byKey = Object.fromEntries(segments.map((segment, i) => [`s${i}`, segment]))
  const all = await lines(evaluator.exports(byKey, { now: at, format: 'ndjson', fields: 'all' }))
  const keysOf = (id: string): readonly string[] => held.flatMap((ids, i) => (ids.has(id) ? [`s${i}`] : []))
  const expected = people.flatMap((person) => {
    const keys = keysOf(person.id)
    return keys.length === 0 ? [] : [[person.id, { keys, values: valuesOf(person) }] as const]
  })
  const exported = all.map(
    (line) =>
      [
        line.id,
        { keys: line.segments, values: fields.map(({ name, type }) => readValue(type, line[name])) },
      ] as const,
  )
  expect(new Map(exported)).toEqual(new Map(expected))
}

const valuesOf = (person: Person): readonly unknown[] =>
  fields.map(({ path, type }) => {
    let at: unknown = person.fields
    for (const key of path) at = Object(at)[key]
    return readValue(type, at)
  })

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: an export is what the evaluator in process finds',
    async (_, layout) => {
      await createLayout(backend.db, layout)
      const evaluator = await openEvaluator(layout.source, backend.connection)
      const asked = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
      const some = fc.array(asked, { minLength: 4, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(some, fullPopulation({ storable: true }), clock, async (segments, people, now) => {
          await layout.clear.execute(backend.db)
          for (const statement of layout.fill(people)) await statement.execute(backend.db)
          await check(evaluator, segments, people, now)
        }),
        { numRuns: backendName === 'postgres' ? 30 : 10, seed },
      )
    },
    300_000,
  )
})
