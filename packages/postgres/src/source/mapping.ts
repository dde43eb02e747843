import { checkOptions, nameText, shown } from '@segmentry/core'
import { SourceError } from '../errors.ts'
import { accountTableKeys, eventTableKeys, type Keys, shapeIssues, tagTableKeys } from './shape.ts'

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

/** Who belongs to which account, in a table of its own: a person may belong to several. */
export interface MembershipTable {
  readonly table: string
  /** The column with the person's id. */
  readonly person: string
  /** The column with the account's id. */
  readonly account: string
  readonly where?: Conditions
}

/** The accounts of one grouping, a row an account. */
export interface AccountTable {
  readonly table: string
  /** The column that identifies an account: text, uuid or a whole number. */
  readonly id: string
  /** Who belongs to an account: a column of the people table that holds its id, or a table. */
  readonly of: string | MembershipTable
  /** Where an account's own fields are kept; `'*'` stands for those that are not named. */
  readonly fields?: { readonly [field: string]: Place }
  /** Only these rows are accounts; who belongs to another row belongs to none. */
  readonly where?: Conditions
}

/**
 * The accounts of one grouping, and who belongs to them.
 *
 * Throws a {@link SourceError} for keys that it does not have or lacks.
 *
 * @example
 * ```ts
 * // A column of the people table holds the company's id.
 * accountTable('crm.companies', { id: 'id', of: 'company_id', fields: { '*': column() } }).of // => 'company_id'
 * // A table says who is on which team.
 * const mates = { table: 'crm.team_members', person: 'customer_id', account: 'team_id', where: { left_at: null } }
 * accountTable('crm.teams', { id: 'id', of: mates, fields: { '*': json('data') } }).of // => mates
 * ```
 */
export function accountTable(table: string, columns: Omit<AccountTable, 'table'>): AccountTable {
  checkTable('accountTable', table, columns, accountTableKeys)
  return Object.freeze({ table, ...columns })
}

function checkTable(call: string, table: string, columns: object, keys: Keys): void {
  const issues = shapeIssues(`${call}(${shown(table)}, …)`, nameText(table), columns, keys)
  if (issues.length > 0) throw new SourceError({ issues })
}

/** How a schema maps to tables; `'*'` stands for every name that is not listed. */
export interface Mapping<F extends string = string, E extends string = string, A extends string = string> {
  readonly people: PeopleTable
  readonly fields: { readonly [K in F | '*']?: Place }
  readonly tags?: TagPlace
  readonly events?: { readonly [K in E | '*']?: EventTable }
  readonly accounts?: { readonly [K in A | '*']?: AccountTable }
}
