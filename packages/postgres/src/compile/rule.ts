import { canonical, type Node } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, no, or, type Sql, yes } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'
import { eventCondition, eventPeople, eventSql, type Mode, predicate } from './events.ts'

/** What a rule is compiled with: the source, the clock, and for how many people. */
export interface CompileContext {
  readonly source: BoundSource
  readonly now: number
  readonly mode: Mode
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
  switch (node.kind) {
    case 'everyone':
      return negated ? no : yes
    case 'field':
      return predicate(source.fields.get(node.field)!, node.test, now)
    case 'tag':
      return tagSql(node.tag, source, negated)
    case 'event':
      return eventSql(
        eventCondition(node, source.events.get(node.event)!, now),
        source.people.id,
        mode,
        negated,
      )
    default:
      throw new TypeError('a rule is compiled in canonical form, with negation at the leaves')
  }
}

function tagSql(tag: string, { tags, people }: BoundSource, negated: boolean): Sql {
  const has = tags!.has(tag)
  if (!tags!.table) return negated ? sql`(${has}) is not true` : has
  const { from, person, where } = tags!.table
  const rows = and(...[sql`${person} = ${people.id}`, has, where].filter((part) => part !== undefined))
  const exists = sql`exists (select from ${from} as t where ${rows})`
  return negated ? sql`not ${exists}` : exists
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
function driven(node: Node, { source, now }: CompileContext): RawBuilder<unknown> | undefined {
  return node.kind === 'event'
    ? eventPeople(eventCondition(node, source.events.get(node.event)!, now))
    : undefined
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
