import { expanded } from '../definition/expand.ts'
import type { AccountPeople, NodeOf } from '../definition/node.ts'
import { describeAccountTests, describePeople } from '../describe/account.ts'
import { describeName, describeNode, quoted } from '../describe/describe.ts'
import { accountsOf, compileAccountRule, peopleOf } from '../evaluate/account.ts'
import { layoutOf } from '../evaluate/layout.ts'
import { compileRule, type Rule } from '../evaluate/leaf.ts'
import { compareText } from '../evaluate/order.ts'
import { compilePredicate } from '../evaluate/predicate.ts'
import type { PreparedAccount, PreparedPerson } from '../evaluate/prepare.ts'
import type { Schema } from '../schema/schema.ts'
import type { Reason } from './explanation.ts'
import { fieldFound } from './finding.ts'

/** How many people of an account are named. */
const mostNamed = 3

/** Why an account filter holds or does not: each of the person's accounts, with each thing that is said of it. */
export function accountReason(node: NodeOf<'account'>, person: PreparedPerson, now: number): Reason {
  const { schema } = person
  const { account } = node
  const rule = compileAccountRule(node, schema, compiler(schema))
  const name = describeName(account)
  const of = accountsOf(
    account,
    schema,
  )(person)
    .toSorted((a, b) => compareText(a.id, b.id))
    .map((one): Reason => ({
      kind: 'account',
      matched: rule(one, person, now),
      text: `${name} ${quoted(one.id)}`,
      found: one.id,
      of: statements(node, one, person, now),
    }))
  const deciding = of.filter(({ matched }) => matched)
  const shown = (deciding.length > 0 ? deciding : of).map(({ found }) => found as string)
  return {
    kind: 'account',
    matched: deciding.length > 0,
    text: describeNode(node, schema),
    found: shown,
    finding: shown.length === 0 ? `found no ${name}` : `found ${name} ${shown.map(quoted).join(', ')}`,
    of,
  }
}

const compiler =
  (schema: Schema) =>
  (of: AccountPeople['of']): Rule =>
    compileRule(expanded(of), schema)

/** Each test of an account's fields, and each thing that is said of its people. */
function statements(
  { account, where = [], people = [] }: NodeOf<'account'>,
  one: PreparedAccount,
  person: PreparedPerson,
  now: number,
): readonly Reason[] {
  const { schema } = person
  const { fields } = layoutOf(schema).accounts.get(account)!
  const texts = describeAccountTests(account, where, schema)
  const tests = where.map(({ field, test }, i): Reason => {
    const slot = fields.byName.get(field)!
    const info = fields.infos[slot]!
    const matched = compilePredicate(test, info.type, slot)(one, now)
    return { kind: 'field', matched, text: texts[i]!, ...fieldFound(info, one.values[slot]) }
  })
  const said = people.map((statement): Reason => {
    const list = peopleOf(one, account, person)
    const holds = compiler(schema)(statement.of)
    const passing = list.filter((other) => holds(other, now)).map(({ id }) => id)
    const matched =
      statement.are === 'all'
        ? passing.length === list.length
        : passing.length > 0 === (statement.are === 'any')
    const text = describePeople(statement, describeNode(statement.of, schema))
    return { kind: 'account', matched, text, ...passingFound(passing, list.length) }
  })
  return [...tests, ...said]
}

function passingFound(passing: readonly string[], of: number): Pick<Reason, 'found' | 'finding'> {
  const named = passing.toSorted(compareText).slice(0, mostNamed)
  const more = passing.length > named.length ? ', …' : ''
  const who = named.length === 0 ? '' : `: ${named.map(quoted).join(', ')}${more}`
  return { found: passing.length, finding: `found ${passing.length} of ${of} people${who}` }
}
