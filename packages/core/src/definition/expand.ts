import { DefinitionError, type IssueCode } from '../errors.ts'
import { withPeople } from './fold.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { Definition, ManualEntry, Node, People } from './node.ts'

/** The rule with the manual lists applied: manual exclude beats manual include beats rule. */
export function membersRule({ rule, included = [], excluded = [] }: Definition): Node {
  const ids = (entries: readonly ManualEntry[]): People => ({
    kind: 'people',
    ids: entries.map(({ person }) => person),
  })
  const widened: Node = included.length === 0 ? rule : { kind: 'any', of: [rule, ids(included)] }
  return excluded.length === 0 ? widened : { kind: 'all', of: [widened, { kind: 'not', of: ids(excluded) }] }
}

/**
 * A rule in which every other segment it refers to stands as its own rule.
 *
 * References are never read from stored membership, so they are as current as the rest. Throws a
 * {@link DefinitionError} when the whole would be larger than the limits: two references to one segment count
 * twice, and this is found out before anything is written down twice.
 */
export function expanded(node: Node, limits: Pick<Limits, 'depth' | 'filters'> = defaultLimits): Node {
  const { depth, filters } = sizeOf(node)
  if (depth > limits.depth) refuse('too-deep', `${depth} levels`, `${limits.depth} levels`)
  if (filters > limits.filters) refuse('too-many-filters', `${filters} filters`, `${limits.filters} filters`)
  return replaced(node)
}

function refuse(code: IssueCode, found: string, most: string): never {
  const expected = `at most ${most}, with the segments it refers to`
  const message = `a definition is too large: found ${found}, expected ${expected}`
  throw new DefinitionError({ issues: [{ code, path: ['rule'], message, found, expected }] })
}

function replaced(node: Node): Node {
  switch (node.kind) {
    case 'all':
    case 'any': {
      const of = node.of.map(replaced)
      return of.every((child, i) => child === node.of[i]) ? node : { ...node, of }
    }
    case 'not': {
      const of = replaced(node.of)
      return of === node.of ? node : { ...node, of }
    }
    case 'account':
      return withPeople(node, replaced)
    case 'segment':
      return replaced(membersRule(definitionOf(node.of)))
    default:
      return node
  }
}

interface Size {
  readonly depth: number
  readonly filters: number
}

const sizes = new WeakMap<Definition, Size>()

/** How deep a rule nests and how many filters it has, with what it refers to; a filter alone is one level. */
export function sizeOf(node: Node): Size {
  switch (node.kind) {
    case 'all':
    case 'any':
      return around(node.of, 0)
    case 'account':
      return around(
        (node.people ?? []).map(({ of }) => of),
        1,
      )
    case 'not': {
      const { depth, filters } = sizeOf(node.of)
      return { depth: depth + 1, filters }
    }
    case 'segment': {
      const definition = definitionOf(node.of)
      const known = sizes.get(definition) ?? sizeOf(membersRule(definition))
      sizes.set(definition, known)
      return known
    }
    default:
      return { depth: 1, filters: 1 }
  }
}

/** The size of a node around others, which is so many filters itself. */
const around = (of: readonly Node[], own: number): Size =>
  of.map(sizeOf).reduce<Size>(
    (sum, { depth, filters }) => ({
      depth: Math.max(sum.depth, depth + 1),
      filters: sum.filters + filters,
    }),
    { depth: 1, filters: own },
  )

function definitionOf(of: Definition | string): Definition {
  if (typeof of !== 'string') return of
  throw new TypeError(`the segment '${of}' is referred to by key: decode it together with that segment`)
}
