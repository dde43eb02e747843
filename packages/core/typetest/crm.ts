import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  integer,
  list,
  number,
  object,
  openTags,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
  version,
} from '../src/index.ts'

/** One optional and one required field of every kind. */
export const schema = defineSchema({
  fields: {
    state: text(),
    email: text().required(),
    visits: integer(),
    age: integer().required(),
    score: number(),
    rating: number().required(),
    spent: decimal(2),
    balance: decimal(2).required(),
    subscribed: boolean(),
    active: boolean().required(),
    birthday: date(),
    joinedOn: date().required(),
    trialEndsAt: timestamp(),
    createdAt: timestamp().required(),
    plan: choice('free', 'pro'),
    role: choice('owner', 'guest').required(),
    app: version(),
    api: version().required(),
    languages: list(text()),
    grades: list(integer()).required(),
    home: object({ city: text() }).required(),
    orders: list(object({ sku: text(), quantity: integer() })),
    address: object({ city: text(), geo: object({ zone: integer() }) }),
  },
  tags: ['VIP', 'churned'],
  events: {
    opened: { campaign: text(), device: text().required() },
    purchase: { amount: decimal(2), units: integer(), sku: text(), weight: number() },
    refund: { amount: decimal(2), units: text(), sku: text() },
  },
})
export interface Crm extends SchemaOf<typeof schema> {}
export const { segment } = segmentry<Crm>(schema)

/** The same with tags that are made up as people are tagged. */
const openSchema = defineSchema({ fields: { state: text() }, tags: openTags('VIP', 'churned') })
export interface OpenCrm extends SchemaOf<typeof openSchema> {}
export const open = segmentry<OpenCrm>(openSchema)
