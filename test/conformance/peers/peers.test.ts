import {
  type AnySegment,
  canonical,
  checkedRule,
  compileSegment,
  decodeSegments,
  DefinitionError,
  inProcess,
  type Person,
  preparePerson,
  type Schema,
} from '@segmentry/core'
import { defineSource, eventTable, json, tagArray } from '@segmentry/postgres'
import { startPglite } from '@segmentry/testing'
import { Kysely, PGliteDialect, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { membersQuery, whichQuery } from '../../../packages/postgres/src/compile/query.ts'
import { bindSource } from '../../../packages/postgres/src/source/bind.ts'
import { catalogOf, catalogQuery, quotedName } from '../../../packages/postgres/src/source/catalog.ts'
import { cases, type PeerCase } from './cases.ts'
import { departures } from './departures.ts'
import { Unsaid } from './infer.ts'
import { translate } from './translate.ts'

let db: Kysely<unknown>
let catalog: ReturnType<typeof catalogOf>

beforeAll(async () => {
  const pglite = await startPglite()
  db = new Kysely({ dialect: new PGliteDialect({ pglite }) })
  await pglite.exec(`
    create schema peers;
    create table peers.people (id text collate "C" primary key, fields jsonb, tags text[]);
    create table peers.events (id text, person text, name text, at timestamptz, properties jsonb);
    create index on peers.events (person, name, at);
  `)
  // All cases lie in the same tables, so that what the database has is asked for once.
  const tables = ['peers.people', 'peers.events']
  const columns = (await catalogQuery(tables.map(quotedName)).execute(db)).rows
  catalog = catalogOf(tables, tables.map(quotedName), columns)
})
afterAll(() => db.destroy())

let stored: string | undefined

/** Many cases in a row are about the same people, who are then stored once. */
async function store(people: readonly Person[]): Promise<void> {
  if (stored === JSON.stringify(people)) return
  const events = people.flatMap(({ id, events: happened = [] }) =>
    happened.map((event) => ({ ...event, person: id })),
  )
  const rows = (of: readonly object[]) => sql`jsonb_to_recordset(${JSON.stringify(of)}::jsonb)`
  await sql`truncate peers.people, peers.events`.execute(db)
  await sql`insert into peers.people
    select * from ${rows(people)} as r(id text, fields jsonb, tags text[])`.execute(db)
  await sql`insert into peers.events
    select * from ${rows(events)} as r(id text, person text, name text, at timestamptz, properties jsonb)`.execute(
    db,
  )
  stored = JSON.stringify(people)
}

const sourceOf = (schema: Schema) =>
  defineSource(schema, {
    people: { table: 'peers.people', id: 'id' },
    fields: { '*': json('fields') },
    tags: tagArray('tags'),
    events: {
      '*': eventTable('peers.events', {
        person: 'person',
        name: 'name',
        at: 'at',
        id: 'id',
        properties: { '*': json('properties') },
      }),
    },
  })

/** The members in every way in which they can be asked for. */
async function answers(segment: AnySegment, schema: Schema, people: readonly Person[], now: string) {
  const isMember = compileSegment(segment, schema)
  const ids = people.map(({ id }) => id)
  const found: Record<string, readonly string[]> = {
    compiled: people
      .filter((person) => isMember(preparePerson(schema, person), Date.parse(now)))
      .map(({ id }) => id),
    'in process': await Array.fromAsync(inProcess(schema, people).members(segment, { now })),
  }
  await store(people)
  const source = bindSource(sourceOf(schema), catalog)
  const clock = Date.parse(now)
  const rule = canonical(checkedRule(segment, schema))
  for (const mode of ['set', 'point'] as const) {
    const { rows } = await membersQuery(rule, { source, now: clock, mode }).execute(db)
    found[`SQL, ${mode}`] = rows.map(({ id }) => id)
  }
  const { rows } = await whichQuery([rule], ids, { source, now: clock, mode: 'point' }).execute(db)
  found['SQL, one by one'] = rows.filter(({ held }) => held === '{t}').map(({ id }) => id)
  return found
}

/** Reads a case as definitions are read that come from elsewhere, and expects these members of it. */
async function expectMembers(peerCase: PeerCase, expected: readonly string[]): Promise<void> {
  const { schema, definitions, people, now } = translate(peerCase)
  const { it: segment } = decodeSegments<'it'>(definitions, schema)
  for (const [way, found] of Object.entries(await answers(segment, schema, people, now))) {
    expect(found.toSorted(), way).toEqual(expected.toSorted())
  }
}

function unsaidOf(peerCase: PeerCase): string | undefined {
  try {
    translate(peerCase)
    return undefined
  } catch (error) {
    if (error instanceof Unsaid) return error.what
    throw error
  }
}

function refusalsOf(peerCase: PeerCase): readonly string[] {
  const { schema, definitions } = translate(peerCase)
  try {
    decodeSegments(definitions, schema)
    return []
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues.map(({ code }) => code)
    throw error
  }
}

const byId = new Map(cases.map((one) => [one.id, one]))
const departing = departures.flatMap(({ rule, says, cases: differing }) =>
  Object.entries(differing).map(([id, instead]) => ({ id, rule, says, instead })),
)
const listed = departing.map(({ id }) => id)
const passing = cases.filter(({ id }) => !listed.includes(id))

test('every case passes or departs, and none does both', () => {
  const ids = [...passing.map(({ id }) => id), ...listed]
  expect(ids.toSorted()).toEqual([...byId.keys()].toSorted())
  expect({
    cases: cases.length,
    passing: passing.length,
    departing: departing.length,
  }).toEqual({ cases: 223, passing: 196, departing: 27 })
})

describe('a case of another system passes', () => {
  test.each(passing)('$id: $note', (peerCase) => expectMembers(peerCase, peerCase.members))
})

describe('a case departs', () => {
  test.each(departing)('$id, by rule $rule: $says', async ({ id, instead }) => {
    const peerCase = byId.get(id)!
    if ('unsaid' in instead) {
      expect(unsaidOf(peerCase)).toBe(instead.unsaid)
    } else if ('refused' in instead) {
      // What refers to a definition that is refused is refused with it.
      const codes = refusalsOf(peerCase).filter((code) => code !== 'broken-reference')
      expect(new Set(codes)).toEqual(new Set([instead.refused]))
    } else {
      expect(instead.members, 'a case that would pass is no departure').not.toEqual(peerCase.members)
      await expectMembers(peerCase, instead.members)
    }
  })
})
