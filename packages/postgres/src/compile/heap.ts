import { type EventFilter, eventNames, instantText, type NodeOf, stableText } from '@segmentry/core'
import { sql } from 'kysely'
import type { Instants } from '../read/clock.ts'
import { boundText, everyInstant, instantsOf } from '../read/interval.ts'
import { and, or, type Sql, yes } from '../read/reading.ts'
import type { BoundEvent } from '../source/bind.ts'
import { eventCondition } from './events.ts'
import type { InstantContext } from './rule.ts'
import { wordsOf, wordsWhere } from './word.ts'

// What is made of the rows of a person, each part of its own rows among them: they are read once for all.

/** Rows of one table, of which parts are made for each person. */
export interface Heap {
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

/** Adds a part to the heap of its rows, and gives its place there. */
export function heaped(heaps: Map<string, Heap>, { key, made, ...rest }: HeapPart): Heaped {
  const heap = heaps.get(key) ?? { ...rest, alias: `heap_${heaps.size}`, parts: [] }
  heaps.set(key, heap)
  return { heap, place: heap.parts.push(made) - 1 }
}

/** Where a part stands. */
export interface Heaped {
  readonly heap: Heap
  readonly place: number
}

/** What is made of the events of a name. */
export function eventHeap(leaf: EventFilter, context: InstantContext): HeapPart {
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

/** What is asked of the tags in a table. */
export function tagHeap({ tag, during }: NodeOf<'tag'>, { source: { tags }, now }: InstantContext): HeapPart {
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

/** The rows of a heap, once for all that is made of them, as a join on the people relation `p`; and its words. */
export function joinOf(
  { alias, from, person, rows, parts }: Heap,
  { source }: InstantContext,
): { readonly join: Sql; readonly words: readonly Sql[] } {
  const isAlone = parts.length === 1
  const made = wordsOf(parts.map(({ among, alone }) => (isAlone ? alone : among)))
  const columns = made.map((word, i) => sql`${word} as ${sql.id(`word_${i}`)}`)
  const taken = isAlone ? parts[0]!.rows : rows(parts)
  const ofNone = wordsWhere(parts.map((part) => part.ofNone))
  return {
    join: sql`left join (select ${person} as person, ${sql.join(columns)} from ${from} where ${taken} group by ${person}) as ${sql.id(alias)} on ${sql.id(alias, 'person')} = ${source.people.id}`,
    words: made.map((_, i) => sql`coalesce(${sql.id(alias, `word_${i}`)}, ${sql.lit(ofNone[i]!)})`),
  }
}
