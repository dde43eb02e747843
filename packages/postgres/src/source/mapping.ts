import { checkOptions } from '@segmentry/core'
import { SourceError } from '../errors.ts'
import { eventTableKeys, type Keys, shapeIssues, tagTableKeys } from './shape.ts'

/** A column of the table that a value is read from. */
export interface ColumnPlace {
  readonly in: 'column'
  readonly column?: string
  /** The zone of a `timestamp` column without one. */
  readonly zone?: string
}

/** Keys inside a JSONB column. */
export interface JsonPlace {
  readonly in: 'json'
  readonly column: string
  readonly path: readonly string[]
}

/** Where a value is kept. */
export type Place = ColumnPlace | JsonPlace

/**
 * A value in a column of its own. Without a name: the column is called as the field is, parts joined by `_`.
 *
 * A `timestamp` column without time zone has to name the zone its values are written in: `{ zone: 'UTC' }`.
 */
export function column(name?: string, options: { readonly zone?: string } = {}): ColumnPlace {
  checkOptions(options, ['zone'])
  return Object.freeze({
    in: 'column',
    ...(name !== undefined && { column: name }),
    ...(options.zone !== undefined && { zone: options.zone }),
  })
}

/**
 * A value under keys of a JSONB (or JSON) column: `json('attributes', 'home', 'city')`.
 *
 * Without keys: the field's own path, or the whole document when the column has the field's own name, as in
 * `device: json('device')`.
 */
export const json = (name: string, ...path: readonly string[]): JsonPlace =>
  Object.freeze({ in: 'json', column: name, path: Object.freeze(path) })

/** Columns that each row has to equal: a value, one of several, or null. */
export interface Conditions {
  readonly [column: string]: ConditionValue | readonly ConditionValue[] | null
}

/** What a column is compared with in a base filter. */
export type ConditionValue = string | number | boolean

/** The relation that has one row a person. */
export interface PeopleTable {
  /** `customers` or `crm.customers`. */
  readonly table: string
  /** The column that identifies a person: text, uuid or a whole number. */
  readonly id: string
  /** The base filter: only these rows are the population. */
  readonly where?: Conditions
}

/** Tags in an array column of the people table. */
export interface TagArray {
  readonly in: 'array'
  readonly column: string
}

/** Tags in a table of their own, a row a person and tag. */
export interface TagTable {
  readonly in: 'table'
  readonly table: string
  readonly person: string
  readonly tag: string
  /** The column with the instant the tag was given, for tags in a window. */
  readonly at?: string | ColumnPlace
  readonly where?: Conditions
  /** Every row belongs to a row of the people table; see {@link EventTable.foreignKey}. */
  readonly foreignKey?: boolean
}

/** Where tags are kept. */
export type TagPlace = TagArray | TagTable

/** Tags in an array column of the people table. */
export const tagArray = (name: string): TagArray => Object.freeze({ in: 'array', column: name })

/** Tags in a table of their own, a row a person and tag. Throws a {@link SourceError} for keys that it does not have or lacks. */
export function tagTable(table: string, columns: Omit<TagTable, 'in' | 'table'>): TagTable {
  checkTable('tagTable', table, columns, tagTableKeys)
  return Object.freeze({ in: 'table', table, ...columns })
}

/** A table of events: of many names with a column that says which, or of one name. */
export interface EventTable {
  readonly table: string
  /** The column with the person's id. */
  readonly person: string
  /** The column with the event's name; a table without one holds one kind of event. */
  readonly name?: string
  /** The value in `name`, when it differs from the schema's name. */
  readonly called?: string
  /** The column with the instant. */
  readonly at: string | ColumnPlace
  /** The column that tells events of one instant apart. */
  readonly id: string
  /** Where properties are kept; `'*'` stands for those that are not named. */
  readonly properties?: { readonly [property: string]: Place }
  readonly where?: Conditions
  /**
   * Every event belongs to a row of the people table. Declared, the join to people is dropped where the
   * population has no base filter.
   */
  readonly foreignKey?: boolean
}

/** A table of events. Throws a {@link SourceError} for keys that it does not have or lacks. */
export function eventTable(table: string, columns: Omit<EventTable, 'table'>): EventTable {
  checkTable('eventTable', table, columns, eventTableKeys)
  return Object.freeze({ table, ...columns })
}

function checkTable(call: string, table: string, columns: object, keys: Keys): void {
  const issues = shapeIssues(`${call}('${table}', …)`, table, columns, keys)
  if (issues.length > 0) throw new SourceError({ issues })
}

/** How a schema maps to tables; `'*'` stands for every name that is not listed. */
export interface Mapping<F extends string = string, E extends string = string> {
  readonly people: PeopleTable
  readonly fields: { readonly [K in F | '*']?: Place }
  readonly tags?: TagPlace
  readonly events?: { readonly [K in E | '*']?: EventTable }
}
