import { compareText, type ValueType } from '@segmentry/core'

// What is known of one thing that a rule looks at: a field, a tag, a count of events. A rule says several things of it, and
// the question is whether anything is left that it could be.

/** A value as it compares: instants and decimals are numbers, versions their keys. */
export type Value = string | number | boolean

/** What a filter says of a value. */
export type Test =
  | { readonly is: 'in' | 'notIn'; readonly values: readonly Value[] }
  | { readonly is: 'above' | 'below'; readonly value: Value; readonly inclusive: boolean }
  /** Something that is not looked into, and whether it holds. */
  | { readonly is: 'opaque'; readonly text: string; readonly holds: boolean }
  /** Any value, or none. */
  | { readonly is: 'present' | 'absent' }

/** The kind of thing that is looked at: what its values are, and which there can be. */
export interface Domain {
  readonly kind: ValueType['kind']
  /** All values there can be, where they are few. */
  readonly values?: readonly Value[]
  /** The least and the greatest, of whole numbers. */
  readonly least?: number
  readonly most?: number
}

interface Bound {
  readonly value: Value
  readonly inclusive: boolean
}

/** Everything that is known of one thing. */
export interface Constraint {
  readonly domain: Domain
  /** The values it can be one of; `undefined` where they are not counted. */
  readonly among: readonly Value[] | undefined
  readonly excluded: ReadonlySet<Value>
  readonly low: Bound | undefined
  readonly high: Bound | undefined
  readonly opaque: ReadonlyMap<string, boolean>
  /** No value is left. */
  readonly empty: boolean
  /** It may be missing. */
  readonly missing: boolean
}

/** Nothing is known yet. */
export const unconstrained = (domain: Domain): Constraint => ({
  domain,
  among: domain.values,
  excluded: new Set(),
  low: domain.least === undefined ? undefined : { value: domain.least, inclusive: true },
  high: domain.most === undefined ? undefined : { value: domain.most, inclusive: true },
  opaque: new Map(),
  empty: false,
  missing: true,
})

const compare = (a: Value, b: Value): number =>
  typeof a === 'string' ? compareText(a, String(b)) : Number(a) - Number(b)

/** What is known when a test is known to hold too; `missing` is its answer for a missing value. */
export function narrowed(constraint: Constraint, test: Test, missing: boolean): Constraint {
  const known = { ...constraint, missing: constraint.missing && missing }
  return settled(tightened(known, test))
}

function tightened(known: Constraint, test: Test): Constraint {
  switch (test.is) {
    case 'in': {
      const values = new Set(test.values)
      return { ...known, among: (known.among ?? test.values).filter((value) => values.has(value)) }
    }
    case 'notIn':
      return { ...known, excluded: new Set([...known.excluded, ...test.values]) }
    case 'above':
      return { ...known, low: tighter(known.low, whole(known.domain, test, 1), 1) }
    case 'below':
      return { ...known, high: tighter(known.high, whole(known.domain, test, -1), -1) }
    case 'opaque': {
      const other = known.opaque.get(test.text)
      if (other !== undefined && other !== test.holds) return { ...known, empty: true }
      return { ...known, opaque: new Map(known.opaque).set(test.text, test.holds) }
    }
    case 'present':
      return known
    case 'absent':
      return { ...known, empty: true }
  }
}

/** A bound of whole numbers as one that is included. */
function whole({ kind }: Domain, { value, inclusive }: Bound, step: 1 | -1): Bound {
  if (kind !== 'integer' || inclusive || !Number.isInteger(value)) return { value, inclusive }
  return { value: Number(value) + step, inclusive: true }
}

/** The tighter of two bounds: the greater of two that lie below, with −1 the lesser of two above. */
function tighter(one: Bound | undefined, other: Bound, sign: 1 | -1): Bound {
  if (one === undefined) return other
  const order = compare(one.value, other.value) * sign
  if (order !== 0) return order > 0 ? one : other
  return one.inclusive ? other : one
}

const isWithin = ({ low, high, excluded }: Constraint, value: Value): boolean => {
  const above = low === undefined ? 1 : compare(value, low.value)
  const below = high === undefined ? 1 : compare(high.value, value)
  return (
    (above > 0 || (above === 0 && low!.inclusive)) &&
    (below > 0 || (below === 0 && high!.inclusive)) &&
    !excluded.has(value)
  )
}

/** Draws the conclusions. */
function settled(known: Constraint): Constraint {
  if (known.empty) return known
  if (known.among !== undefined) {
    const among = known.among.filter((value) => isWithin(known, value))
    return { ...known, among, empty: among.length === 0 }
  }
  const { high, domain, excluded } = known
  const low = domain.kind === 'integer' ? beyond(known.low, excluded) : known.low
  if (low === undefined || high === undefined) return { ...known, low }
  const order = compare(low.value, high.value)
  const closed = low.inclusive && high.inclusive
  const empty = order > 0 || (order === 0 && (!closed || excluded.has(low.value)))
  return { ...known, low, empty }
}

/** A lower bound of whole numbers, moved over those that are excluded. */
function beyond(low: Bound | undefined, excluded: ReadonlySet<Value>): Bound | undefined {
  if (low === undefined) return undefined
  let { value } = low
  while (low.inclusive && excluded.has(value)) value = Number(value) + 1
  return { ...low, value }
}

/** Whether nothing is left that it could be. */
export const isImpossible = ({ empty, missing }: Constraint): boolean => empty && !missing

/** The least whole number it can be. */
export const leastOf = ({ among, low }: Constraint): number =>
  Math.min(...(among ?? [low?.inclusive ? low.value : -Infinity]).map(Number))

/** The greatest whole number it can be. */
export const mostOf = ({ among, high }: Constraint): number =>
  Math.max(...(among ?? [high?.inclusive ? high.value : Infinity]).map(Number))
