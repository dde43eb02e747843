import { fold } from './fold.ts'
import type { Node } from './node.ts'

/** How deep a node nests; a filter alone is one level. */
export const depthOf = (node: Node): number =>
  fold<number>(node, {
    everyone: () => 1,
    tag: () => 1,
    field: () => 1,
    event: () => 1,
    not: (of) => of + 1,
    all: (of) => Math.max(0, ...of) + 1,
    any: (of) => Math.max(0, ...of) + 1,
  })
