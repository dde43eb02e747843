import {
  type AnySegment,
  canonical,
  checkedRule,
  checkedSet,
  compileSegment,
  dependencies,
  inProcess as evaluatorOf,
  type Node,
  type Person,
  preparePerson,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import fc from 'fast-check'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type * as Query from '../../packages/postgres/src/compile/query.ts'
import { compareText } from '../../packages/core/src/evaluate/order.ts'
import type { Database } from '../../packages/postgres/src/database/index.ts'
import type * as Load from '../../packages/postgres/src/evaluator/load.ts'
import type * as Roll from '../../packages/postgres/src/compile/roll.ts'
import type * as TopModule from '../../packages/postgres/src/compile/top.ts'
import type * as Bind from '../../packages/postgres/src/source/bind.ts'
import { schema } from '../conformance/arbitrary.ts'
import { canAnswer, catalog } from '../conformance/bound.ts'
import { createLayout, layouts } from '../conformance/layouts.ts'
import { embedded } from './embedded.ts'
import type { Fault } from './fault.ts'
import {
  cases,
  type Found,
  type Hunted,
  isOver,
  mayTouch,
  mayTouchSets,
  segmentsEach,
  setsOf,
  tops,
} from './hunted.ts'
import { loader } from './load.ts'

const modes = ['set', 'point', 'alone'] as const
type Mode = (typeof modes)[number]

/** A few members after one of the people. */
interface Page {
  readonly after: string
  readonly limit: number
}

/** The compiler with a fault, or without, and its view of each layout's tables. */
interface Suspect extends Hunted {
  readonly query: typeof Query
  readonly top: typeof TopModule
  readonly load: typeof Load
  readonly roll: typeof Roll
  readonly sources: readonly Bind.BoundSource[]
}

/** One rule in one mode: its query, and the query's text, which two compilers may have in common. */
interface Asked {
  readonly rule: number
  readonly mode: Mode
  readonly query: RawBuilder<{ id: string; held?: string }>
  readonly text: string
  readonly page?: Page
}

type Db = Kysely<unknown>

/** The queries of the rules, in each mode. */
function queriesOf(
  db: Db,
  { fault, query: { membersQuery, whichQuery } }: Suspect,
  source: Bind.BoundSource,
  rules: readonly (Node | undefined)[],
  ids: readonly string[],
  now: number,
): readonly Asked[] {
  const page = ids.length === 0 ? [] : [{ after: ids[Math.floor(ids.length / 3)]!, limit: 2 }]
  const pages = fault === undefined || fault.seen === 'page' ? page : []
  return rules.flatMap((node, rule) => {
    if (node === undefined || !mayTouch(fault, node)) return []
    const said = (mode: Mode, query: Asked['query'], more: Pick<Asked, 'page'> = {}): Asked => {
      const { sql: written, parameters } = query.compile(db)
      return { rule, mode, query, text: JSON.stringify([written, parameters]), ...more }
    }
    const whole = modes.map((mode) =>
      said(
        mode,
        mode === 'alone'
          ? whichQuery([node], ids, { source, now, mode: 'point' })
          : membersQuery(node, { source, now, mode }),
      ),
    )
    const paged = pages.flatMap((one) =>
      (['set', 'point'] as const).map((mode) =>
        said(mode, membersQuery(node, { source, now, mode }, one), { page: one }),
      ),
    )
    return [...(fault?.seen === undefined ? whole : []), ...paged]
  })
}

/** The queries of the tops, in both modes; they count on from the rules. */
function askedTogether(
  db: Db,
  { fault, top: { membersOf } }: Suspect,
  source: Bind.BoundSource,
  sets: readonly (TopModule.Asked | undefined)[],
  now: number,
): readonly Asked[] {
  if (fault?.seen !== undefined || !mayTouchSets(fault)) return []
  return sets.flatMap((set, i) => {
    if (set === undefined) return []
    return (['set', 'point'] as const).map((mode): Asked => {
      const query = membersOf(set, { source, now, mode })
      const { sql: written, parameters } = query.compile(db)
      return { rule: segmentsEach + i, mode, query, text: JSON.stringify([written, parameters]) }
    })
  })
}

/** Whom each query finds, in one statement, as the planning of many costs more. */
async function answers(db: Db, queries: readonly Asked[]): Promise<readonly (readonly string[])[]> {
  const lists = queries.map(({ mode, query }) =>
    mode === 'alone'
      ? sql`(select coalesce(json_agg(m.id) filter (where m.held = '{t}'), '[]') from (${query}) as m)`
      : sql`(select coalesce(json_agg(m.id), '[]') from (${query}) as m)`,
  )
  const { rows } = await sql<{
    found: string
  }>`select json_build_array(${sql.join(lists)})::text as found`.execute(db)
  return JSON.parse(rows[0]!.found) as string[][]
}

/** Whether all segments asked about at once have the members that each has by itself. */
async function togetherDifference(
  db: Db,
  { fault, roll }: Suspect,
  source: Bind.BoundSource,
  segments: readonly (TopModule.Asked | undefined)[],
  now: number,
  expected: readonly (readonly string[])[],
  answered: Set<string>,
): Promise<Found | undefined> {
  if (fault !== undefined && fault.seen !== 'together') return undefined
  const places = segments.flatMap((asked, at) => (asked === undefined ? [] : [at]))
  const asked = { segments: places.map((at) => segments[at]!), values: [], present: [], salts: [] }
  const query = roll.rollQuery(asked, { source, now, mode: 'set' })
  const lists = places.map(
    (_, i) => sql`coalesce(json_agg(id) filter (where ${sql.id(`segment_${i}`)}), '[]')`,
  )
  const whole = sql<{
    found: string
  }>`select json_build_array(${sql.join(lists)})::text as found from (${query}) as everybody`
  const { sql: written, parameters } = whole.compile(db)
  const text = JSON.stringify([written, parameters])
  if (places.length === 0 || answered.has(text)) return undefined
  if (fault === undefined) answered.add(text)
  try {
    const { rows } = await whole.execute(db)
    const found = (JSON.parse(rows[0]!.found) as string[][]).map((ids) => ids.toSorted())
    const i = found.findIndex((ids, place) => !isSame(ids, expected[places[place]!]!))
    if (i < 0) return undefined
    return {
      at: places[i]!,
      how: 'together',
      example: { text, found: found[i], expected: expected[places[i]!] },
    }
  } catch (error) {
    if (!isOfData(error)) throw error
    return { at: places.at(-1)!, how: `an error: ${error.message}`, example: text }
  }
}

const pageOf = (ids: readonly string[], { after, limit }: Page): readonly string[] =>
  ids
    .filter((id) => compareText(id, after) > 0)
    .toSorted(compareText)
    .slice(0, limit)

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((id, i) => id === others[i])

/** Errors of what is computed, such as a cast of stored data that fails, are answers too; a query that is no SQL is not. */
const isOfData = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('22')

async function difference(
  db: Db,
  queries: readonly Asked[],
  expected: readonly (readonly string[])[],
): Promise<Found | undefined> {
  if (queries.length === 0) return undefined
  try {
    const found = await answers(db, queries)
    const i = queries.findIndex(({ rule, page }, at) =>
      page === undefined
        ? !isSame(found[at]!.toSorted(), expected[rule]!)
        : !isSame(found[at]!, pageOf(expected[rule]!, page)),
    )
    if (i < 0) return undefined
    const { rule, mode, text } = queries[i]!
    return { at: rule, how: mode, example: { text, found: found[i], expected: expected[rule] } }
  } catch (error) {
    if (!isOfData(error)) throw error
    return {
      at: queries.at(-1)!.rule,
      how: `an error: ${error.message}`,
      example: queries.map(({ text }) => text),
    }
  }
}

const inProcess = (made: AnySegment, persons: readonly Person[], now: number): readonly string[] => {
  const isMember = compileSegment(made, schema)
  return persons
    .filter((person) => isMember(preparePerson(schema, person), now))
    .map(({ id }) => id)
    .toSorted()
}

/** Whether people as they are loaded are members of what they are members of in the database. */
async function loadedDifference(
  database: Database,
  { fault, load }: Suspect,
  source: Bind.BoundSource,
  segments: readonly (AnySegment | undefined)[],
  ids: readonly string[],
  now: number,
  expected: readonly (readonly string[])[],
): Promise<Found | undefined> {
  if (fault !== undefined && fault.seen !== 'loaded') return undefined
  const asked = segments.filter((one) => one !== undefined && mayTouch(fault, one.definition))
  if (asked.length === 0) return undefined
  const people = await Effect.runPromise(
    database.read((session) =>
      load.loadPeople(session, source, ids, dependencies(...(asked as readonly AnySegment[]))),
    ),
  )
  for (const [at, made] of segments.entries()) {
    if (made === undefined || !asked.includes(made)) continue
    const found = inProcess(made, people, now)
    if (!isSame(found, expected[at]!))
      return { at, how: 'loaded', example: { definition: made.definition, found, expected: expected[at] } }
  }
  return undefined
}

/** Compares SQL in an embedded database with core in process, on both layouts. */
export async function huntSql(
  faults: readonly Fault[],
  triples: number,
  seed: number,
): Promise<readonly Hunted[]> {
  const load = loader('packages/postgres/src', faults)
  const { db, database } = await embedded()
  for (const layout of layouts) await createLayout(db, layout)
  const suspects: Suspect[] = []
  for (const fault of [undefined, ...faults]) {
    const query = await load<typeof Query>('packages/postgres/src/compile/query.ts', fault)
    const bind = await load<typeof Bind>('packages/postgres/src/source/bind.ts', fault)
    const sources: Bind.BoundSource[] = []
    for (const layout of layouts) sources.push(bind.bindSource(layout.source, await catalog(db, layout)))
    const top = await load<typeof TopModule>('packages/postgres/src/compile/top.ts', fault)
    const people = await load<typeof Load>('packages/postgres/src/evaluator/load.ts', fault)
    const roll = await load<typeof Roll>('packages/postgres/src/compile/roll.ts', fault)
    suspects.push({ fault, query, top, load: people, roll, sources })
  }
  const numRuns = Math.ceil(triples / segmentsEach)
  const drawn = fc.sample(tops, { numRuns, seed })
  for (const [run, [made, persons, now]] of fc
    .sample(cases({ storable: true }), { numRuns, seed })
    .entries()) {
    if (faults.length > 0 && isOver(suspects)) break
    const rules = made.map((one) => canonical(checkedRule(one, schema)))
    const evaluator = evaluatorOf(schema, persons, { now: new Date(now) })
    const sets = setsOf(drawn[run]!, made)
    const taken = await Promise.all(sets.map((set) => Array.fromAsync(evaluator.members(set))))
    const expected = [
      ...made.map((one) => inProcess(one, persons, now)),
      ...taken.map((found) => found.toSorted()),
    ]
    const ids = persons.map(({ id }) => id)
    for (const [place, layout] of layouts.entries()) {
      for (const statement of layout.fill(persons)) await statement.execute(db)
      const askable = rules.map((rule) => (canAnswer(layout, rule) ? rule : undefined))
      const askableSets = sets.map((set) => {
        const asked = checkedSet(set, schema)
        return canAnswer(layout, canonical(asked.rule)) ? asked : undefined
      })
      // What is asked without a fault is answered once; a fault is asked only what it asks differently.
      const answered = new Set<string>()
      for (const suspect of suspects) {
        if (suspect.found || suspect.broken !== undefined) continue
        try {
          const source = suspect.sources[place]!
          const queries = [
            ...queriesOf(db, suspect, source, askable, ids, now),
            ...askedTogether(db, suspect, source, askableSets, now),
          ]
          const others = queries.filter(({ text }) => !answered.has(text))
          const together = [...askable.map((rule) => rule && { rule }), ...askableSets]
          const loadable = made.map((one, i) => (askable[i] ? one : undefined))
          const found =
            (await difference(db, others, expected)) ??
            (await loadedDifference(database, suspect, source, loadable, ids, now, expected)) ??
            (await togetherDifference(db, suspect, source, together, now, expected, answered))
          if (found) suspect.found = { ...found, at: run * segmentsEach + found.at + 1 }
          if (suspect.fault === undefined) for (const { text } of queries) answered.add(text)
        } catch (error) {
          suspect.broken = String(error)
        }
      }
    }
  }
  await db.destroy()
  return suspects
}
