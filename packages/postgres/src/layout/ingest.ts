import type { Schema } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import { compiled, type Database, type Session } from '../database/index.ts'
import { IngestError, type IngestIssue, type LayoutError, type PostgresError } from '../errors.ts'
import type { Batch } from './batch.ts'
import { checkedSchema, defaultSchema, type LayoutOptions } from './migrate.ts'
import { type Prepared, prepare } from './prepare.ts'

/** How a batch is stored. */
export interface IngestOptions extends LayoutOptions {
  /** Whether people whom only tags and events name are made, without fields; else they are an error. */
  readonly createPeople?: boolean
}

/** What a batch changed. */
export interface Ingested {
  /** People who were made or given fields. */
  readonly people: number
  /** Tags that people did not have. */
  readonly tagsAdded: number
  /** Tags that people had. */
  readonly tagsRemoved: number
  readonly eventsAdded: number
  /** Events that were there already, or twice in the batch. */
  readonly duplicates: number
}

/** So many rows a statement: its parameters are held as text here and in the server. */
const rowsAtOnce = 5000

/**
 * Stores people's fields, tags and events in the default layout.
 *
 * **When to use**
 *
 * As the way in when the tables are ours, which {@link migrate} made. Feed it from a webhook, a queue or a file, in
 * batches of up to some ten thousand records; one that is delivered again adds nothing.
 *
 * **Details**
 *
 * Everything is checked against the schema first; then all is stored in one transaction. An {@link IngestError}
 * lists every bad value, and nothing of the batch has been stored. Fields merge into those that are stored: a
 * field given replaces the one of its name, an object as a whole, and null removes it.
 */
export function ingest(
  database: Database,
  schema: Schema,
  batch: Batch,
  { schema: layout = defaultSchema, createPeople = false }: IngestOptions = {},
): Effect.Effect<Ingested, IngestError | LayoutError | PostgresError> {
  const prepared = Effect.try({
    try: () => prepare(schema, batch),
    catch: (error) => {
      if (error instanceof IngestError) return error
      throw error
    },
  })
  return checkedSchema(layout).pipe(
    Effect.andThen(prepared),
    Effect.flatMap((ready) =>
      database.write((session) => store(session, layout, batch, ready, createPeople)),
    ),
  )
}

const store = (session: Session, layout: string, batch: Batch, ready: Prepared, createPeople: boolean) =>
  Effect.gen(function* () {
    const [people, tags, events] = ['people', 'tags', 'events'].map((table) => sql.id(layout, table)) as [
      Sql,
      Sql,
      Sql,
    ]
    const count = <T>(rows: readonly T[], statement: (part: readonly T[]) => Sql) =>
      counted(session, rows, statement)
    const stored = yield* count([...ready.people], (part) => {
      const rows = columns(part, ['id', ([id]) => id], ['fields', ([, fields]) => fields])
      return sql`insert into ${people} as p (id, fields) select id, fields::jsonb from ${rows}
        on conflict (id) do update set fields = jsonb_strip_nulls(p.fields || excluded.fields)`
    })
    // Only where somebody was already there did the merge remove what is null.
    const withNull = [...ready.people].filter(([, fields]) => fields.includes('null'))
    yield* count(withNull, (part) => {
      const rows = columns(part, ['id', ([id]) => id])
      return sql`update ${people} as p set fields = jsonb_strip_nulls(p.fields) from ${rows}
        where p.id = r.id and p.fields <> jsonb_strip_nulls(p.fields)`
    })
    const others = [...new Set(named(batch))].filter((id) => !ready.people.has(id)).toSorted()
    const created = createPeople
      ? yield* count(others, (part) => {
          const rows = columns(part, ['id', (id) => id])
          return sql`insert into ${people} (id) select id from ${rows} on conflict (id) do nothing`
        })
      : yield* Effect.as(refuseUnknown(session, people, others, batch), 0)
    const pairs = (part: readonly (readonly [string, string])[]) =>
      columns(part, ['person', ([id]) => id], ['tag', ([, tag]) => tag])
    const tagsAdded = yield* count(ready.add, (part) => {
      const rows = columns(
        part,
        ['person', ([id]) => id],
        ['tag', ([, tag]) => tag],
        ['at', ([, , at]) => at],
      )
      return sql`insert into ${tags} (person_id, tag, tagged_at)
        select person, tag, coalesce(at::timestamptz, date_trunc('milliseconds', now())) from ${rows} on conflict do nothing`
    })
    const tagsRemoved = yield* count(ready.remove, (part) => {
      return sql`delete from ${tags} t using ${pairs(part)} where t.person_id = r.person and t.tag = r.tag`
    })
    const eventsAdded = yield* count(ready.events, (part) => {
      const rows = columns(
        part,
        ['person', (event) => event.person],
        ['name', (event) => event.name],
        ['at', (event) => event.at],
        ['id', (event) => event.id],
        ['properties', (event) => event.properties],
      )
      return sql`insert into ${events} (person_id, name, at, id, properties)
        select person, name, at::timestamptz, id, properties::jsonb from ${rows} on conflict (person_id, id) do nothing`
    })
    const duplicates = ready.events.length - eventsAdded
    return { people: stored + created, tagsAdded, tagsRemoved, eventsAdded, duplicates }
  })

type Sql = RawBuilder<unknown>

/** Records as a relation `r`: one parameter for each column, however many rows. */
function columns<T>(
  rows: readonly T[],
  ...given: readonly (readonly [name: string, value: (row: T) => string | null])[]
): Sql {
  const arrays = given.map(([, value]) => sql`${rows.map(value)}::text[]`)
  const names = given.map(([name]) => sql.id(name))
  return sql`unnest(${sql.join(arrays)}) as r(${sql.join(names)})`
}

/** Runs a statement over records, some thousand at once, and gives the number of rows it changed. */
function counted<T>(
  session: Session,
  rows: readonly T[],
  statement: (part: readonly T[]) => Sql,
): Effect.Effect<number, PostgresError> {
  const starts = Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, i) => i * rowsAtOnce)
  return Effect.gen(function* () {
    let changed = 0
    for (const start of starts) {
      const change = statement(rows.slice(start, start + rowsAtOnce))
      const [row] = yield* session.run(
        compiled(
          sql<{ n: number }>`with changed as (${change} returning 1) select count(*)::int4 as n from changed`,
        ),
      )
      changed += row?.n ?? 0
    }
    return changed
  })
}

/** The people that tags and events name. */
const named = ({ tags = [], events = [] }: Batch): readonly string[] => [
  ...tags.map(({ person }) => person),
  ...events.map(({ person }) => person),
]

const refuseUnknown = (session: Session, people: Sql, ids: readonly string[], batch: Batch) =>
  Effect.gen(function* () {
    if (ids.length === 0) return
    const rows = yield* session.run(
      compiled(sql<{ id: string }>`select id from unnest(${ids}::text[]) as asked(id)
        where not exists (select from ${people} p where p.id = asked.id)`),
    )
    if (rows.length === 0) return
    const unknown = new Set(rows.map(({ id }) => id))
    const issuesOf = (part: 'tags' | 'events'): readonly IngestIssue[] =>
      (batch[part] ?? []).flatMap(({ person }, index) =>
        unknown.has(person)
          ? [
              {
                part,
                index,
                path: ['person'],
                found: `'${person}', whom nobody stored`,
                expected: "a stored person, or 'createPeople'",
              },
            ]
          : [],
      )
    return yield* new IngestError({ issues: [...issuesOf('tags'), ...issuesOf('events')] })
  })
