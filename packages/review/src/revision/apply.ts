import { decodeSegments, encodeSegments, type Issue, type Schema } from '@segmentry/core'
import type { Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { changes } from '../change/changes.ts'
import type { Segments } from '../change/segments.ts'
import type { ViewChanges } from '../kept/types.ts'
import { keepViews, wouldKeep } from '../kept/views.ts'
import { issueOf, type RevisionError, revisionError } from './errors.ts'
import { fieldsHash, setHash, storedOf } from './stored.ts'
import { insert, lock, type StoredRevision, revisions } from './table.ts'
import type { Applied, ApplyOptions, RevisionChange, RollbackOptions } from './types.ts'
import { type Asked, numbered, type RevisionContext, segmentsOf } from './found.ts'
import { checkUses } from './uses.ts'

/** Makes a revision of segments, unless they are the ones that hold already. */
export function apply(context: RevisionContext, given: Segments, options: ApplyOptions): Asked<Applied> {
  const segments = decoded(given, context.schema)
  return context.database.write((session) =>
    Effect.gen(function* () {
      const head = yield* lockedHead(context, session, options)
      return yield* record(context, session, head, { ...options, segments, given })
    }),
  )
}

/** What applying segments would do to views. */
export function look(
  { database, place, schema, views }: RevisionContext,
  given: Segments,
): Asked<ViewChanges> {
  const segments = decoded(given, schema)
  return database.read((session) => wouldKeep(session, place, segments, views))
}

/** Makes a revision that has the segments of an earlier one. */
export const rollback = (
  context: RevisionContext,
  number: number,
  options: RollbackOptions,
): Asked<Applied> =>
  context.database.write((session) =>
    Effect.gen(function* () {
      const head = yield* lockedHead(context, session, options)
      const then = yield* numbered(context, session, number)
      const { segments, unsuitable } = yield* segmentsOf(context, session, then)
      const issues = Object.entries(unsuitable).flatMap(([key, list]) =>
        list.map((one): Issue => ({ ...one, path: [key, ...one.path] })),
      )
      if (issues.length > 0) {
        const isCause = ({ code }: Issue): boolean => code !== 'broken-reference'
        const sorted = [...issues.filter(isCause), ...issues.filter((one) => !isCause(one))]
        return yield* revisionError('unsuitable', number, sorted)
      }
      return yield* record(context, session, head, {
        ...options,
        segments,
        given: segments,
        restores: number,
      })
    }),
  )

/** What is stored is what was decoded, so that it is in the one form that reading it gives. */
const decoded = (segments: Segments, schema: Schema): Segments =>
  decodeSegments<string>(encodeSegments<string>(segments), schema)

/** The last revision, after which nobody else makes one until this transaction ends. */
const lockedHead = (
  { place }: RevisionContext,
  session: Session,
  { expects }: ApplyOptions,
): Asked<StoredRevision | undefined> =>
  Effect.gen(function* () {
    yield* lock(session, place)
    const [head] = yield* revisions(session, place, undefined, 1)
    const found = head?.revision.number ?? 0
    if (expects === undefined || expects === found) return head
    const by = head === undefined ? 'no revision' : `revision ${found} by ${head.revision.author}`
    const at = head === undefined ? '' : `, applied at ${head.revision.at}`
    const expected = expects === 0 ? 'no revision' : `revision ${expects}`
    return yield* revisionError('moved', undefined, [issueOf(['expects'], `${by}${at}`, expected)])
  })

interface Next extends ApplyOptions {
  readonly segments: Segments
  /** As they were given: what they are made of is the same object there. */
  readonly given: Segments
  readonly restores?: number
}

const record = (
  context: RevisionContext,
  session: Session,
  head: StoredRevision | undefined,
  { segments, given, restores, author, commit, reason, uses = {} }: Next,
): Asked<Applied> =>
  Effect.gen(function* () {
    const { place, schema } = context
    const before = head === undefined ? {} : (yield* segmentsOf(context, session, head)).segments
    yield* Effect.try({
      try: () => checkUses(before, given, uses),
      catch: (error) => error as RevisionError,
    })
    const changed = changes(before, segments)
    // What the tables, the zones or the hands of others changed is made good also where no segment differs.
    const views = yield* keepViews(session, place, segments, context.views)
    if (head !== undefined && changed.length === 0) return { revision: head.revision, isNew: false, views }
    const stored = storedOf(segments)
    const number = (head?.revision.number ?? 0) + 1
    yield* insert(session, place, {
      number,
      ...(head && { parent: head.revision.number }),
      ...(restores !== undefined && { restores }),
      author,
      ...(commit !== undefined && { commit }),
      ...(reason !== undefined && { reason }),
      fields: fieldsHash(schema),
      hash: setHash(stored),
      changes: changed.map(changeOf),
      stored,
    })
    const [made] = yield* revisions(session, place, undefined, 1)
    return { revision: made!.revision, isNew: true, views }
  })

function changeOf(change: ReturnType<typeof changes>[number]): RevisionChange {
  const { kind, key } = change
  if (kind === 'renamed') return { kind, key, from: change.from }
  return kind === 'changed' ? { kind, key, what: change.what } : { kind, key }
}
