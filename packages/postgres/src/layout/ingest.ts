import type { Schema } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import { compiled, type Database, type Session } from '../database/index.ts'
import { IngestError, type IngestIssue, type LayoutError, type PostgresError } from '../errors.ts'
import type { Batch } from './batch.ts'
import { checkedSchema, defaultSchema, type LayoutOptions } from './migrate.ts'
import { type Prepared, prepare } from './prepare.ts'
import type { PreparedMember } from './prepare-accounts.ts'

/** How a batch is stored. */
export interface IngestOptions extends LayoutOptions {
  /** Whether people whom only tags, events and accounts name are made, without fields; else they are an error. */
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
  /** Accounts that were made or given fields. */
  readonly accounts: number
  /** Times that somebody came to belong to an account. */
  readonly membersAdded: number
  readonly membersRemoved: number
}

/** So many rows a statement: its parameters are held as text here and in the server. */
const rowsAtOnce = 5000

/**
 * Stores people's fields, tags, events and accounts in the default layout.
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
    const table = (name: string): Sql => sql.id(layout, name)
    const [people, tags, events] = [table('people'), table('tags'), table('events')]
    const count = <T>(rows: readonly T[], statement: (part: readonly T[]) => Sql) =>
      counted(session, rows, statement)
    const stored = yield* merge(session, people, ['id'], [...ready.people])
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
    const belonging = yield* storeAccounts(session, table('accounts'), table('members'), ready)
    return { people: stored + created, tagsAdded, tagsRemoved, eventsAdded, duplicates, ...belonging }
  })

const storeAccounts = (session: Session, accounts: Sql, members: Sql, ready: Prepared) =>
  Effect.gen(function* () {
    const stored = yield* merge(session, accounts, ['grouping_name', 'id'], ready.accounts)
    const named = (part: readonly PreparedMember[]): Sql =>
      columns(part, ['person', ([id]) => id], ['name', ([, name]) => name], ['account', ([, , id]) => id])
    const membersAdded = yield* counted(
      session,
      ready.addMembers,
      (part) => sql`insert into ${members} (person_id, grouping_name, account_id)
        select person, name, account from ${named(part)} on conflict do nothing`,
    )
    const membersRemoved = yield* counted(
      session,
      ready.removeMembers,
      (part) => sql`delete from ${members} m using ${named(part)}
        where m.person_id = r.person and m.grouping_name = r.name and m.account_id = r.account`,
    )
    return { accounts: stored, membersAdded, membersRemoved }
  })

type Sql = RawBuilder<unknown>

/** Stores records of keys and JSON text of fields, which merge into those that are stored; what is null is removed. */
const merge = (
  session: Session,
  into: Sql,
  keys: readonly string[],
  records: readonly (readonly string[])[],
) =>
  Effect.gen(function* () {
    const ids = sql.join(keys.map((key) => sql.id(key)))
    const rows = (part: readonly (readonly string[])[]): Sql =>
      columns(
        part,
        ...[...keys, 'given'].map((name, i) => [name, (row: readonly string[]) => row[i]!] as const),
      )
    const merged = yield* counted(
      session,
      records,
      (part) => sql`insert into ${into} as x (${ids}, fields) select ${ids}, given::jsonb from ${rows(part)}
        on conflict (${ids}) do update set fields = jsonb_strip_nulls(x.fields || excluded.fields)`,
    )
    // Only where something was already there did the merge remove what is null.
    const same = sql.join(
      keys.map((key) => sql`${sql.ref(`x.${key}`)} = ${sql.ref(`r.${key}`)}`),
      sql` and `,
    )
    yield* counted(
      session,
      records.filter((record) => record.at(-1)!.includes('null')),
      (part) => sql`update ${into} as x set fields = jsonb_strip_nulls(x.fields) from ${rows(part)}
        where ${same} and x.fields <> jsonb_strip_nulls(x.fields)`,
    )
    return merged
  })

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

/** The people that tags, events and accounts name. */
const named = ({ tags = [], events = [], members = [] }: Batch): readonly string[] => [
  ...tags.map(({ person }) => person),
  ...members.map(({ person }) => person),
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
    const issuesOf = (part: 'tags' | 'events' | 'members'): readonly IngestIssue[] =>
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
    return yield* new IngestError({
      issues: [...issuesOf('tags'), ...issuesOf('events'), ...issuesOf('members')],
    })
  })
