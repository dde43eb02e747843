import { canonical, type Comparison, type EventSelection, type Node, type NodeOf } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import type { Clock } from '../read/clock.ts'
import { predicate } from '../read/predicate.ts'
import { and, no, or, param, type Sql, text, yes } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'
import { accountSql } from './account.ts'
import { nearSql } from './near.ts'
import { sequenceSql } from './sequence.ts'
import { eventCondition, eventPeople, eventSql, type Mode } from './events.ts'
import { streamOf } from './stream.ts'

/** What a rule is compiled with: the source, the clock, and for how many people. */
export interface CompileContext {
  readonly source: BoundSource
  readonly now: Clock
  readonly mode: Mode
}

/** At an instant: what looks at spans of time has to know it. */
export interface InstantContext extends CompileContext {
  readonly now: number
}

/**
 * The condition on the people relation (`p`) that a rule holds.
 *
 * Never an error at run time, and never NULL where it would matter: negation stands at the leaves, so a NULL
 * is only ever combined by AND and OR and ends as "no". Takes a rule in canonical form.
 */
export function conditionSql(node: Node, context: CompileContext): Sql {
  switch (node.kind) {
    case 'all':
      return and(...node.of.map((child) => conditionSql(child, context)))
    case 'any':
      return context.mode === 'set'
        ? anySql(node.of, context)
        : or(...node.of.map((child) => conditionSql(child, context)))
    case 'not':
      return leafSql(node.of, context, true)
    default:
      return leafSql(node, context, false)
  }
}

function leafSql(node: Node, context: CompileContext, negated: boolean): Sql {
  const { source, now, mode } = context
  const turned = (condition: Sql): Sql => (negated ? sql`(${condition}) is not true` : condition)
  const { id, idType } = source.people
  switch (node.kind) {
    case 'everyone':
      return negated ? no : yes
    case 'field':
      return predicate(source.fields.get(node.field)!, node.test, now)
    case 'compare':
      return comparisonSql(node, source)
    case 'tag':
      return tagSql(node, context, negated)
    case 'event':
      return eventSql(eventCondition(node, context), id, mode, negated)
    case 'more':
      return moreSql(node, context, negated)
    case 'sequence':
      return sequenceSql(node, context, negated)
    case 'near':
      return turned(nearSql(node, source))
    case 'account':
      return accountSql(node, context, negated, conditionSql)
    case 'people':
      return turned(sql`${id} = any(${param(node.ids.filter(idType.accepts), `${idType.sqlType}[]`)})`)
    case 'bucket':
      return turned(bucketSql(node, id))
    default:
      throw new TypeError('a rule is compiled in canonical form, with negation at the leaves')
  }
}

const signs: Readonly<Record<Comparison, Sql>> = {
  is: sql`=`,
  lessThan: sql`<`,
  atMost: sql`<=`,
  greaterThan: sql`>`,
  atLeast: sql`>=`,
}

/** Two fields compare by their values, whatever their columns are. */
function comparisonSql({ field, op, to, negated, whenMissing }: NodeOf<'compare'>, source: BoundSource): Sql {
  const [one, other] = [source.fields.get(field)!, source.fields.get(to)!]
  const compared = sql`${one.value} ${signs[op]} ${other.value}`
  const policy = { ...(negated && { negated }), ...(whenMissing !== undefined && { whenMissing }) }
  return predicate(
    { valid: and(one.valid, other.valid), test: () => compared },
    { op: 'is', value: true, ...policy },
    0,
  )
}

function tagSql({ tag, during }: NodeOf<'tag'>, { source, now }: CompileContext, negated: boolean): Sql {
  const { tags, people } = source
  const has = tags!.has(tag)
  if (!tags!.table) return negated ? sql`(${has}) is not true` : has
  const { from, person, where, at } = tags!.table
  const given = during && at!.test({ op: 'during', window: during }, now)
  const rows = and(...[sql`${person} = ${people.id}`, has, where, given].filter((part) => part !== undefined))
  const exists = sql`exists (select from ${from} as t where ${rows})`
  return negated ? sql`not ${exists}` : exists
}

