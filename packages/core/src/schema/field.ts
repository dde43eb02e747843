import { SchemaError } from '../errors.ts'
import type * as In from '../predicate/inputs.ts'
import type { Properties } from './infer.ts'
import { shown } from '../suggest.ts'
import { checkField } from './check-field.ts'
import { flatten } from './flatten.ts'
import type { ValueType } from './type.ts'
import { isText } from './value.ts'

/**
 * What a schema says of a field or an event property: its type and whether it is always there.
 *
 * The type parameters never exist at run time: `Input` is what the builder accepts for the field,
 * `Required` what it would accept if the field were required, `Sum` what a sum of it may be tested against,
 * `Optional` what it accepts as the property of an event, which may always be missing, `Order` what the least or
 * greatest of several may be tested against.
 */
export interface Field<
  out Input = unknown,
  out Required = unknown,
  out Sum = unknown,
  out Optional = Input,
  out Order = unknown,
> {
  readonly type: ValueType
  readonly isRequired: boolean
  readonly isSensitive?: boolean
  /** The fields inside an object. */
  readonly parts?: Fields
  readonly '~input': Input
  readonly '~required': Required
  readonly '~sum': Sum
  readonly '~optional': Optional
  readonly '~order': Order
  /** The same field, always there: negative tests need not say what a missing value means. */
  required(): Field<Required, Required, Sum, Optional, Order>
  /** The same field, whose values explanations do not show. */
  sensitive(): Field<Input, Required, Sum, Optional, Order>
}

/** Fields or properties by name. */
export interface Fields {
  readonly [name: string]: Field
}

interface FieldMarks {
  readonly isRequired?: boolean
  readonly isSensitive?: boolean
  readonly parts?: Fields
}

function field<Input, Required, Sum = never, Order = never>(
  type: ValueType,
  { isRequired = false, isSensitive = false, parts }: FieldMarks = {},
): Field<Input, Required, Sum, Input, Order> {
  const made = {
    type: Object.freeze(type),
    isRequired,
    ...(isSensitive && { isSensitive }),
    ...(parts && { parts }),
  }
  const marked = (marks: FieldMarks): Field =>
    field(type, { isRequired, isSensitive, ...(parts && { parts }), ...marks })
  // Methods are not enumerable, so that a schema prints and compares as plain data.
  Object.defineProperty(made, 'required', { value: () => marked({ isRequired: true }) })
  Object.defineProperty(made, 'sensitive', { value: () => marked({ isSensitive: true }) })
  return Object.freeze(made) as unknown as Field<Input, Required, Sum, Input, Order>
}

/** Text, compared exactly and by code point. */
export const text = (): Field<In.TextInput, In.RequiredTextInput, never, In.TextInput, never> =>
  field({ kind: 'text' })

/**
 * A semantic version such as `'1.2.3'` or `'2.0.0-beta.1'`, which orders as versions do: `10.0.0` is above `9.0.0`.
 *
 * Build metadata does not count. Text that is no version is missing.
 */
export const version = (): Field<
  In.VersionInput,
  In.RequiredVersionInput,
  never,
  In.VersionInput,
  In.VersionInput
> => field({ kind: 'version' })

/** A whole number within ±(2^53−1). */
export const integer = (): Field<
  In.IntegerInput,
  In.RequiredIntegerInput,
  In.SumInput,
  In.IntegerInput,
  In.IntegerInput
> => field({ kind: 'integer' })

/** A finite double. It has no sum: a float sum depends on the order; use {@link decimal} for money. */
export const number = (): Field<
  In.NumberInput,
  In.RequiredNumberInput,
  never,
  In.NumberInput,
  In.NumberInput
> => field({ kind: 'number' })

/**
 * An exact decimal with a fixed number of digits after the point: `decimal(2)` for dollars and cents.
 *
 * Throws a `RangeError` for a scale that is not a whole number from 0 to 15.
 */
export function decimal(
  scale: number,
): Field<In.DecimalInput, In.RequiredDecimalInput, In.SumInput, In.DecimalInput, In.DecimalInput> {
  if (!Number.isInteger(scale) || scale < 0 || scale > 15) {
    throw new RangeError(`a decimal's scale is a whole number from 0 to 15, found ${shown(scale)}`)
  }
  return field({ kind: 'decimal', scale })
}

/** Yes or no. */
export const boolean = (): Field<In.BooleanInput, In.RequiredBooleanInput, never, In.BooleanInput, never> =>
  field({ kind: 'boolean' })

/** A calendar date without a time, such as a birthday. */
export const date = (): Field<In.DateInput, In.RequiredDateInput, never, In.DateInput, In.DateInput> =>
  field({ kind: 'date' })

/** An instant, kept as UTC milliseconds. */
export const timestamp = (): Field<
  In.TimestampInput,
  In.RequiredTimestampInput,
  never,
  In.TimestampInput,
  In.TimestampInput
> => field({ kind: 'timestamp' })

/**
 * One value of a closed set. A stored value outside the set is missing.
 *
 * Throws a {@link SchemaError} when there is no value, or one that is no text.
 */
export function choice<const V extends string>(
  ...values: readonly [V, ...V[]]
): Field<In.ChoiceInput<V>, In.RequiredChoiceInput<V>, never, In.ChoiceInput<V>, never> {
  const wrong = (values as readonly unknown[]).find((value) => !isText(value))
  if (values.length === 0 || wrong !== undefined) {
    const found = `choice(${wrong === undefined ? '' : shown(wrong)})`
    throw new SchemaError({
      what: 'type',
      found,
      expected: "a choice has values of text: choice('free', 'pro')",
    })
  }
  return field({ kind: 'choice', values: Object.freeze(values) })
}

/** What a list's elements are called in tests of the list. */
type ElementInput<F> = F extends Field<infer I> ? Extract<I, string | number | boolean | Date> : never

/** What a list may be tested against: one of objects by its items. */
type ListOf<F> = F extends { readonly parts: infer P extends Fields }
  ? In.ItemsInput<Properties<P>>
  : In.ListInput<ElementInput<F>>
type RequiredListOf<F> = F extends { readonly parts: infer P extends Fields }
  ? In.ItemsInput<Properties<P>>
  : In.RequiredListInput<ElementInput<F>>

/** A list of values of one type; the items of a list of objects are tested part by part. */
export function list<F extends Field>(of: F): Field<ListOf<F>, RequiredListOf<F>, never, ListOf<F>, never> {
  checkField('type', 'list(…)', of)
  const element: ValueType = of.parts ? { kind: 'object', parts: flatten('part', of.parts) } : of.type
  return field({ kind: 'list', of: element })
}

/** An object; its parts are known by their own types, so that their names can be checked. */
export interface ObjectField<out P extends Fields> extends Field<
  In.ObjectInput,
  In.ObjectInput,
  never,
  In.ObjectInput,
  never
> {
  readonly parts: P
  required(): ObjectField<P>
  sensitive(): ObjectField<P>
}

/** An object whose parts are fields of their own, named with a dot: `'address.city'`. */
export const object = <const P extends Fields>(parts: P): ObjectField<P> =>
  field<In.ObjectInput, In.ObjectInput>(
    { kind: 'object' },
    { parts: Object.freeze({ ...parts }) },
  ) as ObjectField<P>
