import { type RawBuilder, sql } from 'kysely'
import type { Broadcast } from '../broadcast/types.ts'
import { type CandidateContext, candidatesSql } from './candidates.ts'
import { param, type Sql } from './sql.ts'

/** Why somebody who was meant is not sent to; the first of them that holds, in this order. */
export type Reason = (typeof reasons)[number]

export const reasons = [
  'excluded',
  'opted-out',
  'no-address',
  'bad-address',
  'suppressed',
  'undecided',
  'duplicate',
  'held-out',
  'capped',
  'outranked',
  'expired',
] as const

/** What a broadcast would do, counted and not sent. */
export interface BroadcastPlan<
  I extends string = string,
  X extends string = string,
  V extends string = string,
> {
  readonly broadcast: string
  /** A hash of the definition that was planned. */
  readonly version: string
  /** The instant all of it is true of. */
  readonly at: string
  /** People in any included segment. */
  readonly considered: number
  /** People who would be sent to: `considered` less everybody in `leftOut`. What `send` wants confirmed. */
  readonly toSend: number
  /** People in each included segment; somebody in two is counted in both. */
  readonly included: Readonly<Record<I, number>>
  /** Everybody who is not sent to, by the first reason that holds. */
  readonly leftOut: Readonly<Record<Reason, number>>
  /** Those left out as `excluded`, by the first excluded segment they, or somebody with their address, are in. */
  readonly excluded: Readonly<Record<X, number>>
  /** Those left out as `suppressed`, by why their address is. */
  readonly suppressed: Readonly<Record<string, number>>
  /** Those sent to, by variant. */
  readonly variants: Readonly<Record<V, number>>
  /** Those sent to for whom a field of the message has no value, by field. */
  readonly missing: Readonly<Record<string, number>>
  /** The ids of some people, in order: of those sent to, and by reason. */
  readonly samples: Readonly<Record<Reason | 'toSend', readonly string[]>>
  /** People with a zone that the database does not know; they are sent to by the broadcast's other zone. */
  readonly unknownZones: number
  /** Seconds from the first message to the last, at the given rate and by when people may be sent to. */
  readonly seconds?: number
  /** When its audience was fixed, if it was: `send` goes on with that one, whatever this plan counts. */
  readonly frozenAt?: string
  /** What has to be said in the definition before anybody is sent anything. */
  readonly undecided: readonly string[]
}

interface Group {
  readonly why: Reason | null
  readonly detail: string | null
  readonly variant: string | null
  readonly n: number
  readonly people: readonly string[]
  readonly included: readonly number[]
  readonly missing: readonly number[]
  readonly unknown_zones: number
  readonly last: number
}

/** Everybody who is meant, counted by what becomes of them. */
export function planQuery(context: CandidateContext, sampleSize: number): RawBuilder<Group> {
  const included = Object.keys(context.broadcast.audience.include)
  const counts = (conditions: readonly Sql[]): Sql =>
    sql`jsonb_build_array(${sql.join(conditions.map((condition) => sql`count(*) filter (where ${condition})`))})`
  const inIncluded = included.map((_, i) => sql.id(`segment_${i}`))
  const missing = Array.from({ length: context.present }, (_, i) => sql`not ${sql.id(`present_${i}`)}`)
  return sql<Group>`with ${candidatesSql(context)}
    select why, detail, variant, count(*)::float8 as n, (array_agg(person order by person))[1:${param(sampleSize, 'int4')}] as people,
      ${counts(inIncluded)} as included, ${counts(missing)} as missing, count(unknown_zone)::float8 as unknown_zones,
      (extract(epoch from max(due)) * 1000)::float8 as last
    from candidate group by why, detail, variant`
}

/** What a plan is made of, beside the counts. */
export interface PlanInput {
  readonly broadcast: Broadcast
  readonly now: number
  /** The fields of the message. */
  readonly fields: readonly string[]
  /** Messages a second, if that is limited. */
  readonly perSecond: number | undefined
  readonly sampleSize: number
}

/** The plan that groups of people make. */
export function planOf(
  groups: readonly Group[],
  { broadcast, now, fields, perSecond, sampleSize }: PlanInput,
): BroadcastPlan {
  const { audience, variants = {}, optOut } = broadcast
  const sent = groups.filter(({ why }) => why === null)
  const total = (some: readonly Group[]): number => some.reduce((sum, { n }) => sum + n, 0)
  const because = (reason: Reason) => groups.filter(({ why }) => why === reason)
  const byDetail = (reason: Reason, known: readonly string[] = []): Record<string, number> => {
    const counts = new Map(known.map((name) => [name, 0]))
    for (const { detail, n } of because(reason)) counts.set(detail!, (counts.get(detail!) ?? 0) + n)
    return Object.fromEntries(counts)
  }
  const sampled = (some: readonly Group[]): readonly string[] =>
    some
      .flatMap(({ people }) => people)
      .toSorted(byCodePoint)
      .slice(0, sampleSize)
  const each = <T>(of: (reason: Reason) => T): Record<Reason, T> =>
    Object.fromEntries(reasons.map((reason) => [reason, of(reason)])) as Record<Reason, T>
  const nth = (some: readonly Group[], of: (group: Group) => readonly number[], i: number): number =>
    some.reduce((sum, group) => sum + (of(group)[i] ?? 0), 0)

  const toSend = total(sent)
  const leftOut = each((reason) => total(because(reason)))
  const wait = Math.max(0, ...sent.map(({ last }) => (last - now) / 1000))
  const seconds = perSecond === undefined ? undefined : Math.ceil(Math.max(wait, toSend / perSecond))
  const open =
    leftOut.undecided > 0 && optOut!.missing === undefined
      ? [`${people(leftOut.undecided)} no value in '${optOut!.field}': say optOut.missing: 'send' or 'skip'`]
      : []
  return {
    broadcast: broadcast.key,
    version: broadcast.version,
    at: new Date(now).toISOString(),
    considered: total(groups),
    toSend,
    included: Object.fromEntries(
      Object.keys(audience.include).map((key, i) => [key, nth(groups, ({ included }) => included, i)]),
    ),
    leftOut,
    excluded: byDetail('excluded', Object.keys(audience.exclude ?? {})),
    suppressed: byDetail('suppressed'),
    variants: Object.fromEntries(
      Object.keys(variants).map((key) => [key, total(sent.filter(({ variant }) => variant === key))]),
    ),
    missing: Object.fromEntries(fields.map((field, i) => [field, nth(sent, ({ missing }) => missing, i)])),
    samples: { toSend: sampled(sent), ...each((reason) => sampled(because(reason))) },
    unknownZones: groups.reduce((sum, group) => sum + group.unknown_zones, 0),
    ...(seconds !== undefined && { seconds }),
    undecided: open,
  }
}

const people = (count: number): string => (count === 1 ? '1 person has' : `${count} people have`)

/** As Postgres puts ids in order, which is by code point. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
