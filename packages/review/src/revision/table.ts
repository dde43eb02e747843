import { instantText } from '@segmentry/core'
import { compiled, type Session } from '@segmentry/postgres/effect'
import type { PostgresError } from '@segmentry/postgres'
import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'
import type { Revision, RevisionChange } from './types.ts'
import type { StoredDefinition } from './stored.ts'

// The statements of revisions.

/** A revision as it is stored, and the hash of its set. */
export interface StoredRevision {
  readonly revision: Revision
  readonly hash: string
}

interface Row extends Omit<Revision, 'at'> {
  readonly ms: number
  readonly hash: string
}

type Asked<R> = Effect.Effect<R, PostgresError>

/** Lets one call after the other make revisions; those who only read do not wait. */
export const lock = (session: Session, schema: string): Asked<void> =>
  Effect.asVoid(
    session.run(
      compiled(
        sql`select pg_advisory_xact_lock(hashtextextended(${`segmentry revisions ${schema}`}::text, 0))`,
      ),
    ),
  )

/** Revisions, the last one first. */
export const revisions = (
  session: Session,
  schema: string,
  where: RawBuilder<unknown> = sql`true`,
  limit?: number,
): Asked<readonly StoredRevision[]> => {
  const query = sql<{ row: Row }>`select jsonb_strip_nulls(jsonb_build_object(
      'number', r.number, 'parent', r.parent, 'restores', r.restores, 'author', r.author, 'commit', r.commit,
      'reason', r.reason, 'ms', floor(extract(epoch from r.at) * 1000), 'fields', r.fields, 'hash', r.hash,
      'changes', (select coalesce(jsonb_agg(jsonb_build_object('kind', c.kind, 'key', c.key, 'from', c.was, 'what', c.what)
          order by c.key), '[]') from ${sql.id(schema, 'changes')} c where c.revision = r.number))) as row
    from ${sql.id(schema, 'revisions')} r where ${where}
    order by r.number desc ${limit === undefined ? sql`` : sql`limit ${limit}::int8`}`
  return Effect.map(session.run(compiled(query)), (rows) =>
    rows.map(({ row: { ms, hash, ...row } }) => ({ hash, revision: { ...row, at: instantText(ms) } })),
  )
}

/** The definitions of a revision. */
export const definitions = (
  session: Session,
  schema: string,
  revision: number,
): Asked<readonly StoredDefinition[]> =>
  session.run(
    compiled(sql<StoredDefinition>`select s.key, d.hash, d.definition as text
      from ${sql.id(schema, 'segments')} s join ${sql.id(schema, 'definitions')} d on d.hash = s.definition
      where s.revision = ${revision}::int4`),
  )

/** What a new revision is made of. */
export interface NewRevision extends Omit<Revision, 'at'> {
  readonly hash: string
  readonly stored: readonly StoredDefinition[]
}

/** Writes a revision down. */
export const insert = (session: Session, schema: string, made: NewRevision): Asked<void> =>
  Effect.gen(function* () {
    const table = (name: string): RawBuilder<unknown> => sql.id(schema, name)
    const { number, parent, restores, author, commit, reason, fields, hash, stored, changes } = made
    const run = (query: RawBuilder<unknown>) => session.run(compiled(query))
    // The set is locked: what is told by the clock comes after the revision before it, even where the clock was set back.
    yield* run(sql`insert into ${table('revisions')}
        (number, parent, restores, author, commit, reason, fields, hash, at)
      select ${number}::int4, ${parent ?? null}::int4, ${restores ?? null}::int4, ${author}::text, ${commit ?? null}::text,
        ${reason ?? null}::text, ${fields}::text, ${hash}::text,
        greatest(date_trunc('milliseconds', clock_timestamp()), (select max(at) from ${table('revisions')}))`)
    yield* run(sql`insert into ${table('definitions')} (hash, definition)
      select distinct on (hash) hash, definition from unnest(${texts(stored.map((one) => one.hash))}::text[],
        ${texts(stored.map(({ text }) => text))}::text[]) as d (hash, definition)
      on conflict (hash) do nothing`)
    yield* run(sql`insert into ${table('segments')} (revision, key, definition)
      select ${number}::int4, key, hash from unnest(${texts(stored.map(({ key }) => key))}::text[],
        ${texts(stored.map((one) => one.hash))}::text[]) as s (key, hash)`)
    const part = (read: (change: RevisionChange) => string | null) => texts(changes.map(read))
    yield* run(sql`insert into ${table('changes')} (revision, key, kind, was, what)
      select ${number}::int4, c.* from unnest(${part(({ key }) => key)}::text[], ${part(({ kind }) => kind)}::text[],
        ${part((one) => (one.kind === 'renamed' ? one.from : null))}::text[],
        ${part((one) => (one.kind === 'changed' ? one.what : null))}::text[]) as c`)
  })

/** A list as one parameter. */
const texts = (list: readonly (string | null)[]) => sql`${list}`
