import { nameText, shown } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { compiled, type Database } from '../database/index.ts'
import { LayoutError, type PostgresError } from '../errors.ts'
import { fingerprint, type Migration, migrations } from './migrations.ts'

/** The schema of the database that holds the default layout unless told. */
export const defaultSchema = 'segmentry'

/** Where the layout is. */
export interface LayoutOptions {
  /** The schema of the database; 'segmentry' unless told. */
  readonly schema?: string
}

/** What {@link migrate} did. */
export interface Migrated {
  readonly schema: string
  /** The version the layout has now. */
  readonly version: number
  /** The versions that were applied by this call, in order. */
  readonly applied: readonly number[]
}

interface Row {
  readonly version: number
  readonly hash: string
}

/**
 * Makes the tables of the default layout, or brings them up to date.
 *
 * **Details**
 *
 * All in one transaction under a lock, so that any number of callers may start at once, and a second call does
 * nothing. Fails with a {@link LayoutError} when the database was migrated by a newer version, or by another
 * build's version of a step. `steps` and `owner` are for packages with tables of their own.
 */
export function migrate(
  database: Database,
  { schema = defaultSchema }: LayoutOptions = {},
  steps: readonly Migration[] = migrations,
  owner = '@segmentry/postgres',
): Effect.Effect<Migrated, LayoutError | PostgresError> {
  const record = sql.id(schema, 'migrations')
  const create = [
    sql`create schema if not exists ${sql.id(schema)}`,
    sql`create table ${record} (version int primary key, name text not null, hash text not null,
      applied_at timestamptz not null default statement_timestamp())`,
  ]
  return Effect.flatMap(checkedSchema(schema, owner), () =>
    database.write((session) =>
      Effect.gen(function* () {
        yield* session.run(
          compiled(
            sql`select pg_advisory_xact_lock(hashtextextended(${`segmentry layout ${schema}`}::text, 0))`,
          ),
        )
        const [there] = yield* session.run(
          compiled(sql<{
            yes: boolean
          }>`select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname = ${schema}::text and c.relname = 'migrations') as yes`),
        )
        // Looked for first: a role that may not create anything can call this when all is done.
        if (!there?.yes) for (const statement of create) yield* session.run(compiled(statement))
        const done = yield* session.run(
          compiled(sql<Row>`select version, hash from ${record} order by version`),
        )
        yield* checkHistory(schema, owner, done, steps)
        const open = steps.slice(done.length)
        for (const step of open) {
          for (const statement of step.statements(schema)) yield* session.run(compiled(statement))
          yield* session.run(
            compiled(sql`insert into ${record} (version, name, hash)
              values (${step.version}::int4, ${step.name}::text, ${fingerprint(step)}::text)`),
          )
        }
        return { schema, version: steps.length, applied: open.map((step) => step.version) }
      }),
    ),
  )
}

/** Whether a name can be a schema's, and part of `schema.table` in a mapping. */
export function checkedSchema(
  schema: string,
  owner = '@segmentry/postgres',
): Effect.Effect<void, LayoutError> {
  const fits =
    typeof schema === 'string' && /^[A-Za-z_][A-Za-z0-9_]{0,62}$/.test(schema) && !/^pg_/i.test(schema)
  const expected = "at most 63 letters, digits and _, starting with no digit and not with 'pg_'"
  return fits
    ? Effect.void
    : Effect.fail(
        new LayoutError({
          schema: nameText(schema),
          package: owner,
          reason: 'name',
          found: shown(schema),
          expected,
        }),
      )
}

function checkHistory(
  schema: string,
  owner: string,
  done: readonly Row[],
  steps: readonly Migration[],
): Effect.Effect<void, LayoutError> {
  if (done.length > steps.length) {
    const [found, expected] = [`version ${done.length}`, `at most version ${steps.length}`]
    return Effect.fail(new LayoutError({ schema, package: owner, reason: 'newer', found, expected }))
  }
  const changed = steps.find((step, i) => {
    const row = done[i]
    return row !== undefined && (row.version !== step.version || row.hash !== fingerprint(step))
  })
  if (!changed) return Effect.void
  const row = done[changed.version - 1]
  const found = `migration ${row?.version ?? 'none'} with the fingerprint ${row?.hash.slice(0, 12) ?? 'none'}`
  const expected = `migration ${changed.version} (${changed.name}) with ${fingerprint(changed).slice(0, 12)}`
  return Effect.fail(new LayoutError({ schema, package: owner, reason: 'changed', found, expected }))
}
