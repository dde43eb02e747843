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
  type Person,
  type SchemaInput,
  text,
  timestamp,
  version,
} from '@segmentry/core'
import {
  compileMessage,
  type Message,
  MessageError,
  type MessageTemplate,
  type Rendered,
} from '../../src/index.ts'

// A field of every kind, and somebody who has all of them.

export const fields = {
  name: text(),
  state: text(),
  plan: choice('free', 'pro'),
  spent: decimal(2),
  limit: decimal(2),
  visits: integer(),
  score: number(),
  active: boolean(),
  birthday: date(),
  trialEndsAt: timestamp(),
  app: version(),
  languages: list(text()),
  amounts: list(decimal(2)),
  orders: list(object({ sku: text().required(), quantity: integer(), at: object({ zone: integer() }) })),
  address: object({ city: text(), geo: object({ zone: integer() }) }),
  'first name': text(),
} as const satisfies SchemaInput['fields']

export const schema = defineSchema({ fields })

export const ann: Person = {
  id: 'ann',
  fields: {
    name: 'Ann',
    state: 'CA',
    plan: 'pro',
    spent: '19.9',
    limit: 100,
    visits: 7,
    score: 0.5,
    active: true,
    birthday: '1990-02-03',
    trialEndsAt: '2026-11-24T23:30:00Z',
    app: '2.0.1',
    languages: ['en', 'de'],
    amounts: ['1.5', '20'],
    orders: [{ sku: 'A-1', quantity: 2, at: { zone: 3 } }, { sku: 'B-2' }],
    address: { city: 'Oakland', geo: { zone: 4 } },
    'first name': 'Ann Marie',
  },
}

export const base = { from: 'Acme <news@acme.example>', subject: 'Hello', unsubscribe: 'none' } as const
export const context = {
  broadcast: 'spring',
  variant: 'b',
  unsubscribeUrl: 'https://acme.example/u/1.a.b',
  at: '2026-11-26T08:00:00Z',
} as const

/** A message of the test's own; templates made at run time are checked as they are where no type looks at them. */
export const compile = (template: Partial<MessageTemplate>): Promise<Message> =>
  compileMessage({ ...base, ...template }, schema)

/** What a message says to somebody. */
export const rendered = (message: Message, person: Person = ann): Rendered => {
  const said = message.render(person, context)
  if ('missing' in said) throw new Error(`missing ${said.missing.join(', ')}`)
  return said
}

/** What a text says to somebody. */
export const say = async (
  source: string,
  person: Person = ann,
  more: Partial<MessageTemplate> = {},
): Promise<string> => rendered(await compile({ text: source, ...more }), person).text!

/** All that is wrong with a message, in words. */
export async function faults(template: Partial<MessageTemplate>): Promise<readonly string[]> {
  const error = await compile(template).catch((thrown: unknown) => thrown)
  if (!(error instanceof MessageError)) throw new Error('nothing is wrong with it', { cause: error })
  return error.message.split('\n')
}
