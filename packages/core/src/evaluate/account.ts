import type { AccountPeople, Node, NodeOf } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { AccountPeopleError } from './errors.ts'
import { layoutOf } from './layout.ts'
import type { Rule } from './leaf.ts'
import { compilePredicate, perClock } from './predicate.ts'
import type { PreparedAccount, PreparedPerson } from './prepare.ts'

/** Compiles a rule about one of an account's people. */
export type CompileRule = (of: Node) => Rule

/** Whether something holds of one of a person's accounts. */
export type AccountRule = (account: PreparedAccount, person: PreparedPerson, now: number) => boolean

/** The accounts of one grouping that a person belongs to. */
export function accountsOf(
  account: string,
  schema: Schema,
): (person: PreparedPerson) => readonly PreparedAccount[] {
  const { slot } = layoutOf(schema).accounts.get(account)!
  return (person) => person.accounts[slot]!
}

/** Whether the person belongs to some account of which everything holds. */
export function compileAccount(node: NodeOf<'account'>, schema: Schema, compile: CompileRule): Rule {
  const accounts = accountsOf(node.account, schema)
  const holds = compileAccountRule(node, schema, compile)
  if (node.people === undefined)
    return (person, now) => accounts(person).some((one) => holds(one, person, now))
  return (person, now) => {
    const own = accounts(person)
    // Whether people are missing does not depend on which account is asked first.
    for (const one of own) peopleOf(one, node.account, person)
    return own.some((one) => holds(one, person, now))
  }
}

/** Whether everything that a filter says of an account holds of one. */
export function compileAccountRule(
  { account, where = [], people = [] }: NodeOf<'account'>,
  schema: Schema,
  compile: CompileRule,
): AccountRule {
  const { fields } = layoutOf(schema).accounts.get(account)!
  const tests = where.map(({ field, test }) => {
    const slot = fields.byName.get(field)!
    return compilePredicate(test, fields.infos[slot]!.type, slot)
  })
  if (people.length === 0) return (one, _, now) => tests.every((test) => test(one, now))
  const statements = people.map((said) => compilePeople(said, compile))
  // Those who share an account of a population share the list of its people, so each is asked once a clock.
  const known = perClock((_now: number) => new WeakMap<readonly PreparedPerson[], boolean>())
  return (one, person, now) => {
    const list = peopleOf(one, account, person)
    if (!tests.every((test) => test(one, now))) return false
    const answer = known(now).get(list) ?? statements.every((holds) => holds(list, now))
    known(now).set(list, answer)
    return answer
  }
}

/** The people of a person's account; throws an {@link AccountPeopleError} when nobody said who they are. */
export function peopleOf(
  one: PreparedAccount,
  account: string,
  person: PreparedPerson,
): readonly PreparedPerson[] {
  const list = one.people()
  if (list === undefined) throw new AccountPeopleError({ person: person.id, account, id: one.id })
  return list
}

function compilePeople(
  { are, of }: AccountPeople,
  compile: CompileRule,
): (people: readonly PreparedPerson[], now: number) => boolean {
  const holds = compile(of)
  switch (are) {
    case 'any':
      return (people, now) => people.some((one) => holds(one, now))
    case 'all':
      return (people, now) => people.every((one) => holds(one, now))
    case 'none':
      return (people, now) => !people.some((one) => holds(one, now))
  }
}
