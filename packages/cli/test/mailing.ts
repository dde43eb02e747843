import { type Connection, openStore } from '@segmentry/postgres'

/** A module that declares people, segments and broadcasts, without a database. */
export const mailingFile = `
import { compileMessage, defineBroadcast } from '@segmentry/broadcast'
import { boolean, defineSchema, defineSegments, segmentry, text, type SchemaOf } from '@segmentry/core'

export const schema = defineSchema({
  fields: { email: text(), phone: text().sensitive(), name: text(), optedOut: boolean() },
  tags: ['VIP', 'churned'],
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

export const segments = defineSegments({
  everyone: segment().group((g) => g.everyone()),
  vip: segment().group((g) => g.tag('VIP')),
  churned: segment().group((g) => g.tag('churned')),
})

const message = await compileMessage(
  {
    from: 'Acme <news@acme.example>',
    subject: 'May, {{ person.name }}',
    html: '<p>Hello {{ person.name }}</p><a href="{{ unsubscribe.url }}">No more</a>',
    defaults: { name: 'friend' },
  },
  schema,
)
const { everyone, vip, churned } = segments

export const may = defineBroadcast(schema, {
  key: 'may',
  audience: { include: { everyone, vip }, exclude: { churned } },
  address: 'email',
  topic: 'news',
  optOut: { field: 'optedOut', missing: 'send' },
  variants: { a: 50, b: 50 },
  message,
})

export const calls = defineBroadcast(schema, {
  key: 'calls',
  audience: { include: { vip } },
  address: 'phone',
  channel: 'sms',
  optOut: { field: 'optedOut' },
  message,
})
`

/** How messages are written into a folder in place of being sent. */
export const toFolder = "transport: () => fileTransport({ folder: 'out' })"

/** How they go to a mail server on this machine. */
export const toServer = `transport: ({ secret }) => smtp({
    host: '127.0.0.1', port: Number(secret('SMTP_PORT')), encryption: 'none', connections: 2,
    ...(process.env.SMTP_PASSWORD !== undefined && { auth: { user: 'shop', password: secret('SMTP_PASSWORD') } }),
  }),
  lease: '5 seconds'`

/** A project that broadcasts, on the database of \`DATABASE_URL\`. */
export const mailing = (send = toFolder, more = "database: env('DATABASE_URL')"): Record<string, string> => ({
  'mailing.ts': mailingFile,
  'segmentry.config.ts': `
import { fileTransport, unsubscribeLinks } from '@segmentry/broadcast'
import { smtp } from '@segmentry/broadcast/smtp'
import { defineConfig, env } from 'segmentry'
import { calls, may, schema, segments } from './mailing.ts'

export default defineConfig({
  schema,
  segments,
  layout: 'segmentry',
  broadcasts: { may, calls },
  send: {
    ${send},
    links: ({ secret }) => ({
      unsubscribe: unsubscribeLinks({ url: 'https://acme.example/leave', secrets: [secret('LINK_SECRET')] }),
    }),
    pace: { atMost: 500, per: 'second' },
  },
  ${more},
})
void smtp, fileTransport
`,
})

/** The variables that the configuration asks for. */
export const variablesOf = (url: string, more: Readonly<Record<string, string>> = {}) => ({
  DATABASE_URL: url,
  LINK_SECRET: 'a secret of at least 32 characters',
  ...more,
})

/** A few people with everything that leaves somebody out, and a crowd. */
export async function fillMailing(connection: Connection, crowd = 0): Promise<void> {
  const { boolean, defineSchema, text } = await import('@segmentry/core')
  const schema = defineSchema({
    fields: { email: text(), phone: text().sensitive(), name: text(), optedOut: boolean() },
    tags: ['VIP', 'churned'],
  })
  const store = await openStore(schema, connection)
  await store.ingest({
    people: [
      { id: 'ann', fields: { email: 'ann@example.com', phone: '+1 555 0100', name: 'Ann', optedOut: false } },
      { id: 'bob', fields: { email: 'bob@example.com' } },
      { id: 'cid', fields: { email: 'cid@example.com', optedOut: true } },
      { id: 'dan', fields: { email: 'dan@example.com' } },
      { id: 'eve', fields: { email: 'eve@example.com', phone: '+1 555 0101' } },
      { id: 'eve-2', fields: { email: 'Eve@example.com' } },
      { id: 'fay\n\u001B[31m', fields: {} },
      ...Array.from({ length: crowd }, (_, i) => ({ id: `p${i}`, fields: { email: `p${i}@example.com` } })),
    ],
    tags: [
      { person: 'ann', add: ['VIP'] },
      { person: 'eve', add: ['VIP'] },
      { person: 'dan', add: ['churned'] },
    ],
  })
  await store.close()
}
