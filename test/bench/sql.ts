import { canonical, isSetSegment } from '@segmentry/core'
import type { Source } from '@segmentry/postgres'
import { type CompiledQuery, Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely'
import pg from 'pg'
import type { Mode } from '../../packages/postgres/src/compile/events.ts'
import { whichQuery } from '../../packages/postgres/src/compile/query.ts'
import { type Asked, countOf, membersOf } from '../../packages/postgres/src/compile/top.ts'
import { compiled } from '../../packages/postgres/src/database/index.ts'
import { cheaper, costOf, modesDiffer, planOf } from '../../packages/postgres/src/evaluator/mode.ts'
import { type BoundSource, bindSource, tablesOf } from '../../packages/postgres/src/source/bind.ts'
import {
  catalogOf,
  catalogQuery,
  quotedName,
  tablesQuery,
} from '../../packages/postgres/src/source/catalog.ts'
import { type Contender, type Effort, measure, type Timing } from './measure.ts'
import type { Shape } from './shape.ts'

/** What was measured of one question. */
export interface ShapeResult {
  readonly data: string
  readonly shape: string
  /** How many people answer to it, and whether every way of asking found as many. */
  readonly found: number
  readonly agreed: boolean
  readonly byHand: Timing
  readonly set: Timing
  readonly point: Timing
  /** The mode that the evaluator would take. */
  readonly auto: Mode
  /** Medians divided by the median of the best by hand. */
  readonly ratio: { readonly set: number; readonly point: number; readonly auto: number }
  /** What Postgres did, where ours took longer than {@link aim} times the best by hand. */
  readonly plans?: { readonly byHand: string; readonly ours: string }
}

/** How many times as long as by hand ours may take before its plan is shown. */
export const aim = 1.2

/** A database with a data set in it. */
export interface Opened {
  readonly client: pg.Client
  readonly source: BoundSource
}

/** Connects to a database as the evaluator does, and binds the source to what is there. */
export async function open(url: string, source: Source): Promise<Opened> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(
    "set jit = off; set random_page_cost = 1.1; set timezone = 'UTC'; set statement_timeout = '120s'",
  )
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  const tables = tablesOf(source)
  const names = tables.map(quotedName)
  const existing = (await tablesQuery(names).execute(db)).rows.map(({ relation }) => relation)
  const columns = (await catalogQuery(names).execute(db)).rows
  await db.destroy()
  return { client, source: bindSource(source, catalogOf(tables, existing, columns)) }
}

/** The rows of a statement. */
export async function ask(
  client: pg.Client,
  { sql: text, parameters }: CompiledQuery,
): Promise<readonly object[]> {
  return (await client.query({ text, values: [...parameters] })).rows as object[]
}

/** Measures each question in both modes beside the best SQL by hand. */
export async function measureShapes(
  data: string,
  { client, source }: Opened,
  shapes: readonly Shape[],
  now: number,
  effort: Effort,
): Promise<readonly ShapeResult[]> {
  const results: ShapeResult[] = []
  for (const shape of shapes) results.push(await measureShape(data, client, source, shape, now, effort))
  return results
}

async function measureShape(
  data: string,
  client: pg.Client,
  source: BoundSource,
  shape: Shape,
  now: number,
  effort: Effort,
): Promise<ShapeResult> {
  const asked = askedOf(shape)
  const ours = (mode: Mode): RawBuilder<unknown> => queryOf(shape, source, now, mode)
  const answers = new Map<string, string>()
  const contender = (name: string, query: RawBuilder<unknown>): Contender => {
    const statement = compiled(query)
    return { name, run: async () => answers.set(name, answerOf(await ask(client, statement))) }
  }
  const byHand = shape.byHand.map((query, i) => contender(`by hand ${i}`, query))
  const timings = await measure(
    [...byHand, contender('set', ours('set')), contender('point', ours('point'))],
    effort,
  )
  const best = byHand.map(({ name }) => timings.get(name)!).reduce((a, b) => (b.median < a.median ? b : a))
  const [set, point] = [timings.get('set')!, timings.get('point')!]
  const cost = async (mode: Mode): Promise<number> =>
    costOf((await ask(client, compiled(planOf(ours(mode)))))[0])
  const auto =
    shape.ask.kind === 'has'
      ? 'point'
      : modesDiffer(asked)
        ? cheaper(await cost('set'), await cost('point'))
        : 'set'
  const ratioOf = (timing: Timing): number => timing.median / best.median
  const ratio = { set: ratioOf(set), point: ratioOf(point), auto: ratioOf(auto === 'set' ? set : point) }
  const bestByHand = shape.byHand[byHand.findIndex(({ name }) => timings.get(name) === best)]!
  const plan = async (query: RawBuilder<unknown>): Promise<string> => {
    const rows = await ask(client, compiled(sql`explain (analyze, buffers) ${query}`))
    return rows.map((row) => String(Object.values(row)[0])).join('\n')
  }
  const [first, ...others] = answers.values()
  return {
    data,
    shape: shape.name,
    found: foundIn(first!),
    agreed: others.every((other) => other === first),
    byHand: best,
    set,
    point,
    auto,
    ratio,
    ...(ratio.auto > aim && { plans: { byHand: await plan(bestByHand), ours: await plan(ours(auto)) } }),
  }
}

const askedOf = ({ segment }: Shape): Asked =>
  isSetSegment(segment)
    ? { rule: canonical(segment.whole.rule), top: segment.top }
    : { rule: canonical(segment.definition.rule) }

export function queryOf(shape: Shape, source: BoundSource, now: number, mode: Mode): RawBuilder<unknown> {
  const asked = askedOf(shape)
  const context = { source, now, mode }
  switch (shape.ask.kind) {
    case 'count':
      return countOf(asked, context)
    case 'has':
      return whichQuery([asked.rule], [shape.ask.person], context)
    default:
      return membersOf(asked, context, shape.ask.kind === 'page' ? { limit: shape.ask.limit } : {})
  }
}

interface Row {
  readonly n?: string
  readonly id?: string
  readonly held?: string
}

/** An answer as text, so that answers can be compared: a number of people, or their ids. */
function answerOf(rows: readonly Row[]): string {
  const [first] = rows
  if (first?.held !== undefined) return String(first.held === '{t}' ? 1 : 0)
  return first?.n ?? JSON.stringify(rows.map(({ id }) => id))
}

const foundIn = (answer: string): number =>
  answer.startsWith('[') ? (JSON.parse(answer) as unknown[]).length : Number(answer)
