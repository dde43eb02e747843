import type { AccountPeople, Node, NodeOf } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { describePredicate } from './predicate.ts'
import { describeName } from './words.ts'

/** An account filter in English; `say` is a rule in English. */
export function describeAccount(
  { account, where = [], people = [] }: NodeOf<'account'>,
  schema: Schema,
  say: (of: Node) => string,
): string {
  const tests = describeAccountTests(account, where, schema)
  const conditions = [
    ...(tests.length === 0 ? [] : [`whose ${tests.join(' and ')}`]),
    ...people.map((said) => `where ${describePeople(said, say(said.of))}`),
  ]
  const name = describeName(account)
  const text = `belongs to ${/^[aeiou]/i.test(name) ? 'an' : 'a'} ${name}`
  return conditions.length === 0 ? text : `${text} ${conditions.join(' and ')}`
}

/** The tests of an account's own fields. */
export const describeAccountTests = (
  account: string,
  where: NonNullable<NodeOf<'account'>['where']>,
  schema: Schema,
): readonly string[] =>
  where.map(({ field, test }) => {
    const { type } = schema.accounts.get(account)!.get(field)!
    return `${describeName(field)} ${describePredicate(test, type)}`
  })

const subjects: Readonly<Record<AccountPeople['are'], string>> = {
  any: 'anyone',
  all: 'everyone',
  none: 'no one',
}

/** What is said of an account's people, whose rule reads as `text`. */
export const describePeople = ({ are, of }: AccountPeople, text: string): string =>
  `${subjects[are]} ${of.kind === 'tag' ? `is ${text}` : `matches (${text})`}`
