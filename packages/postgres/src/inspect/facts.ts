import type { FieldInfo } from '@segmentry/core'

/** What the rows of one table have, as far as a schema says something of them. */
export interface TableFacts {
  readonly table: string
  /** How many rows were looked at. */
  readonly rows: number
  /** About how many there are, where not all of them were looked at. */
  readonly of?: number
  readonly fields: readonly FieldFacts[]
  /** How many rows there are of each event that the table holds. */
  readonly events: Readonly<Record<string, number>>
  /** What the column with the names of events holds for those of the schema. */
  readonly called: readonly string[]
  /** The values of the column with the names of events, and how many rows have each; the most frequent ones. */
  readonly names?: Readonly<Record<string, number>>
  /** The tags that there are, and how often each was given; the most frequent ones. */
  readonly tags?: Readonly<Record<string, number>>
}

/** A table that could not be looked at in the time that a statement has. */
export interface Unread {
  readonly table: string
  readonly isUnread: true
}

/** What is stored of one field, property or time of an event. */
export interface FieldFacts {
  readonly on: 'field' | 'property' | 'time' | 'account'
  /** The event, or the grouping of accounts, that it is of. */
  readonly of?: string
  readonly info: FieldInfo
  /** How many rows have something there. */
  readonly stored: number
  /** How many of those are not of the type; a list counts that has such an element. */
  readonly ill: number
  /** One of those values, as text; not of what is sensitive. */
  readonly example?: string
  /** Of a choice: what is stored, whether the choice has it or not; the most frequent ones. */
  readonly values?: Readonly<Record<string, number>>
}

/** How many different values are told apart; there may be more where there are so many. */
export const mostValues = 1_000
