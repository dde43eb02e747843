import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { compiled } from '../database/index.ts'

type Sql = RawBuilder<unknown>

/** One step of the layout's history; once released, it never changes. */
export interface Migration {
  readonly version: number
  readonly name: string
  /** The statements, for a schema of the database. */
  statements(schema: string): readonly Sql[]
}

/** Instants are whole milliseconds of the years that definitions can name, so that no evaluator has to round. */
const instant = (
  column: string,
): Sql => sql`check (${sql.ref(column)} = date_trunc('milliseconds', ${sql.ref(column)})
    and ${sql.ref(column)} >= '0001-01-01T00:00:00Z' and ${sql.ref(column)} < '10000-01-01T00:00:00Z')`

const now = sql`date_trunc('milliseconds', statement_timestamp())`

/**
 * The tables to start with.
 *
 * Ids and names are ordered by code point, as definitions order them, so that pages of ids come straight from
 * the index. Events are found by person (one person's answer), by name and time (counts over everybody), and by
 * time alone, where a BRIN index costs next to nothing as events arrive in about that order.
 *
 * An event is the same one when person and id are the same: ids of a source that numbers each person's events
 * anew do not collide, and a database distributed by person can keep the constraint. The same id of another
 * person is another event.
 *
 * Who belongs to an account may be told before the account itself is: no constraint leads there.
 */
const beginning: Migration = {
  version: 1,
  name: 'people, tags, events and accounts',
  statements: (schema) => {
    const table = (name: string): Sql => sql.id(schema, name)
    const [people, tags, events] = [table('people'), table('tags'), table('events')]
    const [accounts, members] = [table('accounts'), table('members')]
    const person = sql`person_id text collate "C" not null references ${people} (id) on delete cascade`
    return [
      sql`create table ${people} (
        id text collate "C" primary key,
        fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
        created_at timestamptz not null default ${now} ${instant('created_at')})`,
      sql`create table ${tags} (
        ${person},
        tag text collate "C" not null,
        tagged_at timestamptz not null default ${now} ${instant('tagged_at')},
        primary key (person_id, tag))`,
      sql`create index tags_tag on ${tags} (tag, person_id)`,
      sql`create table ${events} (
        ${person},
        name text collate "C" not null,
        at timestamptz not null ${instant('at')},
        id text collate "C" not null,
        properties jsonb not null default '{}' check (jsonb_typeof(properties) = 'object'),
        primary key (person_id, id))`,
      sql`create index events_person on ${events} (person_id, name, at)`,
      sql`create index events_name on ${events} (name, at, person_id)`,
      sql`create index events_at on ${events} using brin (at)`,
      sql`create table ${accounts} (
        grouping_name text collate "C" not null,
        id text collate "C" not null,
        fields jsonb not null default '{}' check (jsonb_typeof(fields) = 'object'),
        created_at timestamptz not null default ${now} ${instant('created_at')},
        primary key (grouping_name, id))`,
      sql`create table ${members} (
        ${person},
        grouping_name text collate "C" not null,
        account_id text collate "C" not null,
        primary key (person_id, grouping_name, account_id))`,
      sql`create index members_account on ${members} (grouping_name, account_id, person_id)`,
    ]
  },
}

/** All steps, in order. */
export const migrations: readonly Migration[] = [beginning]

/** What a step does, in 64 hexadecimal digits; the same in whatever schema it is done. */
export function fingerprint(migration: Migration): string {
  const hash = createHash('sha256')
  for (const statement of migration.statements('segmentry')) hash.update(compiled(statement).sql).update('\0')
  return hash.digest('hex')
}
