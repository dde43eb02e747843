import { clockMs, instantText, type Issue } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { changes } from '../change/changes.ts'
import { difference } from '../difference/difference.ts'
import { type Asked, numbered, type RevisionContext, segmentsOf } from './found.ts'
import { revisions } from './table.ts'
import type {
  HistoryOptions,
  Revision,
  RevisionDiff,
  RevisionDifference,
  RevisionSegments,
  SegmentsThen,
} from './types.ts'

/** The last revision, of all or of those before a time, with its segments. */
export const last = (context: RevisionContext, time?: Date | string): Asked<RevisionSegments | undefined> => {
  const where = time === undefined ? sql`true` : sql`r.at <= ${instantText(clockMs(time))}::text::timestamptz`
  return context.database.read((session) =>
    Effect.gen(function* () {
      const [found] = yield* revisions(session, context.place, where, 1)
      if (found === undefined) return undefined
      return { ...found.revision, ...(yield* segmentsOf(context, session, found)) }
    }),
  )
}

const note =
  'These are the definitions as they were. Fields have no history: who is in the segments is told by the values of now.'

/** The segments as they were at a time. */
export const at = (context: RevisionContext, time: Date | string): Asked<SegmentsThen | undefined> =>
  Effect.map(last(context, time), (found) => (found === undefined ? undefined : { ...found, note }))

/** The revisions, the last one first. */
export const history = (
  { database, place }: RevisionContext,
  { segment, limit }: HistoryOptions,
): Asked<readonly Revision[]> => {
  const where =
    segment === undefined
      ? sql`true`
      : sql`exists (select from ${sql.id(place, 'changes')} c
          where c.revision = r.number and ${segment}::text in (c.key, c.was))`
  return Effect.map(
    database.read((session) => revisions(session, place, where, limit)),
    (found) => found.map(({ revision }) => revision),
  )
}

/** What differs between two revisions. */
export const diff = (context: RevisionContext, from: number, to: number): Asked<RevisionDiff> =>
  context.database.read((session) =>
    Effect.gen(function* () {
      const [one, other] = [yield* numbered(context, session, from), yield* numbered(context, session, to)]
      const before = yield* segmentsOf(context, session, one)
      const after = yield* segmentsOf(context, session, other)
      const sides = { before: before.segments, after: after.segments, schema: context.schema }
      const differences = changes(sides.before, sides.after).map((change): RevisionDifference => {
        const unsuitable: readonly Issue[] | undefined =
          'after' in change ? after.unsuitable[change.key] : undefined
        return unsuitable === undefined
          ? { change, difference: difference(change, sides) }
          : { change, unsuitable }
      })
      return { from: one.revision, to: other.revision, differences }
    }),
  )
