import type { AccountPeople, Node, NodeOf } from '@segmentry/core'
import { sql } from 'kysely'
import { predicate } from '../read/predicate.ts'
import { and, type Sql } from '../read/reading.ts'
import type { BoundAccount } from '../source/account.ts'
import type { BoundPeople, BoundSource } from '../source/bind.ts'
import type { CompileContext } from './rule.ts'

/** The condition on the people relation (`p`) that a rule holds. */
type Compile = (of: Node, context: CompileContext) => Sql

const parts = (...some: readonly (Sql | undefined)[]): Sql =>
  and(...some.filter((part) => part !== undefined))

/**
 * That a person belongs to an account of which everything holds, or with `negated` that there is none.
 *
 * SET starts from the accounts: those that pass, and then who belongs to them. POINT starts from the person's own. Inside,
 * the people relation of the account is `p` again: what is compiled for a person is compiled for each of them.
 */
export function accountSql(
  node: NodeOf<'account'>,
  context: CompileContext,
  negated: boolean,
  compile: Compile,
): Sql {
  const { source, mode } = context
  const account = source.accounts.get(node.account)!
  const passes = passing(node, account, context, compile)
  const { of } = account
  if (of.in === 'column') {
    if (mode === 'set' && !negated) {
      return sql`${of.account} in (select ${account.id} from ${account.from} as a where ${passes})`
    }
    const mine = and(sql`${account.id} = ${of.account}`, passes)
    return existsSql(sql`${account.from} as a`, mine, negated)
  }
  const { id } = source.people
  const rows = sql`${of.from} as m join ${account.from} as a on ${account.id} = ${of.account}`
  if (mode === 'set' && !negated) {
    return sql`${id} in (select ${of.person} from ${rows} where ${parts(of.where, passes)})`
  }
  return existsSql(rows, parts(sql`${of.person} = ${id}`, of.where, passes), negated)
}

const existsSql = (from: Sql, where: Sql, negated: boolean): Sql => {
  const exists = sql`exists (select from ${from} where ${where})`
  return negated ? sql`not ${exists}` : exists
}

/** Which rows of the accounts (`a`) pass. */
function passing(
  { where = [], people = [] }: NodeOf<'account'>,
  account: BoundAccount,
  context: CompileContext,
  compile: Compile,
): Sql {
  const tests = where.map(({ field, test }) => predicate(account.fields.get(field)!, test, context.now))
  return parts(account.where, ...tests, ...people.map((said) => peopleSql(said, account, context, compile)))
}

/** What is said of an account's people, who are those of the population; in canonical form by `any` and `none`. */
function peopleSql(
  { are, of }: AccountPeople,
  account: BoundAccount,
  context: CompileContext,
  compile: Compile,
): Sql {
  const { from, belongsTo, where } = peopleOf(account, context.source.people)
  const pass = parts(where, compile(of, context))
  if (context.mode === 'set' && are === 'any') {
    return sql`${account.id} in (select ${belongsTo} from ${from} where ${pass})`
  }
  return existsSql(from, and(sql`${belongsTo} = ${account.id}`, pass), are === 'none')
}

/** The people of all accounts, as `p`, and the account that each row is of. */
export function peopleOf(
  { of }: BoundAccount,
  { table, id, where }: BoundPeople,
): { readonly from: Sql; readonly belongsTo: Sql; readonly where: Sql | undefined } {
  if (of.in === 'column') return { from: sql`${table} as p`, belongsTo: of.account, where }
  const from = sql`${of.from} as m join ${table} as p on ${id} = ${of.person}`
  return {
    from,
    belongsTo: of.account,
    where: of.where && where ? and(of.where, where) : (of.where ?? where),
  }
}

/** Whether a person's accounts stand in the person's own row. */
export const isOwnColumn = ({ account }: NodeOf<'account'>, source: BoundSource): boolean =>
  source.accounts.get(account)!.of.in === 'column'
