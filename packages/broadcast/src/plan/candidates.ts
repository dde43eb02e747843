import type { Roll } from '@segmentry/postgres/effect'
import { sql } from 'kysely'
import { hundredths } from '../broadcast/check.ts'
import { milliseconds } from '../broadcast/time.ts'
import type { Broadcast } from '../broadcast/types.ts'
import { addressKeySql, isAddressSql, trimmedSql } from './address.ts'
import { and, choose, instant, interval, or, param, type Sql, text } from './sql.ts'
import { capStartSql, dueSql, zonesSql, zoneSql } from './when.ts'

/** What has to be known of everybody to tell who is sent a broadcast. */
export function rollOf(broadcast: Broadcast, fields: readonly string[] = []): Roll {
  const { key, audience, address, optOut, time, holdOut, variants } = broadcast
  return {
    segments: [...Object.values(audience.include), ...Object.values(audience.exclude ?? {})],
    values: [address, optOut?.field ?? address, time?.zone ?? address],
    present: fields,
    // A number is drawn only where one is needed: a hash for each of a million people takes seconds.
    salts: [...(holdOut ? [holdOut.salt ?? `${key}/hold-out`] : []), ...(variants ? [`${key}/variant`] : [])],
  }
}

/** A broadcast at an instant, with the roll of everybody and the schema that the ledger is in. */
export interface CandidateContext {
  readonly broadcast: Broadcast
  readonly roll: Sql
  /** Milliseconds. */
  readonly now: number
  readonly ledger: string
  /** How many fields are looked at for whether they have a value. */
  readonly present: number
}

const columns = (prefix: string, count: number): readonly Sql[] =>
  Array.from({ length: count }, (_, i) => sql.id(`${prefix}_${i}`))

/**
 * Everybody who is meant, each with why they are left out if they are: the common table expressions that end in `candidate`.
 *
 * Reasons are looked at in this order, and the first that holds is told: `excluded`, `opted-out`, `no-address`, `bad-address`,
 * `suppressed`, `undecided`, `duplicate`, `held-out`, `capped`, `outranked`, `expired`. Who shares an address with somebody who is in an
 * excluded segment, or opted out, is left out for it: the one who must not be written to would be.
 */
export function candidatesSql(context: CandidateContext): Sql {
  const { broadcast, roll, ledger, present } = context
  const { audience, optOut, time, holdOut, variants, channel = 'email', topic } = broadcast
  const now = instant(context.now)
  const include = Object.keys(audience.include)
  const exclude = Object.keys(audience.exclude ?? {})
  const inIncluded = include.map((_, i) => sql`segment_${sql.raw(String(i))}`)
  const excluded = exclude.map((name, i) => [sql.id(`segment_${include.length + i}`), text(name), i] as const)
  const draws = columns('draw', (holdOut ? 1 : 0) + (variants ? 1 : 0))
  const kept = [...columns('segment', include.length), ...columns('present', present), ...draws]
  const trimmed = trimmedSql(sql`value_0`)
  const isMissing = optOut ? sql`e.opted_out is null` : sql`false`

  const everyone = sql`select id as person, ${sql.join(kept)},
      ${or(...inIncluded)} as meant,
      ${choose(
        excluded.map(([flag, , i]) => [flag, sql`${sql.lit(i)}`]),
        sql`null::int4`,
      )} as excluded,
      ${optOut ? sql`value_1` : sql`false`} as opted_out,
      ${time?.zone === undefined ? sql`null::text` : sql`value_2`} as zone,
      nullif(${trimmed}, '') as address,
      case when ${isAddressSql(trimmed, channel)} then ${addressKeySql(sql`value_0`)} end as address_key
    from (${roll}) as roll`
  const barred = sql`select address_key, min(excluded) as excluded, bool_or(opted_out) as opted_out
    from everyone where address_key is not null and (excluded is not null or opted_out) group by address_key`
  const suppressed = sql`select address_key, min(reason) as reason from ${sql.id(ledger, 'suppressions')}
    where channel = ${text(channel)} and topic in ('', ${text(topic ?? '')}) group by address_key`
  const reason = choose(
    [
      [sql`e.excluded is not null`, sql`'excluded'`],
      [sql`e.opted_out`, sql`'opted-out'`],
      [sql`e.address is null`, sql`'no-address'`],
      [sql`e.address_key is null`, sql`'bad-address'`],
      [sql`b.excluded is not null`, sql`'excluded'`],
      [sql`b.opted_out`, sql`'opted-out'`],
      [sql`s.address_key is not null`, sql`'suppressed'`],
      ...(optOut?.missing === 'send' ? [] : [[isMissing, sql`'undecided'`] as const]),
    ],
    sql`null::text`,
  )
  const names = choose(
    excluded.map(([, name, i]) => [sql`coalesce(e.excluded, b.excluded) = ${sql.lit(i)}`, name]),
    sql`null::text`,
  )
  const considered = sql`select e.*, ${reason} as reason, ${names} as excluded_name, s.reason as suppression
    from everyone as e left join barred as b on b.address_key = e.address_key
      left join (${suppressed}) as s on s.address_key = e.address_key where e.meant`
  const doubles = sql`select address_key, min(person) as first from considered
    where reason is null group by address_key having count(*) > 1`
  const drawn = sql`select c.person, c.address, c.address_key, ${sql.join(kept.map((column) => sql`c.${column}`))},
      case c.reason when 'excluded' then c.excluded_name when 'suppressed' then c.suppression end as detail,
      ${time ? sql`case when z.name is null then c.zone end` : sql`null::text`} as unknown_zone,
      ${zoneSql(broadcast, sql`c.zone`, sql`z.name`)} as zone,
      ${choose(
        [
          [sql`c.reason is not null`, sql`c.reason`],
          [sql`d.first <> c.person`, sql`'duplicate'`],
          ...(holdOut === undefined
            ? []
            : [[sql`c.draw_0 < ${sql.lit(hundredths(holdOut.percent)!)}`, sql`'held-out'`] as const]),
        ],
        sql`null`,
      )} as reason
    from considered as c left join doubles as d on d.address_key = c.address_key${
      time ? sql` left join ${zonesSql} as z on z.name = lower(c.zone)` : sql``
    }`
  const capped = cappedSql(context, sql`drawn`, now)
  const due = dueSql(broadcast, sql`d.zone`, now)
  const timed = sql`select d.*, k.reason as cap, ${due} as due from drawn as d left join capped as k on k.person = d.person and d.reason is null`
  const late = broadcast.expires === undefined ? undefined : interval(milliseconds(broadcast.expires)!)
  const candidate = sql`select t.*, ${choose(
    [
      [sql`t.reason is not null`, sql`t.reason`],
      [sql`t.cap is not null`, sql`t.cap`],
      ...(late === undefined ? [] : [[sql`t.due > ${now} + ${late}`, sql`'expired'`] as const]),
    ],
    sql`null`,
  )} as why, ${variants ? variantSql(variants, draws.at(-1)!) : sql`null::text`} as variant from timed as t`

  return sql`everyone as materialized (${everyone}), barred as (${barred}), considered as materialized (${considered}),
    doubles as (${doubles}), drawn as materialized (${drawn}), capped as (${capped}), timed as (${timed}), candidate as (${candidate})`
}

