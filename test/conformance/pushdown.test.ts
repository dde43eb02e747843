import { canonical, checkedRule, checkedSet } from '@segmentry/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countQuery, membersQuery, whichQuery } from '../../packages/postgres/src/compile/query.ts'
import { rollQuery } from '../../packages/postgres/src/compile/roll.ts'
import { countOf, membersOf } from '../../packages/postgres/src/compile/top.ts'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import { clock, segment } from './arbitrary.ts'
import { setSegment } from './arbitrary-top.ts'
import { type Backend, backends } from './database.ts'
import { bound } from './bound.ts'
import { createLayout, layouts } from './layouts.ts'

// What a database that is distributed by person cannot push down to its shards, or only slowly.
const forbidden = /\b(except|intersect|not in|materialized|recursive|cross join|full join)\b/i

let backend: Backend
const layout = layouts.find(({ recordsTagTimes }) => recordsTagTimes)!

beforeAll(async () => {
  backend = await backends.pglite()
  await createLayout(backend.db, layout)
})
afterAll(() => backend.close())

function expectPushedDown(text: string): void {
  // Names and literals may say anything.
  const words = text.replaceAll(/"(?:[^"]|"")*"|'(?:[^']|'')*'/g, '?')
  expect(words).not.toMatch(forbidden)
}

test('no compiled segment uses set operations that a distributed database does not push down', async () => {
  const source = await bound(backend.db, layout)
  fc.assert(
    fc.property(segment, clock, (made, now) => {
      const rule = canonical(checkedRule(made, source.source.schema))
      for (const mode of ['set', 'point'] as const) {
        const context = { source, now, mode }
        const texts = [
          compiled(countQuery(rule, context)).sql,
          compiled(membersQuery(rule, context, { after: 'a', limit: 5 })).sql,
          compiled(whichQuery([rule], ['a'], context)).sql,
          compiled(rollQuery({ segments: [{ rule }], values: [], present: [], salts: [] }, context)).sql,
        ]
        for (const text of texts) expectPushedDown(text)
      }
    }),
    { numRuns: 1500 },
  )
  fc.assert(
    fc.property(setSegment, clock, (made, now) => {
      const asked = checkedSet(made, source.source.schema)
      for (const mode of ['set', 'point'] as const) {
        const context = { source, now, mode }
        expectPushedDown(compiled(countOf(asked, context)).sql)
        expectPushedDown(compiled(membersOf(asked, context, { after: 'a', limit: 5 })).sql)
      }
    }),
    { numRuns: 1500 },
  )
})
