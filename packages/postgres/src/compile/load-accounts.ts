import type { Account, AccountDependencies, Person } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, param, type Sql } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'
import { peopleOf } from './account.ts'
import { nested, objectOf } from './load.ts'

/** An account as JSON text: its values by field name, and the ids of its people. */
interface AccountRow {
  readonly id: string
  readonly account: string
}

interface LoadedAccount {
  readonly fields: Readonly<Record<string, unknown>>
  readonly people: readonly string[] | null
}

/** Reads what definitions depend on of some accounts of a grouping; of their people, who they are. */
export function accountsQuery(
  source: BoundSource,
  { account: name, fields, people }: AccountDependencies,
  ids: readonly string[],
): RawBuilder<AccountRow> {
  const account = source.accounts.get(name)!
  const values = fields.map((field): [string, Sql] => [field, account.fields.get(field)!.json])
  const { from, belongsTo, where } = peopleOf(account, source.people)
  const theirs = people
    ? sql`(select coalesce(jsonb_agg(distinct ${source.people.id}::text), '[]') from ${from} where ${and(...[sql`${belongsTo} = ${account.id}`, where].filter((part) => part !== undefined))})`
    : sql`'null'::jsonb`
  const wanted = sql`${account.id} = any(${param(ids, `${account.idType.sqlType}[]`)})`
  return sql<AccountRow>`select ${account.id}::text as id, jsonb_build_object('fields', ${objectOf(values)}, 'people', ${theirs})::text as account from ${account.from} as a where ${and(...[wanted, account.where].filter((part) => part !== undefined))}`
}

/** The ids of the people of accounts, each once. */
export const idsOfPeople = (rows: readonly AccountRow[]): readonly string[] => [
  ...new Set(rows.flatMap((row) => (JSON.parse(row.account) as LoadedAccount).people ?? [])),
]

/** The accounts of rows of {@link accountsQuery}, by id, with their people. */
export function accountsOf(
  source: BoundSource,
  grouping: string,
  rows: readonly AccountRow[],
  people: ReadonlyMap<string, Person>,
): ReadonlyMap<string, Account> {
  const infos = source.source.schema.accounts.get(grouping)!
  return new Map(
    rows.map((row) => {
      const { fields, people: ids } = JSON.parse(row.account) as LoadedAccount
      const account: Account = {
        account: grouping,
        id: row.id,
        fields: nested(fields, infos),
        ...(ids && { people: ids.flatMap((id) => people.get(id) ?? []) }),
      }
      return [row.id, account]
    }),
  )
}
