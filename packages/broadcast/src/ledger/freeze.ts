import { compiled, type EvaluationError, type Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { stableText } from '@segmentry/core'
import { type Decisive, decisiveOf } from '../broadcast/version.ts'
import { BroadcastError, issueOf } from '../errors.ts'
import { type CandidateContext, candidatesSql } from '../plan/candidates.ts'
import type { Reason } from '../plan/plan.ts'
import { instant, param, text } from '../plan/sql.ts'

/** What the caller has confirmed: how many are sent to, and by what share the live count may depart from it. */
export interface Confirmed {
  readonly confirm: number
  readonly tolerance: number
}

/** Whether a call froze the broadcast, or found it frozen, and which version of it. */
export interface Frozen {
  readonly frozen: boolean
  readonly version: string
  /** What it was frozen with. */
  readonly definition: Decisive
  /** Milliseconds. */
  readonly frozenAt: number
}

/**
 * Fixes the audience of a broadcast: one statement, one instant, a row for everybody who was meant.
 *
 * Nothing is stored when the live count departs from the confirmed one, or when something is undecided. Succeeds with whether this
 * call froze it: another one may have, at the same time, and then this one waits and finds it done.
 */
export const freeze = (
  session: Session,
  context: CandidateContext,
  { confirm, tolerance }: Confirmed,
): Effect.Effect<Frozen, EvaluationError | BroadcastError> =>
  Effect.gen(function* () {
    const { broadcast, ledger } = context
    const { key, version, channel = 'email', topic = '', priority = 0 } = broadcast
    const [broadcasts, recipients] = [sql.id(ledger, 'broadcasts'), sql.id(ledger, 'recipients')]
    yield* session.run(
      compiled(
        sql`select pg_advisory_xact_lock(hashtextextended(${`segmentry broadcast ${ledger} ${key}`}::text, 0))`,
      ),
    )
    const [there] = yield* session.run(
      compiled(
        sql<{
          version: string
          definition: Decisive
          at: number
        }>`select version, definition, (extract(epoch from frozen_at) * 1000)::float8 as at from ${broadcasts} where key = ${text(key)}`,
      ),
    )
    if (there) {
      return {
        frozen: false,
        version: there.version,
        definition: there.definition,
        frozenAt: there.at,
      }
    }
    const now = instant(context.now)
    // In the order of the widest index, which then grows at its end.
    const written = yield* session.run(
      compiled(sql<{ reason: Reason | null; n: number }>`with ${candidatesSql(context)},
        written as (
          insert into ${recipients} (broadcast, person, address, address_key, variant, zone, status, reason, detail, not_before, ended_at)
          select ${text(key)}, person, address, address_key, case when why is null then variant end, zone,
            case when why is null then 'pending' else 'skipped' end, why, detail,
            case when why is null then due end, case when why is not null then ${now} end
          from candidate order by address_key, person returning reason)
        select reason, count(*)::float8 as n from written group by reason`),
    )
    const counted = (reason: Reason | null): number => written.find((row) => row.reason === reason)?.n ?? 0
    const undecided = counted('undecided')
    if (undecided > 0 && broadcast.optOut!.missing === undefined)
      return yield* notDecided(key, broadcast.optOut!.field, undecided)
    const toSend = counted(null)
    if (Math.abs(toSend - confirm) > confirm * tolerance) {
      return yield* countMoved(key, toSend, confirm, tolerance)
    }
    const definition = decisiveOf(broadcast)
    const all = written.reduce((sum, { n }) => sum + n, 0)
    yield* session.run(
      compiled(sql`insert into ${broadcasts} (key, version, definition, channel, topic, priority, status, frozen_at, people)
        values (${text(key)}, ${text(version)}, ${param(stableText(definition), 'jsonb')}, ${text(channel)}, ${text(topic)}, ${param(priority, 'int4')}, 'sending', ${now},
          ${param(all, 'int8')})`),
    )
    return { frozen: true, version, definition, frozenAt: context.now }
  })

const notDecided = (broadcast: string, field: string, count: number): BroadcastError =>
  new BroadcastError({
    code: 'undecided',
    broadcast,
    issues: [
      issueOf(
        ['optOut', 'missing'],
        `no choice for ${count === 1 ? '1 person who has' : `${count} people who have`} no value in '${field}'`,
        "'send' or 'skip'",
      ),
    ],
  })

function countMoved(broadcast: string, found: number, confirm: number, tolerance: number): BroadcastError {
  const margin = Math.floor(confirm * tolerance)
  const expected =
    margin === 0 ? `${confirm}, as confirmed` : `${confirm}, as confirmed, give or take ${margin}`
  const issue = issueOf(['confirm'], `${found} people to send to`, expected)
  const message = `${issue.message}. Nobody was sent anything: plan again, and confirm what it says`
  return new BroadcastError({ code: 'count-moved', broadcast, issues: [{ ...issue, message }] })
}
