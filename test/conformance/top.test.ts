import { type AnySetSegment, checkedSet, inProcess, type Person } from '@segmentry/core'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Asked, countOf, membersOf } from '../../packages/postgres/src/compile/top.ts'
import type { BoundSource } from '../../packages/postgres/src/source/bind.ts'
import { clock, people, schema } from './arbitrary.ts'
import { setSegment } from './arbitrary-top.ts'
import { bound, canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'
import { topMembers } from './reference-top.ts'
import { expectAgreement, type InProcess, told } from './told.ts'

// The top of a segment is one more thing that SQL and the evaluator have to find alike: of all people together.

const setsEach = 8
// One such triple costs several of a rule's, and there are fewer rankings than rules.
const triples = Number(process.env['SEGMENTRY_TRIPLES'] ?? 20_000) / 10
const runs = Math.ceil(triples / setsEach / layouts.length / 2)

const members = (set: AnySetSegment, population: readonly Person[], now: number): Promise<string[]> =>
  Array.fromAsync(inProcess(schema, population, { now: new Date(now) }).members(set))

test('in process, those are taken whom the reference takes, on 2,000 populations', async () => {
  let [taken, left] = [0, 0]
  await expectAgreement(
    fc.tuple(setSegment, people(), clock),
    2000,
    async ([set, population, now]): Promise<InProcess | undefined> => {
      const expected = (await members(set, population, now)).toSorted()
      const actual = topMembers(set, schema, population, now).toSorted()
      taken += actual.length
      left += population.length - actual.length
      if (JSON.stringify(actual) === JSON.stringify(expected)) return undefined
      return { segment: set, schema, population, now, by: 'the reference', actual, expected }
    },
  )
  const share = taken / (taken + left)
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.8)
})

const modes = ['set', 'point'] as const

/** What each set has in each mode: its number, its people, and those after an id, up to two. */
async function inSql(
  db: Kysely<unknown>,
  source: BoundSource,
  asked: readonly Asked[],
  after: string,
  now: number,
) {
  const parts = asked.flatMap((one) =>
    modes.flatMap((mode) => {
      const context = { source, now, mode }
      const ids = (query: ReturnType<typeof membersOf>) =>
        sql`(select coalesce(json_agg(m.id), '[]') from (${query}) as m)`
      return [
        sql`(select n from (${countOf(one, context)}) as m)`,
        ids(membersOf(one, context)),
        ids(membersOf(one, context, { after, limit: 2 })),
      ]
    }),
  )
  const { rows } = await sql<{
    found: string
  }>`select json_build_array(${sql.join(parts)})::text as found`.execute(db)
  return JSON.parse(rows[0]!.found) as (string | string[])[]
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
    await sql`set timezone to 'America/New_York'`.execute(backend.db)
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: SQL takes whom the evaluator takes',
    async (_, layout) => {
      const { db } = backend
      await createLayout(db, layout)
      const source = await bound(db, layout)
      const sets = fc.array(
        setSegment.filter(({ whole }) => canAnswer(layout, whole.rule)),
        { minLength: setsEach, maxLength: setsEach },
      )
      const after = fc.constantFrom('', '10', 'ann', 'é', '\uff5e')
      await fc.assert(
        fc.asyncProperty(
          sets,
          people({ storable: true, maxLength: 12 }),
          clock,
          after,
          async (made, population, now, beyond) => {
            for (const statement of layout.fill(population)) await statement.execute(db)
            const asked = made.map((set) => checkedSet(set, schema))
            const found = await inSql(db, source, asked, beyond, now)
            const evaluator = inProcess(schema, population, { now: new Date(now) })
            const expected: (string | readonly string[])[] = []
            for (const set of made) {
              const all = await Array.fromAsync(evaluator.members(set))
              const some = await Array.fromAsync(evaluator.members(set, { after: beyond, limit: 2 }))
              for (const _mode of modes) expected.push(String(await evaluator.count(set)), all, some)
            }
            const wrong = expected.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(found[i]))
            if (wrong < 0) return
            const at = Math.floor(wrong / 6)
            const context = { source, now, mode: modes[Math.floor((wrong % 6) / 3)]! }
            const asks = ['its number', 'its people', `two after '${beyond}'`][wrong % 3]!
            const query = membersOf(asked[at]!, context)
            const [actual, wanted] = [[found[wrong]!].flat(), [expected[wrong]!].flat()]
            throw new Error(
              told({
                segment: made[at]!,
                schema,
                population,
                now,
                query,
                actual,
                expected: wanted,
                by: `SQL (${context.mode}, ${asks})`,
              }),
            )
          },
        ),
        { numRuns: runs },
      )
    },
    120_000 + triples * 200,
  )
})
