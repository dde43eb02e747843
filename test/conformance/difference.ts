import {
  canonical,
  checkedRule,
  compileSegment,
  type Node,
  type Person,
  preparePerson,
} from '@segmentry/core'
import { type Kysely, sql } from 'kysely'
import { compareText } from '../../packages/core/src/evaluate/order.ts'
import { membersQuery, whichQuery } from '../../packages/postgres/src/compile/query.ts'
import type { BoundSource } from '../../packages/postgres/src/source/bind.ts'
import { schema } from './arbitrary.ts'
import type { Layout } from './layouts.ts'
import { Prepared } from './prepared.ts'
import type { Round } from './rounds.ts'
import type { Difference } from './told.ts'

// Whom SQL finds, in each way to ask, compared with whom the evaluator finds in process.

const ways = ['set', 'point', 'alone'] as const
type Found = Readonly<Record<(typeof ways)[number], readonly (readonly string[])[]>>

/** The members of each rule: whole sets, sets by index, and one by one. */
async function inSql(
  statements: Prepared,
  rules: readonly Node[],
  population: readonly Person[],
  { source, now }: { readonly source: BoundSource; readonly now: number },
): Promise<Found> {
  const listed = (mode: 'set' | 'point') =>
    sql.join(
      rules.map(
        (rule) =>
          sql`(select coalesce(json_agg(m.id), '[]') from (${membersQuery(rule, { source, now, mode })}) as m)`,
      ),
    )
  const [sets] = await statements.rows(
    sql<{
      set: string
      point: string
    }>`select json_build_array(${listed('set')})::text as set, json_build_array(${listed('point')})::text as point`,
  )
  const ids = population.map(({ id }) => id)
  const rows = await statements.rows(whichQuery(rules, ids, { source, now, mode: 'point' }))
  const held = new Map(rows.map((row) => [row.id, row.held.slice(1, -1).split(',')]))
  return {
    set: JSON.parse(sets!.set) as string[][],
    point: JSON.parse(sets!.point) as string[][],
    alone: rules.map((_, i) => ids.filter((id) => held.get(id)?.[i] === 't')),
  }
}

/** The first difference of a round, if there is one. */
export async function difference(
  db: Kysely<unknown>,
  layout: Layout,
  source: BoundSource,
  { segments, populations, clocks }: Round,
): Promise<Difference | undefined> {
  const rules = segments.map((one) => canonical(checkedRule(one, schema)))
  const members = segments.map((one) => compileSegment(one, schema))
  const statements = new Prepared(db)
  await layout.clear.execute(db)
  // The first time as an application's queries are planned, and then as often repeated ones are.
  await statements.plan('values')
  try {
    for (const given of populations) {
      const population = given.toSorted((a, b) => compareText(a.id, b.id))
      const prepared = population.map((person) => preparePerson(schema, person))
      for (const statement of layout.fill(population)) await statement.execute(db)
      for (const now of clocks) {
        const found = await inSql(statements, rules, population, { source, now })
        await statements.plan('once')
        for (const [i, isMember] of members.entries()) {
          const expected = population.filter((_, j) => isMember(prepared[j]!, now)).map(({ id }) => id)
          for (const way of ways) {
            const actual = found[way][i]!
            if (actual.length === expected.length && actual.every((id, at) => id === expected[at])) continue
            const mode = way === 'set' ? 'set' : 'point'
            const query = membersQuery(rules[i]!, { source, now, mode })
            return { segment: segments[i]!, population, now, way, query, actual, expected }
          }
        }
      }
    }
  } finally {
    await statements.forget()
  }
  return undefined
}
