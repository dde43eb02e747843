import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import { compiled, type Database } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { SourceError, type SourceIssue } from '../errors.ts'
import { accountTables } from './account.ts'
import { conditionSql, tableRef } from './bind.ts'
import type { BoundPlace, Source } from './source.ts'
import type { ColumnPlace, Conditions } from './mapping.ts'

// What the catalog cannot tell: whether the database knows a zone, and whether a value can be one of a column's.

/** The zones that a source names, but for UTC, which every database knows. */
export function zonesOf({ fields, tags, events, accounts }: Source): readonly string[] {
  const places: (string | ColumnPlace | BoundPlace | undefined)[] = [
    ...[...fields.values()].map(({ place }) => place),
    ...(tags?.in === 'table' ? [tags.at] : []),
    ...[...accounts.values()].flatMap((account) => [...account.fields.values()].map(({ place }) => place)),
    ...[...events.values()].flatMap(({ table, properties }) => [
      table.at,
      ...[...properties.values()].map(({ place }) => place),
    ]),
  ]
  const zones = places.map((place) =>
    typeof place === 'object' && place.in === 'column' ? place.zone : undefined,
  )
  return [...new Set(zones.filter((zone): zone is string => zone !== undefined && zone !== 'UTC'))]
}

/** Asks which of these zones the database does not know. */
export const unknownZonesQuery = (zones: readonly string[]): RawBuilder<{ zone: string }> =>
  sql<{ zone: string }>`select zone from unnest(${zones}::text[]) as zone
    where lower(zone) not in (select lower(name) from pg_timezone_names)`

interface Condition {
  readonly table: string
  readonly column: string
  readonly value: Conditions[string]
}

/** Fails with a {@link SourceError} that names each column of a base filter whose value is none of its type. */
export function probeConditions(
  database: Database,
  source: Source,
): Effect.Effect<void, SourceError | PostgresError> {
  const conditions = conditionsOf(source)
  if (conditions.length === 0) return Effect.void
  return Effect.gen(function* () {
    // One transaction when all is well; else each by itself, as the first failure ends a transaction.
    if ((yield* misfit(database, conditions)) === undefined) return
    const issues: SourceIssue[] = []
    for (const condition of conditions) {
      const reason = yield* misfit(database, [condition])
      if (reason !== undefined) issues.push(issueOf(condition, reason))
    }
    if (issues.length > 0) return yield* new SourceError({ issues })
  })
}

function conditionsOf({ people, tags, events, accounts }: Source): readonly Condition[] {
  const tables = [
    people,
    ...(tags?.in === 'table' ? [tags] : []),
    ...[...events.values()].map((e) => e.table),
    ...[...accounts.values()].flatMap(({ table }) => accountTables(table)),
  ]
  const all = tables.flatMap(({ table, where = {} }) =>
    Object.entries(where).map(([column, value]): Condition => ({ table, column, value })),
  )
  // Many events may share a table.
  return [...new Map(all.map((condition) => [JSON.stringify(Object.values(condition)), condition])).values()]
}

/** Why Postgres cannot compare; other failures are left to the evaluation that meets them. */
const misfit = (
  database: Database,
  conditions: readonly Condition[],
): Effect.Effect<string | undefined, PostgresError> =>
  database
    .read((session) =>
      Effect.forEach(conditions, ({ table, column, value }) =>
        session.run(
          compiled(
            sql`select from ${tableRef(table)} as t where ${conditionSql(sql.id('t', column), value)} limit 0`,
          ),
        ),
      ),
    )
    .pipe(
      Effect.as(undefined),
      Effect.catchTag('QueryError', ({ sqlState = '22', reason }) =>
        Effect.succeed(/^(22|42883|42804|42846)/.test(sqlState) ? reason : undefined),
      ),
    )

function issueOf({ table, column, value }: Condition, reason: string): SourceIssue {
  const found = JSON.stringify(value)
  const expected = 'a value of its type'
  const message = `column ${table}.${column} cannot be ${found} as 'where' says, expected ${expected}: ${reason}`
  return {
    table,
    column,
    message,
    found,
    expected,
    remedy: "correct the value in 'where', or map another column",
  }
}
