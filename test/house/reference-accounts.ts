import { atLeast } from '@segmentry/core'
import type { Page } from './reference-schema.ts'

export const accounts: Page = {
  file: 'accounts.md',
  title: 'Accounts',
  intro:
    'People belong to accounts of groupings that the schema declares: companies, households, teams. A person may belong to ' +
    "several accounts of one grouping. Everything that one `account(…)` says holds of the same account. An account's people are " +
    'those of the population who belong to it, the person among them.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'belongs to an account',
      purpose: 'There is such an account of the person.',
      filter: (g) => g.account('company'),
      edges: [
        'Who names an account that the source has no row of belongs to none.',
        '`not` of it is people who belong to no account of the grouping.',
      ],
    },
    {
      heading: "an account's own fields",
      purpose: 'A field of the account passes a test.',
      filter: (g) => g.account('company', (a) => a.field('plan', 'pro').field('seats', atLeast(50))),
      edges: [
        'Typed and tested as fields of people are, missing values included.',
        'Several tests hold of the same account.',
      ],
    },
    {
      heading: 'anyone of an account',
      purpose: 'At least one of its people matches.',
      filter: (g) => g.account('company', (a) => a.anyPerson((p) => p.tag('VIP'))),
      edges: [
        'The person counts too: who is tagged VIP has a company where anyone is.',
        'Different `anyPerson` may be true of different people; filters of one hold of the same person.',
        'Everything that is said of people can be asked, other segments too; accounts do not nest (`nested-account`).',
      ],
    },
    {
      heading: 'everyone of an account',
      purpose: 'All of its people match.',
      filter: (g) =>
        g.account('company', (a) => a.allPeople((p) => p.event('opened', (e) => e.within('30 days')))),
      edges: ['The person is one of them, so an account is never without people.'],
    },
    {
      heading: 'no one of an account',
      purpose: 'None of its people match, the person included.',
      filter: (g) => g.account('company', (a) => a.noPerson((p) => p.field('subscribed', true))),
      edges: ['The same as `allPeople` of the complement, and the same hash.'],
    },
    {
      heading: 'several things of one account',
      purpose: 'Fields and people of the same account.',
      filter: (g) => g.account('company', (a) => a.field('plan', 'pro').anyPerson((p) => p.tag('VIP'))),
      edges: ['Two `account(…)` in a group may be true of different accounts.'],
    },
  ],
}
