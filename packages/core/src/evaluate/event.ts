import { measureType, scaleOf } from '../definition/check-measure.ts'
import type { EventFilter, NodeOf } from '../definition/node.ts'
import { eventProperties } from '../definition/stream.ts'
import type { Literal, Predicate } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'
import { decimalUnits } from '../schema/value.ts'
import type { Rule } from './leaf.ts'
import { compilePredicate } from './predicate.ts'
import type { Slot } from './prepare.ts'
import { compileCount } from './selection.ts'
import { type Average, compileTotal } from './total.ts'

/** Whether what is made of a person's events passes. */
export function compileEvent(filter: EventFilter, schema: Schema): Rule {
  const { measure } = filter
  const { negated = false, op } = measure.test
  if (measure.of === 'count' && op === 'atLeast' && !negated) {
    const count = compileCount(filter, schema)
    const least = Number(measure.test.value)
    return (person, now) => count(person, now) >= least
  }
  if (measure.of === 'average') return compileAverage(filter, schema)
  const total = compileTotal(filter, schema)
  const passes = compilePredicate(
    measure.test,
    measureType(measure, eventProperties(filter.event, schema)!),
    0,
  )
  // Thresholds are safe integers of the same units, so a sum beyond them may be rounded and compares alike.
  return (person, now) => {
    const found = total(person, now)
    return passes({ values: [typeof found === 'bigint' ? Number(found) : (found as Slot)] }, now)
  }
}

/** More events of one selection than of another. */
export function compileMore({ events, than }: NodeOf<'more'>, schema: Schema): Rule {
  const [many, few] = [compileCount(events, schema), compileCount(than, schema)]
  return (person, now) => many(person, now) > few(person, now)
}

/** An average compares as its sum does with the threshold times the count (semantics 12). */
function compileAverage(filter: EventFilter, schema: Schema): Rule {
  const { measure } = filter
  const properties = eventProperties(filter.event, schema)!
  const scale = scaleOf(measureType(measure, properties))
  const finer =
    10n ** BigInt(scale - scaleOf(properties.get((measure as { property: string }).property)!.type))
  const { negated = false, whenMissing = false } = measure.test
  const total = compileTotal(filter, schema)
  const holds = compileBounds(measure.test, (literal) => BigInt(decimalUnits(String(literal), scale)!))
  return (person, now) => {
    const found = total(person, now) as Average | undefined
    if (found === undefined) return whenMissing
    return holds(BigInt(found.sum) * finer, BigInt(found.count)) !== negated
  }
}

type Bounds = (sum: bigint, count: bigint) => boolean

function compileBounds(test: Predicate, units: (literal: Literal) => bigint): Bounds {
  switch (test.op) {
    case 'present':
      return () => true
    case 'between': {
      const [from, to] = [units(test.from), units(test.to)]
      return (sum, count) => sum >= from * count && sum <= to * count
    }
    case 'is':
    case 'lessThan':
    case 'atMost':
    case 'greaterThan':
    case 'atLeast': {
      const value = units(test.value)
      const compare = bounds[test.op]
      return (sum, count) => compare(sum, value * count)
    }
    default:
      throw new TypeError(`'${test.op}' says nothing of an average; definitions are checked before`)
  }
}

const bounds: Readonly<
  Record<'is' | 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast', (sum: bigint, limit: bigint) => boolean>
> = {
  is: (sum, limit) => sum === limit,
  lessThan: (sum, limit) => sum < limit,
  atMost: (sum, limit) => sum <= limit,
  greaterThan: (sum, limit) => sum > limit,
  atLeast: (sum, limit) => sum >= limit,
}
