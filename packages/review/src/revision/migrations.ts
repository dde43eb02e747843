import type { Migration } from '@segmentry/postgres/effect'
import { type RawBuilder, sql } from 'kysely'

/**
 * The tables of revisions: rows are added to them and never changed.
 *
 * A definition is there once, under the hash of its text, whichever revisions have it. It is text and not `jsonb`, which would
 * write it in its own way and take no U+0000, so that the hash can be held against it.
 *
 * Revisions are one line: each follows the one whose number is one less, and no two follow the same.
 */
const beginning: Migration = {
  version: 1,
  name: 'revisions, definitions, segments and changes',
  statements: (schema) => {
    const table = (name: string): RawBuilder<unknown> => sql.id(schema, name)
    const revision = sql`revision int4 not null references ${table('revisions')} (number)`
    return [
      sql`create table ${table('definitions')} (
        hash text collate "C" primary key,
        definition text not null)`,
      sql`create table ${table('revisions')} (
        number int4 primary key check (number > 0),
        parent int4 unique references ${table('revisions')} (number),
        restores int4 references ${table('revisions')} (number),
        author text not null,
        commit text,
        reason text,
        at timestamptz not null,
        fields text not null,
        hash text not null,
        check (parent is not distinct from nullif(number - 1, 0)))`,
      sql`create index revisions_at on ${table('revisions')} (at, number)`,
      sql`create table ${table('segments')} (
        ${revision},
        key text collate "C" not null,
        definition text collate "C" not null references ${table('definitions')} (hash),
        primary key (revision, key))`,
      sql`create table ${table('changes')} (
        ${revision},
        key text collate "C" not null,
        kind text not null check (kind in ('added', 'removed', 'changed', 'renamed')),
        was text collate "C" check ((was is null) = (kind <> 'renamed')),
        what text check ((what is null) = (kind <> 'changed') and what in ('rule', 'text')),
        primary key (revision, key))`,
      sql`create index changes_key on ${table('changes')} (key, revision)`,
    ]
  },
}

/** What views of segments look up of calendars: what a window is from one instant up to another. */
const calendars: Migration = {
  version: 2,
  name: 'calendars of views',
  statements: (schema) => [
    sql`create table ${sql.id(schema, 'calendar')} (
      calendar text collate "C" not null,
      starts timestamptz not null,
      ends timestamptz not null check (ends > starts),
      opens timestamptz not null,
      closes timestamptz not null,
      first_day date not null,
      last_day date not null,
      days text[],
      primary key (calendar, starts))`,
  ],
}

/** All steps, in order. */
export const migrations: readonly Migration[] = [beginning, calendars]
