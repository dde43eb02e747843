import { sql, type RawBuilder } from 'kysely'
import { text } from '../plan/sql.ts'

/** Attempts of a broadcast that went wrong alike: with one class and one code. */
export interface Failures {
  readonly class: string
  /** The provider's own code, such as `550 5.1.1`. */
  readonly code?: string
  readonly count: number
  /** What the last of them was told. */
  readonly reason?: string
  readonly lastAt: string
}

/** The kinds of attempts that went wrong, the most frequent first. */
export const failuresQuery = (ledger: string, key: string): RawBuilder<{ failures: Failures }> =>
  sql<{
    failures: Failures
  }>`select jsonb_strip_nulls(jsonb_build_object('class', a.class, 'code', a.code, 'count', count(*),
      'reason', (array_agg(a.reason order by a.at desc, a.person))[1],
      'lastAt', to_char(max(a.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as failures
    from ${sql.id(ledger, 'attempts')} as a where a.broadcast = ${text(key)}
    group by a.class, a.code order by count(*) desc, a.class, a.code limit 100`
