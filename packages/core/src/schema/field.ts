import type * as In from '../predicate/inputs.ts'
import type { ValueType } from './type.ts'

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
  /** The fields inside an object. */
  readonly parts?: Fields
  readonly '~input': Input
  readonly '~required': Required
  readonly '~sum': Sum
  readonly '~optional': Optional
  readonly '~order': Order
  /** The same field, always there: negative tests need not say what a missing value means. */
  required(): Field<Required, Required, Sum, Optional, Order>
}

/** Fields or properties by name. */
export interface Fields {
  readonly [name: string]: Field
}

function field<Input, Required, Sum = never, Order = never>(
  type: ValueType,
  isRequired = false,
  parts?: Fields,
): Field<Input, Required, Sum, Input, Order> {
  const made = {
    type: Object.freeze(type),
    isRequired,
    ...(parts && { parts }),
  }
  // `required` is not enumerable, so that a schema prints and compares as plain data.
  Object.defineProperty(made, 'required', { value: () => field(type, true, parts) })
  return Object.freeze(made) as unknown as Field<Input, Required, Sum, Input, Order>
}

/** Text, compared exactly and by code point. */
export const text = (): Field<In.TextInput, In.RequiredTextInput, never, In.TextInput, never> =>
  field({ kind: 'text' })

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
    throw new RangeError(`a decimal's scale is a whole number from 0 to 15, found ${scale}`)
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

/** One value of a closed set. A stored value outside the set is missing. */
export const choice = <const V extends string>(
  ...values: readonly [V, ...V[]]
): Field<In.ChoiceInput<V>, In.RequiredChoiceInput<V>, never, In.ChoiceInput<V>, never> =>
  field({ kind: 'choice', values: Object.freeze(values) })

/** What a list's elements are called in tests of the list. */
type ElementInput<F> = F extends Field<infer I> ? Extract<I, string | number | boolean> : never

/** A list of values of one type. */
export const list = <F extends Field>(
  of: F,
): Field<
  In.ListInput<ElementInput<F>>,
  In.RequiredListInput<ElementInput<F>>,
  never,
  In.ListInput<ElementInput<F>>,
  never
> => field({ kind: 'list', of: of.type })

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
}

/** An object whose parts are fields of their own, named with a dot: `'address.city'`. */
export const object = <const P extends Fields>(parts: P): ObjectField<P> =>
  field<In.ObjectInput, In.ObjectInput>(
    { kind: 'object' },
    false,
    Object.freeze({ ...parts }),
  ) as ObjectField<P>
