import { shown } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { compiled, type Database } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { SourceError } from '../errors.ts'
import { bindSource, type BoundSource, tablesOf } from '../source/bind.ts'
import { catalogOf, catalogQuery, quotedName, tablesQuery } from '../source/catalog.ts'
import { probeConditions, unknownZonesQuery, zonesOf } from '../source/probe.ts'
import type { Source } from '../source/source.ts'
import { type Evaluation, makeEvaluation, type ModeSetting } from './effects.ts'

/** Checks a source against the catalog of a database and makes its evaluator. */
export const openEvaluation = (
  database: Database,
  source: Source,
  mode: ModeSetting = 'auto',
): Effect.Effect<Evaluation, PostgresError | SourceError> =>
  Effect.map(bindOn(database, source), (bound) => makeEvaluation(database, bound, mode))

/** Checks a source against the catalog of a database, and binds its names. */
export const bindOn = (
  database: Database,
  source: Source,
): Effect.Effect<BoundSource, PostgresError | SourceError> =>
  database
    .read((session) =>
      Effect.gen(function* () {
        checkSource(source)
        const tables = tablesOf(source)
        const names = tables.map(quotedName)
        const existing = yield* session.run(compiled(tablesQuery(names)))
        const columns = yield* session.run(compiled(catalogQuery(names)))
        const catalog = catalogOf(
          tables,
          existing.map(({ relation }) => relation),
          columns,
        )
        const zones = zonesOf(source)
        const unknown = zones.length === 0 ? [] : yield* session.run(compiled(unknownZonesQuery(zones)))
        return yield* Effect.try({
          try: () => bindSource(source, catalog, new Set(unknown.map(({ zone }) => zone))),
          catch: (error) => {
            if (error instanceof SourceError) return error
            throw error
          },
        })
      }),
    )
    .pipe(Effect.tap(() => probeConditions(database, source)))

function checkSource(source: Source): void {
  const given: unknown = source
  if (typeof given === 'object' && given !== null && 'schema' in given && 'people' in given) return
  throw new TypeError(`found ${shown(given)}, expected a source: what defineSource(…) gives, or store.source`)
}
