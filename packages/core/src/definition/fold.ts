import type { AccountFilter, Node, NodeOf } from './node.ts'

/** The kinds of node that are not made of others; a reference and what is said of an account's people are read as a whole. */
export type LeafKind = Exclude<Node['kind'], 'all' | 'any' | 'not'>

/** One function for each kind of node; those with children receive what the children became. */
export type NodeCases<R> = {
  readonly [K in LeafKind]: (node: NodeOf<K>) => R
} & {
  readonly all: (of: readonly R[], node: NodeOf<'all'>) => R
  readonly any: (of: readonly R[], node: NodeOf<'any'>) => R
  readonly not: (of: R, node: NodeOf<'not'>) => R
}

/**
 * Reads a node from the leaves up: the one way every reader of definitions is written.
 *
 * @example
 * ```ts
 * const negations = (rule: Node): number =>
 *   fold(rule, { ...leaves(() => 0), not: (of) => of + 1, all: (of) => of.reduce((a, b) => a + b), any: (of) => of.reduce((a, b) => a + b) })
 * negations({ kind: 'not', of: { kind: 'everyone' } }) // => 1
 * ```
 */
export function fold<R>(node: Node, cases: NodeCases<R>): R {
  switch (node.kind) {
    case 'all':
      return cases.all(
        node.of.map((child) => fold(child, cases)),
        node,
      )
    case 'any':
      return cases.any(
        node.of.map((child) => fold(child, cases)),
        node,
      )
    case 'not':
      return cases.not(fold(node.of, cases), node)
    default:
      return (cases[node.kind] as (node: Node) => R)(node)
  }
}

/** The same case for every kind of leaf, for readers that do not tell them apart. */
export function leaves<R>(read: (leaf: NodeOf<LeafKind>) => R): Pick<NodeCases<R>, LeafKind> {
  return {
    everyone: read,
    tag: read,
    field: read,
    compare: read,
    event: read,
    more: read,
    sequence: read,
    segment: read,
    near: read,
    account: read,
    people: read,
    bucket: read,
  }
}

/**
 * Rewrites a node from the leaves up; what `change` returns unchanged keeps its identity, and so do its parents.
 *
 * Use it for simplifying, renaming and normalising: `===` tells whether anything happened.
 */
export function transform(node: Node, change: (node: Node) => Node): Node {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const of = node.of.map((child) => transform(child, change))
      return change(of.every((child, index) => child === node.of[index]) ? node : { ...node, of })
    }
    case 'not': {
      const of = transform(node.of, change)
      return change(of === node.of ? node : { ...node, of })
    }
    case 'account':
      return change(withPeople(node, (of) => transform(of, change)))
    default:
      return change(node)
  }
}

/** An account filter with the rules about its people rewritten; one of which none changes keeps its identity. */
export function withPeople(node: AccountFilter, change: (of: Node, index: number) => Node): AccountFilter {
  const { people = [] } = node
  const changed = people.map(({ are, of }, i) => ({ are, of: change(of, i) }))
  return changed.every(({ of }, i) => of === people[i]!.of) ? node : { ...node, people: changed }
}
