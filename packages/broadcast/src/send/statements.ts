import { sql, type RawBuilder } from 'kysely'
import type { Broadcast } from '../broadcast/types.ts'
import { milliseconds } from '../broadcast/time.ts'
import { sentSql } from '../plan/candidates.ts'
import { choose, interval, param, type Sql, text } from '../plan/sql.ts'
import { capStartSql, quietEndSql } from '../plan/when.ts'
import { type Pace, perSecond } from './pace.ts'
import type { Settlement } from './settlement.ts'

// What a worker asks of the ledger. A message goes from `pending` to `claimed`, which is free to be taken back, and is `handed`
// by a statement that is committed before the transport is called: whoever finds it so after a crash knows that it may have been
// delivered, and all others that they have not.

/** Whose ledger it is, and who asks. */
export interface Desk {
  readonly ledger: string
  readonly broadcast: Broadcast
  readonly worker: string
}

/** The key of a message, as `messageKey` makes it. */
const keySql: Sql = sql`encode(sha256(convert_to(r.broadcast, 'UTF8') || decode('00', 'hex') || convert_to(r.person, 'UTF8')), 'hex')`

/** A message that a worker has claimed. */
export interface Claimed {
  readonly person: string
  readonly address: string
  readonly variant: string | null
  readonly attempt: number
}

const recipients = ({ ledger }: Desk): Sql => sql.id(ledger, 'recipients')
const broadcasts = ({ ledger }: Desk): Sql => sql.id(ledger, 'broadcasts')
const workers = ({ ledger }: Desk): Sql => sql.id(ledger, 'workers')
const own = ({ broadcast }: Desk): Sql => sql`r.broadcast = ${text(broadcast.key)}`

/** Claims what is due, the earliest first, and passes over what others are claiming. */
export const claimQuery = (desk: Desk, most: number): RawBuilder<Claimed> =>
  sql<Claimed>`with due as (
      select r.person from ${recipients(desk)} as r where ${own(desk)} and r.status = 'pending' and r.not_before <= now()
        and exists (select from ${broadcasts(desk)} as b where b.key = ${text(desk.broadcast.key)} and b.status = 'sending')
      order by r.not_before, r.person limit ${param(most, 'int8')} for update skip locked)
    update ${recipients(desk)} as r set status = 'claimed', worker = ${text(desk.worker)}
    from due where ${own(desk)} and r.person = due.person
    returning r.person, r.address, r.variant, r.attempt`

/**
 * Keeps other broadcasts from handing over to the same addresses until the transaction ends: both would find room below a cap.
 *
 * It is a statement of its own, so that the next one sees what those have done who were waited for.
 */
