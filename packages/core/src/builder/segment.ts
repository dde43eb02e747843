import { checkLists } from '../definition/check-lists.ts'
import { deepFreeze } from '../definition/freeze.ts'
import { type Definition, format, type ManualEntry, type Node } from '../definition/node.ts'
import { type AnySetSegment, definitionOf } from '../definition/set.ts'
import { checkSegments } from '../definition/segment.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { Shape } from '../schema/infer.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { checkKeys, shown } from '../suggest.ts'
import { buildGroup, type Group as RuntimeGroup } from './group.ts'
import { misuse } from './made.ts'
import { topOf } from './ranking.ts'
import type { EmptySegment, ManualNote, Segments } from './types.ts'

/** What a segment has gathered so far. */
interface Draft {
  readonly groups: readonly Node[]
  readonly excluded: readonly Node[]
  readonly labels: Pick<Definition, 'title' | 'description' | 'owner'>
  readonly manual: Pick<Definition, 'included' | 'excluded'>
}

type Build = (group: RuntimeGroup) => RuntimeGroup

// Untyped inside; types.ts is the contract. Every call makes a new, frozen value.
class SegmentValue {
  readonly #schema: Schema
  readonly #draft: Draft
  #definition: Definition | undefined

  constructor(schema: Schema, draft: Draft) {
    this.#schema = schema
    this.#draft = draft
    Object.freeze(this)
  }

  get definition(): Definition {
    this.#definition ??= deepFreeze({
      format,
      ...this.#draft.labels,
      rule: ruleOf(this.#draft),
      ...this.#draft.manual,
    })
    return this.#definition
  }

  group(build: Build): SegmentValue {
    return this.#with({ groups: [...this.#draft.groups, buildGroup(this.#schema, build)] })
  }

  exclude(build: Build): SegmentValue {
    return this.#with({ excluded: [...this.#draft.excluded, buildGroup(this.#schema, build)] })
  }

  includePeople(ids: readonly string[], note: ManualNote): SegmentValue {
    return this.#byHand('included', ids, note)
  }

  excludePeople(ids: readonly string[], note: ManualNote): SegmentValue {
    return this.#byHand('excluded', ids, note)
  }

  titled(title: string): SegmentValue {
    return this.#labelled({ title })
  }

  described(description: string): SegmentValue {
    return this.#labelled({ description })
  }

  ownedBy(owner: string): SegmentValue {
    return this.#labelled({ owner })
  }

  #labelled(label: Draft['labels']): SegmentValue {
    for (const [key, text] of Object.entries<unknown>(label)) {
      if (typeof text !== 'string') throw misuse(`${shown(text)} as ${key}`, 'text')
    }
    return this.#with({ labels: { ...this.#draft.labels, ...label } })
  }

  top(count: number, by: unknown): AnySetSegment {
    return topOf(this.#schema, this.definition, { count, order: 'most' }, by)
  }

  bottom(count: number, by: unknown): AnySetSegment {
    return topOf(this.#schema, this.definition, { count, order: 'least' }, by)
  }

  /** A segment prints and serialises as its definition. */
  toJSON(): Definition {
    return this.definition
  }

  #byHand(list: 'included' | 'excluded', ids: readonly string[], note: ManualNote): SegmentValue {
    if (!Array.isArray(ids) || ids.length === 0) {
      throw misuse(`${shown(ids)} as people of a manual list`, "a list of ids, such as ['42']")
    }
    checkKeys('the note of a manual list', note, ['reason', 'author'])
    const { reason, author } = note ?? {}
    const entries = Array.from(ids as readonly string[], (person): ManualEntry => ({
      person,
      reason,
      author,
    }))
    const manual = { ...this.#draft.manual, [list]: [...(this.#draft.manual[list] ?? []), ...entries] }
    const issues: Issue[] = []
    checkLists(manual, (issue) => issues.push(issue))
    if (issues.length > 0) throw new DefinitionError({ issues })
    return this.#with({ manual })
  }

  #with(change: Partial<Draft>): SegmentValue {
    return new SegmentValue(this.#schema, { ...this.#draft, ...change })
  }
}

function ruleOf({ groups, excluded }: Draft): Node {
  const [only, ...more] = groups
  if (only === undefined) {
    const found = excluded.length > 0 ? 'a segment with only exclude(…)' : 'a segment without a group'
    const expected = 'at least one group(…); everyone is written group((g) => g.everyone())'
    throw new DefinitionError({
      issues: [{ code: 'empty', path: [], message: `found ${found}, expected ${expected}`, found, expected }],
    })
  }
  const union: Node = more.length === 0 ? only : { kind: 'any', of: groups }
  return excluded.length === 0 ? union : { kind: 'all', of: [union, { kind: 'not', of: anyOf(excluded) }] }
}

const anyOf = (nodes: readonly Node[]): Node => (nodes.length === 1 ? nodes[0]! : { kind: 'any', of: nodes })

/** What {@link segmentry} gives: the builder of one schema. */
export interface Segmentry<in out S extends Shape> {
  /**
   * Starts a segment.
   *
   * @example
   * ```ts
   * segment().group((g) => g.tag('VIP').field('state', 'CA'))
   * ```
   */
  readonly segment: () => EmptySegment<S>
  /** The registry that definitions are checked against. */
  readonly schema: Schema
}

/**
 * The builder of one schema: names and values are completed and checked as you type, and again at run time.
 *
 * Give it the named form of the schema (`interface Crm extends SchemaOf<typeof schema> {}`) as its type
 * parameter. A wrong name or value throws a {@link DefinitionError} at the call that wrote it.
 *
 * @example
 * ```ts
 * const { segment } = segmentry<Crm>(schema)
 * const vip = segment().group((g) => g.tag('VIP').field('state', 'CA'))
 * ```
 */
export function segmentry<S extends Shape>(schema: Schema): Segmentry<S> {
  checkSchema(schema)
  const empty = new SegmentValue(schema, { groups: [], excluded: [], labels: {}, manual: {} })
  return Object.freeze({ segment: () => empty as unknown as EmptySegment<S>, schema })
}

/**
 * Segments under the keys they are known by, in the order in which they are listed.
 *
 * Checks each now, so that a segment without a group is reported where it is defined.
 */
export function defineSegments<const T extends Segments>(segments: T): T {
  checkSegments(segments)
  for (const key of Object.keys(segments)) {
    try {
      void definitionOf(segments[key]!, ` under '${key}'`)
    } catch (error) {
      if (!(error instanceof DefinitionError)) throw error
      throw new DefinitionError({
        issues: error.issues.map((issue) => ({ ...issue, path: [key, ...issue.path] })),
      })
    }
  }
  return Object.freeze(segments)
}
