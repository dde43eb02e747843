import type { Literal } from '../predicate/predicate.ts'
import { versionKey, versionText } from '../text/version.ts'
import type { FieldInfo } from './schema.ts'
import { inRange, instantText, isDateText, parseInstant } from './time.ts'
import { onType, type TypeCases, type ValueType } from './type.ts'

/**
 * A value as evaluators hold it: instants are UTC milliseconds, decimals are whole units of their scale
 * (`19.99` at scale 2 is `1999`), versions are keys that order as they do, objects are only known to be there.
 */
export type Value = string | number | boolean | readonly Value[] | Item

/** An item of a list of objects: its parts, by the order in which they are declared. */
export interface Item {
  readonly values: readonly (Value | undefined)[]
}

/** Well-formed text without U+0000, which Postgres cannot store. */
export const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0')

/** The most units a decimal has: 15 digits, which a double and Postgres both keep exactly. */
export const mostDecimalUnits = 999_999_999_999_999

const decimalPattern = /^(-?)0*(\d{1,15})(?:\.(\d+))?$/

/**
 * Whole units of a decimal at a scale, or `undefined` when the value is no decimal of that scale.
 *
 * A decimal has at most 15 digits in all, before and after the point, so that sums start from exact numbers.
 *
 * @example
 * ```ts
 * decimalUnits('19.99', 2) // => 1999
 * decimalUnits('19.999', 2) // => undefined
 * ```
 */
export function decimalUnits(text: string, scale: number): number | undefined {
  const found = decimalPattern.exec(text)
  if (!found) return undefined
  const fraction = (found[3] ?? '').replace(/0+$/, '')
  if (fraction.length > scale) return undefined
  const units = Number(`${found[2]}${fraction.padEnd(scale, '0')}`)
  if (units > mostDecimalUnits) return undefined
  return found[1] === '-' && units !== 0 ? -units : units
}

/** Text of whole units at a scale, without trailing zeros: `1990` at scale 2 is `'19.9'`. */
export function decimalText(units: number | bigint, scale: number): string {
  const digits = String(units)
    .replace('-', '')
    .padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  return `${units < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** A number without the exponent that JavaScript prints for small ones, where that loses nothing. */
function plainText(raw: string | number, scale: number): string {
  const shown = String(raw)
  if (typeof raw === 'string' || !shown.includes('e-')) return shown
  const fixed = raw.toFixed(scale)
  return Number(fixed) === raw ? fixed : shown
}

// `+ 0` turns −0 into 0.
const readers: { readonly [K in ValueType['kind']]: (type: never, raw: unknown) => Value | undefined } = {
  text: (_, raw) => (isText(raw) ? raw : undefined),
  version: (_, raw) => (typeof raw === 'string' ? versionKey(raw) : undefined),
  integer: (_, raw) => (Number.isSafeInteger(raw) ? (raw as number) + 0 : undefined),
  number: (_, raw) => (typeof raw === 'number' && Number.isFinite(raw) ? raw + 0 : undefined),
  decimal: ({ scale }: Extract<ValueType, { kind: 'decimal' }>, raw) =>
    typeof raw === 'string' || typeof raw === 'number'
      ? decimalUnits(plainText(raw, scale), scale)
      : undefined,
  boolean: (_, raw) => (typeof raw === 'boolean' ? raw : undefined),
  date: (_, raw) => (typeof raw === 'string' && isDateText(raw) ? raw : undefined),
  timestamp: (_, raw) => {
    if (typeof raw === 'string') return parseInstant(raw)
    return raw instanceof Date ? inRange(raw.getTime()) : undefined
  },
  choice: ({ values }: Extract<ValueType, { kind: 'choice' }>, raw) =>
    typeof raw === 'string' && values.includes(raw) ? raw : undefined,
  list: ({ of }: Extract<ValueType, { kind: 'list' }>, raw) =>
    Array.isArray(raw)
      ? raw.map((element) => readValue(of, element)).filter((element) => element !== undefined)
      : undefined,
  object: ({ parts }: Extract<ValueType, { kind: 'object' }>, raw) => {
    if (typeof raw !== 'object' || raw === null || Array.isArray(raw) || raw instanceof Date) return undefined
    return parts === undefined ? true : { values: [...parts.values()].map((part) => readField(part, raw)) }
  },
}

/**
 * The value that something stored has under its declared type, or `undefined` when that is missing.
 *
 * Missing is null, nothing, and anything that is not of the type (semantics 8): text where a number is
 * declared, a value outside the closed set, NaN, a time that does not parse. Nothing is coerced. Elements
 * of a list that are not of its type are dropped.
 *
 * @example
 * ```ts
 * readValue({ kind: 'integer' }, '7') // => undefined
 * readValue({ kind: 'decimal', scale: 2 }, '19.99') // => 1999
 * ```
 */
export function readValue(type: ValueType, raw: unknown): Value | undefined {
  return raw === undefined || raw === null ? undefined : readers[type.kind](type as never, raw)
}

/** The value of a field in whatever holds it: own properties of plain objects only (semantics 13). */
export function readField(info: FieldInfo, holder: unknown): Value | undefined {
  let value = holder
  for (const key of info.path) {
    // A list has a length, and it is no field.
    const isPlain =
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
    if (!isPlain || !Object.hasOwn(value as object, key)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  return readValue(info.type, value)
}

const writers: TypeCases<(value: never) => Literal | readonly Literal[]> = {
  text: () => (value: string) => value,
  version: () => (value: string) => versionText(value),
  integer: () => (value: number) => value,
  number: () => (value: number) => value,
  decimal:
    ({ scale }) =>
    (value: number) =>
      decimalText(value, scale),
  boolean: () => (value: boolean) => value,
  date: () => (value: string) => value,
  timestamp: () => (value: number) => instantText(value),
  choice: () => (value: string) => value,
  list:
    ({ of }) =>
    (values: readonly Value[]) =>
      values.map((value) => writeValue(of, value) as Literal),
  object: () => () => '{…}',
}

/** The JSON form of a value: ISO text for an instant, text for a decimal. The inverse of {@link readValue}. */
export function writeValue(type: ValueType, value: Value): Literal | readonly Literal[] {
  return onType(type, writers)(value as never)
}
