import { shown } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { type BroadcastIssue, issueOf } from '../errors.ts'
import type { Feedback, FeedbackKind } from '../feedback/feedback.ts'
import { addressKey } from '../plan/address.ts'
import { param } from '../plan/sql.ts'
import { readRef } from '../send/compose.ts'

const kinds: readonly FeedbackKind[] = [
  'delivered',
  'opened',
  'clicked',
  'bounced',
  'complained',
  'unsubscribed',
]

/** What was done with feedback. */
export interface Recorded {
  /** Stored now; told before is not. */
  readonly stored: number
  /** Told before. */
  readonly duplicates: number
  /** Stored, and about no message that is known. */
  readonly unmatched: number
  /** Addresses that are not written to any more because of it. */
  readonly suppressed: number
}

const texts = ['id', 'message', 'key', 'broadcast', 'person', 'address', 'detail', 'url'] as const

/** What is wrong with feedback. */
export function feedbackIssues(given: readonly Feedback[]): readonly BroadcastIssue[] {
  if (!Array.isArray(given)) return [issueOf([], shown(given), 'a list')]
  return given.flatMap((one: Partial<Feedback> | null | undefined, i): readonly BroadcastIssue[] => {
    if (typeof one !== 'object' || one === null) return [issueOf([i], shown(one), 'an object')]
    const issues: BroadcastIssue[] = []
    if (!kinds.includes(one.kind!)) {
      issues.push(issueOf([i, 'kind'], shown(one.kind), `one of ${kinds.join(', ')}`))
    }
    for (const key of texts) {
      const value: unknown = one[key]
      if (
        value === undefined ? key === 'id' : typeof value !== 'string' || value === '' || value.includes('\0')
      ) {
        issues.push(
          issueOf([i, key], typeof value === 'string' ? 'text that cannot be stored' : shown(value), 'text'),
        )
      }
    }
    if (one.permanent !== undefined && typeof one.permanent !== 'boolean') {
      issues.push(issueOf([i, 'permanent'], shown(one.permanent), 'true or false'))
    }
    if (instantOf(one.at) === undefined) issues.push(issueOf([i, 'at'], shown(one.at), 'a Date'))
    return issues
  })
}

/** An instant as text in UTC, if it is one that Postgres can hold. */
const instantOf = (at: unknown): string | undefined =>
  at instanceof Date && at.getTime() >= earliest && at.getTime() < latest ? at.toISOString() : undefined

const [earliest, latest] = [Date.UTC(1970, 0), Date.UTC(9999, 0)]

/** Whom feedback names: as such, or by the name that links of ours have of a message. */
const whom = ({ broadcast, person, key }: Feedback): { broadcast?: string; person?: string } =>
  person === undefined || broadcast === undefined ? (readRef(key ?? '') ?? {}) : { broadcast, person }

/** Stores feedback once, finds whom it is about, and suppresses addresses that are not to be written to any more. */
export function recordQuery(ledger: string, given: readonly Feedback[]): RawBuilder<Recorded> {
  const column = (of: (one: Feedback) => unknown, type = 'text') =>
    param(
      given.map((one) => of(one) ?? null),
      `${type}[]`,
    )
  const [recipients, broadcasts] = [sql.id(ledger, 'recipients'), sql.id(ledger, 'broadcasts')]
  const properties = column(({ url, detail, permanent }) => JSON.stringify({ url, detail, permanent }))
  return sql<Recorded>`with given as (
      select distinct on (id) * from unnest(${column(({ id }) => id)}, ${column(({ kind }) => kind)}, ${column(({ message }) => message)}, ${column((one) => (whom(one).person === undefined ? one.key : undefined))},
        ${column((one) => whom(one).broadcast)}, ${column((one) => whom(one).person)}, ${column(({ address }) => address && addressKey(address))},
        ${column(({ at }) => instantOf(at))}, ${column(({ permanent }) => permanent === true, 'boolean')}, ${properties}
      ) as g(id, kind, message, key, broadcast, person, address_key, at, permanent, properties)),
    matched as (
      select g.*, m.broadcast as of_broadcast, m.person as of_person, coalesce(m.address_key, g.address_key) as of_address,
        coalesce(b.channel, 'email') as channel, coalesce(b.topic, '') as topic
      from given as g left join lateral (
        select r.broadcast, r.person, r.address_key, r.handed_at from ${recipients} as r
          where r.message = g.message or r.key = g.key or (r.broadcast = g.broadcast and r.person = g.person)
        union all
        select r.broadcast, r.person, r.address_key, r.handed_at from ${recipients} as r
          where g.message is null and g.key is null and g.person is null and r.address_key = g.address_key and r.handed_at is not null
        order by handed_at desc nulls last limit 1) as m on true
      left join ${broadcasts} as b on b.key = m.broadcast),
    stored as (
      insert into ${sql.id(ledger, 'feedback')} (id, kind, broadcast, person, address_key, at, properties)
      select id, kind, of_broadcast, of_person, of_address, at::timestamptz, properties::jsonb from matched
      on conflict do nothing returning id, person),
    suppressed as (
      insert into ${sql.id(ledger, 'suppressions')} (channel, address_key, topic, reason)
      select distinct on (m.channel, m.of_address, t.topic) m.channel, m.of_address, t.topic, m.kind
      from matched as m join stored as s on s.id = m.id
        cross join lateral (select case when m.kind = 'unsubscribed' then m.topic else '' end as topic) as t
      where m.of_address is not null and (m.kind in ('complained', 'unsubscribed') or (m.kind = 'bounced' and m.permanent))
      on conflict do nothing returning 1)
    select (select count(*) from stored)::float8 as stored,
      ${param(given.length, 'float8')} - (select count(*) from stored)::float8 as duplicates,
      (select count(*) from stored where person is null)::float8 as unmatched,
      (select count(*) from suppressed)::float8 as suppressed`
}
