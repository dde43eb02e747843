import { checkKeys, shown } from '../suggest.ts'
import type { Duration } from './duration.ts'
import type { LeapDay, Literal, Predicate } from './predicate.ts'
import { type CalendarWindow, last, next, type Window } from './window.ts'

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

/** How text is compared. */
export interface TextOptions {
  /** The letters A to Z and a to z are taken for the same; no other letters are. */
  readonly ignoringCase?: boolean
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

function negative(statement: object, policy: (Missing & TextOptions) | undefined): object {
  if (policy === undefined) return { ...statement, negated: true }
  checkKeys('what a missing value means', policy, ['missing', 'ignoringCase'])
  const { missing }: { readonly missing: unknown } = policy
  // The types say so; for callers without them a slip of the pen would mean the opposite.
  if (missing !== 'include' && missing !== 'exclude') {
    throw new TypeError(`found missing: ${shown(missing)}, expected missing: 'include' or 'exclude'`)
  }
  return { ...folding(statement, policy), negated: true, whenMissing: policy.missing === 'include' }
}

function cased(statement: object, options: TextOptions | undefined): object {
  checkKeys('options of text', options, ['ignoringCase'])
  return folding(statement, options)
}

const folding = (statement: object, options: TextOptions | undefined): object =>
  options?.ignoringCase === true ? { ...statement, ignoringCase: true } : statement

/** Values as data; what is no list of them would be read letter by letter. */
function listed(call: string, values: readonly (Literal | Date)[]): readonly unknown[] {
  if (Array.isArray(values)) return values.map(plain)
  throw new TypeError(`found ${shown(values)} in ${call}(…), expected a list: ${call}(['CA', 'NY'], …)`)
}

const zoned = (options: InZone): InZone => {
  checkKeys('options of a day', options, ['zone'])
  return options
}

type Several = readonly [Literal, ...Literal[]]

/** What `is` says of a value, or of a whole list. */
const same = (value: Literal | Date | Several): object =>
  Array.isArray(value) ? { op: 'equals', values: value } : { op: 'is', value: plain(value) }

/**
 * Exactly this value, or a list of exactly these elements in this order.
 *
 * `.field('state', is('CA'))` and `.field('state', 'CA')` are the same; a list is always written `is(['en', 'fr'])`.
 */
export const is = <const V extends Literal | Date | Several>(
  value: V,
  options?: TextOptions,
): V extends Several ? Test<'equals', V[number]> : Test<'is', V> => test(cased(same(value), options))

/** Any value or list but this one; says what a missing one means unless the field is required. */
export function isNot<const V extends Literal | Date>(value: V): NeedsMissing<'isNot', V>
export function isNot<const V extends Literal | Date>(
  value: V,
  policy: Missing & TextOptions,
): Test<'isNot', V>
export function isNot<const V extends Several>(values: V): NeedsMissing<'doesNotEqual', V[number]>
export function isNot<const V extends Several>(values: V, policy: Missing): Test<'doesNotEqual', V[number]>
export function isNot(value: Literal | Date | Several, policy?: Missing & TextOptions): never {
  return test(negative(same(value), policy))
}

/**
 * One of these values; at least one must be given.
 *
 * Where something is to be said of how text is compared, the values stand in a list: `oneOf(['CA', 'NY'], { ignoringCase: true })`.
 */
export function oneOf<const V extends Literal | Date>(...values: readonly [V, ...V[]]): Test<'oneOf', V>
export function oneOf<const V extends string>(
  values: readonly [V, ...V[]],
  options: TextOptions,
): Test<'oneOf', V>
export function oneOf(first: unknown, ...rest: readonly unknown[]): never {
  if (!Array.isArray(first)) return test({ op: 'oneOf', values: [first, ...rest].map(plain) })
  return test(cased({ op: 'oneOf', values: listed('oneOf', first) }, rest[0] as TextOptions | undefined))
}

/** None of these values; says what a missing value means unless the field is required. */
export function noneOf<const V extends Literal | Date>(
  values: readonly [V, ...V[]],
): NeedsMissing<'noneOf', V>
export function noneOf<const V extends Literal | Date>(
  values: readonly [V, ...V[]],
  policy: Missing & TextOptions,
): Test<'noneOf', V>
export function noneOf(values: readonly (Literal | Date)[], policy?: Missing & TextOptions): never {
  return test(negative({ op: 'oneOf', values: listed('noneOf', values) }, policy))
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

/** In the window `(now − d, now]` of an instant; short for `during(last(d))`. */
export const inLast = (duration: Duration): Test<'during', Instant> => during(last(duration))

/** In the window `(now, now + d]` of an instant; short for `during(next(d))`. */
export const inNext = (duration: Duration): Test<'during', Instant> => during(next(duration))

/**
 * In a window: of the clock, between instants, or of the calendar.
 *
 * A date, which has no time of day, lies in calendar windows only.
 *
 * @example
 * ```ts
 * segment().group((g) => g.event('opened', (e) => e.during(ago('30 days', '60 days'))))
 * ```
 */
export function during(window: CalendarWindow): Test<'during', string>
export function during(window: Window): Test<'during', Instant>
export function during(window: Window): never {
  return test({ op: 'during', window })
}

/** A zone to find the local day and time in; the schema's when it is left out. */
export interface InZone {
  readonly zone?: string
}

/** On one of these days of the week, 1 for Monday to 7 for Sunday. */
export const onWeekday = (days: readonly number[], options: InZone = {}): Test<'weekday', string> =>
  test({ op: 'weekday', days, ...zoned(options) })

/** In one of these months, 1 to 12, of any year. */
export const inMonth = (months: readonly number[], options: InZone = {}): Test<'month', string> =>
  test({ op: 'month', months, ...zoned(options) })

/** From one hour of the day up to another, not included: `betweenHours(22, 6)` passes midnight. */
export const betweenHours = (from: number, to: number, options: InZone = {}): Test<'hour', Date> =>
  test({ op: 'hour', from, to, ...zoned(options) })

/**
 * A day of the window has this month and day, whatever the year: birthdays, renewals.
 *
 * In a common year, 29 February falls on 1 March, `leapDay: '03-01'`, unless told `'02-28'`.
 *
 * @example
 * ```ts
 * anniversary(today({ zone: 'UTC' })).op // => 'anniversary'
 * ```
 */
export function anniversary(
  window: CalendarWindow,
  options: { readonly leapDay?: LeapDay } = {},
): Test<'anniversary', string> {
  checkKeys('options of an anniversary', options, ['leapDay'])
  return test({ op: 'anniversary', window, leapDay: options.leapDay ?? '03-01' })
}

/** Text that contains this text: case matters unless told. */
export const contains = (value: string, options?: TextOptions): Test<'contains', string> =>
  test(cased({ op: 'contains', value }, options))

/** Text that does not contain this text; says what a missing value means unless the field is required. */
export function doesNotContain(value: string): NeedsMissing<'doesNotContain', string>
export function doesNotContain(value: string, policy: Missing & TextOptions): Test<'doesNotContain', string>
export function doesNotContain(value: string, policy?: Missing & TextOptions): never {
  return test(negative({ op: 'contains', value }, policy))
}

/** Text that starts with this text. */
export const startsWith = (value: string, options?: TextOptions): Test<'startsWith', string> =>
  test(cased({ op: 'startsWith', value }, options))

/** Text that does not start with this text; says what a missing value means unless the field is required. */
export function doesNotStartWith(value: string): NeedsMissing<'doesNotStartWith', string>
export function doesNotStartWith(
  value: string,
  policy: Missing & TextOptions,
): Test<'doesNotStartWith', string>
export function doesNotStartWith(value: string, policy?: Missing & TextOptions): never {
  return test(negative({ op: 'startsWith', value }, policy))
}

/** Text that ends with this text. */
export const endsWith = (value: string, options?: TextOptions): Test<'endsWith', string> =>
  test(cased({ op: 'endsWith', value }, options))

/** Text that does not end with this text; says what a missing value means unless the field is required. */
export function doesNotEndWith(value: string): NeedsMissing<'doesNotEndWith', string>
export function doesNotEndWith(value: string, policy: Missing & TextOptions): Test<'doesNotEndWith', string>
export function doesNotEndWith(value: string, policy?: Missing & TextOptions): never {
  return test(negative({ op: 'endsWith', value }, policy))
}

/**
 * Text whose whole has the form of a pattern.
 *
 * `*` is any run of characters, `?` any one, `[a-z]` one of a set, `[^a-z]` one outside it, and `\` takes the next
 * character as it is. It takes time in proportion to the text, whatever the pattern.
 *
 * @example
 * ```ts
 * evaluate(segment().group((g) => g.field('state', matches('C?'))), person, { schema, now: new Date() }) // => true
 * ```
 */
export const matches = (pattern: string, options?: TextOptions): Test<'matches', string> =>
  test(cased({ op: 'matches', pattern }, options))

/** Text that does not have the form of a pattern; says what a missing value means unless the field is required. */
export function doesNotMatch(pattern: string): NeedsMissing<'doesNotMatch', string>
export function doesNotMatch(pattern: string, policy: Missing & TextOptions): Test<'doesNotMatch', string>
export function doesNotMatch(pattern: string, policy?: Missing & TextOptions): never {
  return test(negative({ op: 'matches', pattern }, policy))
}

/** An e-mail address at one of these domains: `hasEmailDomain('example.com')`. Case does not matter. */
export const hasEmailDomain = (...domains: readonly [string, ...string[]]): Test<'emailDomain', string> =>
  test({ op: 'emailDomain', domains })

/** A list with this element. */
export const has = <const V extends Literal>(value: V): Test<'has', V> => test({ op: 'has', value })

/** A list without this element; says what a missing list means unless the field is required. */
export function doesNotHave<const V extends Literal>(value: V): NeedsMissing<'doesNotHave', V>
export function doesNotHave<const V extends Literal>(value: V, policy: Missing): Test<'doesNotHave', V>
export function doesNotHave(value: Literal, policy?: Missing): never {
  return test(negative({ op: 'has', value }, policy))
}

/** A list with at least one of these elements. */
export const hasAny = <const V extends Literal>(...values: readonly [V, ...V[]]): Test<'hasAny', V> =>
  test({ op: 'hasAny', values })

/** A list with all of these elements, whatever else it has. */
export const hasAll = <const V extends Literal>(...values: readonly [V, ...V[]]): Test<'hasAll', V> =>
  test({ op: 'hasAll', values })

/** A list with none of these elements; says what a missing list means unless the field is required. */
export function hasNone<const V extends Literal>(values: readonly [V, ...V[]]): NeedsMissing<'hasNone', V>
export function hasNone<const V extends Literal>(
  values: readonly [V, ...V[]],
  policy: Missing,
): Test<'hasNone', V>
export function hasNone(values: readonly Literal[], policy?: Missing): never {
  return test(negative({ op: 'hasAny', values: listed('hasNone', values) }, policy))
}

/** A list of which some element passes a test: `hasSome(greaterThan(10))`, `hasSome(startsWith('a'))`. */
export const hasSome = <V>(elementTest: Test<string, V>): Test<'some', V> =>
  test({ op: 'some', test: elementTest as unknown as Predicate })

/** A list of so many elements: `hasLength(atLeast(2))`. Elements that are not of the declared type do not count. */
export const hasLength = (count: number | Test<CountOp, number>): Test<'length', never> =>
  test({ op: 'length', count: (typeof count === 'number' ? { op: 'is', value: count } : count) as Predicate })

/** What can be said of a number of things. */
export type CountOp = 'is' | 'oneOf' | 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast' | 'between'

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
