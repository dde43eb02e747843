import {
  canonical,
  type EventFilter,
  eventNames,
  instantText,
  type Node,
  type NodeOf,
  stableText,
} from '@segmentry/core'
import { sql } from 'kysely'
import { boundText, everyInstant, type Instants, instantsOf } from '../read/interval.ts'
import { and, no, or, type Sql, yes } from '../read/reading.ts'
import type { BoundEvent } from '../source/bind.ts'
import { eventCondition } from './events.ts'
import { readOnce } from './fields.ts'
import { members } from './query.ts'
import { type CompileContext, conditionSql, readsOnlyRow } from './rule.ts'

/** What several rules look at, each part of it worked out once for each person. */
export interface Parts {
  /** The population, as a FROM item with the alias `p`, and what is left to hold of it. */
  readonly people: Sql
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
export function partsOf(rules: readonly Node[], given: CompileContext): Parts {
  const forms = rules.map(canonical)
  const { people, context } = readOnce(forms, given)
  const parts = new Map<string, number>()
  const columns: Sql[] = []
  const heaps = new Map<string, Heap>()
  const joins: Sql[] = []

  const column = (leaf: Node): Sql => {
    if (readsOnlyRow(leaf, context.source)) return sql`(${conditionSql(leaf, context)}) is true`
    if (leaf.kind === 'event') return heaped(heaps, eventHeap(leaf, context))
    if (leaf.kind === 'tag' && context.source.tags?.table) return heaped(heaps, tagHeap(leaf, context))
    const alias = `set_${joins.length}`
    const { from, where } = members(leaf, given)
    const set = sql`select ${given.source.people.id} as member from ${from} where ${where}`
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
  forms.forEach(collect)
  return {
    people,
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
  /** The rows that matter to any of so many parts. */
  readonly rows: (parts: readonly Made[]) => Sql
  readonly parts: Made[]
}

/** What is made of the rows of a person. */
interface Made {
  /** Which rows it is made of. */
  readonly rows: Sql
  /** In which span of time those are, where that is known. */
  readonly span?: Instants
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
function heaped(heaps: Map<string, Heap>, { key, made, ...rest }: HeapPart): Sql {
  const heap = heaps.get(key) ?? { ...rest, alias: `heap_${heaps.size}`, parts: [] }
  heaps.set(key, heap)
  heap.parts.push(made)
  const column = sql.id(heap.alias, `made_${heap.parts.length - 1}`)
  return sql`coalesce(${column}, ${made.ofNone ? yes : no})`
}

function eventHeap(leaf: EventFilter, context: CompileContext): HeapPart {
  const { stream, ofNone, passes, passesAmong } = eventCondition(leaf, { ...context, mode: 'set' })
  const { from, person, where } = stream
  const made: Made = { rows: where, among: passesAmong, alone: passes, ofNone }
  const [name, ...others] = eventNames(leaf.event)
  const heap = { from: sql`${from} as e`, person, rows: anyRows }
  // Events of several names may be of several tables: they are looked at by themselves.
  if (others.length > 0) return { ...heap, key: stableText(leaf), made }
  const { source, now } = context
  const event = source.events.get(name!)!
  return {
    ...heap,
    key: stableText(['event', source.source.events.get(name!)!.table, event.called?.is ?? name]),
    made: { ...made, span: spanOf(leaf, now) },
    rows: (parts) => spanned(event, parts, now),
  }
}

const anyRows = (parts: readonly Made[]): Sql => or(...parts.map(({ rows }) => rows))

/** The instants that events of a selection can be at. */
function spanOf({ at = [] }: EventFilter, now: number): Instants {
  const spans = at.flatMap((test) => {
    const span = test.negated === true ? undefined : instantsOf(test, now)
    return span === undefined ? [] : [span]
  })
  // What lies after now has not happened.
  return spans.reduce((all, one) => ({ from: Math.max(all.from, one.from), to: Math.min(all.to, one.to) }), {
    from: everyInstant.from,
    to: now + 1,
  })
}

/** An event's rows in the span of time that parts look at: which of them each one takes is asked in its aggregate. */
function spanned({ at, where }: BoundEvent, parts: readonly Made[], now: number): Sql {
  const from = Math.min(...parts.map(({ span }) => span!.from))
  const to = Math.max(from, ...parts.map(({ span }) => span!.to))
  const window = {
    over: 'instants',
    ...(from > everyInstant.from && { from: instantText(from) }),
    to: boundText(to),
  } as const
  const inSpan = at.test({ op: 'during', window }, now)
  return where === undefined ? inSpan : and(where, inSpan)
}

function tagHeap({ tag, during }: NodeOf<'tag'>, { source: { tags }, now }: CompileContext): HeapPart {
  const { from, person, where, at } = tags!.table!
  const given = during && at!.test({ op: 'during', window: during }, now)
  const rows = and(...[tags!.has(tag), where, given].filter((part) => part !== undefined))
  return {
    key: 'tags',
    from: sql`${from} as t`,
    person,
    rows: anyRows,
    made: { rows, among: sql`coalesce(bool_or(${rows}), false)`, alone: yes, ofNone: false },
  }
}

/** The rows of a heap, once for all that is made of them. */
function joinOf({ alias, from, person, rows, parts }: Heap, { source }: CompileContext): Sql {
  const isAlone = parts.length === 1
  const made = parts.map(
    ({ among, alone }, i) => sql`(${isAlone ? alone : among}) is true as ${sql.id(`made_${i}`)}`,
  )
  const taken = isAlone ? parts[0]!.rows : rows(parts)
  return sql`left join (select ${person} as person, ${sql.join(made)} from ${from} where ${taken} group by ${person}) as ${sql.id(alias)} on ${sql.id(alias, 'person')} = ${source.people.id}`
}
