import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { compiled, type Database, type Session } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import type { BoundSource } from '../source/bind.ts'
import { quotedName } from '../source/catalog.ts'
import { planOf, readPlan } from '../evaluator/mode.ts'
import type { TableFacts, Unread } from './facts.ts'
import { factsOf, type Sampling, type Scan, scanQuery, scansOf } from './scan.ts'

/** Looks at the rows of each table of a source, at about so many of one that has more; each in the time that a statement has. */
export const inspectData = (
  database: Database,
  bound: BoundSource,
  most: number,
): Effect.Effect<readonly (TableFacts | Unread)[], PostgresError> =>
  Effect.forEach(scansOf(bound), (scan) =>
    database
      .read((session) => look(session, scan, most))
      .pipe(
        Effect.catchTag('TimeoutError', () => Effect.succeed<Unread>({ table: scan.table, isUnread: true })),
      ),
  )

const look = (session: Session, scan: Scan, most: number): Effect.Effect<TableFacts, PostgresError> =>
  Effect.gen(function* () {
    const rows = yield* rowsOf(session, scan)
    // A look at everything takes no longer than a sample of most of it.
    const isLarge = rows > 2 * most
    const sampling: Sampling = !isLarge
      ? {}
      : (yield* hasPages(session, scan.table))
        ? { percent: (100 * most) / rows }
        : { limit: most }
    const [row] = yield* session.run(compiled(scanQuery(scan, sampling)))
    return factsOf(scan, row!, isLarge ? rows : undefined)
  })

/** About how many rows a table or a view has, as the planner knows. */
const rowsOf = (session: Session, { from }: Scan): Effect.Effect<number, PostgresError> =>
  Effect.map(session.run(compiled(planOf(sql`select from ${from}`))), ([row]) => readPlan(row)['Plan Rows'])

/** Whether a relation is a table, of which some of the pages can be taken. */
export const hasPages = (session: Session, table: string): Effect.Effect<boolean, PostgresError> =>
  Effect.map(
    session.run(
      compiled(
        sql<{
          kind: string
        }>`select relkind::text as kind from pg_class where oid = to_regclass(${quotedName(table)})`,
      ),
    ),
    ([row]) => ['r', 'm', 'p'].includes(row?.kind ?? ''),
  )
