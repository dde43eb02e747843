import type { Duration } from './duration.ts'
import type { Literal } from './predicate.ts'

/** A predicate as the builder takes it: what it says (`op`) of what kind of value. Made by {@link is}, {@link greaterThan} and their like. */
export interface Test<out Op extends string, out Value> {
  readonly op: Op
  readonly '~value': Value
  readonly '~missing': 'decided'
}

/** A negative predicate that has not said what a missing value means: fine for a required field, refused for any other. */
export interface NeedsMissing<out Op extends string, out Value> {
  readonly op: Op
  readonly '~value': Value
  readonly '~missing': "add { missing: 'include' | 'exclude' }: the value may be missing"
}

/** What a missing value means to a negative predicate: such people are included or excluded. */
export interface Missing {
  readonly missing: 'include' | 'exclude'
}

/** A calendar date is text such as `'2026-11-24'`; an instant is a `Date` or RFC 3339 text with an offset. */
export type Instant = Date | string

/** What orders: numbers as numbers, decimals also as text, dates and instants. */
type Ordered = number | string | Date

const plain = (value: unknown): unknown => (value instanceof Date ? instantText(value) : value)

// An invalid Date has no ISO text; what it is gets reported where the schema is known, with a path.
const instantText = (value: Date): string =>
  Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()

function test<T>(statement: object): T {
  return Object.freeze(statement) as T
}

function negative(statement: object, policy: Missing | undefined): object {
  return policy === undefined
    ? { ...statement, negated: true }
    : { ...statement, negated: true, whenMissing: policy.missing === 'include' }
}

/** Exactly this value. `.field('state', is('CA'))` and `.field('state', 'CA')` are the same. */
export const is = <const V extends Literal | Date>(value: V): Test<'is', V> =>
  test({ op: 'is', value: plain(value) })

/** Any value but this one; says what a missing value means unless the field is required. */
export function isNot<const V extends Literal | Date>(value: V): NeedsMissing<'isNot', V>
export function isNot<const V extends Literal | Date>(value: V, policy: Missing): Test<'isNot', V>
export function isNot(value: Literal | Date, policy?: Missing): never {
  return test(negative({ op: 'is', value: plain(value) }, policy))
}

/** One of these values; at least one must be given. */
export const oneOf = <const V extends Literal | Date>(...values: readonly [V, ...V[]]): Test<'oneOf', V> =>
  test({ op: 'oneOf', values: values.map(plain) })

/** None of these values; says what a missing value means unless the field is required. */
export function noneOf<const V extends Literal | Date>(
  values: readonly [V, ...V[]],
): NeedsMissing<'noneOf', V>
export function noneOf<const V extends Literal | Date>(
  values: readonly [V, ...V[]],
  policy: Missing,
): Test<'noneOf', V>
export function noneOf(values: readonly (Literal | Date)[], policy?: Missing): never {
  return test(negative({ op: 'oneOf', values: values.map(plain) }, policy))
}

// Overloads, as a type parameter would cost every call an inference that tells number from text.

/** Less than a number. */
export function lessThan(value: number): Test<'lessThan', number>
export function lessThan(value: string): Test<'lessThan', string>
export function lessThan(value: number | string): never {
  return test({ op: 'lessThan', value })
}

/** A number or less. */
export function atMost(value: number): Test<'atMost', number>
export function atMost(value: string): Test<'atMost', string>
export function atMost(value: number | string): never {
  return test({ op: 'atMost', value })
}

/** More than a number. */
export function greaterThan(value: number): Test<'greaterThan', number>
export function greaterThan(value: string): Test<'greaterThan', string>
export function greaterThan(value: number | string): never {
  return test({ op: 'greaterThan', value })
}

/** A number or more. */
export function atLeast(value: number): Test<'atLeast', number>
export function atLeast(value: string): Test<'atLeast', string>
export function atLeast(value: number | string): never {
  return test({ op: 'atLeast', value })
}

/** From one value to another, both included: numbers, dates, or instants. */
export function between(from: number, to: number): Test<'between', number>
export function between(from: string, to: string): Test<'between', string>
export function between(from: Instant, to: Instant): Test<'between', Instant>
export function between(from: Ordered, to: Ordered): never {
  return test({ op: 'between', from: plain(from), to: plain(to) })
}

/** Earlier than a date or an instant. */
export function before(value: string): Test<'before', string>
export function before(value: Date): Test<'before', Date>
export function before(value: Instant): never {
  return test({ op: 'lessThan', value: plain(value) })
}

/** Later than a date or an instant. */
export function after(value: string): Test<'after', string>
export function after(value: Date): Test<'after', Date>
export function after(value: Instant): never {
  return test({ op: 'greaterThan', value: plain(value) })
}

/** In the window `(now − d, now]` of an instant. */
export const inLast = (duration: Duration): Test<'inLast', Instant> => test({ op: 'inLast', duration })

/** In the window `(now, now + d]` of an instant. */
export const inNext = (duration: Duration): Test<'inNext', Instant> => test({ op: 'inNext', duration })

/** Text that contains this text, compared exactly: case matters. */
export const contains = (value: string): Test<'contains', string> => test({ op: 'contains', value })

/** Text that does not contain this text; says what a missing value means unless the field is required. */
export function doesNotContain(value: string): NeedsMissing<'doesNotContain', string>
export function doesNotContain(value: string, policy: Missing): Test<'doesNotContain', string>
export function doesNotContain(value: string, policy?: Missing): never {
  return test(negative({ op: 'contains', value }, policy))
}

/** Text that starts with this text, compared exactly. */
export const startsWith = (value: string): Test<'startsWith', string> => test({ op: 'startsWith', value })

/** Text that ends with this text, compared exactly. */
export const endsWith = (value: string): Test<'endsWith', string> => test({ op: 'endsWith', value })

/** A list with this element. */
export const has = <const V extends Literal>(value: V): Test<'has', V> => test({ op: 'has', value })

/** A list without this element; says what a missing list means unless the field is required. */
export function doesNotHave<const V extends Literal>(value: V): NeedsMissing<'doesNotHave', V>
export function doesNotHave<const V extends Literal>(value: V, policy: Missing): Test<'doesNotHave', V>
export function doesNotHave(value: Literal, policy?: Missing): never {
  return test(negative({ op: 'has', value }, policy))
}

/** A value is there. Empty text, 0, false and an empty list are values. */
export const isPresent = (): Test<'isPresent', never> => test({ op: 'present' })

/** No value is there: no such key, null, or a stored value that is not of the declared type. */
export const isMissing = (): Test<'isMissing', never> =>
  test({ op: 'present', negated: true, whenMissing: true })

/** Missing, empty, or only white space. */
export const isBlank = (): Test<'isBlank', never> => test({ op: 'blank', whenMissing: true })

/** Something other than white space is there. */
export const isNotBlank = (): Test<'isNotBlank', never> =>
  test({ op: 'blank', negated: true, whenMissing: false })
