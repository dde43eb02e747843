import { checkOptions, type Schema, stableText } from '@segmentry/core'
import type { LayoutError, PostgresError, SourceError } from '@segmentry/postgres'
import { checkedSchema, type Database, openEvaluation } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { issueOf, type RevisionError, revisionError } from '../revision/errors.ts'
import type { ViewsSettings } from './types.ts'
import type { ViewPlace } from './views.ts'

/** Checks where views are to be kept, and the source that they are made of against the database. */
export function openPlace(
  database: Database,
  schema: Schema,
  settings: ViewsSettings,
): Effect.Effect<ViewPlace, LayoutError | RevisionError | SourceError | PostgresError> {
  checkOptions(settings, ['schema', 'source'])
  return Effect.gen(function* () {
    yield* checkedSchema(settings.schema, '@segmentry/review')
    const evaluation = yield* openEvaluation(database, settings.source)
    if (stableText(settings.source.schema.declared) !== stableText(schema.declared)) {
      const expected = 'one of the schema that segments are checked against'
      return yield* revisionError('bad-request', undefined, [
        issueOf(['views', 'source'], 'a source of another schema', expected),
      ])
    }
    return { schema: settings.schema, evaluation }
  })
}
