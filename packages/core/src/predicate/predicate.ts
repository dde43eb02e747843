import type { CalendarWindow, Window } from './window.ts'

/** A value as it stands in a definition: instants and dates are ISO text, decimals are text, so JSON keeps them exact. */
export type Literal = string | number | boolean

/**
 * What is said of one value: a positive statement (`op`), whether it is negated, and what a missing value means.
 *
 * A missing value answers `whenMissing`; any other answers `op(value) !== negated`. So `not` flips both, and
 * no third truth value exists. `negated` and `whenMissing` are false when absent, except that a negated
 * predicate on something that may be missing has to say `whenMissing`.
 */
export type Predicate = Statement & {
  readonly negated?: boolean
  readonly whenMissing?: boolean
}

/** The positive half of a predicate. */
export type Statement =
  | { readonly op: 'is'; readonly value: Literal; readonly ignoringCase?: boolean }
  | { readonly op: 'oneOf'; readonly values: readonly Literal[]; readonly ignoringCase?: boolean }
  | { readonly op: 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast'; readonly value: Literal }
  | { readonly op: 'between'; readonly from: Literal; readonly to: Literal }
  | {
      readonly op: 'contains' | 'startsWith' | 'endsWith'
      readonly value: string
      readonly ignoringCase?: boolean
    }
  /** The whole text has the form of a pattern. */
  | { readonly op: 'matches'; readonly pattern: string; readonly ignoringCase?: boolean }
  /** The text is an e-mail address at one of these domains; case does not matter. */
  | { readonly op: 'emailDomain'; readonly domains: readonly string[] }
  | { readonly op: 'during'; readonly window: Window }
  /** The local day of the week is one of these, 1 for Monday to 7 for Sunday. */
  | { readonly op: 'weekday'; readonly days: readonly number[]; readonly zone?: string }
  /** The local month is one of these, 1 to 12. */
  | { readonly op: 'month'; readonly months: readonly number[]; readonly zone?: string }
  /** The local time of day lies in the hours `[from, to)`; past midnight when `from` is greater. */
  | { readonly op: 'hour'; readonly from: number; readonly to: number; readonly zone?: string }
  /** A day of the window has the same month and day, whatever the year. */
  | { readonly op: 'anniversary'; readonly window: CalendarWindow; readonly leapDay: LeapDay }
  | { readonly op: 'has'; readonly value: Literal }
  | { readonly op: 'hasAny' | 'hasAll'; readonly values: readonly Literal[] }
  /** The list has these elements in this order, and no others. */
  | { readonly op: 'equals'; readonly values: readonly Literal[] }
  /** Some element of a list passes a test. */
  | { readonly op: 'some'; readonly test: Predicate }
  /** Some item of a list of objects passes all of these. */
  | { readonly op: 'item'; readonly where: readonly PropertyTest[] }
  /** The number of a list's elements. */
  | { readonly op: 'length'; readonly count: Predicate }
  | { readonly op: 'present' }
  | { readonly op: 'blank' }

/** A property of an event, or a part of an item, passes a test. */
export interface PropertyTest {
  readonly property: string
  readonly test: Predicate
}

/** The day of a common year on which 29 February is celebrated. */
export type LeapDay = '02-28' | '03-01'

/** The names of all statements, in the order documentation lists them. */
export const ops = [
  'is',
  'oneOf',
  'lessThan',
  'atMost',
  'greaterThan',
  'atLeast',
  'between',
  'contains',
  'startsWith',
  'endsWith',
  'matches',
  'emailDomain',
  'during',
  'weekday',
  'month',
  'hour',
  'anniversary',
  'has',
  'hasAny',
  'hasAll',
  'equals',
  'some',
  'item',
  'length',
  'present',
  'blank',
] as const satisfies readonly Statement['op'][]

/** The name of a statement. */
export type Op = Statement['op']

/** The statement of one name. */
export type StatementOf<O extends Op, S extends Statement = Statement> = S extends unknown
  ? O extends S['op']
    ? S
    : never
  : never

/** One function for each kind of statement; a reader of predicates is such a record, so a new kind cannot be forgotten. */
export type StatementCases<R> = { readonly [O in Op]: (statement: StatementOf<O>) => R }

/** Hands a statement to the function for its kind. */
export function onStatement<R>(statement: Statement, cases: StatementCases<R>): R {
  const handle = cases[statement.op] as (statement: Statement) => R
  return handle(statement)
}

/** The exact complement of a predicate: both the answer and the answer for a missing value turn round. */
export function complement(predicate: Predicate): Predicate {
  const { negated = false, whenMissing = false, ...statement } = predicate
  return withPolicy(statement, !negated, !whenMissing)
}

/** A predicate in its one spelling: false flags left out, except `whenMissing` of a negated one. */
export function withPolicy(statement: Statement, negated: boolean, whenMissing: boolean): Predicate {
  if (negated) return { ...statement, negated, whenMissing }
  return whenMissing ? { ...statement, whenMissing } : { ...statement }
}
