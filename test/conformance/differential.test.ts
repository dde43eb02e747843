import {
  type AnySegment,
  canonical,
  checkedRule,
  compileSegment,
  describe as english,
  type Node,
  type Person,
  preparePerson,
} from '@segmentry/core'
import fc from 'fast-check'
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { membersQuery, whichQuery } from '../../packages/postgres/src/compile/query.ts'
import { readable } from '../../packages/postgres/src/compile/text.ts'
import { type BoundSource, bindSource, tablesOf } from '../../packages/postgres/src/source/bind.ts'
import {
  catalogOf,
  catalogQuery,
  quotedName,
  tablesQuery,
} from '../../packages/postgres/src/source/catalog.ts'
import type { Source } from '@segmentry/postgres'
import { clock, people, schema, segment } from './arbitrary.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'

// One population meets several segments, so that the time goes into evaluation and not into filling tables.
const segmentsEach = 12
const runs = Math.ceil(Number(process.env['SEGMENTRY_TRIPLES'] ?? 20_000) / segmentsEach / layouts.length / 2)

async function bound(db: Kysely<unknown>, source: Source): Promise<BoundSource> {
  const tables = tablesOf(source)
  const names = tables.map(quotedName)
  const existing = (await tablesQuery(names).execute(db)).rows.map(({ relation }) => relation)
  return bindSource(source, catalogOf(tables, existing, (await catalogQuery(names).execute(db)).rows))
}

/** The members of each rule, in each mode: whole sets, sets by index, and one by one. */
async function inSql(
  db: Kysely<unknown>,
  source: BoundSource,
  rules: readonly Node[],
  ids: readonly string[],
  now: number,
) {
  const listed = (mode: 'set' | 'point') =>
    sql.join(
      rules.map(
        (rule) =>
          sql`(select coalesce(json_agg(m.id), '[]') from (${membersQuery(rule, { source, now, mode })}) as m)`,
      ),
    )
  const [sets] = (
    await sql<{
      set: string
      point: string
    }>`select json_build_array(${listed('set')})::text as set, json_build_array(${listed('point')})::text as point`.execute(
      db,
    )
  ).rows
  const rows = (await whichQuery(rules, ids, { source, now, mode: 'point' }).execute(db)).rows
  const alone = rules.map((_, i) =>
    rows.filter(({ held }) => held.slice(1, -1).split(',')[i] === 't').map(({ id }) => id),
  )
  return { set: JSON.parse(sets!.set) as string[][], point: JSON.parse(sets!.point) as string[][], alone }
}

/** Whether a tag is asked for in a window, which a layout that does not record when tags were given refuses. */
function asksTagTimes(rule: Node): boolean {
  if (rule.kind === 'all' || rule.kind === 'any') return rule.of.some(asksTagTimes)
  if (rule.kind === 'not') return asksTagTimes(rule.of)
  if (rule.kind === 'segment' && typeof rule.of !== 'string') return asksTagTimes(rule.of.rule)
  return rule.kind === 'tag' && rule.during !== undefined
}

const inProcess = (made: AnySegment, population: readonly Person[], now: number): readonly string[] => {
  const isMember = compileSegment(made, schema)
  return population.filter((person) => isMember(preparePerson(schema, person), now)).map(({ id }) => id)
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
    await sql`set timezone to 'America/New_York'`.execute(backend.db)
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: SQL finds whom the evaluator finds',
    async (_, layout) => {
      const { db } = backend
      await createLayout(db, layout)
      const source = await bound(db, layout.source)
      const triples = fc.tuple(
        fc.array(
          segment.filter((made) => layout.recordsTagTimes || !asksTagTimes(made.definition.rule)),
          { minLength: segmentsEach, maxLength: segmentsEach },
        ),
        people({ storable: true, maxLength: 12 }),
        clock,
      )
      await fc.assert(
        fc.asyncProperty(triples, async ([made, population, now]) => {
          for (const statement of layout.fill(population)) await statement.execute(db)
          const rules = made.map((one) => canonical(checkedRule(one, schema)))
          const found = await inSql(
            db,
            source,
            rules,
            population.map(({ id }) => id),
            now,
          )
          for (const [i, one] of made.entries()) {
            const expected = [...inProcess(one, population, now)].toSorted()
            for (const mode of ['set', 'point', 'alone'] as const) {
              const context = { source, now, mode: mode === 'set' ? ('set' as const) : ('point' as const) }
              const text = (): string =>
                `${mode}, at ${new Date(now).toISOString()}\n${english(one, schema)}\n${JSON.stringify(one.definition.rule)}\n${JSON.stringify(readable(membersQuery(rules[i]!, context)), null, 1)}\n${JSON.stringify(population)}`
              const actual = [...found[mode][i]!].toSorted()
              if (JSON.stringify(actual) !== JSON.stringify(expected))
                expect(actual, text()).toEqual(expected)
            }
          }
        }),
        { numRuns: runs },
      )
    },
  )
})