export const lockQuery = (desk: Desk, people: readonly string[]): RawBuilder<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended('segmentry address ' || address_key, 0)) from (
    select distinct r.address_key from ${recipients(desk)} as r where ${own(desk)} and r.person = any(${param(people, 'text[]')})
    order by r.address_key) as addresses`

/** What was decided of a message at hand-over. */
export interface HandedRow {
  /** The state of the broadcast. */
  readonly state: string
  readonly person: string | null
  readonly status: string | null
}

/** What may be handed over without a second look: nothing but suppressions can have changed since it was claimed. */
export const isPlain = ({ caps = [], time, expires }: Broadcast): boolean =>
  caps.length === 0 && time?.quiet === undefined && expires === undefined

/**
 * Writes down what became of messages, and hands over those of the next ones that nothing speaks against; what it passes over is
 * for {@link handQuery}. The quick way for what is nearly always so: it is done for every few messages, and Postgres plans it anew each time.
 */
export function quickQuery(
  desk: Desk,
  settled: readonly Settlement[],
  next: readonly string[],
): RawBuilder<HandedRow> {
  const { broadcast, worker, ledger } = desk
  const { channel = 'email', topic = '', key } = broadcast
  const written =
    settled.length === 0
      ? []
      : settled.every(({ status }) => status === 'sent')
        ? [messagesSentSql(desk, settled)]
        : [settledSql(desk, settled)]
  const handed = sql`handed as (
      update ${recipients(desk)} as r set status = 'handed', handed_at = now(), key = ${keySql}
      where ${own(desk)} and r.person = any(${param(padded(next), 'text[]')}) and r.worker = ${text(worker)} and r.status in ('claimed', 'handed')
        and r.doubt_since is null
        and exists (select from ${broadcasts(desk)} as b where b.key = ${text(key)} and b.status = 'sending')
        and not exists (select from ${sql.id(ledger, 'suppressions')} as s
          where s.channel = ${text(channel)} and s.address_key = r.address_key and s.topic in ('', ${text(topic)}))
      returning r.person)`
  const parts = next.length === 0 ? written : [...written, handed]
  const joined =
    next.length === 0
      ? sql`select b.status as state, null::text as person, null::text as status from ${broadcasts(desk)} as b`
      : sql`select b.status as state, h.person, 'handed' as status from ${broadcasts(desk)} as b left join handed as h on true`
  return sql<HandedRow>`${parts.length > 0 ? sql`with ${sql.join(parts)} ` : sql``}${joined} where b.key = ${text(key)}`
}

/** Writes down messages that were sent. */
const messagesSentSql = (desk: Desk, settled: readonly Settlement[]): Sql =>
  sql`settled as (
      update ${recipients(desk)} as r set status = 'sent', reason = null, detail = null, message = coalesce(o.message, r.message),
        attempt = r.attempt + 1, doubt_since = null, ended_at = now()
      from unnest(${column(settled, ({ person }) => person, 'text')}, ${column(settled, ({ message }) => message, 'text')}) as o(person, message)
      where ${own(desk)} and r.person = o.person and r.worker = ${text(desk.worker)} and r.status in ('claimed', 'handed', 'unknown'))`

/** A property of each settlement as an array. */
const column = (settled: readonly Settlement[], of: (one: Settlement) => unknown, type: string): Sql =>
  param(padded(settled.map((one) => of(one) ?? null)), `${type}[]`)

/**
 * A list of so many that Postgres keeps one plan for lists of all lengths.
 *
 * For a list that it has not seen it takes ten; while plans for the lists that it sees seem cheaper than that, it makes one each time, which
 * takes as long as running it. What is NULL is nobody.
 */
const padded = (list: readonly unknown[]): readonly unknown[] => [
  ...list,
  ...Array.from({ length: Math.max(0, leastListed - list.length) }, () => null),
]

const leastListed = 16

/**
 * Hands messages over, or says why not.
 *
 * It is looked once more whether the address is suppressed, the caps are used up, it is too late, or the hour is quiet.
 * A message that this worker was told to hand over before, and whose answer was lost on the way, is handed over now: the transport has
 * not seen it.
 */
export function handQuery(
  desk: Desk,
  next: readonly string[],
  remembersMs: number | undefined,
): RawBuilder<HandedRow> {
  const { broadcast, worker, ledger } = desk
  const { channel = 'email', topic = '', caps = [], time, expires, key } = broadcast
  const zone = sql`coalesce(m.zone, 'UTC')`
  const suppressed = sql`exists (select from ${sql.id(ledger, 'suppressions')} as s
    where s.channel = ${text(channel)} and s.address_key = m.address_key and s.topic in ('', ${text(topic)}))`
  const late =
    expires === undefined ? undefined : sql`b.frozen_at + ${interval(milliseconds(expires)!)} < now()`
  const isOld =
    remembersMs === undefined
      ? sql`m.doubt_since is not null`
      : sql`m.doubt_since <= now() - ${interval(Math.max(0, remembersMs - clockMarginMs))}`
  const quiet = quietEndSql(time?.quiet, zone, sql`now()`)
  const capReasons = caps.map((cap) => {
    const start = capStartSql('within' in cap ? cap : {}, zone, sql`now()`)
    const counted = sql`select case when count(*) filter (where not h.ahead) >= ${param(cap.atMost, 'int8')} then 'capped'
        when count(*) >= ${param(cap.atMost, 'int8')} then 'outranked' end
      from (${sentSql(broadcast, ledger, sql`now()`)}) as h where h.address_key = m.address_key and (h.ahead or h.handed_at >= ${start})`
    return sql`(${counted})`
  })
  const reason = choose(
    [[suppressed, sql`'suppressed'`], ...(late === undefined ? [] : [[late, sql`'expired'`] as const])],
    capReasons.length === 0 ? sql`null` : sql`coalesce(${sql.join(capReasons)})`,
  )
  return sql<HandedRow>`with mine as (
      select r.* from ${recipients(desk)} as r where ${own(desk)} and r.person = any(${param(next, 'text[]')}) and r.worker = ${text(worker)}
        and r.status in ('claimed', 'handed')
        and exists (select from ${broadcasts(desk)} as b where b.key = ${text(key)} and b.status = 'sending') for update),
    judged as (
      select m.person, ${isOld} as is_old, ${reason} as reason, ${quiet} as due
      from mine as m join ${broadcasts(desk)} as b on b.key = m.broadcast),
    handed as (
      update ${recipients(desk)} as r set
        status = case when j.is_old then 'unknown' when j.reason is not null then 'skipped' when j.due > now() then 'pending' else 'handed' end,
        reason = case when j.is_old then r.reason else j.reason end,
        not_before = greatest(r.not_before, j.due),
        handed_at = case when j.is_old or j.reason is not null or j.due > now() then r.handed_at else now() end,
        key = case when j.is_old or j.reason is not null or j.due > now() then r.key else ${keySql} end,
        ended_at = case when j.is_old or j.reason is not null then now() end
      from judged as j where ${own(desk)} and r.person = j.person
      returning r.person, r.status)
    select b.status as state, h.person, h.status from ${broadcasts(desk)} as b left join handed as h on true where b.key = ${text(key)}`
}

/** What the provider remembers is asked for a minute less, for its clock and the way there. */
const clockMarginMs = 60_000

/** The common table expressions that write down what became of messages. */
function settledSql(desk: Desk, settled: readonly Settlement[]): Sql {
  const { ledger, broadcast, worker } = desk
  const outcomes = sql`select * from unnest(
    ${column(settled, ({ person }) => person, 'text')}, ${column(settled, ({ status }) => status, 'text')}, ${column(settled, ({ reason }) => reason, 'text')},
    ${column(settled, ({ detail }) => detail, 'text')}, ${column(settled, ({ message }) => message, 'text')}, ${column(settled, ({ waitMs }) => waitMs, 'float8')},
    ${column(settled, ({ counts }) => counts, 'boolean')}, ${column(settled, ({ doubtful }) => doubtful === true, 'boolean')},
    ${column(settled, ({ suppress }) => suppress === true, 'boolean')}, ${column(settled, ({ failure }) => failure?.class, 'text')},
    ${column(settled, ({ failure }) => failure?.code, 'text')}, ${column(settled, ({ failure }) => failure?.reason, 'text')}
  ) as o(person, status, reason, detail, message, wait, counts, doubtful, suppress, class, code, failure)`
  return sql`outcomes as (${outcomes}),
    settled as (
      update ${recipients(desk)} as r set status = o.status, reason = o.reason, detail = o.detail, message = coalesce(o.message, r.message),
        attempt = r.attempt + case when o.counts then 1 else 0 end,
        not_before = case when o.status = 'pending' then now() + coalesce(o.wait, 0) * interval '1 millisecond' else r.not_before end,
        doubt_since = case when o.doubtful then coalesce(r.doubt_since, r.handed_at) when o.status = 'pending' then r.doubt_since end,
        worker = case when o.status = 'pending' then null else r.worker end,
        ended_at = case when o.status <> 'pending' then now() end
      from outcomes as o where ${own(desk)} and r.person = o.person and r.worker = ${text(worker)} and r.status in ('claimed', 'handed', 'unknown')
      returning r.person, r.attempt, r.address_key, o.class, o.code, o.failure, o.suppress),
    tried as (
      insert into ${sql.id(ledger, 'attempts')} (broadcast, person, attempt, class, code, reason)
      select ${text(broadcast.key)}, person, attempt, class, code, failure from settled where class is not null
      on conflict (broadcast, person, attempt) do update set at = now(), class = excluded.class, code = excluded.code, reason = excluded.reason),
    suppressed as (
      insert into ${sql.id(ledger, 'suppressions')} (channel, address_key, topic, reason, detail)
      select distinct on (address_key) ${text(broadcast.channel ?? 'email')}, address_key, '', 'refused', failure from settled where suppress
      on conflict do nothing)`
}

/** What may be handed over now, of so many, by the pace that all workers keep together. */
export interface Granted {
  readonly granted: number
  /** How long until one more may be. */
  readonly wait: number
}

/** Takes the right to hand over messages, as far as the pace allows. */
export function takeQuery(desk: Desk, wanted: number, pace: Pace): RawBuilder<Granted> {
  const rate = perSecond(pace)
  const { warmUp = [] } = pace
  // Another transaction may have gone before while this one waited: the transaction's own time would then run backwards.
  const clock = sql`clock_timestamp()`
  const have =
    rate === undefined
      ? param(wanted, 'float8')
      : sql`least(${param(Math.max(1, rate), 'float8')},
          b.tokens + greatest(0, extract(epoch from ${clock} - coalesce(b.paced_at, b.frozen_at)))::float8 * ${param(rate, 'float8')})`
  const day = sql`floor(extract(epoch from ${clock} - b.frozen_at) / 86400)::int4`
  const today = sql`case when t.ramp_day = t.day then t.ramp_used else 0 end`
  const ramp = sql`(${param(warmUp, 'int8[]')})[t.day + 1]`
  const left = sql`coalesce(${ramp} - (${today}), ${param(wanted, 'int8')})`
  const key = text(desk.broadcast.key)
  return sql<Granted>`with t as (select b.*, ${have} as have, ${day} as day from ${broadcasts(desk)} as b where b.key = ${key} for update),
    g as (select t.*, greatest(0, least(${param(wanted, 'int8')}, floor(t.have), ${left}))::float8 as granted, ${left} as left_today from t)
    update ${broadcasts(desk)} as b set tokens = g.have - g.granted, paced_at = ${clock}, ramp_day = g.day,
      ramp_used = case when g.ramp_day = g.day then g.ramp_used else 0 end + g.granted::int8
    from g where b.key = g.key
    returning g.granted, case when g.left_today <= 0 then (86400 - mod(extract(epoch from ${clock} - b.frozen_at), 86400)) * 1000
      else greatest(0, 1 - (g.have - g.granted)) / ${param(rate ?? 1, 'float8')} * 1000 end::float8 as wait`
}

/** Says that a worker is at work. */
export const beatQuery = (desk: Desk): RawBuilder<unknown> =>
  sql`insert into ${workers(desk)} (id, broadcast, seen_at) values (${text(desk.worker)}, ${text(desk.broadcast.key)}, now())
    on conflict (id) do update set seen_at = now()`

/**
 * Takes back what workers had in hand that have not been seen for a time.
 *
 * What was only claimed is due again. What was handed over may have been delivered: it is `unknown`, or due again where the provider
 * remembers it.
 */
export const reclaimQuery = (
  desk: Desk,
  leaseMs: number,
  remembersMs: number | undefined,
): RawBuilder<unknown> => {
  const again =
    remembersMs === undefined
      ? sql`r.status = 'claimed'`
      : sql`(r.status = 'claimed' or coalesce(r.doubt_since, r.handed_at) > now() - ${interval(Math.max(0, remembersMs - clockMarginMs))})`
  return sql`update ${recipients(desk)} as r set
      status = case when ${again} then 'pending' else 'unknown' end,
      reason = case when ${again} then r.reason else 'crashed' end,
      doubt_since = case when r.status = 'handed' and ${again} then coalesce(r.doubt_since, r.handed_at) else r.doubt_since end,
      worker = case when ${again} then null else r.worker end,
      ended_at = case when ${again} then r.ended_at else now() end
    where ${own(desk)} and r.status in ('claimed', 'handed')
      and not exists (select from ${workers(desk)} as w where w.id = r.worker and w.seen_at > now() - ${interval(leaseMs)})`
}

/** Gives back what a worker has claimed and not handed over, and takes its leave. */
export const leaveQuery = (desk: Desk): RawBuilder<unknown> =>
  sql`with given as (
      update ${recipients(desk)} as r set status = 'pending', worker = null
      where ${own(desk)} and r.worker = ${text(desk.worker)} and r.status = 'claimed' returning 1)
    delete from ${workers(desk)} where id = ${text(desk.worker)} and (select count(*) from given) >= 0`

/** How a broadcast stands for a worker that has nothing in hand. */
export interface Rest {
  readonly state: string
  /** Milliseconds until something is due; null when nothing will be. */
  readonly wait: number | null
  /** Whether another worker has something in hand. */
  readonly others: boolean
}

/** Ends a broadcast in which nothing is left to do, and says how it stands. */
export const restQuery = (desk: Desk): RawBuilder<Rest> => {
  const { key } = desk.broadcast
  const next = sql`(select min(r.not_before) from ${recipients(desk)} as r where ${own(desk)} and r.status = 'pending')`
  const others = sql`exists (select from ${recipients(desk)} as r where ${own(desk)} and r.status in ('claimed', 'handed'))`
  return sql<Rest>`with rest as (select ${next} as next, ${others} as others),
    ended as (
      update ${broadcasts(desk)} as b set status = 'done', ended_at = now() from rest
      where b.key = ${text(key)} and b.status = 'sending' and rest.next is null and not rest.others returning b.status)
    select coalesce((select status from ended), b.status) as state, rest.others,
      (extract(epoch from rest.next - now()) * 1000)::float8 as wait
    from ${broadcasts(desk)} as b, rest where b.key = ${text(key)}`
}
