import { createHash } from 'node:crypto'
import type { PostgresError } from '@segmentry/postgres'
import { compiled, type Evaluation, literally, type Session, type View } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import type { Segments } from '../change/segments.ts'
import { issueOf, type RevisionError, revisionError } from '../revision/errors.ts'
import { fill, rowsAround, untilOf } from './calendar.ts'
import { dependents, hasSchema, type Kept, keptBy, markOf, printed, taken } from './catalog.ts'
import type { RefusedView, ViewChanges } from './types.ts'

type Asked<R> = Effect.Effect<R, RevisionError | PostgresError>

/** Where views are made, and by what. */
export interface ViewPlace {
  readonly schema: string
  readonly evaluation: Evaluation
}

interface Wanted {
  readonly key: string
  readonly view: View
  readonly hash: string
}

/** What has to be done for the views to be those of segments. */
interface Steps {
  readonly made: readonly Wanted[]
  readonly replaced: readonly Wanted[]
  readonly same: readonly Wanted[]
  /** Before others are made: also those whose column becomes another, which no view can be replaced with. */
  readonly dropped: readonly Kept[]
  readonly refused: readonly RefusedView[]
}

/** The most bytes of a name: Postgres cuts off what is longer. */
const longest = 63

/** What would become of the views if segments were applied. */
export const wouldKeep = (
  session: Session,
  place: string,
  segments: Segments,
  views: ViewPlace | undefined,
): Asked<ViewChanges> =>
  Effect.gen(function* () {
    const steps = yield* stepsTo(session, place, segments, views)
    const rows = rowsAround(calendarsOf(steps), yield* clock(session))
    return told(steps, views, untilOf(rows))
  })

/**
 * Makes the views those of segments: one for each, and none for others.
 *
 * Nothing is dropped with what depends on it, and nothing replaced that is not one of these views. Whoever reads a view while this
 * transaction changes it waits for it or is waited for; what is only filled is read meanwhile.
 */
export const keepViews = (
  session: Session,
  place: string,
  segments: Segments,
  views: ViewPlace | undefined,
): Asked<ViewChanges> =>
  Effect.gen(function* () {
    const steps = yield* stepsTo(session, place, segments, views)
    const run = (query: RawBuilder<unknown>) => session.run(compiled(query))
    for (const { schema, name } of steps.dropped) yield* run(sql`drop view ${sql.id(schema, name)}`)
    if (views !== undefined) {
      const { schema } = views
      // Looked for first: a role that may not create schemas can call this where there is one.
      if (!(yield* hasSchema(session, schema))) yield* run(sql`create schema ${sql.id(schema)}`)
      const written = [...steps.made, ...steps.replaced]
      for (const { key, view } of written) {
        yield* run(
          sql`create or replace view ${sql.id(schema, key)} with (security_invoker = false) as ${sql.raw(view.select)}`,
        )
      }
      const names = written.map(({ key }) => key)
      const prints = yield* printed(session, schema, names)
      for (const { key, view, hash } of written) {
        const mark = markOf(key, place, { hash, column: view.column }, prints.get(key)!)
        yield* session.run(literally(sql`comment on view ${sql.id(schema, key)} is ${mark}`))
      }
    }
    const rows = rowsAround(calendarsOf(steps), yield* clock(session))
    yield* fill(session, place, rows)
    return told(steps, views, untilOf(rows))
  })

const stepsTo = (
  session: Session,
  place: string,
  segments: Segments,
  views: ViewPlace | undefined,
): Asked<Steps> =>
  Effect.gen(function* () {
    const kept = yield* keptBy(session, place)
    const { wanted, refused } = yield* wantedOf(session, place, segments, views, kept)
    const there = new Map(kept.filter(({ schema }) => schema === views?.schema).map((one) => [one.name, one]))
    const isLike = ({ key, view }: Wanted): boolean => there.get(key)?.column === view.column
    const isSame = (one: Wanted): boolean => {
      const was = there.get(one.key)
      return was !== undefined && was.isWhole && was.hash === one.hash
    }
    const stays = new Set(wanted.filter(isLike).map(({ key }) => there.get(key)))
    const dropped = kept.filter((one) => !stays.has(one))
    yield* checkDependents(session, dropped)
    return {
      made: wanted.filter(({ key }) => !there.has(key)),
      replaced: wanted.filter((one) => there.has(one.key) && !isSame(one)),
      same: wanted.filter(isSame),
      dropped,
      refused,
    }
  })

