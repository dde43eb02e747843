import { stableText } from '../definition/canonical.ts'
import type { AnySegment, Node } from '../definition/node.ts'
import { checkSegments } from '../definition/segment.ts'
import type { Schema } from '../schema/schema.ts'
import { planned } from './compile.ts'
import { SchemaMismatchError } from './errors.ts'
import { compileLeaf, type Leaf, type Rule } from './leaf.ts'
import type { PreparedPerson } from './prepare.ts'

/** Segments by key. */
export type SegmentsByKey<K extends string> = Readonly<Record<K, AnySegment>>

/** Compiled segments: the keys of those a person is in, in the order of the segments. */
export type CompiledSegments<K extends string> = (person: PreparedPerson, now: number) => readonly K[]

// Where a jump leads when there is nothing more to ask.
const yes = -1
const no = -2

/** Filters to ask, each with the place to go on at when it holds and when it does not. */
interface Program {
  readonly leaves: readonly Rule[]
  readonly leaf: Int32Array
  readonly whenTrue: Int32Array
  readonly whenFalse: Int32Array
  /** Where each segment starts. */
  readonly starts: readonly number[]
}

/**
 * Compiles many segments at once: a filter that several of them share is asked once a person.
 *
 * Use it to find all segments one person is in. Filters are the same when their canonical form is. A call with a
 * person who was prepared for another schema throws a {@link SchemaMismatchError}.
 *
 * @example
 * ```ts
 * const membership = compileSegments(segments, schema)
 * membership(preparePerson(schema, person), Date.now()) // => ['vip', 'engaged']
 * ```
 */
export function compileSegments<K extends string>(
  segments: SegmentsByKey<K>,
  schema: Schema,
): CompiledSegments<K> {
  checkSegments(segments)
  const keys = Object.keys(segments) as K[]
  const rules = keys.map((key) => planned(segments[key], schema))
  const { leaves, leaf, whenTrue, whenFalse, starts } = programOf(rules, schema)
  // 0 not asked yet, 1 does not hold, 2 holds.
  const answers = new Uint8Array(leaves.length)
  return (person, now) => {
    if (person.schema !== schema) throw new SchemaMismatchError({ person: person.id })
    const matching: K[] = []
    answers.fill(0)
    for (let s = 0; s < starts.length; s++) {
      let at = starts[s]!
      while (at >= 0) {
        const asked = leaf[at]!
        const answer = answers[asked]! || (answers[asked] = leaves[asked]!(person, now) ? 2 : 1)
        at = answer === 2 ? whenTrue[at]! : whenFalse[at]!
      }
      if (at === yes) matching.push(keys[s]!)
    }
    return matching
  }
}

function programOf(rules: readonly Node[], schema: Schema): Program {
  const leaves: Rule[] = []
  const byText = new Map<string, number>()
  const jumps: { leaf: number; whenTrue: number; whenFalse: number }[] = []

  const shared = (leaf: Leaf): number => {
    const text = stableText(leaf)
    const known = byText.get(text)
    if (known !== undefined) return known
    byText.set(text, leaves.length)
    return leaves.push(compileLeaf(leaf, schema)) - 1
  }
  // Written from the end, so that where to go on is known: the answer is where the node starts.
  const emit = (node: Node, whenTrue: number, whenFalse: number): number => {
    switch (node.kind) {
      case 'all':
        return node.of.reduceRight((next, child) => emit(child, next, whenFalse), whenTrue)
      case 'any':
        return node.of.reduceRight((next, child) => emit(child, whenTrue, next), whenFalse)
      case 'not':
        return emit(node.of, whenFalse, whenTrue)
      default:
        return jumps.push({ leaf: shared(node), whenTrue, whenFalse }) - 1
    }
  }
  const starts = rules.map((rule) => emit(rule, yes, no))
  return {
    leaves,
    leaf: Int32Array.from(jumps, (jump) => jump.leaf),
    whenTrue: Int32Array.from(jumps, (jump) => jump.whenTrue),
    whenFalse: Int32Array.from(jumps, (jump) => jump.whenFalse),
    starts,
  }
}
