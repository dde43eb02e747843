import { PGlite } from '@electric-sql/pglite'
import { compileSegment, describe as english, preparePerson } from '@segmentry/core'
import { openEvaluator, type PostgresEvaluator } from '@segmentry/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataEnd, readEvents, readPeople } from '../src/data.ts'
import { load } from '../src/load.ts'
import { schema } from '../src/schema.ts'
import { segments } from '../src/segments.ts'

let pglite: PGlite
let evaluator: PostgresEvaluator

beforeAll(async () => {
  pglite = await PGlite.create()
  const store = await load({ pglite })
  evaluator = await openEvaluator(store.source, { pglite })
})
afterAll(() => pglite.close())

const keys = Object.keys(segments) as (keyof typeof segments)[]

test.each(keys)('%s has the same households in SQL, in both modes, and in process', async (key) => {
  const isMember = compileSegment(segments[key], schema)
  const now = Date.parse(dataEnd)
  const events = Map.groupBy(await readEvents(), ({ person }) => person)
  const expected = (await readPeople())
    .filter((person) =>
      isMember(preparePerson(schema, { ...person, events: events.get(person.id) ?? [] }), now),
    )
    .map(({ id }) => id)
    .toSorted()
  expect(expected.length).toBeGreaterThan(0)
  expect(expected.length).toBeLessThan(2379)
  const at = { now: dataEnd }
  expect(await Array.fromAsync(evaluator.members(segments[key], at))).toEqual(expected)
  expect(await Array.fromAsync(evaluator.members(segments[key], { ...at, snapshot: true }))).toEqual(expected)
  expect(await evaluator.count(segments[key], at)).toBe(expected.length)
})

test('each household alone is where the crowd has it, and the explanation agrees', async () => {
  const people = (await readPeople()).map(({ id }) => id)
  const memberships = await evaluator.which(segments, people, { now: dataEnd })
  const counts = await evaluator.counts(segments, { now: dataEnd })
  for (const key of keys) {
    expect(memberships.filter((membership) => membership.segments.includes(key))).toHaveLength(counts[key])
  }
  for (const { person, segments: held } of memberships.slice(0, 20)) {
    for (const key of keys) {
      const { member } = await evaluator.explain(segments[key], person, { now: dataEnd })
      expect(member).toBe(held.includes(key))
    }
  }
})

test('every segment reads differently', () => {
  expect(new Set(keys.map((key) => english(segments[key], schema))).size).toBe(keys.length)
})
