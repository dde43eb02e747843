import { canonical, type EventFilter, eventNames, type Node, type NodeOf, stableText } from '@segmentry/core'
import { sql } from 'kysely'
import { and, no, or, type Sql, yes } from '../read/reading.ts'
import { eventCondition } from './events.ts'
import { members } from './query.ts'
import { type CompileContext, conditionSql, readsOnlyRow } from './rule.ts'

/** What several rules look at, each part of it worked out once for each person. */
export interface Parts {
  /** The joins that the columns need, on the people relation `p`. */
  readonly joins: readonly Sql[]
  /** A column for each part, true or false: `part_0`, … */
  readonly columns: readonly Sql[]
  /** That a rule holds, over the columns. */
  holds(rule: Node): Sql
}

/**
 * The parts of rules.
 *
 * Rules that are read together look at the same things: at the same fields, at the same tags, at the same events in another window. What looks
 * at the person's row is one column. What is made of the events of one name is one aggregation of them, in which each part counts its own,
 * and so is what is asked of tags in a table. What is left is a set of people for each part.
 */
export function partsOf(rules: readonly Node[], context: CompileContext): Parts {
  const parts = new Map<string, number>()
  const columns: Sql[] = []
  const heaps = new Map<string, Heap>()
  const joins: Sql[] = []

  const column = (leaf: Node): Sql => {
    if (readsOnlyRow(leaf, context.source)) return sql`(${conditionSql(leaf, context)}) is true`
    if (leaf.kind === 'event') return heaped(heaps, eventHeap(leaf, context))
    if (leaf.kind === 'tag' && context.source.tags?.table) return heaped(heaps, tagHeap(leaf, context))
    const alias = `set_${joins.length}`
    const { from, where } = members(leaf, context)
    const set = sql`select ${context.source.people.id} as member from ${from} where ${where}`
    joins.push(
      sql`left join (${set}) as ${sql.id(alias)} on ${sql.id(alias, 'member')} = ${context.source.people.id}`,
    )
    return sql`${sql.id(alias, 'member')} is not null`
  }

  const collect = (node: Node): void => {
    if (node.kind === 'all' || node.kind === 'any') return node.of.forEach(collect)
    if (node.kind === 'not') return collect(node.of)
    if (node.kind === 'everyone') return
    const text = stableText(node)
    if (parts.has(text)) return
    parts.set(text, columns.length)
    columns.push(column(node))
  }
  const holds = (node: Node): Sql => {
    switch (node.kind) {
      case 'all':
        return and(...node.of.map(holds))
      case 'any':
        return or(...node.of.map(holds))
      case 'not':
        return sql`not ${holds(node.of)}`
      case 'everyone':
        return yes
      default:
        return sql.id(`part_${parts.get(stableText(node))!}`)
    }
  }
  for (const rule of rules) collect(canonical(rule))
  return {
    joins: [...[...heaps.values()].map((heap) => joinOf(heap, context)), ...joins],
    columns: columns.map((one, i) => sql`${one} as ${sql.id(`part_${i}`)}`),
    holds: (rule) => holds(canonical(rule)),
  }
}

/** Rows of one table, of which parts are made for each person. */
interface Heap {
  readonly alias: string
  readonly from: Sql
  readonly person: Sql
  readonly parts: Made[]
}

/** What is made of the rows of a person. */
interface Made {
  /** Which rows it is made of. */
  readonly rows: Sql
  /** What is made of those rows, where there are others too. */
  readonly among: Sql
  /** What is made of them, where there are no others. */
  readonly alone: Sql
  /** What it is for somebody who has no rows. */
  readonly ofNone: boolean
}

interface HeapPart extends Omit<Heap, 'alias' | 'parts'> {
  readonly key: string
  readonly made: Made
}

/** Adds a part to the heap of its rows, and gives its column. */
function heaped(heaps: Map<string, Heap>, { key, from, person, made }: HeapPart): Sql {
  const heap = heaps.get(key) ?? { alias: `heap_${heaps.size}`, from, person, parts: [] }
  heaps.set(key, heap)
  heap.parts.push(made)
  const column = sql.id(heap.alias, `made_${heap.parts.length - 1}`)
  return sql`coalesce(${column}, ${made.ofNone ? yes : no})`
}

function eventHeap(leaf: EventFilter, context: CompileContext): HeapPart {
  const { stream, ofNone, passes, passesAmong } = eventCondition(leaf, { ...context, mode: 'set' })
  const names = eventNames(leaf.event)
  const { events } = context.source.source
  // Events of several names may be of several tables: they are looked at by themselves.
  const key = names.length > 1 ? stableText(leaf) : stableText(['event', events.get(names[0]!)!.table])
  const { from, person, where } = stream
  return {
    key,
    from: sql`${from} as e`,
    person,
    made: { rows: where, among: passesAmong, alone: passes, ofNone },
  }
}

function tagHeap({ tag, during }: NodeOf<'tag'>, { source: { tags }, now }: CompileContext): HeapPart {
  const { from, person, where, at } = tags!.table!
  const given = during && at!.test({ op: 'during', window: during }, now)
  const rows = and(...[tags!.has(tag), where, given].filter((part) => part !== undefined))
  return {
    key: 'tags',
    from: sql`${from} as t`,
    person,
    made: { rows, among: sql`coalesce(bool_or(${rows}), false)`, alone: yes, ofNone: false },
  }
}

/** The rows of a heap, once for all that is made of them. */
function joinOf({ alias, from, person, parts }: Heap, { source }: CompileContext): Sql {
  const isAlone = parts.length === 1
  const made = parts.map(
    ({ among, alone }, i) => sql`(${isAlone ? alone : among}) is true as ${sql.id(`made_${i}`)}`,
  )
  const rows = or(...parts.map((part) => part.rows))
  return sql`left join (select ${person} as person, ${sql.join(made)} from ${from} where ${rows} group by ${person}) as ${sql.id(alias)} on ${sql.id(alias, 'person')} = ${source.people.id}`
}
