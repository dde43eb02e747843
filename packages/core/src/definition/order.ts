import { fold, leaves } from './fold.ts'
import type { Definition, Node } from './node.ts'

/** The order in which segments that refer to each other can be resolved. */
export interface ReferenceOrder {
  /** All keys: those that a segment refers to come before it; what is in a circle, or leads to one, comes last. */
  readonly order: readonly string[]
  /** The way round from a segment by one of its references back to itself, both ends included, if there is one. */
  circle(key: string, reference: string): readonly string[] | undefined
}

type Edges = ReadonlyMap<string, ReadonlySet<string>>

/** Longer ways round are not written out. */
const mostShown = 20

/** Puts definitions in the order of their references; without recursion, as a chain of them may be long. */
export function inOrder(definitions: ReadonlyMap<string, Definition>): ReferenceOrder {
  const references: Edges = new Map(
    [...definitions].map(([key, { rule }]) => [
      key,
      new Set(keysIn(rule).filter((other) => definitions.has(other))),
    ]),
  )
  const referring = new Map<string, Set<string>>([...definitions.keys()].map((key) => [key, new Set()]))
  for (const [key, others] of references) for (const other of others) referring.get(other)!.add(key)

  const open = new Map([...references].map(([key, others]) => [key, others.size]))
  const order = [...open].flatMap(([key, count]) => (count === 0 ? [key] : []))
  // The list grows while it is walked: whoever refers to nothing that is open any more follows.
  for (const key of order) {
    for (const next of referring.get(key)!) {
      open.set(next, open.get(next)! - 1)
      if (open.get(next) === 0) order.push(next)
    }
  }

  const done = new Set(order)
  const rest = [...references.keys()].filter((key) => !done.has(key))
  // Those that can be reached from a segment and from which it can be reached are in circles with it.
  const together = new Map<string, ReadonlySet<string>>()
  for (const key of rest) {
    if (together.has(key)) continue
    const [ahead, behind] = [reached(key, references), reached(key, referring)]
    const both = new Set([...ahead.keys()].filter((one) => behind.has(one)))
    for (const one of both) together.set(one, both)
  }
  return {
    order: [...order, ...rest],
    circle(key, reference) {
      if (together.get(key)?.has(reference) !== true) return undefined
      const from = reached(reference, references, key, mostShown)
      return from.has(key) ? [key, ...wayTo(key, from)] : [key, reference, '…', key]
    },
  }
}

/** What can be reached along edges, each with where it was come from; looked for up to a goal and so many steps. */
function reached(
  from: string,
  edges: Edges,
  goal?: string,
  steps = Infinity,
): ReadonlyMap<string, string | undefined> {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]])
  const isFound = (): boolean => goal !== undefined && cameFrom.has(goal)
  let border = [from]
  for (let step = 0; border.length > 0 && step < steps && !isFound(); step++) {
    const beyond: string[] = []
    for (const key of border) {
      for (const next of edges.get(key)!) {
        if (cameFrom.has(next)) continue
        cameFrom.set(next, key)
        beyond.push(next)
      }
    }
    border = beyond
  }
  return cameFrom
}

function wayTo(goal: string, cameFrom: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way = [goal]
  for (let at = cameFrom.get(goal); at !== undefined; at = cameFrom.get(at)) way.unshift(at)
  return way
}

/** The keys of the segments that a rule refers to. */
export const keysIn = (rule: Node): readonly string[] =>
  fold<readonly string[]>(rule, {
    ...leaves(() => []),
    segment: ({ of }) => (typeof of === 'string' ? [of] : keysIn(of.rule)),
    account: ({ people = [] }) => people.flatMap(({ of }) => keysIn(of)),
    not: (of) => of,
    all: (of) => of.flat(),
    any: (of) => of.flat(),
  })
