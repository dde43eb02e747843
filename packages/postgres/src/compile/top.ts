import { type CheckedSet, type EventRanking, mayBeNothing, type Node, type Top } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, param, type Sql } from '../read/reading.ts'
import { measureReading } from './measure.ts'
import { beyondId, countQuery, members, membersQuery, type MembersPage } from './query.ts'
import type { CompileContext } from './rule.ts'
import { streamOf } from './stream.ts'

/** A rule in normal form, and which of its members are taken, where not all are. */
export interface Asked {
  readonly rule: Node
  readonly top?: Top
}

/** How many people are asked for. */
export const countOf = ({ rule, top }: Asked, context: CompileContext): RawBuilder<{ n: string }> =>
  top ? topCountQuery({ rule, top }, context) : countQuery(rule, context)

/** The ids of the people who are asked for, as {@link membersQuery} lists them. */
export const membersOf = (
  { rule, top }: Asked,
  context: CompileContext,
  page: MembersPage = {},
): RawBuilder<{ id: string }> =>
  top ? topMembersQuery({ rule, top }, context, page) : membersQuery(rule, context, page)

/** The people who are asked for as a set, in no order: `member` is the id as the id column has it. */
export function relationOf({ rule, top }: Asked, context: CompileContext): RawBuilder<unknown> {
  const { id } = context.source.people
  if (top) return sql`select ${id} as member from ${topPeople({ rule, top }, context)}`
  const { from, where } = members(rule, context)
  return sql`select ${id} as member from ${from} where ${where}`
}

/** How many people a top list has: all that have a value, up to so many, in no order. */
function topCountQuery(set: CheckedSet, context: CompileContext): RawBuilder<{ n: string }> {
  const { from, where, rank } = alwaysRanked(set.top)
    ? { ...members(set.rule, context), rank: undefined }
    : ranked(set, context)
  const all = rank ? and(where, sql`${rank} is not null`) : where
  return sql<{
    n: string
  }>`select count(*)::text as n from (select from ${from} where ${all} limit ${limitOf(set.top)}) as top`
}

/** The ids of the people of a top list: found first, and then listed as all members are. */
function topMembersQuery(
  set: CheckedSet,
  context: CompileContext,
  { after, limit }: MembersPage,
): RawBuilder<{ id: string }> {
  const { id } = context.source.people
  const beyond = beyondId(after, context.source)
  const page = beyond === undefined ? sql`` : sql` where ${beyond}`
  const most = limit === undefined ? sql`` : sql` limit ${param(limit, 'int8')}`
  return sql<{
    id: string
  }>`select ${id}::text as id from ${topPeople(set, context)}${page} order by ${id}${most}`
}

/** The people of a top list as a FROM item with the alias `p`, in no order. */
function topPeople(set: CheckedSet, context: CompileContext): Sql {
  const { id, idColumn } = context.source.people
  const { from, where, rank, isThere } = ranked(set, context)
  const order = set.top.order === 'most' ? sql`desc` : sql`asc`
  // Those without a value come last, and are then left out: it is worked out once, where a condition would do so again.
  const last = isThere ? sql`` : sql` nulls last`
  const column = sql.id(rankColumn(idColumn))
  const top = sql`select ${id} as ${sql.id(idColumn)}, ${rank} as ${column} from ${from} where ${where} order by ${column} ${order}${last}, ${id}::text collate "C" limit ${limitOf(set.top)}`
  return isThere ? sql`(${top}) as p` : sql`(select * from (${top}) as p where ${column} is not null) as p`
}

/** A name for the value beside the id. */
const rankColumn = (idColumn: string): string => (idColumn === 'rank' ? 'value' : 'rank')

const limitOf = ({ count }: Top): Sql => param(count, 'int8')

/** Whether everybody has a value: the count and the sum of no events are 0. */
const alwaysRanked = ({ by }: Top): boolean => by.kind === 'event' && !mayBeNothing(by.measure)

/** The members of the whole, and what they are ranked by; `isThere` when all of them have it. */
interface RankedMembers {
  readonly from: Sql
  readonly where: Sql
  readonly rank: Sql
  readonly isThere: boolean
}

function ranked({ rule, top }: CheckedSet, context: CompileContext): RankedMembers {
  if (top.by.kind === 'event') return rankedByEvents(rule, top.by, alwaysRanked(top), context)
  const { valid, value, order } = context.source.fields.get(top.by.field)!
  const { from, where } = members(rule, context, { wholeRow: true })
  return order
    ? { from, where: and(where, valid), rank: order, isThere: true }
    : { from, where, rank: value, isThere: false }
}

/** SET: one aggregation of the events, joined. POINT: one look at the events of each member. */
function rankedByEvents(
  rule: Node,
  by: EventRanking,
  isThere: boolean,
  context: CompileContext,
): RankedMembers {
  const { source, now, mode } = context
  const { id, idColumn } = source.people
  const property = 'property' in by.measure ? by.measure.property : undefined
  const stream = streamOf(by, { source, now, property, of: mode === 'point' ? id : undefined })
  const { value } = measureReading(by.measure, stream)
  const rank = sql`ranked.rank`
  if (mode === 'point') {
    const { from, where } = members(rule, context)
    const own = sql`select ${value} as rank from ${stream.from} as e where ${stream.where}`
    return { from: sql`${from} left join lateral (${own}) as ranked on true`, where, rank, isThere }
  }
  const all = sql`select ${stream.person} as person, ${value} as rank from ${stream.from} as e where ${stream.where} group by ${stream.person}`
  if (!isThere && rule.kind === 'everyone' && stream.belongs) {
    // All people with such events are of the population: it need not be read.
    const column = rankColumn(idColumn)
    const from = sql`(select person as ${sql.id(idColumn)}, rank as ${sql.id(column)} from (${all}) as ranked) as p`
    return { from, where: sql`true`, rank: sql.ref(`p.${column}`), isThere }
  }
  const { from, where } = members(rule, context)
  const on = sql`(${all}) as ranked on ranked.person = ${id}`
  return isThere
    ? { from: sql`${from} left join ${on}`, where, rank: sql`coalesce(${rank}, 0)`, isThere }
    : { from: sql`${from} join ${on}`, where, rank, isThere }
}
