import type { Account, AccountFilter, AccountPeople, AccountTest, Node, Person } from '@segmentry/core'
import fc from 'fast-check'
import { predicate } from './arbitrary-predicate.ts'
import { schema } from './schema.ts'

// A person has at most one company, so that a column of the people can hold it, and any number of sales teams.

const ids: Readonly<Record<string, readonly string[]>> = {
  company: ['acme', "o'corp", '\u{1d4b3}'],
  'sales team': ['west', 'East', '7'],
}

/** The accounts a person lists, without their people; `fields` makes an account's own. */
export const memberships = (
  fields: (account: string) => fc.Arbitrary<object>,
): fc.Arbitrary<readonly Account[]> => {
  const one = (account: string): fc.Arbitrary<Account> =>
    fc.record({
      account: fc.constant(account),
      id: fc.constantFrom(...ids[account]!),
      fields: fields(account),
    }) as fc.Arbitrary<Account>
  return fc
    .tuple(fc.array(one('company'), { maxLength: 1 }), fc.array(one('sales team'), { maxLength: 2 }))
    .map((listed) => listed.flat())
}

/**
 * A population in which everybody says the same of an account: its fields as they are listed first, and as its people
 * those who list it. These list no accounts themselves, so that nothing goes in a circle.
 */
export function settled(population: readonly Person[]): readonly Person[] {
  const key = ({ account, id }: Account): string => `${account}/${id}`
  const known = new Map<
    string,
    { readonly fields: Account['fields']; readonly people: Map<string, Person> }
  >()
  for (const { accounts = [], ...person } of population) {
    for (const account of accounts) {
      const found = known.get(key(account)) ?? { fields: account.fields, people: new Map<string, Person>() }
      known.set(key(account), found)
      found.people.set(person.id, person)
    }
  }
  return population.map((person) => ({
    ...person,
    ...(person.accounts && {
      accounts: person.accounts.map((account): Account => {
        const { fields = {}, people } = known.get(key(account))!
        return { account: account.account, id: account.id, fields, people: [...people.values()] }
      }),
    }),
  }))
}

/** The only account of a person in a grouping. */
export const singleOf = ({ accounts = [] }: Person, grouping = 'company'): string | undefined =>
  accounts.find(({ account }) => account === grouping)?.id

/** The accounts of a grouping that somebody belongs to, each once. */
export const accountsOf = (people: readonly Person[], grouping: string): readonly Account[] => [
  ...new Map(
    people
      .flatMap(({ accounts = [] }) => accounts)
      .flatMap((one) => (one.account === grouping ? [[one.id, one]] : [])),
  ).values(),
]

/** Who belongs to which account of a grouping, each pair once. */
export const membersOf = (
  people: readonly Person[],
  grouping: string,
): readonly { person: string; team: string }[] =>
  people.flatMap(({ id, accounts = [] }) =>
    [...new Set(accounts.filter(({ account }) => account === grouping).map((one) => one.id))].map((team) => ({
      person: id,
      team,
    })),
  )

/** A condition on an account, whose people are asked about by rules of these filters. */
export function accountFilter(filter: fc.Arbitrary<Node>): fc.Arbitrary<Node> {
  const several = fc.array(filter, { minLength: 1, maxLength: 2 })
  const rule = fc.oneof(
    { weight: 4, arbitrary: filter },
    { weight: 1, arbitrary: several.map((of): Node => ({ kind: 'all', of })) },
    { weight: 1, arbitrary: several.map((of): Node => ({ kind: 'any', of })) },
    { weight: 1, arbitrary: filter.map((of): Node => ({ kind: 'not', of })) },
    { weight: 1, arbitrary: filter.map((of): Node => ({ kind: 'segment', of: { format: 1, rule: of } })) },
  )
  const people: fc.Arbitrary<AccountPeople> = fc.record({
    are: fc.constantFrom('any', 'all', 'none'),
    of: rule,
  })
  const kinds = [...schema.accounts].map(([account, fields]) => {
    const tests = [...fields.values()].map((info) =>
      predicate(info.type).map((test): AccountTest => ({ field: info.name, test })),
    )
    return fc.record(
      {
        kind: fc.constant('account' as const),
        account: fc.constant(account),
        where: fc.array(fc.oneof(...tests), { minLength: 1, maxLength: 2 }),
        people: fc.array(people, { minLength: 1, maxLength: 2 }),
      },
      { requiredKeys: ['kind', 'account'] },
    ) as fc.Arbitrary<AccountFilter>
  })
  return fc.oneof(...kinds)
}
