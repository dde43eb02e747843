import type { Reading, Sql } from '../read/reading.ts'
import type { IdType } from '../read/column.ts'
import type { AccountTable, MembershipTable } from './mapping.ts'

/** The accounts of one grouping, read under the alias `a`, and who belongs to them. */
export interface BoundAccount {
  readonly from: Sql
  readonly id: Sql
  readonly idType: IdType
  /** Which rows of the table are accounts. */
  readonly where: Sql | undefined
  readonly fields: ReadonlyMap<string, Reading>
  /** The account of a person: a column of `p`, or a table that is read under the alias `m`. */
  readonly of: BoundMembership
}

/** A column of the people relation with an account's id, or a table with a row a person and account. */
export type BoundMembership =
  | { readonly in: 'column'; readonly account: Sql }
  | {
      readonly in: 'table'
      readonly from: Sql
      readonly person: Sql
      readonly account: Sql
      readonly where: Sql | undefined
    }

/** The tables that a grouping is kept in, besides the people's. */
export const accountTables = (table: AccountTable): readonly (AccountTable | MembershipTable)[] =>
  typeof table.of === 'string' ? [table] : [table, table.of]
