import {
  type AnySegment,
  canonical,
  checkedRule,
  compileSegment,
  dependencies,
  type Node,
  type Person,
  type PreparedPerson,
  preparePerson,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Mode } from '../../packages/postgres/src/compile/events.ts'
import { membersQuery, whichQuery } from '../../packages/postgres/src/compile/query.ts'
import { rollQuery } from '../../packages/postgres/src/compile/roll.ts'
import type { Database } from '../../packages/postgres/src/database/index.ts'
import { loadPeople } from '../../packages/postgres/src/evaluator/load.ts'
import type { BoundSource } from '../../packages/postgres/src/source/bind.ts'
import type { Layout } from './layouts.ts'
import { Prepared } from './prepared.ts'
import { isMember as isMemberByReference } from './reference.ts'
import type { Round } from './rounds.ts'
import type { Difference } from './told.ts'

// Whom SQL finds, in each way to ask, and whom the reference finds, compared with whom the evaluator finds in process.

/** A layout in a database, ready to be asked. */
export interface Place {
  /** One connection. */
  readonly db: Kysely<unknown>
  readonly database: Database
  readonly layout: Layout
  readonly source: BoundSource
}

type Listed = (mode: Mode, page?: { readonly after: string; readonly limit: number }) => RawBuilder<unknown>

/** The ids of each rule's members, as one JSON array of arrays. */
const listing =
  (rules: readonly Node[], source: BoundSource, now: number): Listed =>
  (mode, page) => {
    const lists = rules.map((rule) => {
      const members = membersQuery(rule, { source, now, mode }, page)
      return sql`(select coalesce(json_agg(m.id), '[]') from (${members}) as m)`
    })
    return sql`json_build_array(${sql.join(lists)})::text`
  }

type Found = readonly (readonly string[])[]

/** The members of each rule: whole sets, sets by index, one by one, and everybody with all rules at once. */
async function inSql(
  statements: Prepared,
  rules: readonly Node[],
  population: readonly Person[],
  { source, now }: { readonly source: BoundSource; readonly now: number },
): Promise<Readonly<Record<'set' | 'point' | 'alone' | 'together', Found>>> {
  const listed = listing(rules, source, now)
  const [sets] = await statements.rows(
    sql<{ set: string; point: string }>`select ${listed('set')} as set, ${listed('point')} as point`,
  )
  const ids = population.map(({ id }) => id)
  const rows = await statements.rows(whichQuery(rules, ids, { source, now, mode: 'point' }))
  const asked = { segments: rules.map((rule) => ({ rule })), values: [], present: [], salts: [] }
  const roll = rollQuery(asked, { source, now, mode: 'set' })
  const flags = sql.join(rules.map((_, i) => sql.id(`segment_${i}`)))
  const everybody = await statements.rows(
    sql<{ id: string; held: string }>`select id, array[${flags}]::text as held from (${roll}) as everybody`,
  )
  const heldIn = (found: typeof rows): readonly (readonly string[])[] => {
    const held = new Map(found.map((row) => [row.id, row.held.slice(1, -1).split(',')]))
    return rules.map((_, i) => ids.filter((id) => held.get(id)?.[i] === 't'))
  }
  return {
    set: JSON.parse(sets!.set) as Found,
    point: JSON.parse(sets!.point) as Found,
    alone: heldIn(rows),
    together: heldIn(everybody),
  }
}

/** A population in the order of its table's ids, which is that of the column's collation. */
async function inOrder(
  db: Kysely<unknown>,
  { people: { table, id } }: BoundSource,
  population: readonly Person[],
): Promise<readonly Person[]> {
  const { rows } = await sql<{
    id: string
  }>`select ${id}::text as id from ${table} as p order by ${id}`.execute(db)
  const places = new Map(rows.map((row, place) => [row.id, place]))
  return population.toSorted((a, b) => places.get(a.id)! - places.get(b.id)!)
}

/** What each rule needs of some people, as they are loaded for an evaluation in process. */
const loaded = async (
  { database, source }: Place,
  segments: readonly AnySegment[],
  population: readonly Person[],
): Promise<readonly PreparedPerson[]> => {
  const ids = population.map(({ id }) => id)
  const people = await Effect.runPromise(
    database.read((session) => loadPeople(session, source, ids, dependencies(...segments))),
  )
  return people.map((person) => preparePerson(source.source.schema, person))
}

/** The first difference of a round, if there is one. */
export async function difference(
  place: Place,
  { segments, populations, clocks, page }: Round,
): Promise<Difference | undefined> {
  const { db, layout, source } = place
  const { schema } = source.source
  const rules = segments.map((one) => canonical(checkedRule(one, schema)))
  const members = segments.map((one) => compileSegment(one, schema))
  const statements = new Prepared(db)
  await layout.clear.execute(db)
  // The first time as an application's queries are planned, and then as often repeated ones are.
  await statements.plan('values')
  try {
    for (const [at, given] of populations.entries()) {
      for (const statement of layout.fill(given)) await statement.execute(db)
      const population = await inOrder(db, source, given)
      const prepared = population.map((person) => preparePerson(schema, person))
      const fromDatabase = await loaded(place, segments, population)
      for (const [tick, now] of clocks.entries()) {
        const expected = members.map((isMember) =>
          population.filter((_, i) => isMember(prepared[i]!, now)).map(({ id }) => id),
        )
        const compare = (way: Way, found: Found, wanted: Found = expected): Difference | undefined => {
          const i = wanted.findIndex((ids, rule) => !isSame(ids, found[rule]!))
          if (i < 0) return undefined
          const mode = way === 'set' || (way === 'page' && page.mode === 'set') ? 'set' : 'point'
          const query = membersQuery(rules[i]!, { source, now, mode })
          return {
            segment: segments[i]!,
            schema,
            population,
            now,
            by: way === 'reference' ? 'the reference' : `SQL (${way})`,
            query,
            actual: found[i]!,
            expected: wanted[i]!,
          }
        }
        const judged = segments.map((one) =>
          population.filter((person) => isMemberByReference(one, schema, person, now)).map(({ id }) => id),
        )
        const found = await inSql(statements, rules, population, { source, now })
        const inLoaded = members.map((isMember) =>
          fromDatabase.filter((person) => isMember(person, now)).map(({ id }) => id),
        )
        const different =
          compare('reference', judged) ??
          compare('set', found.set) ??
          compare('point', found.point) ??
          compare('alone', found.alone) ??
          compare('together', found.together) ??
          compare('loaded', inLoaded)
        if (different) return different
        if (at === 0 && tick === 0 && population.length > 0) {
          const from = page.after % population.length
          const { id: after } = population[from]!
          const later = new Set(population.slice(from + 1).map(({ id }) => id))
          const listed = listing(rules, source, now)(page.mode, { after, limit: page.limit })
          const [row] = (await sql<{ found: string }>`select ${listed} as found`.execute(db)).rows
          const beyond = expected.map((ids) => ids.filter((id) => later.has(id)).slice(0, page.limit))
          const wrong = compare('page', JSON.parse(row!.found) as Found, beyond)
          if (wrong) return wrong
        }
        await statements.plan('once')
      }
    }
  } finally {
    await statements.forget()
  }
  return undefined
}

/** Who is asked, or how SQL is asked for members; a page is a few of them, after one of the people. */
type Way = 'reference' | 'set' | 'point' | 'alone' | 'together' | 'loaded' | 'page'

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((id, i) => id === others[i])
