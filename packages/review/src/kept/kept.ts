import type { PostgresError } from '@segmentry/postgres'
import type { Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { filledUntil } from './calendar.ts'
import { keptBy } from './catalog.ts'
import type { KeptViews } from './types.ts'

/** The views that the revisions of a schema keep. */
export const keptViews = (session: Session, place: string): Effect.Effect<KeptViews, PostgresError> =>
  Effect.gen(function* () {
    const found = yield* keptBy(session, place)
    const until = yield* filledUntil(session, place)
    return {
      views: found.map(({ schema, name }) => `${schema}.${name}`),
      ...(until !== undefined && { until }),
    }
  })
