import {
  type AnySegment,
  checkedRule,
  code,
  encodeSegments,
  type Node,
  references,
  type Schema,
} from '@segmentry/core'
import { createTwoFilesPatch, OMIT_HEADERS } from 'diff'
import type { Change } from '../change/changes.ts'
import type { Segments } from '../change/segments.ts'
import { reached } from '../finding/reach.ts'
import { type Movement, provenCategory } from './category.ts'
import { type ListChange, listChanges, type TextChange, textChanges } from './note.ts'
import { type Said, saidOtherwise } from './said.ts'

/** What a change of one segment means, as plain data. */
export interface Difference {
  readonly kind: Change['kind']
  readonly key: string
  /** The key it had. */
  readonly from?: string
  /** What its rule says otherwise, group by group and filter by filter. */
  readonly said: readonly Said[]
  readonly lists: readonly ListChange[]
  readonly texts: readonly TextChange[]
  /** Both definitions as TypeScript, line by line: hunks of a unified diff. */
  readonly code: string
  /** What is proven of the members; a plan refines it by counting. */
  readonly movement: Movement
  /** The segments that are made of this one, whose members it moves too. */
  readonly includedBy: { readonly directly: readonly string[]; readonly indirectly: readonly string[] }
}

/** The sets of segments that a change lies between. */
export interface Sides {
  readonly before: Segments
  readonly after: Segments
  readonly schema: Schema
}

/**
 * What a change of one segment means: in English, in code, and for its members, without looking at people.
 *
 * Use it on what {@link changes} answers. Filters about the same thing are compared; order and ways of writing are no difference. Throws
 * a `DefinitionError` for a segment that does not suit the schema.
 *
 * @example
 * ```ts
 * const before = { spenders: segment().group((g) => g.tag('VIP').field('spent', greaterThan('500'))) }
 * const after = { spenders: segment().group((g) => g.field('spent', greaterThan('250')).tag('VIP')) }
 * const [change] = changes(before, after)
 * const { said, movement } = difference(change, { before, after, schema })
 * said // => [{ kind: 'changed', what: 'filter', before: 'spent is more than 500', after: 'spent is more than 250' }]
 * movement // => { category: 'widened', by: 'proof' }
 * ```
 */
export function difference(change: Change, { before, after, schema }: Sides): Difference {
  const { kind, key } = change
  const [old, next] = [
    'before' in change ? change.before : undefined,
    'after' in change ? change.after : undefined,
  ]
  const keyBefore = kind === 'renamed' ? change.from : key
  const graph = new Map([...usersOf(before), ...usersOf(after)])
  return {
    kind,
    key,
    ...(kind === 'renamed' && { from: change.from }),
    said:
      old && next
        ? saidOtherwise([writtenRule(keyBefore, before), before], [writtenRule(key, after), after], schema)
        : [],
    lists: listChanges(old?.definition ?? {}, next?.definition ?? {}),
    texts: textChanges(old?.definition ?? {}, next?.definition ?? {}),
    code: codeDiff(old, next, schema),
    movement: movementOf(old, next, schema),
    includedBy: graph.get(kind === 'removed' ? keyBefore : key) ?? { directly: [], indirectly: [] },
  }
}

/** A segment's own rule, in which other segments are named by their keys. */
const writtenRule = (key: string, segments: Segments): Node => encodeSegments(segments)[key]!.rule

function movementOf(old: AnySegment | undefined, next: AnySegment | undefined, schema: Schema): Movement {
  if (old === undefined) return { category: 'widened', by: 'proof' }
  if (next === undefined) return { category: 'narrowed', by: 'proof' }
  return provenCategory(checkedRule(old, schema), checkedRule(next, schema), schema)
}

/** Who is made of whom, from those that are used to those that use them. */
function usersOf(segments: Segments): ReadonlyMap<string, Difference['includedBy']> {
  const direct = references(segments)
  const all = reached(direct)
  const keys = Object.keys(segments)
  return new Map(
    keys.map((key) => {
      const directly = keys.filter((other) => direct[other]!.includes(key))
      const indirectly = keys.filter((other) => all.get(other)!.has(key) && !directly.includes(other))
      return [key, { directly, indirectly }]
    }),
  )
}

/** The lines that differ, with three around them. */
function codeDiff(old: AnySegment | undefined, next: AnySegment | undefined, schema: Schema): string {
  const text = (segment: AnySegment | undefined): string => (segment ? `${code(segment, schema)}\n` : '')
  const options = { headerOptions: OMIT_HEADERS }
  return createTwoFilesPatch(
    'before',
    'after',
    text(old),
    text(next),
    undefined,
    undefined,
    options,
  ).trimEnd()
}
