import * as Effect from 'effect/Effect'
import { compiled, type Database } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { SourceError } from '../errors.ts'
import { bindSource, tablesOf } from '../source/bind.ts'
import { catalogOf, catalogQuery, quotedName, tablesQuery } from '../source/catalog.ts'
import type { Source } from '../source/source.ts'
import { type Evaluation, makeEvaluation, type ModeSetting } from './effects.ts'

/** Checks a source against the catalog of a database and makes its evaluator. */
export const openEvaluation = (
  database: Database,
  source: Source,
  mode: ModeSetting = 'auto',
): Effect.Effect<Evaluation, PostgresError | SourceError> =>
  database.read((session) =>
    Effect.gen(function* () {
      const tables = tablesOf(source)
      const names = tables.map(quotedName)
      const existing = yield* session.run(compiled(tablesQuery(names)))
      const columns = yield* session.run(compiled(catalogQuery(names)))
      const catalog = catalogOf(
        tables,
        existing.map(({ relation }) => relation),
        columns,
      )
      const bound = yield* Effect.try({
        try: () => bindSource(source, catalog),
        catch: (error) => {
          if (error instanceof SourceError) return error
          throw error
        },
      })
      return makeEvaluation(database, bound, mode)
    }),
  )
