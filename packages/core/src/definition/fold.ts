import type { Node, NodeOf } from './node.ts'

/** One function for each kind of node; those with children receive what the children became. */
export interface NodeCases<R> {
  everyone(node: NodeOf<'everyone'>): R
  all(of: readonly R[], node: NodeOf<'all'>): R
  any(of: readonly R[], node: NodeOf<'any'>): R
  not(of: R, node: NodeOf<'not'>): R
  tag(node: NodeOf<'tag'>): R
  field(node: NodeOf<'field'>): R
  event(node: NodeOf<'event'>): R
}

/**
 * Reads a node from the leaves up: the one way every reader of definitions is written.
 *
 * @example
 * ```ts
 * const size = (rule: Node): number =>
 *   fold(rule, {
 *     everyone: () => 1, tag: () => 1, field: () => 1, event: () => 1,
 *     not: (of) => of,
 *     all: (of) => of.reduce((a, b) => a + b),
 *     any: (of) => of.reduce((a, b) => a + b),
 *   })
 * ```
 */
export function fold<R>(node: Node, cases: NodeCases<R>): R {
  switch (node.kind) {
    case 'everyone':
      return cases.everyone(node)
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
    case 'tag':
      return cases.tag(node)
    case 'field':
      return cases.field(node)
    case 'event':
      return cases.event(node)
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
    default:
      return change(node)
  }
}
