import type { FieldInfo } from './schema.ts'

/** The kinds of value a field, a property or a list element can have. */
export type ValueType =
  | { readonly kind: 'text' }
  | { readonly kind: 'version' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'number' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: ValueType }
  /** The items of a list of objects are known by their parts; an object by itself has fields of their own for them. */
  | { readonly kind: 'object'; readonly parts?: ReadonlyMap<string, FieldInfo> }

/** The name of a kind of value. */
export type Kind = ValueType['kind']

/** One function for each kind of value; a reader of types is such a record, so a new kind cannot be forgotten. */
export type TypeCases<R> = { readonly [K in Kind]: (type: Extract<ValueType, { readonly kind: K }>) => R }

/** Hands a type to the function for its kind. */
export function onType<R>(type: ValueType, cases: TypeCases<R>): R {
  const handle = cases[type.kind] as (type: ValueType) => R
  return handle(type)
}

const names: TypeCases<string> = {
  text: () => 'text',
  version: () => "a version such as '1.2.3'",
  integer: () => 'a whole number',
  number: () => 'a number',
  decimal: ({ scale }) =>
    `a decimal with at most ${scale} ${scale === 1 ? 'digit' : 'digits'} after the point and 15 in all`,
  boolean: () => 'true or false',
  date: () => "a date such as '2026-11-24'",
  timestamp: () => "an instant such as '2026-11-24T09:30:00Z'",
  choice: ({ values }) => `one of ${values.map((value) => `'${value}'`).join(', ')}`,
  list: ({ of }) => `a list of ${onType(of, names)}`,
  object: () => 'an object',
}

/** Whether two values of these types can be equal: decimals have one scale. */
export const isComparable = (one: ValueType, other: ValueType): boolean =>
  one.kind === 'decimal' && other.kind === 'decimal' ? one.scale === other.scale : one.kind === other.kind

/** Whether two types have the same values. */
export function isSameType(one: ValueType, other: ValueType): boolean {
  if (one === other) return true
  if (!isComparable(one, other)) return false
  if (one.kind === 'choice' && other.kind === 'choice') {
    return (
      one.values.length === other.values.length && one.values.every((value) => other.values.includes(value))
    )
  }
  if (one.kind === 'list' && other.kind === 'list') return isSameType(one.of, other.of)
  if (one.kind !== 'object' || other.kind !== 'object') return true
  const [some, others] = [one.parts, other.parts]
  if (some === undefined || others === undefined) return some === others
  // The items of a list are read by the position of their parts.
  const order = [...others.keys()]
  return (
    some.size === order.length &&
    [...some.values()].every(
      ({ name, type }, i) => name === order[i] && isSameType(type, others.get(name)!.type),
    )
  )
}

/** Whether something is the name of a kind of value. */
export const isKind = (raw: unknown): raw is Kind => typeof raw === 'string' && Object.hasOwn(names, raw)

/** What a value of this type is called in an error: `a whole number`, `one of 'free', 'pro'`. */
export const typeName = (type: ValueType): string => onType(type, names)
