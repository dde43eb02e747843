import type { Schema } from '@segmentry/core'
import type { PostgresError } from '@segmentry/postgres'
import type { Database, Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import type { ViewPlace } from '../kept/views.ts'
import { issueOf, type RevisionError, revisionError } from './errors.ts'
import { type ReadSegments, readStored } from './stored.ts'
import { definitions, type StoredRevision, revisions } from './table.ts'

/** What revisions are kept with. */
export interface RevisionContext {
  readonly database: Database
  /** The schema of people. */
  readonly schema: Schema
  /** The schema of the database that revisions are in. */
  readonly place: string
  /** Where views are kept, where they are. */
  readonly views: ViewPlace | undefined
}

/** What is asked of revisions. */
export type Asked<R> = Effect.Effect<R, RevisionError | PostgresError>

/** The revision of a number. */
export const numbered = (
  { place }: RevisionContext,
  session: Session,
  number: number,
): Asked<StoredRevision> =>
  Effect.gen(function* () {
    const [found] = yield* revisions(session, place, sql`r.number = ${number}::int4`)
    if (found !== undefined) return found
    const [last] = yield* revisions(session, place, undefined, 1)
    const most = last?.revision.number ?? 0
    const expected =
      most === 0 ? 'one that there is; there are none' : most === 1 ? '1' : `one from 1 to ${most}`
    return yield* revisionError('unknown-revision', undefined, [
      issueOf([], `the revision ${number}`, expected),
    ])
  })

/** The segments of a revision. */
export const segmentsOf = (
  { place, schema }: RevisionContext,
  session: Session,
  { revision: { number }, hash }: StoredRevision,
): Asked<ReadSegments> =>
  Effect.flatMap(definitions(session, place, number), (stored) =>
    Effect.try({
      try: () => readStored(number, hash, stored, schema),
      catch: (error) => error as RevisionError,
    }),
  )
