import { sql, type RawBuilder } from 'kysely'
import { text } from '../plan/sql.ts'

/** The state of a broadcast. */
export type State = 'sending' | 'paused' | 'cancelled' | 'done'

/** How far a broadcast is. */
export interface Progress {
  readonly broadcast: string
  readonly state: State
  /** Why it is paused. */
  readonly reason?: string
  /** When its audience was fixed. */
  readonly frozenAt: string
  readonly endedAt?: string
  /** Everybody who was meant; the counts below make it up. */
  readonly people: number
  /** Not handed over yet, and to be. */
  readonly pending: number
  /** In the hands of a worker. */
  readonly inHand: number
  readonly sent: number
  /** Refused for good, or tried too often. */
  readonly failed: number
  /** Handed over, and nobody knows whether they were delivered. */
  readonly unknown: number
  /** Left out, when the audience was fixed or at hand-over. */
  readonly skipped: number
  /** Not sent, as the broadcast was cancelled before. */
  readonly cancelled: number
  /** Those skipped and failed, by why. */
  readonly reasons: Readonly<Record<string, number>>
  /**
   * Those of `inHand` whose worker has not been seen as often as one that lives is. It is taken back by whoever sends after `until`, when
   * the lease of the worker is over.
   */
  readonly unseen?: { readonly inHand: number; readonly until: string }
  /** When the next message is due, if none is now. */
  readonly nextAt?: string
  /** The attempt that went wrong last. */
  readonly lastFailure?: { readonly at: string; readonly class: string; readonly reason?: string }
}

interface Row {
  readonly key: string
  readonly status: State
  readonly reason: string | null
  readonly frozen_at: number
  readonly ended_at: number | null
  readonly people: number
  readonly counts: readonly { readonly status: string; readonly reason: string | null; readonly n: number }[]
  readonly failure: NonNullable<Progress['lastFailure']> | null
  readonly next: number | null
  readonly unseen: { readonly n: number; readonly until: number } | null
}

/** A worker says that it is there three times in its lease. */
const mostOfLease = 0.7

/** What became of a row; what was not handed over when its broadcast was cancelled never is. */
export const statusSql = sql`case when b.status = 'cancelled' and r.status in ('pending', 'claimed') then 'cancelled' else r.status end`

/** How far one broadcast, or each of them, is. */
export const progressQuery = (ledger: string, key?: string): RawBuilder<Row> => {
  const [broadcasts, recipients] = [sql.id(ledger, 'broadcasts'), sql.id(ledger, 'recipients')]
  const ms = (column: string) => sql`(extract(epoch from ${sql.raw(column)}) * 1000)::float8`
  return sql<Row>`select b.key, b.status, b.reason, ${ms('b.frozen_at')} as frozen_at, ${ms('b.ended_at')} as ended_at,
      b.people::float8 as people,
      (select coalesce(jsonb_agg(jsonb_build_object('status', status, 'reason', reason, 'n', n)), '[]') from (
        select ${statusSql} as status, case when r.status in ('skipped', 'failed') then r.reason end as reason, count(*) as n
        from ${recipients} as r where r.broadcast = b.key group by 1, 2) as c) as counts,
      (select jsonb_strip_nulls(jsonb_build_object('at', to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'class', a.class, 'reason', a.reason))
        from ${sql.id(ledger, 'attempts')} as a where a.broadcast = b.key order by a.at desc limit 1) as failure,
      (select ${ms('min(r.not_before)')} from ${recipients} as r where r.broadcast = b.key and r.status = 'pending' and b.status <> 'cancelled' having min(r.not_before) > now()) as next,
      (select jsonb_build_object('n', count(*), 'until', ${ms(`coalesce(max(w.seen_at), now()) + b.lease_ms * interval '1 millisecond'`)})
        from ${recipients} as r left join ${sql.id(ledger, 'workers')} as w on w.id = r.worker
        where r.broadcast = b.key and ${statusSql} in ('claimed', 'handed')
          and coalesce(w.seen_at, '-infinity') < now() - b.lease_ms * ${sql.lit(mostOfLease)} * interval '1 millisecond'
        having count(*) > 0) as unseen
    from ${broadcasts} as b ${key === undefined ? sql`` : sql`where b.key = ${text(key)}`} order by b.frozen_at, b.key`
}

/** A row of {@link progressQuery} as people read it. */
export function progressOf(row: Row): Progress {
  const count = (status: string): number =>
    row.counts.filter((one) => one.status === status).reduce((sum, { n }) => sum + n, 0)
  const reasons = row.counts.flatMap(({ reason, n }) => (reason === null ? [] : [[reason, n] as const]))
  const time = (ms: number): string => new Date(ms).toISOString()
  return {
    broadcast: row.key,
    state: row.status,
    ...(row.reason !== null && row.status === 'paused' && { reason: row.reason }),
    frozenAt: time(row.frozen_at),
    ...(row.ended_at !== null && { endedAt: time(row.ended_at) }),
    people: row.people,
    pending: count('pending'),
    inHand: count('claimed') + count('handed'),
    sent: count('sent'),
    failed: count('failed'),
    unknown: count('unknown'),
    skipped: count('skipped'),
    cancelled: count('cancelled'),
    reasons: Object.fromEntries(reasons),
    ...(row.unseen !== null && { unseen: { inHand: row.unseen.n, until: time(row.unseen.until) } }),
    ...(row.next !== null && { nextAt: time(row.next) }),
    ...(row.failure !== null && { lastFailure: row.failure }),
  }
}
