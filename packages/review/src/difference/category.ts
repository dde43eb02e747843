import { implies, isImpossible, type Node, type Schema } from '@segmentry/core'

/**
 * What became of the members: more of them, fewer, others, the same, or nothing is known.
 *
 * `moved` means that some enter and some leave, or that nobody stays.
 */
export type Category = 'same' | 'widened' | 'narrowed' | 'moved' | 'unknown'

/** What became of the members, and how that is known. */
export interface Movement {
  readonly category: Category
  /** It is proven for every population, or counted in one; nothing is known by neither. */
  readonly by: 'proof' | 'count' | 'nothing'
}

/** What is proven of the members of a segment that had one rule and has another, whoever there is. */
export function provenCategory(before: Node, after: Node, schema: Schema): Movement {
  const isKept = implies(before, after, schema)
  const isWithin = implies(after, before, schema)
  if (isKept && isWithin) return { category: 'same', by: 'proof' }
  if (isKept) return { category: 'widened', by: 'proof' }
  if (isWithin) return { category: 'narrowed', by: 'proof' }
  const isApart = isImpossible({ kind: 'all', of: [before, after] }, schema)
  return isApart ? { category: 'moved', by: 'proof' } : { category: 'unknown', by: 'nothing' }
}

/**
 * What became of the members, by what was counted where nothing is proven.
 *
 * A count speaks of one population at one time: `same` by count means that nobody enters or leaves now. What is proven stays, unless
 * a count shows the opposite, which it can when data changes between two questions.
 *
 * @example
 * ```ts
 * categoryOf({ category: 'unknown', by: 'nothing' }, { enters: 40, leaves: 0 }) // => { category: 'widened', by: 'count' }
 * categoryOf({ category: 'widened', by: 'proof' }, { enters: 0, leaves: 0 }) // => { category: 'widened', by: 'proof' }
 * ```
 */
export function categoryOf(
  proven: Movement,
  { enters, leaves }: { readonly enters: number; readonly leaves: number },
): Movement {
  const counted: Category = enters > 0 ? (leaves > 0 ? 'moved' : 'widened') : leaves > 0 ? 'narrowed' : 'same'
  if (proven.by !== 'proof') return { category: counted, by: 'count' }
  const fits = counted === 'same' || proven.category === 'moved' || counted === proven.category
  return fits ? proven : { category: counted, by: 'count' }
}
