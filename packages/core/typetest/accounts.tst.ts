import { describe, expect, test } from 'tstyche'
import {
  type Account,
  atLeast,
  choice,
  defineSchema,
  evaluate,
  integer,
  isNot,
  object,
  type SchemaOf,
  type Segment,
  segmentry,
  text,
} from '../src/index.ts'
import { segment as withoutAccounts } from './crm.ts'

const schema = defineSchema({
  fields: { state: text() },
  tags: ['VIP'],
  accounts: {
    company: {
      plan: choice('free', 'pro'),
      seats: integer(),
      domain: text().required(),
      address: object({ city: text() }),
    },
    'sales team': {},
  },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

test('a condition on an account is a group', () => {
  expect(segment().group((g) => g.account('company'))).type.toBe<Segment<Crm>>()
  expect(
    segment().group((g) =>
      g
        .account('company', (a) =>
          a
            .field('plan', 'pro')
            .field('seats', atLeast(5))
            .field('address.city', 'Oakland')
            .anyPerson((p) => p.tag('VIP'))
            .allPeople((p) => p.field('state', 'CA'))
            .noPerson((p) => p.any((q) => q.tag('VIP').field('state', 'NY'))),
        )
        .account('sales team', (a) => a.anyPerson((p) => p.everyone())),
    ),
  ).type.toBe<Segment<Crm>>()
})

describe('what does not compile', () => {
  test('names that are not known', () => {
    // @ts-expect-error unknown account 'compny' - did you mean 'company'?
    segment().group((g) => g.account('compny'))
    // @ts-expect-error unknown field 'seat' - did you mean 'seats'?
    segment().group((g) => g.account('company', (a) => a.field('seat', 1)))
    // @ts-expect-error unknown field 'state'
    segment().group((g) => g.account('company', (a) => a.field('state', 'CA')))
    // @ts-expect-error unknown tag 'VIPP' - did you mean 'VIP'?
    segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p.tag('VIPP'))))
    // @ts-expect-error unknown account 'company'
    withoutAccounts().group((g) => g.account('company'))
  })

  test('values that do not fit, and a policy that is missing', () => {
    // @ts-expect-error Argument of type '"gold"' is not assignable
    segment().group((g) => g.account('company', (a) => a.field('plan', 'gold')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }: the value may be missing
    segment().group((g) => g.account('company', (a) => a.field('plan', isNot('pro'))))
    segment().group((g) => g.account('company', (a) => a.field('domain', isNot('x.org'))))
  })

  test('a rule about people without a filter', () => {
    // @ts-expect-error [a group needs at least one filter]
    segment().group((g) => g.account('company', (a) => a.anyPerson((p) => p)))
    // @ts-expect-error is missing the following properties from type 'Group<Crm>'
    segment().group((g) => g.account('company', (a) => a.anyPerson(() => a)))
  })

  test('a person with an account that has no id', () => {
    const made = segment().group((g) => g.account('company'))
    const account: Account = {
      account: 'company',
      id: 'acme',
      fields: { plan: 'pro' },
      people: [{ id: 'bob' }],
    }
    evaluate(made, { id: 'ann', accounts: [account] }, { schema, now: new Date(0) })
    // @ts-expect-error Property 'id' is missing
    evaluate(made, { id: 'ann', accounts: [{ account: 'company' }] }, { schema, now: new Date(0) })
  })
})
