import {
  boolean,
  choice,
  compileSegment,
  date,
  decimal,
  defineSchema,
  dependencies,
  format,
  integer,
  list,
  type Literal,
  number,
  preparePerson,
  text,
  timestamp,
  version,
} from '@segmentry/core'
import { column, defineSource, json, openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from './database.ts'

// Whole lists of every type of element, kept as arrays and as JSON: equal element by element, in order.

/** A type of element: its column, and three different values, the first of them in two spellings. */
const kinds = {
  words: { field: text(), column: 'text', a: ['a', 'a'], b: 'A', c: 'ä' },
  versions: { field: version(), column: 'text', a: ['1.2.3', '1.2.3+7'], b: '1.2.4', c: '1.2.3-rc.1' },
  moods: { field: choice('calm', 'glad', 'wild'), column: 'text', a: ['calm', 'calm'], b: 'glad', c: 'wild' },
  counts: { field: integer(), column: 'bigint', a: [0, -0], b: 2, c: Number.MAX_SAFE_INTEGER },
  ratios: { field: number(), column: 'double precision', a: [0, -0], b: 0.1, c: 1e-300 },
  prices: { field: decimal(2), column: 'numeric', a: ['19.9', '19.90'], b: '19.99', c: '-19.9' },
  flags: { field: boolean(), column: 'boolean', a: [true, true], b: false, c: false },
  days: { field: date(), column: 'date', a: ['2026-11-24', '2026-11-24'], b: '2026-11-25', c: '0001-01-01' },
  times: {
    field: timestamp(),
    column: 'timestamptz',
    a: ['2026-11-24T09:30:00Z', '2026-11-24T10:30:00.000+01:00'],
    b: '2026-11-24T09:30:00.001Z',
    c: '0001-01-01T00:00:00Z',
  },
} as const
type Kind = keyof typeof kinds
const names = Object.keys(kinds) as Kind[]

const fields = Object.fromEntries(names.map((name) => [name, list(kinds[name].field)]))
const schema = defineSchema({ fields })
const now = '2026-11-24T09:30:00Z'

/** People by id, each with a list made of the three values; `null` in a list is no element. */
const lists = ({
  a: [a, otherA],
  b,
  c,
}: (typeof kinds)[Kind]): Readonly<Record<string, readonly unknown[]>> => ({
  same: [a, b],
  'same, otherwise spelled': [otherA, b],
  'same, with what is no element': [null, a, null, b, null],
  turned: [b, a],
  'one more': [a, b, b],
  'one less': [a],
  twice: [a, b, a, b],
  another: [a, a],
  'another after it': [a, c, b],
  empty: [],
})
const ids = [...Object.keys(lists(kinds.words)), 'missing']
const equal = ['same', 'same, otherwise spelled', 'same, with what is no element']

const sorted = (some: readonly string[]): readonly string[] => some.toSorted()
const stored = (value: unknown): unknown => (Object.is(value, -0) ? '-0' : value)

async function fill(db: Kysely<unknown>): Promise<void> {
  const columns = sql.join(names.map((name) => sql`${sql.id(name)} ${sql.raw(kinds[name].column)}[]`))
  await sql`create table lists (id text primary key, doc jsonb, ${columns})`.execute(db)
  for (const id of ids) {
    const doc = Object.fromEntries(names.map((name) => [name, lists(kinds[name])[id]]))
    const arrays = names.map((name) => {
      const type = sql.raw(kinds[name].column)
      const elements = doc[name]?.map((value) => sql`${stored(value)}::text::${type}`)
      return elements ? sql`array[${sql.join(elements)}]::${type}[]` : sql`null`
    })
    await sql`insert into lists values (${id}, ${JSON.stringify(doc)}::jsonb, ${sql.join(arrays)})`.execute(
      db,
    )
  }
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  let evaluators: Readonly<Record<string, PostgresEvaluator>>
  beforeAll(async () => {
    backend = await backends[backendName]()
    await fill(backend.db)
    const sourceOf = (place: ReturnType<typeof column> | ReturnType<typeof json>) =>
      defineSource(schema, { people: { table: 'lists', id: 'id' }, fields: { '*': place } })
    evaluators = {
      'arrays, set': await openEvaluator(sourceOf(column()), backend.connection, { mode: 'set' }),
      'arrays, point': await openEvaluator(sourceOf(column()), backend.connection, { mode: 'point' }),
      'JSON, set': await openEvaluator(sourceOf(json('doc')), backend.connection, { mode: 'set' }),
      'JSON, point': await openEvaluator(sourceOf(json('doc')), backend.connection, { mode: 'point' }),
    }
  })
  afterAll(() => backend.close())

  const others = ids.filter((id) => !equal.includes(id) && id !== 'missing')
  test.each(
    names.flatMap((name) => [
      [name, 'is', {}, equal] as const,
      [name, 'is not, missing excluded', { negated: true, whenMissing: false }, others] as const,
      [
        name,
        'is not, missing included',
        { negated: true, whenMissing: true },
        [...others, 'missing'],
      ] as const,
    ]),
  )('%s: %s', async (name, _, policy, expected) => {
    const { a, b } = kinds[name]
    const values: readonly Literal[] = [a[1], b]
    const made = {
      definition: {
        format,
        rule: { kind: 'field', field: name, test: { op: 'equals', values, ...policy } },
      },
    } as const
    const isMember = compileSegment(made, schema)
    for (const [way, evaluator] of Object.entries(evaluators)) {
      const members = await Array.fromAsync(evaluator.members(made, { now }))
      expect(sorted(members), way).toEqual(sorted(expected))
      const loaded = await evaluator.load(ids, dependencies(made))
      const found = loaded.filter((person) => isMember(preparePerson(schema, person), Date.parse(now)))
      expect(sorted(found.map(({ id }) => id)), `${way}, loaded`).toEqual(sorted(expected))
    }
  })
})
