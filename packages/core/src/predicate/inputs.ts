import type { Key, Loose } from './names.ts'
import type { CountOp, Instant, NeedsMissing, Test } from './operators.ts'

// One named alias for each kind of field: its name is what an editor shows when a value does not fit.

// All tests of a kind are one `Test`: the compiler infers a call's literal from each member of a union in turn.

type Present = 'isPresent' | 'isMissing'
type Blank = 'isBlank' | 'isNotBlank'
type Equal = 'is' | 'isNot' | 'oneOf' | 'noneOf'
type Order = 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast' | 'between'
type Calendar = 'before' | 'after' | 'between'
type Part =
  | 'contains'
  | 'doesNotContain'
  | 'startsWith'
  | 'doesNotStartWith'
  | 'endsWith'
  | 'doesNotEndWith'
  | 'matches'
  | 'doesNotMatch'
  | 'emailDomain'
type Unlike = 'isNot' | 'noneOf' | 'doesNotContain' | 'doesNotStartWith' | 'doesNotEndWith' | 'doesNotMatch'
type Day = 'during' | 'weekday' | 'month' | 'anniversary'
type Element =
  'some' | 'has' | 'doesNotHave' | 'hasAny' | 'hasAll' | 'hasNone' | 'equals' | 'doesNotEqual' | 'length'
type Unequal<V> = NeedsMissing<'isNot' | 'noneOf', V>

/** What a text field may be tested against. */
export type TextInput = string | Test<Equal | Order | Part | Blank | Present, string>
/** What a required text field may be tested against. */
export type RequiredTextInput = TextInput | NeedsMissing<Unlike, string>

/** What a version may be tested against: text such as `'1.2.3'`. */
export type VersionInput = string | Test<Equal | Order | Present, string>
/** What a required version may be tested against. */
export type RequiredVersionInput = VersionInput | Unequal<string>

/** What a field with a closed set of values may be tested against. */
export type ChoiceInput<V extends string> = V | Test<Equal | Present, V>
/** What a required field with a closed set of values may be tested against. */
export type RequiredChoiceInput<V extends string> = ChoiceInput<V> | Unequal<V>

/** What a whole-number field may be tested against. */
export type IntegerInput = number | Test<Equal | Order | Present, number>
/** What a required whole-number field may be tested against. */
export type RequiredIntegerInput = IntegerInput | Unequal<number>

/** What a number field may be tested against. */
export type NumberInput = number | Test<Equal | Order | Present, number>
/** What a required number field may be tested against. */
export type RequiredNumberInput = NumberInput | Unequal<number>

/** What a decimal field may be tested against: a number, or text such as `'19.99'`. */
export type DecimalInput = number | string | Test<Equal | Order | Present, number | string>
/** What a required decimal field may be tested against. */
export type RequiredDecimalInput = DecimalInput | Unequal<number | string>

/** What a yes-or-no field may be tested against. */
export type BooleanInput = boolean | Test<Equal | Present, boolean>
/** What a required yes-or-no field may be tested against. */
export type RequiredBooleanInput = BooleanInput | Unequal<boolean>

/** What a calendar date may be tested against: text such as `'2026-11-24'`. */
export type DateInput = string | Test<Equal | Calendar | Day | Present, string>
/** What a required calendar date may be tested against. */
export type RequiredDateInput = DateInput | Unequal<string>

/** What an instant may be tested against: windows, `before`, `after`, `between`, an exact instant. */
export type TimestampInput = Instant | Test<Equal | Calendar | Day | 'hour' | Present, Instant>
/** What a required instant may be tested against. */
export type RequiredTimestampInput = TimestampInput | Unequal<Instant>

/** What a list may be tested against. */
export type ListInput<V> = Test<Element | Blank | Present, V>
/** What a required list may be tested against. */
export type RequiredListInput<V> = ListInput<V> | NeedsMissing<'doesNotHave' | 'hasNone' | 'doesNotEqual', V>

/** Tests of one item of a list of objects: all hold of the same item. */
export interface ItemBuilder<in out P> {
  /** Only items with a part that passes a test. */
  where<K extends Loose<P>>(part: Key<K, P, 'part'>, test: K extends keyof P ? P[K] : never): ItemBuilder<P>
}

/** What a list of objects may be tested against: `(item) => item.where('sku', 'A-1')` asks for such an item. */
export type ItemsInput<P> =
  ((item: ItemBuilder<P>) => ItemBuilder<P>) | Test<'length' | Blank | Present, never>

/** What a whole object may be tested against; its parts have names of their own, such as `'address.city'`. */
export type ObjectInput = Test<Present, never>

/** What a count of events may be tested against. */
export type CountInput = number | Test<CountOp, number>
/** What an exact sum may be tested against. */
export type SumInput = Test<'is' | Order, number | string>
/** What an exact average may be tested against; of no events there is none. */
export type AverageInput = Test<'is' | 'isNot' | Order | Present, number | string>
