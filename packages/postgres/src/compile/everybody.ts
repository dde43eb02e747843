import { canonical, fold, leaves, type Node, stableText } from '@segmentry/core'
import { sql } from 'kysely'
import type { Sql } from '../read/reading.ts'
import { readOnce } from './fields.ts'
import { eventHeap, type Heap, type Heaped, heaped, joinOf, tagHeap } from './heap.ts'
import { members } from './query.ts'
import { type InstantContext, conditionSql, readsOnlyRow } from './rule.ts'
import { type Asked, relationOf } from './top.ts'
import { bitsInWord, type Held, wordsOf } from './word.ts'

/** Everybody, and what decides who of them is in segments. */
export interface Everybody {
  /** The population, as a FROM item with the alias `p`, and what is left to hold of it. */
  readonly people: Sql
  /** The joins that the words need, on the people relation `p`. */
  readonly joins: readonly Sql[]
  /** What decides and takes the joins, each part of it a bit. */
  readonly joined: readonly Sql[]
  /** What decides and stands in the person's row; its bits are after those of the others. */
  readonly own: readonly Sql[]
  /** Each segment over the parts. */
  readonly held: readonly Held[]
}

/** Where a part stands: among the rows of a heap, as a set, or in the person's row. */
type Place = Heaped | { readonly in: 'set' | 'row'; readonly place: number }

const mostFilters = 1_200

/** What is no condition on each person, or too large to be one. */
const isApart = ({ rule, top }: Asked): boolean => top !== undefined || filtersIn(rule) > mostFilters

const sum = (of: readonly number[]): number => of.reduce((all, one) => all + one, 0)

const filtersIn = (rule: Node): number =>
  fold<number>(canonical(rule), { ...leaves(() => 1), account: () => 1, not: (of) => of, all: sum, any: sum })

/**
 * What several segments look at, each part of it worked out once for each person.
 *
 * Segments that are read together look at the same things: at the same fields, at the same tags, at the same events in another window. What looks
 * at the person's row is a condition on it. What is made of the events of one name is one aggregation of them, in which each part counts its own,
 * and so is what is asked of tags in a table. What is left is a set of people for each part, as a top list is, or a rule of very many filters.
 */
export function everybodyOf(segments: readonly Asked[], given: InstantContext): Everybody {
  const forms = segments.map((asked) => (isApart(asked) ? undefined : canonical(asked.rule)))
  const { people, context } = readOnce(
    forms.filter((form) => form !== undefined),
    given,
  )
  const { id } = context.source.people
  const heaps = new Map<string, Heap>()
  const sets: Sql[] = []
  const inSets: Sql[] = []
  const inRow: Sql[] = []
  const parts = new Map<string, Place>()

  const joined = (set: Sql): Place => {
    const alias = `set_${sets.length}`
    const member = sql.id(alias, 'member')
    sets.push(sql`left join (${set}) as ${sql.id(alias)} on ${member} = ${id}`)
    return { in: 'set', place: inSets.push(sql`${member} is not null`) - 1 }
  }
  const part = (leaf: Node): Place => {
    if (readsOnlyRow(leaf, context.source))
      return { in: 'row', place: inRow.push(conditionSql(leaf, context)) - 1 }
    if (leaf.kind === 'event') return heaped(heaps, eventHeap(leaf, context))
    if (leaf.kind === 'tag' && context.source.tags?.table) return heaped(heaps, tagHeap(leaf, context))
    const { from, where } = members(leaf, given)
    return joined(sql`select ${given.source.people.id} as member from ${from} where ${where}`)
  }
  const collect = (node: Node): void => {
    if (node.kind === 'all' || node.kind === 'any') return node.of.forEach(collect)
    if (node.kind === 'not') return collect(node.of)
    if (node.kind === 'everyone') return
    const text = stableText(node)
    if (!parts.has(text)) parts.set(text, part(node))
  }
  for (const form of forms) if (form) collect(form)
  const apart = new Map(
    segments.flatMap((asked) => (isApart(asked) ? [[asked, joined(relationOf(asked, given))] as const] : [])),
  )

  const joins: Sql[] = []
  const words: Sql[] = []
  const first = new Map<Heap, number>()
  for (const heap of heaps.values()) {
    const made = joinOf(heap, context)
    joins.push(made.join)
    first.set(heap, words.length * bitsInWord)
    words.push(...made.words)
  }
  const afterHeaps = words.length * bitsInWord
  words.push(...wordsOf(inSets))
  const afterSets = words.length * bitsInWord
  const placed = (found: Place): Held => {
    if ('heap' in found) return { is: 'part', part: first.get(found.heap)! + found.place }
    return { is: 'part', part: (found.in === 'set' ? afterHeaps : afterSets) + found.place }
  }
  const held = (node: Node): Held => {
    switch (node.kind) {
      case 'all':
      case 'any':
        return { is: node.kind, of: node.of.map(held) }
      case 'not':
        return { is: 'not', of: held(node.of) }
      case 'everyone':
        return { is: 'all', of: [] }
      default:
        return placed(parts.get(stableText(node))!)
    }
  }
  return {
    people,
    joins: [...joins, ...sets],
    joined: words,
    own: wordsOf(inRow),
    held: segments.map((asked, i) => (forms[i] ? held(forms[i]) : placed(apart.get(asked)!))),
  }
}
