import { shown } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { type BroadcastIssue, issueOf } from '../errors.ts'
import { addressKey } from '../plan/address.ts'
import { param, text } from '../plan/sql.ts'
import type { Unsubscription } from '../unsubscribe/links.ts'

/** An address that is not to be written to. */
export interface Suppression {
  readonly address: string
  /** What it is an address of; `email` unless told. */
  readonly channel?: string
  /** The topic it is not to be written to about; about nothing at all when absent. */
  readonly topic?: string
  /** Such as `unsubscribed`, `complained`, `bounced`; `by-hand` unless told. */
  readonly reason?: string
  /** In words, for people. */
  readonly detail?: string
}

/** A suppression as it is stored: the address in its one spelling. */
export interface StoredSuppression extends Suppression {
  readonly channel: string
  readonly reason: string
  readonly at: string
}

const keys = ['address', 'channel', 'topic', 'reason', 'detail']

/** What is wrong with suppressions. */
export function suppressionIssues(given: readonly Suppression[]): readonly BroadcastIssue[] {
  if (!Array.isArray(given))
    return [issueOf([], shown(given), "a list such as [{ address: 'ann@example.com' }]")]
  return given.flatMap((one: unknown, i): readonly BroadcastIssue[] => {
    if (typeof one !== 'object' || one === null)
      return [issueOf([i], shown(one), 'an object with an address')]
    const unknown = Object.keys(one).find((key) => !keys.includes(key))
    if (unknown !== undefined)
      return [issueOf([i, unknown], `the key '${unknown}'`, `one of ${keys.join(', ')}`)]
    const { address, ...rest } = one as Suppression
    const found = Object.entries(rest).find(
      ([, value]) => value !== undefined && (!isStorable(value) || value === ''),
    )
    return [
      // The address itself is somebody's, and is not told.
      ...(isStorable(address) && addressKey(address) !== ''
        ? []
        : [
            issueOf(
              [i, 'address'],
              typeof address === 'string' ? 'empty text' : shown(address),
              'an address',
            ),
          ]),
      ...(found === undefined ? [] : [issueOf([i, found[0]], shown(found[1]), 'text')]),
    ]
  })
}

/** What is wrong with who unsubscribes. */
export function unsubscriptionIssues(given: Unsubscription): readonly BroadcastIssue[] {
  const { broadcast, person, topic = '' }: Partial<Record<keyof Unsubscription, unknown>> = given ?? {}
  return Object.entries({ broadcast, person, topic }).flatMap(([key, value]) =>
    isStorable(value) ? [] : [issueOf([key], shown(value), 'text')],
  )
}

/** Text that Postgres can hold. */
const isStorable = (raw: unknown): raw is string => typeof raw === 'string' && !raw.includes('\0')

/** Adds suppressions; those there are stay as they are. Gives how many are new. */
export function suppressQuery(ledger: string, given: readonly Suppression[]): RawBuilder<{ n: number }> {
  const column = (of: (one: Suppression) => string | undefined) =>
    param(
      given.map((one) => of(one) ?? null),
      'text[]',
    )
  return sql<{ n: number }>`with added as (
      insert into ${sql.id(ledger, 'suppressions')} (channel, address_key, topic, reason, detail)
      select distinct on (channel, address_key, topic) channel, address_key, topic, reason, detail from unnest(
        ${column(({ channel = 'email' }) => channel)}, ${column(({ address }) => addressKey(address))},
        ${column(({ topic = '' }) => topic)}, ${column(({ reason = 'by-hand' }) => reason)}, ${column(({ detail }) => detail)}
      ) as g(channel, address_key, topic, reason, detail)
      on conflict do nothing returning 1)
    select count(*)::float8 as n from added`
}

/** Takes suppressions of an address away: the one of a topic, or the one of everything. */
export const unsuppressQuery = (
  ledger: string,
  { address, channel = 'email', topic = '' }: Pick<Suppression, 'address' | 'channel' | 'topic'>,
): RawBuilder<{ n: number }> =>
  sql<{ n: number }>`with gone as (
      delete from ${sql.id(ledger, 'suppressions')} where channel = ${text(channel)} and address_key = ${text(addressKey(address))}
        and topic = ${text(topic)} returning 1)
    select count(*)::float8 as n from gone`

/** The suppressions of an address. */
export const suppressionsQuery = (
  ledger: string,
  address: string,
): RawBuilder<{ suppression: StoredSuppression }> =>
  sql<{ suppression: StoredSuppression }>`select jsonb_strip_nulls(jsonb_build_object(
      'address', address_key, 'channel', channel, 'topic', nullif(topic, ''), 'reason', reason, 'detail', detail,
      'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as suppression
    from ${sql.id(ledger, 'suppressions')} where address_key = ${text(addressKey(address))} order by channel, topic`

/**
 * Suppresses the address that a person was sent a broadcast at, and keeps it as feedback.
 *
 * Where the person is in no ledger row there is nothing to suppress, and that is told: `unknown`.
 */
export const unsubscribeQuery = (
  ledger: string,
  { broadcast, person, topic = '' }: Unsubscription,
): RawBuilder<{ outcome: 'unsubscribed' | 'already' | 'unknown' }> =>
  sql<{ outcome: 'unsubscribed' | 'already' | 'unknown' }>`with who as (
      select r.person, r.address_key, b.channel from ${sql.id(ledger, 'recipients')} as r join ${sql.id(ledger, 'broadcasts')} as b on b.key = r.broadcast
      where r.broadcast = ${text(broadcast)} and r.person = ${text(person)} and r.address_key is not null),
    added as (
      insert into ${sql.id(ledger, 'suppressions')} (channel, address_key, topic, reason)
      select channel, address_key, ${text(topic)}, 'unsubscribed' from who on conflict do nothing returning 1),
    told as (
      insert into ${sql.id(ledger, 'feedback')} (id, kind, broadcast, person, address_key, at, properties)
      select ${text(JSON.stringify(['unsubscribed', broadcast, person, topic]))}, 'unsubscribed', ${text(broadcast)}, person, address_key,
        date_trunc('milliseconds', now()), '{}' from who on conflict do nothing)
    select case when not exists (select from who) then 'unknown' when exists (select from added) then 'unsubscribed' else 'already' end as outcome`

/** Takes back that a person unsubscribed; addresses that are suppressed for another reason stay so. */
export const resubscribeQuery = (
  ledger: string,
  { broadcast, person, topic = '' }: Unsubscription,
): RawBuilder<{ outcome: 'subscribed' | 'unknown' }> =>
  sql<{ outcome: 'subscribed' | 'unknown' }>`with who as (
      select r.address_key, b.channel from ${sql.id(ledger, 'recipients')} as r join ${sql.id(ledger, 'broadcasts')} as b on b.key = r.broadcast
      where r.broadcast = ${text(broadcast)} and r.person = ${text(person)} and r.address_key is not null),
    gone as (
      delete from ${sql.id(ledger, 'suppressions')} as s using who
      where s.channel = who.channel and s.address_key = who.address_key and s.topic = ${text(topic)} and s.reason = 'unsubscribed'),
    forgotten as (
      delete from ${sql.id(ledger, 'feedback')} where id = ${text(JSON.stringify(['unsubscribed', broadcast, person, topic]))} and exists (select from who))
    select case when exists (select from who) then 'subscribed' else 'unknown' end as outcome`
