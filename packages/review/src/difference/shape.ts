import { fold, leaves, type Node, stableText, canonical, transform } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'

// A rule as people think of it: groups of filters, and what is taken away from them.

/** A filter with what it means and what it is about. */
export interface Filter {
  readonly node: Node
  /** Equal of filters that are written alike. */
  readonly written: string
  /** Equal of filters that mean the same. */
  readonly form: string
  /** Equal of filters about the same thing. */
  readonly about: string
}

/** Filters that all hold. */
export interface Group {
  readonly node: Node
  /** The group as a whole. */
  readonly whole: Filter
  readonly filters: readonly Filter[]
}

/** The groups of a rule, and those that are taken away. */
export interface Shape {
  readonly groups: readonly Group[]
  readonly exclusions: readonly Group[]
}

/** The shape of a rule in which other segments are named by their keys among `segments`. */
export function shapeOf(rule: Node, segments: Segments): Shape {
  const group = (node: Node): Group => ({
    node,
    whole: filterOf(node, segments),
    filters: filtersOf(node).map((one) => filterOf(one, segments)),
  })
  const [union, last, ...more] = rule.kind === 'all' ? rule.of : []
  const isTaken =
    union !== undefined &&
    last?.kind === 'not' &&
    more.length === 0 &&
    (union.kind === 'everyone' || isJoined(union) || isJoined(last.of))
  return {
    groups: optionsOf(isTaken ? union : rule).map(group),
    exclusions: isTaken ? optionsOf(last.of).map(group) : [],
  }
}

const isJoined = ({ kind }: Node): boolean => kind === 'all' || kind === 'any'
const optionsOf = (node: Node): readonly Node[] => (node.kind === 'any' ? node.of : [node])
const filtersOf = (node: Node): readonly Node[] => (node.kind === 'all' ? node.of.flatMap(filtersOf) : [node])

const filterOf = (node: Node, segments: Segments): Filter => ({
  node,
  written: stableText(node),
  form: stableText(canonical(resolved(node, segments))),
  about: aboutOf(node),
})

/** A rule with other segments in place of their keys. */
const resolved = (rule: Node, segments: Segments): Node =>
  transform(rule, (node) => {
    if (node.kind !== 'segment') return node
    const { of } = node
    if (typeof of !== 'string') return { kind: 'segment', of: { ...of, rule: resolved(of.rule, segments) } }
    return { kind: 'segment', of: segments[of]!.definition }
  })

function aboutOf(node: Node): string {
  switch (node.kind) {
    case 'not':
      return aboutOf(node.of)
    case 'field':
      return `field ${node.field}`
    case 'tag':
      return `tag ${node.tag}`
    case 'compare':
      return `compare ${[node.field, node.to].toSorted().join(' ')}`
    case 'event':
      return `event ${stableText(node.event)}`
    case 'segment':
      return `segment ${typeof node.of === 'string' ? node.of : stableText(node.of.title ?? '')}`
    case 'near':
      return `near ${node.latitude} ${node.longitude}`
    case 'account':
      return `account ${node.account}`
    case 'bucket':
      return `bucket ${node.salt}`
    case 'all':
    case 'any':
      return `any of ${[...new Set(node.of.map(aboutOf))].toSorted()[0]}`
    default:
      return node.kind
  }
}

/** The keys of the segments that a filter refers to. */
export const keysOf = (rule: Node): readonly string[] =>
  fold<readonly string[]>(rule, {
    ...leaves(() => []),
    segment: ({ of }) => (typeof of === 'string' ? [of] : keysOf(of.rule)),
    account: ({ people = [] }) => people.flatMap(({ of }) => keysOf(of)),
    not: (of) => of,
    all: (of) => of.flat(),
    any: (of) => of.flat(),
  })
