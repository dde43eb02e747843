import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import { compiled, type Database, type Session } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { hasPages } from '../inspect/data.ts'
import { planOf, readPlan } from '../evaluator/mode.ts'
import { tableRef } from '../source/bind.ts'

// A short look at the rows of a table, each part in the time that a statement has.

/** What is to be known of the rows of a table. */
export interface Look {
  readonly table: string
  /** Columns whose values are to be known, and columns with a list of them. */
  readonly values: readonly string[]
  readonly lists: readonly string[]
  /** Columns of JSON, with the column by whose values their documents are taken apart. */
  readonly documents: readonly string[]
  readonly by?: string
  /** Columns of numeric without a scale. */
  readonly scales: readonly string[]
}

/** The values of a column, the most frequent first, each with the share of rows that has it. */
export interface Values {
  readonly shares: Readonly<Record<string, number>>
  /** Whether there are no others. */
  readonly isAll: boolean
}

/** A document, and what the column that takes them apart has beside it. */
export interface Document {
  readonly of?: string
  readonly text: string
}

/** What was seen. What took too long, or may not be read, is absent, with the reason. */
export interface Looked {
  readonly table: string
  readonly rows: number
  /** Whether there are about so many. */
  readonly isEstimate: boolean
  readonly values: Readonly<Record<string, Values>>
  readonly documents: Readonly<Record<string, readonly Document[]>>
  readonly scales: Readonly<Record<string, number>>
  readonly unseen: readonly string[]
}

/** How many rows are counted one by one, and how many a sample has. */
const most = 20_000
/** How many different values are of interest. */
const mostValues = 200
/** How many documents there are of each kind. */
const mostDocuments = 200

/** Looks at the rows of a table. */
export const lookAt = (database: Database, look: Look): Effect.Effect<Looked, PostgresError> =>
  Effect.gen(function* () {
    const { table } = look
    const unseen: string[] = []
    const ask = <T>(
      what: string,
      use: (session: Session) => Effect.Effect<T, PostgresError>,
    ): Effect.Effect<T | undefined, PostgresError> =>
      database.read(use, { statementTimeout: '5 seconds', lockTimeout: '1 second' }).pipe(
        Effect.catchTag(['TimeoutError', 'QueryError'], (error) => {
          const why = error._tag === 'QueryError' ? error.reason : 'it takes longer than 5 seconds'
          unseen.push(`${what}: ${why}`)
          return Effect.succeed(undefined)
        }),
      )
    const size = yield* ask(`the rows of ${table}`, (session) => sizeOf(session, table))
    const rows = size?.rows ?? 0
    const from = size?.from ?? sql`${tableRef(table)}`
    const values: Record<string, Values> = {}
    for (const name of [...look.values, ...look.lists]) {
      const of = `${table}.${name}`
      const known = yield* ask(of, (session) => statisticsOf(session, table, name))
      const isList = look.lists.includes(name)
      const isWhole = size?.isEstimate === false
      const found =
        known ?? (yield* ask(of, (session) => valuesOf(session, from, sql.id(name), isList, isWhole)))
      if (found !== undefined) set(values, name, found)
    }
    const documents: Record<string, readonly Document[]> = {}
    for (const name of look.documents) {
      const found = yield* ask(`${table}.${name}`, (session) => documentsOf(session, from, name, look.by))
      if (found !== undefined) set(documents, name, found)
    }
    const scales: Record<string, number> = {}
    for (const name of look.scales) {
      const scale = yield* ask(`${table}.${name}`, (session) => scaleOf(session, from, name))
      if (scale !== undefined) set(scales, name, scale)
    }
    return { table, rows, isEstimate: size?.isEstimate ?? true, values, documents, scales, unseen }
  })

/** Sets a key whatever its name is. */
const set = <T>(record: Record<string, T>, key: string, value: T): void =>
  void Object.defineProperty(record, key, { value, enumerable: true })

interface Size {
  readonly rows: number
  readonly isEstimate: boolean
  /** The rows that are looked at. */
  readonly from: RawBuilder<unknown>
}

