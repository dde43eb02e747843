import { type EventFilter, type Node, type NodeOf } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, or, param, type Sql } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'
import { isOwnColumn } from './account.ts'
import { eventCondition, eventPeople } from './events.ts'
import { type CompileContext, conditionSql, conjuncts, partition, readsOnlyRow } from './rule.ts'

/**
 * The relation of a rule's members, as a FROM item with the alias `p` and what is left to hold of it.
 *
 * POINT: conditions on the person's row come first, behind a fence, so that events are only looked up for
 * people who pass them; the planner would run both for everybody. Where events or tags belong to people by a
 * declared foreign key and nothing looks at a person's row (`wholeRow` says that something will), the people relation
 * is not read at all.
 */
export function members(
  rule: Node,
  context: CompileContext,
  { beyond, wholeRow = false }: { readonly beyond?: Sql | undefined; readonly wholeRow?: boolean } = {},
): { from: Sql; where: Sql } {
  const { people } = context.source
  const parts = conjuncts(rule)
  const population = [people.where, beyond].filter((part) => part !== undefined)
  const driver = beyond === undefined && !wholeRow ? driving(parts, context) : undefined
  if (driver) {
    const others = parts.filter((part) => part !== driver.node).map((part) => conditionSql(part, context))
    return {
      from: sql`(select person as ${sql.id(people.idColumn)} from (${driver.people}) as driver) as p`,
      where: and(...others),
    }
  }
  if (context.mode === 'set') {
    const rest = parts.map((part) => conditionSql(part, context))
    return { from: sql`${people.table} as p`, where: and(...population, ...rest) }
  }
  const [cheap, dear] = partition(parts, (part) => readsOnlyRow(part, context.source))
  const first = and(...population, ...cheap.map((part) => conditionSql(part, context)))
  if (dear.length === 0 || (cheap.length === 0 && beyond === undefined)) {
    return {
      from: sql`${people.table} as p`,
      where: and(first, ...dear.map((part) => conditionSql(part, context))),
    }
  }
  const order = sql`order by ${people.id}`
  const from = sql`(select p.* from ${people.table} as p where ${first} ${beyond === undefined ? sql`` : order} offset 0) as p`
  return { from, where: and(...dear.map((part) => conditionSql(part, context))) }
}

/** A part whose people are found without the people relation, when nothing else needs it: they stand for it. */
function driving(
  parts: readonly Node[],
  context: CompileContext,
): { node: Node; people: RawBuilder<unknown> } | undefined {
  for (const node of parts) {
    if (parts.some((part) => part !== node && readsPeople(part, context.source))) continue
    const people = alone(node, context)
    if (people) return { node, people }
  }
  return undefined
}

/** The people of one part without the people relation. POINT starts from people, or from the few who carry a tag. */
function alone(node: Node, context: CompileContext): RawBuilder<unknown> | undefined {
  if (node.kind === 'tag') return taggedPeople(node, context)
  if (context.mode === 'point') return undefined
  return node.kind === 'event' && !isCommon(node) ? eventsAlone(node, context) : unionAlone(node, context)
}

/** The people who carry a tag, when each is known to be of the population. */
function taggedPeople(
  { tag, during }: NodeOf<'tag'>,
  { source: { tags }, now }: CompileContext,
): RawBuilder<unknown> | undefined {
  if (tags?.table?.belongs !== true) return undefined
  const { from, person, where, at } = tags.table
  const given = during && at!.test({ op: 'during', window: during }, now)
  const rows = and(...[tags.has(tag), where, given].filter((part) => part !== undefined))
  return sql`select distinct ${person} as person from ${from} as t where ${rows}`
}

/** The people of a positive condition on events, when each is known to be of the population. */
function eventsAlone(node: EventFilter, context: CompileContext): RawBuilder<unknown> | undefined {
  const condition = eventCondition(node, context)
  return condition.stream.belongs ? eventPeople(condition) : undefined
}

/** Alternatives as one set: what looks at the person's row among the population, and each condition on events by itself. */
function unionAlone(node: Node, context: CompileContext): RawBuilder<unknown> | undefined {
  if (node.kind !== 'any') return undefined
  const [plain, joined] = partition(node.of, (one) => readsOnlyRow(one, context.source))
  const sets = joined.map((one) =>
    one.kind === 'event'
      ? eventsAlone(one, context)
      : one.kind === 'tag'
        ? taggedPeople(one, context)
        : undefined,
  )
  if (sets.length === 0 || sets.includes(undefined)) return undefined
  // Events of the population are only known to be so where it has no base filter, so none is left out here.
  const { id, table } = context.source.people
  if (plain.length > 0) {
    const some = or(...plain.map((one) => conditionSql(one, context)))
    sets.push(sql`select ${id} as person from ${table} as p where ${some}`)
  }
  return sql`${sql.join(sets, sql` union `)}`
}

/** Whether most people pass: having ever done something. Then a look at each person is less than all their events. */
const isCommon = ({ at, where, measure }: EventFilter): boolean =>
  at === undefined &&
  where === undefined &&
  measure.of === 'count' &&
  measure.test.op === 'atLeast' &&
  measure.test.value === 1

/** Whether any part of a node needs more of the person's row than the id. */
function readsPeople(node: Node, source: BoundSource): boolean {
  switch (node.kind) {
    case 'all':
    case 'any':
      // Alternatives are united over the people relation.
      return node.kind === 'any' || node.of.some((child) => readsPeople(child, source))
    case 'not':
      return readsPeople(node.of, source)
    case 'account':
      return isOwnColumn(node, source)
    case 'people':
    case 'bucket':
      return false
    default:
      return readsOnlyRow(node, source)
  }
}

/** How many members a rule has. */
export function countQuery(rule: Node, context: CompileContext): RawBuilder<{ n: string }> {
  const { from, where } = members(rule, context)
  return sql<{ n: string }>`select count(*)::text as n from ${from} where ${where}`
}

/** Which members to list: those after an id, and up to so many. */
export interface MembersPage {
  readonly after?: string | undefined
  readonly limit?: number | undefined
}

/** That a person's id comes after another one. */
export const beyondId = (
  after: string | undefined,
  { people: { id, idType } }: BoundSource,
): Sql | undefined => (after === undefined ? undefined : sql`${id} > ${param(after, idType.sqlType)}`)

/** The ids of a rule's members, in the order of the id column, after one of them and up to so many. */
export function membersQuery(
  rule: Node,
  context: CompileContext,
  page: MembersPage = {},
): RawBuilder<{ id: string }> {
  const { id } = context.source.people
  const { from, where } = members(rule, context, { beyond: beyondId(page.after, context.source) })
  const limit = page.limit === undefined ? sql`` : sql` limit ${param(page.limit, 'int8')}`
  return sql<{ id: string }>`select ${id}::text as id from ${from} where ${where} order by ${id}${limit}`
}

/** Which of the rules hold for each of the people: a row a person there is, `t` and `f` in the order of the rules. */
export function whichQuery(
  rules: readonly Node[],
  people: readonly string[],
  context: CompileContext,
): RawBuilder<{ id: string; held: string }> {
  const { id, idType, table, where } = context.source.people
  const held = rules.map(
    (rule) => sql`(${and(...conjuncts(rule).map((part) => conditionSql(part, context)))}) is true`,
  )
  const wanted = sql`${id} = any(${param(people, `${idType.sqlType}[]`)})`
  return sql<{
    id: string
    held: string
  }>`select ${id}::text as id, array[${sql.join(held)}]::boolean[]::text as held from ${table} as p where ${and(...[wanted, where].filter((part) => part !== undefined))}`
}
