import type { Node } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import type { Mode } from '../compile/events.ts'
import { countQuery } from '../compile/query.ts'
import type { CompileContext } from '../compile/rule.ts'
import { compiled, type Database, type Session } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { cheaper, modesDiffer, planOf, type PlanNode, readPlan } from '../evaluator/mode.ts'
import { quotedName } from '../source/catalog.ts'
import { tableRef } from '../source/bind.ts'
import { type Candidate, candidatesOf, ddlOf, servedQuery } from './candidates.ts'

/** An index that is not there and that would serve segments. */
export interface MissingIndex {
  readonly table: string
  /** The statement that makes it. */
  readonly ddl: string
  /** Whether the table has to be analyzed after it. */
  readonly analyze: boolean
  /** The keys of the segments that it would serve. */
  readonly segments: readonly string[]
  /** What is left of the cost of finding their rows, from 0 to 1, as the planner estimates it on a sample that has the index. */
  readonly left: number
}

/** What was found of indexes; `untried` is why none could be tried. */
export interface Indexes {
  readonly missing: readonly MissingIndex[]
  readonly untried?: string
}

/** Below so many rows a table is read as fast as an index on it. */
const leastRows = 10_000
/** How many rows an index is tried on. */
const triedOn = 20_000
/** An index that saves less than half is not worth what it costs to keep. */
const mostLeft = 0.5
/** What is read of a table matters where it is this share of a segment's cost. */
const leastShare = 0.2

const trial = sql.id('pg_temp', 'segmentry_trial')

interface Wanted {
  readonly candidate: Candidate
  readonly segments: string[]
  /** About how many rows the table has. */
  readonly rows: number
}

/**
 * The indexes that segments lack.
 *
 * An index is tried: on a temporary table with a sample of the rows, which is gone when the transaction ends. What the planner does not use there,
 * or hardly saves by, is not proposed, nor what there is already.
 */
export const missingIndexes = (
  database: Database,
  rules: SegmentsByRule,
  context: CompileContext,
): Effect.Effect<Indexes, PostgresError> =>
  Effect.gen(function* () {
    const wanted = yield* database.read((session) => wantedOf(session, rules, context))
    const byTable = Map.groupBy(wanted, ({ candidate }) => candidate.table)
    const missing: MissingIndex[] = []
    for (const [table, some] of byTable) {
      missing.push(...(yield* database.write((session) => tryOn(session, table, some))))
    }
    return { missing }
  }).pipe(
    Effect.catchTag('QueryError', (error): Effect.Effect<Indexes, PostgresError> =>
      // Who may only read can make no temporary table.
      error.sqlState === '42501' || error.sqlState === '25006'
        ? Effect.succeed({ missing: [], untried: error.reason })
        : Effect.fail(error),
    ),
  )

/** Checked rules by the keys of their segments. */
export type SegmentsByRule = ReadonlyMap<string, Node>

/** The indexes that would serve what is now read as a whole. */
const wantedOf = (
  session: Session,
  rules: SegmentsByRule,
  context: CompileContext,
): Effect.Effect<readonly Wanted[], PostgresError> =>
  Effect.gen(function* () {
    const wanted = new Map<string, Wanted>()
    for (const [key, rule] of rules) {
      const plan = yield* cheapest(session, rule, context)
      for (const candidate of candidatesOf(rule, context)) {
        const read = scanned(plan, candidate.table)
        if (read < leastShare * plan['Total Cost']) continue
        const known = wanted.get(`${candidate.table} ${candidate.on}`)
        if (known?.segments.includes(key) === true) continue
        const [row] = yield* session.run(compiled(planOf(servedQuery(candidate, tableRef(candidate.table)))))
        if (scanned(readPlan(row), candidate.table) === 0) continue
        const [all] = yield* session.run(compiled(planOf(sql`select from ${tableRef(candidate.table)}`)))
        const rows = readPlan(all)['Plan Rows']
        if (rows < leastRows) continue
        if (known) known.segments.push(key)
        else wanted.set(`${candidate.table} ${candidate.on}`, { candidate, segments: [key], rows })
      }
    }
    return [...wanted.values()]
  })

