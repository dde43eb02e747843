import { choice, decimal, defineSchema, integer, type SchemaOf, text } from '@segmentry/core'

/** What the store knows about its households. */
export const schema = defineSchema({
  fields: {
    email: text().required(),
    age: choice('19-24', '25-34', '35-44', '45-54', '55-64', '65+'),
    income: choice(
      'Under 15K',
      '15-24K',
      '25-34K',
      '35-49K',
      '50-74K',
      '75-99K',
      '100-124K',
      '125-149K',
      '150-174K',
      '175-199K',
      '200-249K',
      '250K+',
    ),
    home: choice('Homeowner', 'Renter', 'Probable Homeowner', 'Probable Renter'),
    marital: choice('Married', 'Unmarried'),
    size: choice('1', '2', '3', '4', '5+'),
    kids: choice('0', '1', '2', '3+'),
  },
  tags: ['demographics-known'],
  events: {
    purchase: {
      amount: decimal(2),
      items: integer(),
      discount: decimal(2),
      coupon: decimal(2),
      department: text(),
    },
    campaign_received: { campaign: integer(), type: choice('Type A', 'Type B', 'Type C') },
    coupon_redeemed: { campaign: integer(), type: choice('Type A', 'Type B', 'Type C') },
  },
})

/** The store's schema by name, so that types and messages stay short. */
export interface Store extends SchemaOf<typeof schema> {}
