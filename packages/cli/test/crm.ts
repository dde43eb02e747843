import { type Connection, openStore } from '@segmentry/postgres'
import pg from 'pg'

/** A module that declares people and segments, without a database. */
export const segmentsFile = `
import { defineSchema, defineSegments, segmentry, text, type SchemaOf } from '@segmentry/core'

export const schema = defineSchema({
  fields: { state: text(), email: text().sensitive() },
  tags: ['VIP'],
  events: { opened: { campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const vip = segment().titled('Very important').ownedBy('sales').group((g) => g.tag('VIP'))
const engaged = segment()
  .described('Opened something in the last 30 days.')
  .group((g) => g.event('opened', (e) => e.within('30 days')))

export const segments = defineSegments({
  vip,
  engaged,
  best: segment().group((g) => g.in(vip).in(engaged)),
  known: segment().group((g) => g.field('email', 'ann@example.com')),
  rest: segment().group((g) => g.notIn(vip).notIn(engaged)),
})
`

/** A configuration of them. */
export const configFile = (more = "database: env('DATABASE_URL')"): string => `
import { defineConfig, env } from 'segmentry'
import { schema, segments } from './segments.ts'

export default defineConfig({ schema, segments, layout: 'segmentry', ${more} })
`

/** The files of a project whose database is the one of `DATABASE_URL`. */
export const files = (more?: string): Readonly<Record<string, string>> => ({
  'segmentry.config.ts': configFile(more),
  'segments.ts': segmentsFile,
})

/** The clock of the people below. */
export const now = '2026-11-24T00:00:00Z'

/** Stores three people, one of them with an id that no terminal should be given as it is. */
export async function fill(connection: Connection): Promise<void> {
  const { defineSchema, text } = await import('@segmentry/core')
  const schema = defineSchema({
    fields: { state: text(), email: text().sensitive() },
    tags: ['VIP'],
    events: { opened: { campaign: text() } },
  })
  const store = await openStore(schema, connection)
  await store.ingest({
    people: [
      { id: 'ann', fields: { state: 'CA', email: 'ann@example.com' } },
      { id: 'bob', fields: { email: 'bob@example.com' } },
      { id: 'eve\n\u001B[31m' },
    ],
    tags: [{ person: 'ann', add: ['VIP'] }],
    events: [{ person: 'bob', id: 'e1', name: 'opened', at: '2026-11-20T00:00:00Z', properties: {} }],
  })
  await store.close()
}

/** Keeps everybody from the table of tags, until it is let go. */
export async function holding(url: string) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('begin; lock table segmentry.tags in access exclusive mode')
  let isHeld = true
  const letGo = async (): Promise<void> => {
    if (!isHeld) return
    isHeld = false
    await client.query('rollback')
    await client.end()
  }
  const waitedFor = async (): Promise<void> => {
    for (;;) {
      const { rows } = await client.query<{ n: number }>(
        "select count(*)::int as n from pg_locks where not granted and relation = 'segmentry.tags'::regclass",
      )
      if (rows[0]!.n > 0) return
    }
  }
  return { letGo, waitedFor, [Symbol.asyncDispose]: letGo }
}