/** The variant that a person's number falls to, one after the other. */
function variantSql(variants: Readonly<Record<string, number>>, draw: Sql): Sql {
  let end = 0
  return choose(
    Object.entries(variants).map(([name, percent]) => {
      end += hundredths(percent)!
      return [sql`${draw} < ${sql.lit(end)}`, text(name)] as const
    }),
    sql`null::text`,
  )
}

/** Who of a relation has had as much as the caps allow, or will have had once broadcasts of a higher priority are through. */
function cappedSql({ broadcast, ledger }: CandidateContext, from: Sql, now: Sql): Sql {
  const { caps = [] } = broadcast
  if (caps.length === 0) return sql`select null::text as person, null::text as reason where false`
  const had = sentSql(broadcast, ledger, now)
  const each = caps.map((cap) => {
    const start = capStartSql('within' in cap ? cap : {}, sql`coalesce(d.zone, 'UTC')`, now)
    return sql`select d.person, case when count(*) filter (where not h.ahead) >= ${param(cap.atMost, 'int8')} then 'capped' else 'outranked' end as reason
      from ${from} as d join (${had}) as h on h.address_key = d.address_key
      where d.reason is null and (h.ahead or h.handed_at >= ${start})
      group by d.person having count(*) >= ${param(cap.atMost, 'int8')}`
  })
  return sql`select person, min(reason) as reason from (${sql.join(each, sql` union all `)}) as every_cap group by person`
}

/** What an address has been sent lately on the broadcast's channel, and what is ahead of it in broadcasts that take precedence. */
export function sentSql(
  { key, channel = 'email', caps = [], priority = 0 }: Broadcast,
  ledger: string,
  now: Sql,
): Sql {
  // A day of a person's zone began at most a day ago, and an hour more where clocks went back.
  const longest = Math.max(...caps.map((cap) => ('within' in cap ? milliseconds(cap.within)! : 90_000_000)))
  const [recipients, broadcasts] = [sql.id(ledger, 'recipients'), sql.id(ledger, 'broadcasts')]
  const others = and(sql`b.channel = ${text(channel)}`, sql`r.broadcast <> ${text(key)}`)
  return sql`select r.address_key, r.handed_at, false as ahead from ${recipients} as r join ${broadcasts} as b on b.key = r.broadcast
      where r.handed_at >= ${now} - ${interval(longest)} and r.status in ('handed', 'sent', 'unknown') and ${others}
    union all
    select r.address_key, null, true from ${recipients} as r join ${broadcasts} as b on b.key = r.broadcast
      where r.status in ('pending', 'claimed') and b.status in ('sending', 'paused') and b.priority > ${param(priority, 'int4')} and ${others}`
}
