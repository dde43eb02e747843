import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  type EmptyGroup,
  type Group,
  integer,
  list,
  number,
  object,
  type SchemaOf,
  type Segment,
  segmentry,
  type SetSegment,
  text,
  timestamp,
  version,
} from '@segmentry/core'

/** What the reference pages speak of; fields.md shows it. */
export const schema = defineSchema({
  zone: 'America/New_York',
  fields: {
    state: text(),
    email: text().required(),
    plan: choice('free', 'pro'),
    visits: integer(),
    score: number(),
    lat: number(),
    lon: number(),
    spent: decimal(2),
    limit: decimal(2),
    subscribed: boolean(),
    birthday: date(),
    trialEndsAt: timestamp(),
    app: version(),
    languages: list(text()),
    orders: list(object({ sku: text(), quantity: integer() })),
    address: object({ city: text() }),
  },
  tags: ['VIP', 'beta', 'churned'],
  events: {
    opened: { campaign: text() },
    clicked: { campaign: text() },
    sent: { campaign: text() },
    bounced: { campaign: text() },
    unsubscribed: { campaign: text() },
    purchase: { amount: decimal(2), quantity: integer(), sku: text(), gift: boolean() },
  },
  accounts: {
    company: { plan: choice('free', 'pro'), seats: integer() },
  },
})

export interface Shop extends SchemaOf<typeof schema> {}

export const shop = segmentry<Shop>(schema)
export const { segment } = shop

/** A condition of the reference: what it is for, how it is written, and what happens at its edges. */
export interface Entry {
  readonly heading: string
  readonly purpose: string
  /** The condition as one filter of a group; its source is what the page shows. */
  readonly filter?: (g: EmptyGroup<Shop>) => Group<Shop>
  /** The same for what is said of a whole segment. */
  readonly whole?: () => Segment<Shop> | SetSegment<Shop>
  readonly edges: readonly string[]
}

/** A page of the reference. */
export interface Page {
  readonly file: string
  readonly title: string
  readonly intro: string
  readonly entries: readonly Entry[]
  /** The file that the entries are written in, from which their source is shown. */
  readonly source: string
}
