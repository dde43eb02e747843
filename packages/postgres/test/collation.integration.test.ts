import { atLeast, defineSchema, type SchemaOf, segmentry } from '@segmentry/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { defineSource, eventTable, openEvaluator } from '../src/index.ts'

// Pages are in the order of people's own ids. An event's column for them may have another one: a capital comes before every
// small letter by code point, and beside its own small letter in a dictionary.

const schema = defineSchema({ fields: {}, events: { opened: {} } })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'

const opened = (foreignKey: boolean) =>
  defineSource(schema, {
    people: { table: 'words.people', id: 'id' },
    fields: {},
    events: {
      opened: eventTable('words.opened', {
        person: 'person',
        at: 'at',
        id: 'id',
        ...(foreignKey && { foreignKey }),
      }),
    },
  })

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
    await sql`create schema words`.execute(backend.db)
    await sql`create table words.people (id text collate "C" primary key)`.execute(backend.db)
    await sql`insert into words.people values ('B'), ('a'), ('c'), ('D'), ('e')`.execute(backend.db)
    await sql`create table words.opened (id int, person text not null references words.people, at timestamptz)`.execute(
      backend.db,
    )
    // PGlite has no ICU: there both orders are one.
    await sql`do $$ begin
      if exists (select from pg_collation where collname = 'en-x-icu') then
        alter table words.opened alter column person type text collate "en-x-icu";
      end if;
    end $$`.execute(backend.db)
    await sql`insert into words.opened select row_number() over (), id, '2026-11-23T00:00:00Z' from words.people, generate_series(1, 2)`.execute(
      backend.db,
    )
  })
  afterAll(() => backend.close())

  test.each([true, false])(
    'with a foreign key, %s, every page goes on where the last one ended',
    async (declared) => {
      const twice = segment().group((g) => g.event('opened', (e) => e.within('30 days').count(atLeast(2))))
      for (const mode of ['set', 'point'] as const) {
        const evaluator = await openEvaluator(opened(declared), backend.connection, { mode })
        const all = { now, pageSize: 2 }
        expect(await Array.fromAsync(evaluator.members(twice, all))).toEqual(['B', 'D', 'a', 'c', 'e'])
        await evaluator.close()
      }
    },
  )
})
