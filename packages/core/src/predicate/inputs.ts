import type { Instant, NeedsMissing, Test } from './operators.ts'

// One named alias for each kind of field: its name is what an editor shows when a value does not fit.

type Presence = Test<'isPresent' | 'isMissing', never>
type Equality<V> = V | Test<'is' | 'isNot' | 'oneOf' | 'noneOf', V>
type Unequal<V> = NeedsMissing<'isNot' | 'noneOf', V>
type Order<V> = Test<'lessThan' | 'atMost' | 'greaterThan' | 'atLeast' | 'between', V>
type Calendar<V> = Test<'before' | 'after' | 'between', V>
type Blankness = Test<'isBlank' | 'isNotBlank', never>

/** What a text field may be tested against. */
export type TextInput =
  | Equality<string>
  | Test<'contains' | 'doesNotContain' | 'startsWith' | 'endsWith', string>
  | Blankness
  | Presence
/** What a required text field may be tested against. */
export type RequiredTextInput = TextInput | Unequal<string> | NeedsMissing<'doesNotContain', string>

/** What a field with a closed set of values may be tested against. */
export type ChoiceInput<V extends string> = Equality<V> | Presence
/** What a required field with a closed set of values may be tested against. */
export type RequiredChoiceInput<V extends string> = ChoiceInput<V> | Unequal<V>

/** What a whole-number field may be tested against. */
export type IntegerInput = Equality<number> | Order<number> | Presence
/** What a required whole-number field may be tested against. */
export type RequiredIntegerInput = IntegerInput | Unequal<number>

/** What a number field may be tested against. */
export type NumberInput = Equality<number> | Order<number> | Presence
/** What a required number field may be tested against. */
export type RequiredNumberInput = NumberInput | Unequal<number>

/** What a decimal field may be tested against: a number, or text such as `'19.99'`. */
export type DecimalInput = Equality<number | string> | Order<number | string> | Presence
/** What a required decimal field may be tested against. */
export type RequiredDecimalInput = DecimalInput | Unequal<number | string>

/** What a yes-or-no field may be tested against. */
export type BooleanInput = Equality<boolean> | Presence
/** What a required yes-or-no field may be tested against. */
export type RequiredBooleanInput = BooleanInput | Unequal<boolean>

/** What a calendar date may be tested against: text such as `'2026-11-24'`. */
export type DateInput = Equality<string> | Calendar<string> | Presence
/** What a required calendar date may be tested against. */
export type RequiredDateInput = DateInput | Unequal<string>

/** What an instant may be tested against: windows, `before`, `after`, `between`, an exact instant. */
export type TimestampInput =
  Equality<Instant> | Calendar<Instant> | Test<'inLast' | 'inNext', Instant> | Presence
/** What a required instant may be tested against. */
export type RequiredTimestampInput = TimestampInput | Unequal<Instant>

/** What a list may be tested against. */
export type ListInput<V> = Test<'has' | 'doesNotHave', V> | Blankness | Presence
/** What a required list may be tested against. */
export type RequiredListInput<V> = ListInput<V> | NeedsMissing<'doesNotHave', V>

/** What a whole object may be tested against; its parts have names of their own, such as `'address.city'`. */
export type ObjectInput = Presence

/** What a count of events may be tested against. */
export type CountInput = number | Test<'is' | 'oneOf', number> | Order<number>
/** What an exact sum may be tested against. */
export type SumInput = Order<number | string> | Test<'is', number | string>
