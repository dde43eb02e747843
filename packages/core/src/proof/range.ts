import { compareText } from '../evaluate/order.ts'
import type { Domain, Scale, Test, Value } from './formula.ts'

// What is known of a thing on one scale: whether anything is left that it could be.

interface Bound {
  readonly value: Value
  readonly inclusive: boolean
}

/** The values that are left. */
export interface Range {
  readonly scale: Scale
  /** The values it can be one of; `undefined` where they are not counted. */
  readonly among: readonly Value[] | undefined
  readonly excluded: ReadonlySet<Value>
  readonly low: Bound | undefined
  readonly high: Bound | undefined
}

const none: ReadonlySet<Value> = new Set()
const included = (value: number | undefined): Bound | undefined =>
  value === undefined ? undefined : { value, inclusive: true }

/** Nothing is known yet. */
export const unknown = (scale: Scale): Range => ({
  scale,
  among: scale.domain.values,
  excluded: none,
  low: included(scale.domain.least),
  high: included(scale.domain.most),
})

/** A test of the place on a scale. */
export type RangeTest = Extract<Test, { readonly on: unknown }>

/** What is left when a test holds too; `undefined` when nothing is. */
export const narrowed = (range: Range, test: RangeTest): Range | undefined => settled(tightened(range, test))

function tightened(known: Range, test: RangeTest): Range {
  switch (test.is) {
    case 'in': {
      const values = new Set(test.values)
      return { ...known, among: (known.among ?? [...values]).filter((value) => values.has(value)) }
    }
    case 'notIn':
      return { ...known, excluded: new Set([...known.excluded, ...test.values]) }
    case 'above':
      return { ...known, low: tighter(known.low, whole(known.scale.domain, test, 1), 1) }
    case 'below':
      return { ...known, high: tighter(known.high, whole(known.scale.domain, test, -1), -1) }
  }
}

/** A bound of whole numbers as one that is included. */
function whole(domain: Domain, { value, inclusive }: Bound, step: 1 | -1): Bound {
  const isStep = domain.whole === true && !inclusive && Number.isSafeInteger(value)
  return isStep ? { value: Number(value) + step, inclusive: true } : { value, inclusive }
}

/** The tighter of two bounds: the greater of two that lie below, with −1 the lesser of two above. */
function tighter(one: Bound | undefined, other: Bound, sign: 1 | -1): Bound {
  if (one === undefined) return other
  const order = compare(one.value, other.value) * sign
  if (order !== 0) return order > 0 ? one : other
  return one.inclusive ? other : one
}

const compare = (a: Value, b: Value): number =>
  typeof a === 'string' ? compareText(a, String(b)) : Number(a) - Number(b)

const isWithin = ({ low, high, excluded }: Range, value: Value): boolean => {
  const above = low === undefined ? 1 : compare(value, low.value)
  const below = high === undefined ? 1 : compare(high.value, value)
  return (
    (above > 0 || (above === 0 && low!.inclusive)) &&
    (below > 0 || (below === 0 && high!.inclusive)) &&
    !excluded.has(value)
  )
}

/** Draws the conclusions. */
function settled(known: Range): Range | undefined {
  if (known.among !== undefined) {
    const among = known.among.filter((value) => isWithin(known, value))
    return among.length === 0 ? undefined : { ...known, among }
  }
  const { high, scale, excluded } = known
  const low = scale.domain.whole === true ? beyond(known.low, excluded) : known.low
  if (low === undefined || high === undefined) return { ...known, low }
  const order = compare(low.value, high.value)
  const closed = low.inclusive && high.inclusive
  const empty = order > 0 || (order === 0 && (!closed || excluded.has(low.value)))
  return empty ? undefined : { ...known, low }
}

/** A lower bound of whole numbers, moved over those that are excluded. */
function beyond(low: Bound | undefined, excluded: ReadonlySet<Value>): Bound | undefined {
  if (low === undefined) return undefined
  let { value } = low
  while (low.inclusive && excluded.has(value) && Number.isSafeInteger(value)) value = Number(value) + 1
  return { ...low, value }
}

/** The least number it can be. */
export const leastOf = (range: Range | undefined): number =>
  Math.min(...(range?.among ?? [range?.low?.value ?? -Infinity]).map(Number))

/** The greatest number it can be. */
export const mostOf = (range: Range | undefined): number =>
  Math.max(...(range?.among ?? [range?.high?.value ?? Infinity]).map(Number))
