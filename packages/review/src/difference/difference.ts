import { type AnySegment, checkedRule, code, DefinitionError, type Issue, type Schema } from '@segmentry/core'
import { createTwoFilesPatch, OMIT_HEADERS } from 'diff'
import type { Change } from '../change/changes.ts'
import type { Segments } from '../change/segments.ts'
import { type Movement, provenCategory } from './category.ts'
import { type ListChange, listChanges, type TextChange, textChanges } from './note.ts'
import { readOf, type Users } from './read.ts'
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
  /** Why what it was can be neither told nor compared: it does not suit the schema any more. */
  readonly unreadable?: readonly Issue[]
  /** What is proven of the members; a plan refines it by counting. */
  readonly movement: Movement
  /** The segments that are made of this one, whose members it moves too. */
  readonly includedBy: Users
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
 * Use it on what {@link changes} answers. Filters about the same thing are compared; order and ways of writing are no difference. What a
 * segment was may not suit the schema any more, and is then `unreadable`. Throws a `DefinitionError` if it is what the segment has become.
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
  const [was, next] = [
    'before' in change ? change.before : undefined,
    'after' in change ? change.after : undefined,
  ]
  const unreadable = was && issuesOf(was, schema)
  const old = unreadable === undefined ? was : undefined
  const keyBefore = kind === 'renamed' ? change.from : key
  return {
    kind,
    key,
    ...(kind === 'renamed' && { from: change.from }),
    said:
      old && next
        ? saidOtherwise(
            [readOf(before).rules[keyBefore]!.rule, before],
            [readOf(after).rules[key]!.rule, after],
            schema,
          )
        : [],
    lists: listChanges(was?.definition ?? {}, next?.definition ?? {}),
    texts: textChanges(was?.definition ?? {}, next?.definition ?? {}),
    code: codeDiff(old, next, schema),
    ...(unreadable && { unreadable }),
    movement: unreadable && next ? { category: 'unknown', by: 'nothing' } : movementOf(was, next, schema),
    includedBy: readOf(next ? after : before).users.get(key)!,
  }
}

/** What is wrong with a segment, if anything. */
export function issuesOf(segment: AnySegment, schema: Schema): readonly Issue[] | undefined {
  try {
    checkedRule(segment, schema)
    return undefined
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues
    throw error
  }
}

function movementOf(old: AnySegment | undefined, next: AnySegment | undefined, schema: Schema): Movement {
  if (old === undefined) return { category: 'widened', by: 'proof' }
  if (next === undefined) return { category: 'narrowed', by: 'proof' }
  return provenCategory(checkedRule(old, schema), checkedRule(next, schema), schema)
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