/** The views that there should be, and those that there cannot be. */
const wantedOf = (
  session: Session,
  place: string,
  segments: Segments,
  views: ViewPlace | undefined,
  kept: readonly Kept[],
): Asked<{ readonly wanted: readonly Wanted[]; readonly refused: readonly RefusedView[] }> =>
  Effect.gen(function* () {
    if (views === undefined) return { wanted: [], refused: [] }
    const { schema, evaluation } = views
    const ours = new Set(kept.map(({ oid }) => oid))
    const others = new Map(
      (yield* taken(session, schema, Object.keys(segments)))
        .filter(({ oid }) => !ours.has(oid))
        .map(({ name, what }) => [name, what]),
    )
    const wanted: Wanted[] = []
    const refused: RefusedView[] = []
    for (const [key, segment] of Object.entries(segments)) {
      const bytes = Buffer.byteLength(key)
      const other = others.get(key)
      if (bytes === 0 || bytes > longest) {
        const reason = `a view has a name of 1 to ${longest} bytes, and this key has ${bytes}`
        refused.push({ segment: key, reason })
      } else if (other !== undefined) {
        const reason = `${other} of that name, which was not made by these revisions, is in ${schema}: rename or drop it, or keep views in another schema`
        refused.push({ segment: key, reason })
      } else {
        const made = yield* Effect.match(evaluation.view(segment, [place, 'calendar']), {
          onSuccess: (view): Wanted => ({ key, view, hash: hashOf(view) }),
          onFailure: ({ message }): RefusedView => ({ segment: key, reason: message }),
        })
        if ('view' in made) wanted.push(made)
        else refused.push(made)
      }
    }
    return { wanted, refused }
  })

const hashOf = ({ select, column }: View): string =>
  createHash('sha256').update(`${column}\n${select}`).digest('hex')

/** Throws a `RevisionError` where something depends on views that go. */
const checkDependents = (session: Session, dropped: readonly Kept[]): Asked<void> =>
  Effect.gen(function* () {
    if (dropped.length === 0) return
    const found = yield* dependents(
      session,
      dropped.map(({ oid }) => oid),
    )
    if (found.length === 0) return
    return yield* revisionError(
      'in-use',
      undefined,
      found.map(({ oid, what }) => {
        const { schema, name } = dropped.find((one) => one.oid === oid)!
        return {
          ...issueOf(['views', name], `${what}, which depends on ${schema}.${name}`, 'nothing that does'),
          message: `the view ${schema}.${name} cannot be dropped, as ${what} uses it`,
        }
      }),
    )
  })

/** The calendars that views look at, each once. */
const calendarsOf = ({ made, replaced, same }: Steps) => [
  ...new Map(
    [...made, ...replaced, ...same].flatMap(({ view }) => view.calendars.map((one) => [one.id, one])),
  ).values(),
]

const told = (
  { made, replaced, dropped, refused }: Steps,
  views: ViewPlace | undefined,
  until: string | undefined,
): ViewChanges => {
  const named = ({ key }: Wanted): string => `${views!.schema}.${key}`
  const again = new Set(replaced.map(named))
  return {
    made: made.map(named),
    replaced: replaced.map(named),
    dropped: dropped.map(({ schema, name }) => `${schema}.${name}`).filter((name) => !again.has(name)),
    refused,
    ...(until !== undefined && { until }),
  }
}

/** When the transaction began. */
const clock = (session: Session): Asked<number> =>
  Effect.map(
    session.run(compiled(sql<{ ms: string }>`select floor(extract(epoch from now()) * 1000)::text as ms`)),
    ([row]) => Number(row!.ms),
  )
