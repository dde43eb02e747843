import { describeNode, hashRule, ruleOf, type Node, type Schema } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import { type Filter, type Group, keysOf, type Shape, shapeOf } from './shape.ts'

/** One thing that a rule says otherwise than before, in English. */
export interface Said {
  readonly kind: 'added' | 'removed' | 'changed' | 'referred'
  readonly what: 'group' | 'exclusion' | 'filter'
  /** Where a filter stands, when there are several groups: `group 2`. */
  readonly in?: string
  readonly before?: string
  readonly after?: string
  /** The segments that it refers to and that have changed, of what is written as it was. */
  readonly segments?: readonly string[]
}

interface Side {
  readonly shape: Shape
  readonly segments: Segments
}

/** What a rule says otherwise than before; order and ways of writing are no difference. Other segments are named by their keys. */
export function saidOtherwise(
  [before, segmentsBefore]: readonly [Node, Segments],
  [after, segmentsAfter]: readonly [Node, Segments],
  schema: Schema,
): readonly Said[] {
  const old: Side = { shape: shapeOf(before, segmentsBefore), segments: segmentsBefore }
  const next: Side = { shape: shapeOf(after, segmentsAfter), segments: segmentsAfter }
  const say = (node: Node): string => describeNode(node, schema)
  const hasChanged = (key: string): boolean => hashOf(key, old.segments) !== hashOf(key, next.segments)
  const compared = (what: 'group' | 'exclusion', one: readonly Group[], other: readonly Group[]) =>
    groupsSaid(what, one, other, say, hasChanged)
  return [
    ...compared('group', old.shape.groups, next.shape.groups),
    ...compared('exclusion', old.shape.exclusions, next.shape.exclusions),
  ]
}

const hashOf = (key: string, segments: Segments): string | undefined =>
  Object.hasOwn(segments, key) ? hashRule(ruleOf(segments[key]!)) : undefined

type Say = (node: Node) => string
type HasChanged = (key: string) => boolean

function groupsSaid(
  what: 'group' | 'exclusion',
  before: readonly Group[],
  after: readonly Group[],
  say: Say,
  hasChanged: HasChanged,
): readonly Said[] {
  const [gone, fresh] = unmatched(before, after, (group) => group.whole.form)
  const { pairs, rest } = paired(gone, fresh)
  return [
    ...pairs.flatMap(([one, other]) => {
      const number = after.indexOf(other) + 1
      const place = after.length > 1 || what === 'exclusion' ? `${what} ${number}` : undefined
      return filtersSaid(one.filters, other.filters, place, say, hasChanged)
    }),
    ...rest.gone.map(({ node }): Said => ({ kind: 'removed', what, before: say(node) })),
    ...rest.fresh.map(({ node }): Said => ({ kind: 'added', what, after: say(node) })),
  ]
}

function filtersSaid(
  before: readonly Filter[],
  after: readonly Filter[],
  place: string | undefined,
  say: Say,
  hasChanged: HasChanged,
): readonly Said[] {
  const where = { what: 'filter', ...(place !== undefined && { in: place }) } as const
  const [removed, fresh] = unmatched(before, after, ({ form }) => form)
  let gone: readonly Filter[] = removed
  const said: Said[] = []
  const take = (
    isPair: (one: Filter, other: Filter) => boolean,
    told: (one: Filter, other: Filter) => Said,
  ): void => {
    gone = gone.filter((one) => {
      const at = fresh.findIndex((candidate) => isPair(one, candidate))
      if (at >= 0) said.push(told(one, fresh.splice(at, 1)[0]!))
      return at < 0
    })
  }
  take(
    (one, other) => one.written === other.written,
    (one) => ({
      kind: 'referred',
      ...where,
      after: say(one.node),
      segments: keysOf(one.node).filter(hasChanged),
    }),
  )
  take(
    (one, other) => one.about === other.about,
    (one, other) => ({ kind: 'changed', ...where, before: say(one.node), after: say(other.node) }),
  )
  return [
    ...said,
    ...gone.map(({ node }): Said => ({ kind: 'removed', ...where, before: say(node) })),
    ...fresh.map(({ node }): Said => ({ kind: 'added', ...where, after: say(node) })),
  ]
}

/** What is on one side only, each as often as it is there more often than on the other. */
function unmatched<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): [T[], T[]] {
  const fresh = [...after]
  const gone = before.filter((one) => {
    const at = fresh.findIndex((other) => keyOf(other) === keyOf(one))
    if (at >= 0) fresh.splice(at, 1)
    return at < 0
  })
  return [gone, fresh]
}

/** Groups that are most alike, in pairs; those that share nothing are pairs only where there is no other. */
function paired(gone: readonly Group[], fresh: readonly Group[]) {
  const scores = gone
    .flatMap((one) => fresh.map((other) => ({ one, other, score: likeness(one, other) })))
    .filter(({ score }) => score > 0 || (gone.length === 1 && fresh.length === 1))
    .toSorted((a, b) => b.score - a.score)
  const taken = new Set<Group>()
  const pairs: (readonly [Group, Group])[] = []
  for (const { one, other } of scores) {
    if (taken.has(one) || taken.has(other)) continue
    taken.add(one).add(other)
    pairs.push([one, other])
  }
  const rest = {
    gone: gone.filter((one) => !taken.has(one)),
    fresh: fresh.filter((one) => !taken.has(one)),
  }
  return { pairs: pairs.toSorted(([, a], [, b]) => fresh.indexOf(a) - fresh.indexOf(b)), rest }
}

/** How much two groups have in common: the same filters count more than filters about the same thing. */
function likeness(one: Group, other: Group): number {
  const shared = (keyOf: (filter: Filter) => string): number => {
    const theirs = new Set(other.filters.map(keyOf))
    return one.filters.filter((filter) => theirs.has(keyOf(filter))).length
  }
  return 3 * shared(({ form }) => form) + shared(({ about }) => about)
}
