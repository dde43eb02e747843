import type { Migration } from '@segmentry/postgres/effect'
import { type RawBuilder, sql } from 'kysely'

/**
 * The tables of broadcasts.
 *
 * `recipients` is the ledger: a row for everybody who was meant, with what became of them or why they were left out. Nobody is
 * in a broadcast twice, neither as a person nor by address. What is due is found by `not_before`; the rows that somebody
 * has in hand are few, and have an index of their own.
 *
 * Rows do not refer to `broadcasts` by a foreign key: it would be looked at for each of a million rows that one statement writes.
 */
const beginning: Migration = {
  version: 1,
  name: 'broadcasts, recipients, suppressions and feedback',
  statements: (schema) => {
    const table = (name: string): RawBuilder<unknown> => sql.id(schema, name)
    return [
      sql`create table ${table('broadcasts')} (
        key text collate "C" primary key,
        version text not null,
        definition jsonb not null,
        channel text collate "C" not null,
        topic text collate "C" not null,
        priority int4 not null,
        status text not null check (status in ('sending', 'paused', 'cancelled', 'done')),
        reason text,
        frozen_at timestamptz not null,
        ended_at timestamptz,
        people int8 not null,
        tokens float8 not null default 0,
        paced_at timestamptz,
        ramp_day int4 not null default 0,
        ramp_used int8 not null default 0,
        lease_ms float8 not null default 30000)`,
      sql`create table ${table('recipients')} (
        broadcast text collate "C" not null,
        person text collate "C" not null,
        address text,
        address_key text collate "C",
        variant text collate "C",
        zone text,
        status text collate "C" not null
          check (status in ('pending', 'claimed', 'handed', 'sent', 'failed', 'unknown', 'skipped')),
        reason text collate "C",
        detail text collate "C",
        not_before timestamptz,
        attempt int4 not null default 0,
        worker text collate "C",
        handed_at timestamptz,
        doubt_since timestamptz,
        ended_at timestamptz,
        key text collate "C",
        message text collate "C",
        primary key (broadcast, person))`,
      sql`create unique index recipients_address on ${table('recipients')} (broadcast, address_key)
        where status <> 'skipped'`,
      sql`create index recipients_due on ${table('recipients')} (broadcast, not_before, person)
        where status = 'pending'`,
      sql`create index recipients_in_hand on ${table('recipients')} (broadcast, worker)
        where status in ('claimed', 'handed')`,
      sql`create index recipients_handed on ${table('recipients')} (address_key, handed_at)
        where handed_at is not null`,
      sql`create index recipients_key on ${table('recipients')} (key) where key is not null`,
      sql`create index recipients_message on ${table('recipients')} (message) where message is not null`,
      sql`create table ${table('attempts')} (
        broadcast text collate "C" not null,
        person text collate "C" not null,
        attempt int4 not null,
        at timestamptz not null default now(),
        class text collate "C" not null,
        code text,
        reason text,
        primary key (broadcast, person, attempt))`,
      sql`create table ${table('workers')} (
        id text collate "C" primary key,
        broadcast text collate "C" not null,
        seen_at timestamptz not null)`,
      sql`create table ${table('suppressions')} (
        channel text collate "C" not null,
        address_key text collate "C" not null,
        topic text collate "C" not null,
        reason text collate "C" not null,
        detail text,
        at timestamptz not null default now(),
        primary key (channel, address_key, topic))`,
      sql`create table ${table('feedback')} (
        id text collate "C" primary key,
        kind text collate "C" not null,
        broadcast text collate "C",
        person text collate "C",
        address_key text collate "C",
        at timestamptz not null,
        properties jsonb not null default '{}')`,
      sql`create index feedback_person on ${table('feedback')} (person, kind, at)`,
      sql`create index feedback_kind on ${table('feedback')} (kind, at, person)`,
      sql`create view ${table('engagement')} as
        select e.*, ${typed('uuid', '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')},
          ${typed('bigint', whole, 2n ** 63n)}, ${typed('integer', whole, 2n ** 31n)}
        from (
          select r.person, 'sent'::text as name, date_trunc('milliseconds', r.ended_at) as at,
            r.broadcast || ' ' || r.person as id, r.broadcast as campaign, nullif(b.topic, '') as topic, r.variant, null::text as url
          from ${table('recipients')} as r join ${table('broadcasts')} as b on b.key = r.broadcast where r.status = 'sent'
          union all
          select f.person, f.kind, f.at, f.id, f.broadcast, nullif(b.topic, ''), r.variant, f.properties->>'url'
          from ${table('feedback')} as f
            left join ${table('recipients')} as r on r.broadcast = f.broadcast and r.person = f.person
            left join ${table('broadcasts')} as b on b.key = f.broadcast
          where f.person is not null) as e`,
    ]
  },
}

const whole = '^-?[0-9]{1,19}$'

/** A person's id as ids of another type are compared; who has none of that type is nobody there. */
function typed(type: string, pattern: string, end?: bigint): RawBuilder<unknown> {
  const fits = end === undefined ? sql`` : sql` and abs(e.person::numeric) < ${sql.lit(String(end))}::numeric`
  // Postgres may look at the parts of a conjunction in any order, and at the cases of a case in theirs only.
  const value = sql`case when e.person !~ ${sql.lit(pattern)} then null when true${fits} then e.person::${sql.raw(type)} end`
  return sql`${value} as ${sql.id(`person_${type}`)}`
}

/** All steps of the ledger's history, in order. */
export const migrations: readonly Migration[] = [beginning]