const sizeOf = (session: Session, table: string): Effect.Effect<Size, PostgresError> =>
  Effect.gen(function* () {
    const whole = tableRef(table)
    const counting = sql<{
      n: number
    }>`select count(*)::int4 as n from (select from ${whole} limit ${sql.lit(most + 1)}) as t`
    const [counted] = yield* session.run(compiled(counting))
    const { n } = counted!
    if (n <= most) return { rows: n, isEstimate: false, from: whole }
    const [plan] = yield* session.run(compiled(planOf(sql`select from ${whole}`)))
    const rows = Math.max(n, readPlan(plan)['Plan Rows'])
    const percent = Math.min(100, (100 * most) / rows)
    const isPaged = yield* hasPages(session, table)
    const from = isPaged
      ? sql`(select * from ${whole} tablesample system (${sql.lit(percent)}) limit ${sql.lit(most)})`
      : sql`(select * from ${whole} limit ${sql.lit(most)})`
    return { rows, isEstimate: true, from }
  })

interface Statistics {
  readonly distinct: number
  readonly empty: number
  readonly vals: string | null
  readonly freqs: string | null
}

/** What the planner knows of the values of a column, where it has looked and the role may see it. */
const statisticsOf = (
  session: Session,
  table: string,
  column: string,
): Effect.Effect<Values | undefined, PostgresError> =>
  Effect.map(
    session.run(
      compiled(sql<Statistics>`select n_distinct::float8 as distinct, null_frac::float8 as empty,
        to_json(most_common_vals::text::text[])::text as vals, to_json(most_common_freqs)::text as freqs
      from pg_stats where schemaname || '.' || tablename = ${table}::text and attname = ${column}::text and not inherited
        and most_common_elems is null`),
    ),
    ([row]) => {
      if (row === undefined || row.vals === null || row.freqs === null) return undefined
      const vals = JSON.parse(row.vals) as readonly string[]
      const freqs = JSON.parse(row.freqs) as readonly number[]
      // Where there are more values than the planner has names for, a sample says as much.
      if (row.distinct !== vals.length) return undefined
      return { shares: Object.fromEntries(vals.map((value, i) => [value, freqs[i]!])), isAll: true }
    },
  )

const valuesOf = (
  session: Session,
  from: RawBuilder<unknown>,
  column: RawBuilder<unknown>,
  isList: boolean,
  isWhole: boolean,
): Effect.Effect<Values, PostgresError> =>
  Effect.map(
    session.run(
      compiled(sql<{ value: string; n: number; of: number }>`
        with seen as (select ${column} as v from ${from} as t)
        select value, count(*)::int4 as n, (select count(*)::int4 from seen) as of
        from ${isList ? sql`(select unnest(v)::text as value from seen) as one` : sql`(select v::text as value from seen) as one`}
        where value is not null group by value order by n desc, value limit ${sql.lit(mostValues + 1)}`),
    ),
    (rows) => ({
      shares: Object.fromEntries(rows.slice(0, mostValues).map(({ value, n, of }) => [value, n / of])),
      isAll: isWhole && rows.length <= mostValues,
    }),
  )

/** Documents that are not huge, some of each kind. */
const documentsOf = (
  session: Session,
  from: RawBuilder<unknown>,
  column: string,
  by: string | undefined,
): Effect.Effect<readonly Document[], PostgresError> => {
  const of = by === undefined ? sql`null::text` : sql`${sql.id(by)}::text`
  return Effect.map(
    session.run(
      compiled(sql<{ of: string | null; text: string }>`
        select of, text from (
          select of, text, row_number() over (partition by of order by md5(text)) as place
          from (select ${of} as of, ${sql.id(column)}::text as text from ${from} as t where ${sql.id(column)} is not null) as seen
          where length(text) < 100000
        ) as numbered where place <= ${sql.lit(mostDocuments)} limit 10000`),
    ),
    (rows) => rows.map((row) => ({ ...(row.of !== null && { of: row.of }), text: row.text })),
  )
}

/** How many digits after the point the numbers of a column have at most. */
const scaleOf = (
  session: Session,
  from: RawBuilder<unknown>,
  column: string,
): Effect.Effect<number | undefined, PostgresError> =>
  Effect.map(
    session.run(
      compiled(
        sql<{
          scale: number | null
        }>`select max(min_scale(${sql.id(column)}))::int4 as scale from ${from} as t`,
      ),
    ),
    ([row]) => row?.scale ?? undefined,
  )
