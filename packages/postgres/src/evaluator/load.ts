import type { Account, AccountDependencies, Dependencies, Person } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { accountIds, loadQuery, type LoadedRow, personOf } from '../compile/load.ts'
import { accountsOf, accountsQuery, idsOfPeople } from '../compile/load-accounts.ts'
import { compiled, type Session } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import type { BoundSource } from '../source/bind.ts'

/** Reads what is needed of people, in their order; those whom the population does not have are left out. */
export const loadPeople = (
  session: Session,
  source: BoundSource,
  people: readonly string[],
  needs: Dependencies,
): Effect.Effect<readonly Person[], PostgresError> =>
  Effect.gen(function* () {
    const asked = [...new Set(people)].filter(source.people.idType.accepts)
    if (asked.length === 0) return []
    const groupings = needs.accounts.map(({ account }) => account)
    const rows = yield* session.run(compiled(loadQuery(source, needs, asked, groupings)))
    const accounts = new Map<string, ReadonlyMap<string, Account>>()
    for (const one of needs.accounts)
      accounts.set(one.account, yield* loadAccounts(session, source, one, rows))
    const found = new Map(
      rows.map((row) => [row.id, personOf(source, row, (grouping, id) => accounts.get(grouping)!.get(id))]),
    )
    return people.flatMap((person) => found.get(person) ?? [])
  })

/** The accounts of one grouping that rows of people name, with their own people: each is read once for all who share it. */
const loadAccounts = (
  session: Session,
  source: BoundSource,
  needs: AccountDependencies,
  rows: readonly LoadedRow[],
): Effect.Effect<ReadonlyMap<string, Account>, PostgresError> =>
  Effect.gen(function* () {
    const ids = accountIds(rows, needs.account)
    if (ids.length === 0) return new Map()
    const found = yield* session.run(compiled(accountsQuery(source, needs, ids)))
    const others = idsOfPeople(found)
    const loaded =
      needs.people && others.length > 0
        ? yield* session.run(compiled(loadQuery(source, needs.people, others)))
        : []
    const people = new Map(loaded.map((row) => [row.id, personOf(source, row)]))
    return accountsOf(source, needs.account, found, people)
  })
