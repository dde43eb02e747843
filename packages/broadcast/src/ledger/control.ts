import { sql, type RawBuilder } from 'kysely'
import { param, text } from '../plan/sql.ts'
import type { State } from './progress.ts'

// What people tell a broadcast while it is sent.

/** Puts a broadcast into another state, from those it can come from. */
export const stateQuery = (
  ledger: string,
  key: string,
  from: readonly State[],
  to: State,
  reason: string | null = null,
): RawBuilder<{ status: State }> =>
  sql<{ status: State }>`update ${sql.id(ledger, 'broadcasts')}
    set status = ${text(to)}, reason = ${param(reason, 'text')}, ended_at = ${to === 'cancelled' ? sql`now()` : sql`null`},
      tokens = 0, paced_at = now()
    where key = ${text(key)} and status = any(${param(from, 'text[]')}) returning status`

/** What is told of those of whom nothing is known. */
export type UnknownChoice = 'sent' | 'resend'

/** Says what became of messages of which nothing was known, of all people or of some. */
export const resolveQuery = (
  ledger: string,
  key: string,
  choice: UnknownChoice,
  people: readonly string[] | undefined,
): RawBuilder<{ n: number }> => {
  const some = people === undefined ? sql`` : sql` and person = any(${param(people, 'text[]')})`
  const set =
    choice === 'sent'
      ? sql`status = 'sent', reason = 'told'`
      : sql`status = 'pending', reason = null, not_before = now(), doubt_since = null, worker = null, ended_at = null`
  return sql<{ n: number }>`with told as (
      update ${sql.id(ledger, 'recipients')} set ${set} where broadcast = ${text(key)} and status = 'unknown'${some} returning 1),
    again as (
      update ${sql.id(ledger, 'broadcasts')} set status = 'sending', ended_at = null
      where key = ${text(key)} and status = 'done' and ${text(choice)} = 'resend' and exists (select from told) returning 1)
    select count(*)::float8 as n from told`
}
