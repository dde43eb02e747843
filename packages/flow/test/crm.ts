import {
  atLeast,
  between,
  choice,
  decimal,
  defineSchema,
  defineSegments,
  greaterThan,
  integer,
  isMissing,
  lessThan,
  oneOf,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'

/** A small schema, and segments that say something of each other. */
export const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro', 'team'), visits: integer() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
export const { segment } = segmentry<Crm>(schema)

export const segments = defineSegments({
  everyone: segment().group((g) => g.everyone()),
  vip: segment().group((g) => g.tag('VIP')),
  notVip: segment().group((g) => g.none((g) => g.tag('VIP'))),
  vipWest: segment().group((g) => g.tag('VIP').field('state', 'CA')),
  vipOrWest: segment()
    .group((g) => g.tag('VIP'))
    .group((g) => g.field('state', 'CA')),
  west: segment().group((g) => g.field('state', 'CA')),
  coast: segment().group((g) => g.field('state', oneOf('CA', 'OR', 'WA'))),
  nobody: segment().group((g) => g.field('state', 'CA').field('state', 'NY')),
  free: segment().group((g) => g.field('plan', 'free')),
  paying: segment().group((g) => g.field('plan', oneOf('pro', 'team'))),
  planless: segment().group((g) => g.field('plan', isMissing())),
  frequent: segment().group((g) => g.field('visits', atLeast(10))),
  some: segment().group((g) => g.field('visits', between(3, 9))),
  few: segment().group((g) => g.field('visits', lessThan(3))),
  openedLately: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
  openedOften: segment().group((g) => g.event('opened', (e) => e.within('30 days').count(atLeast(3)))),
  openedInQuarter: segment().group((g) => g.event('opened', (e) => e.within('90 days'))),
  silent: segment().group((g) => g.event('opened', (e) => e.within('90 days').never())),
  spender: segment().group((g) => g.event('purchase', (e) => e.sum('amount', greaterThan(500)))),
  neverBought: segment().group((g) => g.event('purchase', (e) => e.never())),
  firstHalf: segment().group((g) => g.bucket('spring', 0, 50)),
  aLittleMore: segment().group((g) => g.bucket('spring', 0, 50.01)),
})

export const now = '2026-11-24T00:00:00.000Z'
export const people = [
  { id: 'ann', tags: ['VIP'], fields: { state: 'CA' } },
  { id: 'bob', fields: { state: 'CA' } },
  { id: 'cy' },
]
