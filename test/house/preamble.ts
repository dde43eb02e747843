import * as core from '@segmentry/core'
import { defineBroadcast } from '@segmentry/broadcast'
import * as postgres from '@segmentry/postgres'
import * as postgresEffect from '@segmentry/postgres/effect'
import { startPglite } from '@segmentry/testing'
import * as Effect from 'effect/Effect'

// What the examples of the doc comments may use without saying where it comes from.

const { choice, decimal, defineSchema, defineSegments, segmentry, text } = core

const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), spent: decimal(2), email: text() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
type Crm = core.SchemaOf<typeof schema>

const { segment } = segmentry<Crm>(schema)
const segments = defineSegments({
  vip: segment().group((g) => g.tag('VIP').field('state', 'CA')),
  engaged: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
  lapsed: segment().group((g) => g.event('opened', (e) => e.within('90 days').never())),
  churned: segment().group((g) => g.tag('churned')),
})

const person: core.Person = {
  id: 'ann',
  fields: { state: 'CA', plan: 'pro', spent: '19.99' },
  tags: ['VIP'],
  events: [
    { id: 'e1', name: 'opened', at: new Date(Date.now() - 86_400_000), properties: { campaign: 'spring' } },
  ],
}
const evaluator = core.inProcess(schema, [person, { id: '42' }], { now: new Date() })

/** People and events in the tables that the examples read. */
const tables = `
  CREATE TABLE people (id text PRIMARY KEY, state text, attributes jsonb NOT NULL DEFAULT '{}', tags text[]);
  CREATE TABLE events (
    id text PRIMARY KEY, person_id text NOT NULL, name text NOT NULL, at timestamptz NOT NULL,
    properties jsonb NOT NULL DEFAULT '{}'
  );
  INSERT INTO people VALUES
    ('p1', 'CA', '{"plan":"pro","spent":"19.99","email":"ann@example.com"}', '{VIP}'),
    ('p2', 'CA', '{"plan":"free","email":"bob@example.com"}', '{}'),
    ('p3', 'NY', '{}', '{VIP}');
  INSERT INTO events VALUES ('e1', 'p1', 'opened', now() - interval '1 day', '{"campaign":"spring"}');`

const { column, defineSource, eventTable, json, tagArray } = postgres

/** Where the names of the schema stand in those tables. */
const source = defineSource(schema, {
  people: { table: 'people', id: 'id' },
  fields: { '*': json('attributes'), state: column('state') },
  tags: tagArray('tags'),
  events: {
    '*': eventTable('events', {
      person: 'person_id',
      name: 'name',
      at: 'at',
      id: 'id',
      properties: { '*': json('properties') },
    }),
  },
})

/** A broadcast to somebody of them. */
const mayNews = defineBroadcast(schema, {
  key: 'may-news',
  audience: {
    include: { vip: segments.vip, engaged: segments.engaged },
    exclude: { churned: segments.churned },
  },
  address: 'email',
})

/** A connection to a database in this process that has the tables. */
async function openConnection(): Promise<postgres.Connection> {
  const pglite = await startPglite()
  await pglite.exec(tables)
  return { pglite }
}

let connection: Promise<postgres.Connection> | undefined

/** The names that the examples of all packages may use: what core exports, and something to work on. */
const common = { ...core, ...segments, schema, segment, segments, person, evaluator }

/** The names that an example of one package may use; one that says `connection` gets a database. */
export async function scopeOf(folder: string, code: string): Promise<Readonly<Record<string, unknown>>> {
  const own = (await import(`../../packages/${folder}/src/index.ts`)) as object
  const more =
    folder === 'postgres'
      ? { ...postgresEffect, Effect, source }
      : folder === 'review'
        ? { source }
        : folder === 'broadcast'
          ? { source, mayNews, openEvaluator: postgres.openEvaluator }
          : {}
  return {
    ...common,
    ...own,
    ...more,
    ...(/\bconnection\b/.test(code) && { connection: await (connection ??= openConnection()) }),
  }
}