/** The plan of counting a rule, in the mode that is estimated to be cheaper. */
const cheapest = (
  session: Session,
  rule: Node,
  context: CompileContext,
): Effect.Effect<PlanNode, PostgresError> =>
  Effect.gen(function* () {
    const plan = (mode: Mode) =>
      Effect.map(session.run(compiled(planOf(countQuery(rule, { ...context, mode })))), ([row]) =>
        readPlan(row),
      )
    const set = yield* plan('set')
    if (!modesDiffer({ rule })) return set
    const point = yield* plan('point')
    return cheaper(set['Total Cost'], point['Total Cost']) === 'set' ? set : point
  })

/** What reading a table as a whole costs in a plan; 0 where it is not read so. */
function scanned(plan: PlanNode, table: string): number {
  const isIt = plan['Node Type'] === 'Seq Scan' && plan['Relation Name'] === table.split('.').at(-1)
  const below = (plan.Plans ?? []).reduce((sum, one) => sum + scanned(one, table), 0)
  return below + (isIt ? plan['Total Cost'] : 0)
}

interface Known {
  readonly method: string
  readonly keys: readonly string[]
}

const tryOn = (
  session: Session,
  table: string,
  wanted: readonly Wanted[],
): Effect.Effect<readonly MissingIndex[], PostgresError> =>
  Effect.gen(function* () {
    const [found] = yield* session.run(
      compiled(
        sql<{
          kind: string
        }>`select relkind::text as kind from pg_class where oid = to_regclass(${quotedName(table)})`,
      ),
    )
    // Parts of a partitioned table have indexes of their own, and a view has none.
    if (found === undefined || !['r', 'm'].includes(found.kind)) return []
    const percent = Math.min(100, (100 * triedOn) / wanted[0]!.rows)
    const there = yield* indexesOf(session, quotedName(table))
    yield* session.run(
      compiled(
        sql`create temporary table segmentry_trial on commit drop as select * from ${tableRef(table)} tablesample system (${sql.lit(percent)}) limit ${sql.lit(triedOn)}`,
      ),
    )
    yield* session.run(compiled(sql`analyze ${trial}`))
    const missing: MissingIndex[] = []
    for (const { candidate, segments } of wanted) {
      const cost = Effect.map(
        session.run(compiled(planOf(servedQuery(candidate, trial)))),
        ([row]) => readPlan(row)['Total Cost'],
      )
      const before = yield* cost
      yield* session.run(compiled(sql`create index segmentry_tried on ${trial} ${sql.raw(candidate.on)}`))
      // Of an expression nothing is known before, and the planner would take it for selective.
      if (candidate.isExpression) yield* session.run(compiled(sql`analyze ${trial}`))
      const left = (yield* cost) / before
      const [own] = yield* indexesOf(session, 'pg_temp.segmentry_trial')
      yield* session.run(compiled(sql`drop index ${sql.id('pg_temp', 'segmentry_tried')}`))
      if (left > mostLeft || there.some((one) => serves(one, own!))) continue
      missing.push({ table, ddl: ddlOf(candidate), analyze: candidate.isExpression, segments, left })
    }
    yield* session.run(compiled(sql`drop table ${trial}`))
    return missing
  })

/** Whether an index has all of another one, from its first key on. */
const serves = (one: Known, other: Known): boolean =>
  one.method === other.method && other.keys.every((key, i) => one.keys[i] === key)

const indexesOf = (session: Session, table: string): Effect.Effect<readonly Known[], PostgresError> =>
  Effect.map(
    session.run(
      compiled(
        sql<{ method: string; keys: string }>`select am.amname::text as method,
            (select json_agg(pg_get_indexdef(i.indexrelid, k, false) order by k)::text from generate_series(1, i.indnkeyatts::int) as k) as keys
          from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am am on am.oid = c.relam
          where i.indrelid = to_regclass(${table}) and i.indpred is null and i.indisvalid`,
      ),
    ),
    (rows) => rows.map(({ method, keys }) => ({ method, keys: JSON.parse(keys) as readonly string[] })),
  )
