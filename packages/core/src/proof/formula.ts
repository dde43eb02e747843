import type { Statement } from '../predicate/predicate.ts'

// What a rule says of single things, joined by all and any. A formula may say less than its rule, never more: so when
// nobody can fit the formula, nobody can fit the rule.

/** A value as it compares: instants and decimals are numbers, versions their keys, lists their JSON text. */
export type Value = string | number | boolean

/** Which values there can be on a scale. */
export interface Domain {
  /** Between two neighbouring whole numbers there is nothing. */
  readonly whole?: boolean
  /** All values there can be, where they are few. */
  readonly values?: readonly Value[]
  readonly least?: number
  readonly most?: number
}

/**
 * One of the measures of a thing, each of which has one value: the value itself, its distance from the clock, its weekday.
 *
 * If the thing is missing, it has none of them.
 */
export interface Scale {
  readonly name: string
  readonly domain: Domain
  /** Of periods of a calendar: those of longer ones that hold whole periods of this one, by their scales' names. */
  readonly within?: (name: string) => boolean
}

/** Something exists of which a formula holds: an element of a list, an account, the time of a tag. */
export interface Existence {
  /** Equal texts mean the same. */
  readonly text: string
  readonly of: Formula
  /** What holds of all others. */
  readonly not: Formula
}

/** What a filter says of a thing. */
export type Test =
  | { readonly is: 'in' | 'notIn'; readonly on: Scale; readonly values: readonly Value[] }
  | { readonly is: 'above' | 'below'; readonly on: Scale; readonly value: Value; readonly inclusive: boolean }
  /** Something that is only compared with other statements, and whether it holds. */
  | { readonly is: 'said'; readonly statement: Statement; readonly holds: boolean }
  | { readonly is: 'some'; readonly existence: Existence; readonly holds: boolean }
  /** There are more of the one than of the other. */
  | { readonly is: 'more'; readonly events: Selected; readonly than: Selected }
  /** Any value, or none. */
  | { readonly is: 'present' | 'absent' }

/** Whether a known value passes a whole test, which is asked where the value is one of a few. */
export interface Fit {
  readonly passes: (value: Value) => boolean
  /** The answer is the same for text in another case. */
  readonly ignoresCase: boolean
  /** About how long it takes: the length of what is asked for. */
  readonly size: number
}

/** Which events are meant. */
export interface Selected {
  readonly names: ReadonlySet<string>
  /** What holds of each of them. */
  readonly of: Formula
  /** What holds of each event of these names that is not meant. */
  readonly not: Formula
}

/** A number that does not fall when more events are selected. */
export interface Amount {
  readonly of: 'count' | 'other'
  /** Equal texts mean that the same is made of the events. */
  readonly text: string
  readonly events: Selected
  /** What holds of an event that would make the number less; the number grows only if there is none. */
  readonly lessens?: Formula
}

/** One thing that is said of something a rule looks at. */
export interface Literal {
  /** What is looked at; equal texts mean the same thing. */
  readonly of: string
  readonly test: Test
  /** The answer for a missing value; false where nothing can be missing. */
  readonly missing: boolean
  readonly fit?: Fit
  readonly amount?: Amount
}

/** What a rule says. */
export type Formula =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'all'; readonly of: readonly Formula[] }
  | Choice

/** One of these holds, at least. */
export interface Choice {
  readonly kind: 'any'
  readonly of: readonly Formula[]
}

export const always: Formula = { kind: 'all', of: [] }
export const never: Formula = { kind: 'any', of: [] }
export const all = (...of: readonly Formula[]): Formula => ({ kind: 'all', of })
export const any = (...of: readonly Formula[]): Formula => ({ kind: 'any', of })
export const literal = (said: Literal): Formula => ({ kind: 'literal', literal: said })

const yesOrNo: Scale = { name: 'value', domain: { values: [true, false] } }

/** Something that holds or not, which is not looked into. */
export const flag = (of: string, holds: boolean): Formula =>
  literal({ of, test: { is: 'in', on: yesOrNo, values: [holds] }, missing: false })

/** Something exists, or nothing does. */
export const some = (of: string, existence: Existence, holds: boolean, missing = false): Formula =>
  literal({ of, test: { is: 'some', existence, holds }, missing })
