import { sql, type RawBuilder } from 'kysely'
import { text } from '../plan/sql.ts'
import { statusSql } from './progress.ts'

/** What the ledger knows of one person in one broadcast: why did they get it, or why not? */
export interface Recipient {
  readonly person: string
  readonly address?: string
  readonly variant?: string
  readonly status: 'pending' | 'claimed' | 'handed' | 'sent' | 'failed' | 'unknown' | 'skipped' | 'cancelled'
  /** Why they were left out, or what went wrong. */
  readonly reason?: string
  readonly detail?: string
  /** The earliest time to send, while it is pending. */
  readonly notBefore?: string
  readonly handedAt?: string
  readonly endedAt?: string
  /** What the provider calls the message. */
  readonly message?: string
  /** Attempts that went wrong. */
  readonly attempts: readonly {
    readonly at: string
    readonly class: string
    readonly code?: string
    readonly reason?: string
  }[]
  /** What came back, in the order of its time. */
  readonly feedback: readonly { readonly kind: string; readonly at: string }[]
}

/** One person's row, with what was tried and what came back, as JSON. */
export const recipientQuery = (
  ledger: string,
  key: string,
  person: string,
): RawBuilder<{ recipient: Recipient }> => {
  const time = (column: string) =>
    sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const mine = (alias: string) =>
    sql`${sql.id(alias, 'broadcast')} = r.broadcast and ${sql.id(alias, 'person')} = r.person`
  return sql<{ recipient: Recipient }>`select jsonb_strip_nulls(jsonb_build_object(
      'person', r.person, 'address', r.address, 'variant', r.variant, 'status', ${statusSql}, 'reason', r.reason, 'detail', r.detail,
      'notBefore', case when ${statusSql} = 'pending' then ${time('r.not_before')} end, 'handedAt', ${time('r.handed_at')},
      'endedAt', ${time('r.ended_at')}, 'message', r.message,
      'attempts', (select coalesce(jsonb_agg(jsonb_build_object('at', ${time('a.at')}, 'class', a.class, 'code', a.code, 'reason', a.reason)
        order by a.attempt), '[]') from ${sql.id(ledger, 'attempts')} as a where ${mine('a')}),
      'feedback', (select coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'at', ${time('f.at')}) order by f.at, f.id), '[]')
        from ${sql.id(ledger, 'feedback')} as f where ${mine('f')}))) as recipient
    from ${sql.id(ledger, 'recipients')} as r join ${sql.id(ledger, 'broadcasts')} as b on b.key = r.broadcast
    where r.broadcast = ${text(key)} and r.person = ${text(person)}`
}