/** More events of one selection than of another: each counts one up or one down, and who has none is no member. */
function moreSql(
  { events, than }: NodeOf<'more'>,
  { source, now, mode }: CompileContext,
  negated: boolean,
): Sql {
  const { id } = source.people
  const counted = (selection: EventSelection, sign: 1 | -1): Sql => {
    const of = mode === 'point' ? id : undefined
    const { person, from, where } = streamOf(selection, { source, now, of })
    return sql`select ${person} as person, ${sql.lit(sign)} as n from ${from} as e where ${where}`
  }
  const both = sql`(${counted(events, 1)} union all ${counted(than, -1)}) as both_events`
  if (mode === 'point') {
    const more = sql`(select coalesce(sum(n), 0) > 0 from ${both})`
    return negated ? sql`not ${more}` : more
  }
  const people = sql`select person from ${both} group by person having sum(n) > 0`
  return negated
    ? sql`not exists (select from (${people}) as having_more where having_more.person = ${id})`
    : sql`${id} in (${people})`
}

/** Core's `bucketOf` in SQL: the stable number of a person, drawn with a salt. */
export function drawSql(salt: string, id: Sql): Sql {
  const hash = sql`sha256(convert_to(${text(salt)}, 'UTF8') || '\\x00'::bytea || convert_to(${id}::text, 'UTF8'))`
  return sql`(select ${drawn} from (select ${hash} as h) as x)`
}

const drawn = sql`(get_byte(h, 0)::int8 * 16777216 + get_byte(h, 1) * 65536 + get_byte(h, 2) * 256 + get_byte(h, 3)) % 10000`

function bucketSql({ salt, from, to }: NodeOf<'bucket'>, id: Sql): Sql {
  return sql`(select n >= ${param(from, 'int8')} and n < ${param(to, 'int8')} from (select ${drawSql(salt, id)} as n) as x)`
}

/**
 * Alternatives, for all people at once.
 *
 * A sub-select under OR cannot become a join. Where alternatives need one, each becomes its own set of people,
 * and the sets are united; those that look only at the person's row stay together as one condition.
 */
function anySql(nodes: readonly Node[], context: CompileContext): Sql {
  const [plain, joined] = partition(nodes, (node) => readsOnlyRow(node, context.source))
  if (joined.length === 0) return or(...plain.map((node) => conditionSql(node, context)))
  const { people } = context.source
  const rows = (condition: Sql): Sql => sql`select ${people.id} from ${people.table} as p where ${condition}`
  const sets = joined.map((node) => driven(node, context) ?? rows(conditionSql(node, context)))
  if (plain.length > 0) sets.push(rows(or(...plain.map((node) => conditionSql(node, context)))))
  return sql`${people.id} in (${sql.join(sets, sql` union all `)})`
}

/** The people of a positive condition on events without looking at the people relation. */
function driven(node: Node, context: CompileContext): RawBuilder<unknown> | undefined {
  return node.kind === 'event' ? eventPeople(eventCondition(node, context)) : undefined
}

/** Whether a node looks at the person's own row and nothing else. */
export function readsOnlyRow(node: Node, source: BoundSource): boolean {
  switch (node.kind) {
    case 'all':
    case 'any':
      return node.of.every((child) => readsOnlyRow(child, source))
    case 'not':
      return readsOnlyRow(node.of, source)
    case 'tag':
      return source.tags?.table === undefined
    case 'event':
    case 'more':
    case 'sequence':
    case 'account':
      return false
    default:
      return true
  }
}

/** Those that pass a test, and those that do not. */
export const partition = <T>(
  items: readonly T[],
  test: (item: T) => boolean,
): readonly [readonly T[], readonly T[]] => [items.filter(test), items.filter((item) => !test(item))]

/** A rule's conditions that all have to hold, in canonical form. */
export function conjuncts(rule: Node): readonly Node[] {
  const node = canonical(rule)
  return node.kind === 'all' ? node.of : [node]
}
