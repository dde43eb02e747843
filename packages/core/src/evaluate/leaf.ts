import { fold, type LeafKind, leaves } from '../definition/fold.ts'
import type { Comparison, Node, NodeOf } from '../definition/node.ts'
import { circleOf, isInCircle } from '../place/distance.ts'
import type { Schema } from '../schema/schema.ts'
import { compileAccount } from './account.ts'
import { bucketOf } from './bucket.ts'
import { compileEvent, compileMore } from './event.ts'
import { allOf, anyOf } from './join.ts'
import { layoutOf } from './layout.ts'
import { compareText } from './order.ts'
import { compilePredicate, perClock } from './predicate.ts'
import { compileSequence } from './sequence.ts'
import type { PreparedPerson } from './prepare.ts'
import { windowInstants } from './window.ts'

/** A compiled rule: whether it holds of a person at an instant in UTC milliseconds. */
export type Rule = (person: PreparedPerson, now: number) => boolean

/** A filter that is not made of others. */
export type Leaf = NodeOf<LeafKind>

/** Compiles a checked rule; references have been expanded. */
export const compileRule = (rule: Node, schema: Schema): Rule =>
  fold<Rule>(rule, {
    ...leaves((leaf) => compileLeaf(leaf, schema)),
    not: (of) => (person, now) => !of(person, now),
    all: allOf,
    any: anyOf,
  })

/** Compiles one checked filter; references have been expanded. */
export function compileLeaf(leaf: Leaf, schema: Schema): Rule {
  switch (leaf.kind) {
    case 'everyone':
      return () => true
    case 'tag':
      return compileTag(leaf)
    case 'field': {
      const slot = layoutOf(schema).fields.byName.get(leaf.field)!
      return compilePredicate(leaf.test, schema.fields.get(leaf.field)!.type, slot)
    }
    case 'compare':
      return compileComparison(leaf, schema)
    case 'event':
      return compileEvent(leaf, schema)
    case 'more':
      return compileMore(leaf, schema)
    case 'sequence':
      return compileSequence(leaf, schema)
    case 'near':
      return compileNear(leaf, schema)
    case 'account':
      return compileAccount(leaf, schema, (of) => compileRule(of, schema))
    case 'people': {
      const ids = new Set(leaf.ids)
      return (person) => ids.has(person.id)
    }
    case 'bucket': {
      const { salt, from, to } = leaf
      return (person) => {
        const bucket = bucketOf(salt, person.id)
        return bucket >= from && bucket < to
      }
    }
    case 'segment':
      throw new TypeError('a reference is expanded before it is compiled')
  }
}

function compileTag({ tag, during }: NodeOf<'tag'>): Rule {
  if (during === undefined) return (person) => person.tags.has(tag)
  const instants = perClock((now) => windowInstants(during, now))
  return (person, now) => {
    const { from, to } = instants(now)
    return person.tagged.get(tag)?.some((at) => at >= from && at < to) ?? false
  }
}

/** Whether both degrees are there and lie near enough; what is no place on earth is missing. */
function compileNear({ latitude, longitude, point, meters }: NodeOf<'near'>, schema: Schema): Rule {
  const { byName } = layoutOf(schema).fields
  const [lat, lon] = [byName.get(latitude)!, byName.get(longitude)!]
  const circle = circleOf(point, meters)
  return ({ values }) => {
    const [north, east] = [values[lat] as number | undefined, values[lon] as number | undefined]
    if (north === undefined || east === undefined || Math.abs(north) > 90 || Math.abs(east) > 180)
      return false
    return isInCircle(circle, north, east)
  }
}

type Ordered = string | number

const comparisons: Readonly<Record<Comparison, (order: number) => boolean>> = {
  is: (order) => order === 0,
  lessThan: (order) => order < 0,
  atMost: (order) => order <= 0,
  greaterThan: (order) => order > 0,
  atLeast: (order) => order >= 0,
}

function compileComparison(node: NodeOf<'compare'>, schema: Schema): Rule {
  const { byName } = layoutOf(schema).fields
  const [one, other] = [byName.get(node.field)!, byName.get(node.to)!]
  const { negated = false, whenMissing = false } = node
  const holds = comparisons[node.op]
  return (person) => {
    const [a, b] = [person.values[one] as Ordered | undefined, person.values[other] as Ordered | undefined]
    if (a === undefined || b === undefined) return whenMissing
    const order = typeof a === 'string' ? compareText(a, String(b)) : a - Number(b)
    return holds(order) !== negated
  }
}
