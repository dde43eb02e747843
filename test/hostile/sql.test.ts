import {
  type AnySegment,
  type AnySetSegment,
  choice,
  compareText,
  contains,
  decimal,
  defineSchema,
  dependencies,
  endsWith,
  evaluateAll,
  has,
  hasEmailDomain,
  hasNone,
  inProcess,
  integer,
  is,
  isNot,
  lessThan,
  list,
  matches,
  object,
  oneOf,
  openTags,
  type Person,
  type SchemaOf,
  segmentry,
  startsWith,
  text,
} from '@segmentry/core'
import {
  accountTable,
  column,
  defineSource,
  eventTable,
  json,
  openEvaluator,
  openStore,
  type PostgresEvaluator,
  type Source,
  tagTable,
} from '@segmentry/postgres'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../conformance/database.ts'
import { texts, unstorable } from './material.ts'

// SQL in every value and in every name: fields, properties, events, tags, ids, salts, tables, columns, keys of JSON.

const schema = defineSchema({
  fields: {
    toString: text(),
    hasOwnProperty: text(),
    'drop -- table': text(),
    $1: text(),
    select: integer(),
    valueOf: list(text()),
    spent: decimal(2),
    'order by': choice(...(texts as readonly [string, ...string[]])),
    limit: list(object({ $1: text(), 'drop -- table': text() })),
    $at: text(),
    inner: object({ toString: text(), hasOwnProperty: object({ valueOf: text() }) }),
  },
  tags: openTags(),
  events: {
    'a -- b': { toString: text(), $1: integer() },
    $1: { toString: text() },
    'x/y:z. -': { $$: text() },
    valueOf: { constructors: text() },
    constructors: { inner: object({ toString: text() }) },
  },
  accounts: { 'drop -- teams': { toString: text(), '$1 --': text() } },
})
const grouping = 'drop -- teams'
interface Odd extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Odd>(schema)
const now = '2026-11-24T09:30:00.000Z'
const at = '2026-11-01T00:00:00.000Z'

/** Each person is called, tagged and made of one of the texts. */
const population: readonly Person[] = texts.map((value, i) => ({
  id: value,
  fields: {
    toString: value,
    hasOwnProperty: texts[(i + 1) % texts.length]!,
    'drop -- table': value.toUpperCase(),
    $1: null,
    select: i,
    valueOf: [value, texts[(i + 2) % texts.length]!],
    spent: '1.50',
    'order by': value,
    limit: [{ $1: value, 'drop -- table': texts[(i + 3) % texts.length]! }],
    $at: `x@${value}`,
    ...(i % 3 !== 0 && { inner: { toString: value, hasOwnProperty: i % 3 === 1 ? { valueOf: value } : {} } }),
  },
  tags: [value],
  events: [
    { id: `${value}1`, name: 'a -- b', at, properties: { toString: value, $1: i } },
    { id: `${value}2`, name: '$1', at: '2026-11-02T00:00:00.000Z', properties: { toString: value } },
    { id: `${value}3`, name: 'x/y:z. -', at, properties: { $$: value } },
    {
      id: `${value}4`,
      name: 'constructors',
      at,
      properties: i % 2 === 0 ? { inner: { toString: value } } : {},
    },
  ],
  accounts: [
    { account: grouping, id: value, fields: { toString: value, '$1 --': texts[(i + 1) % texts.length]! } },
  ],
}))

/** Whether a text can be a domain at all; others are refused where a definition has them. */
const isDomain = (value: string): boolean => {
  try {
    segment().group((g) => g.field('$at', hasEmailDomain(value)))
    return true
  } catch {
    return false
  }
}

/** A text as a pattern that matches it alone. */
const literally = (value: string): string => value.replace(/[*?[\]\\^-]/g, '\\$&')

/** Whatever can be asked with one text, each in a place of its own. */
const asked = (value: string): Readonly<Record<string, AnySegment>> => ({
  is: segment().group((g) => g.field('toString', value)),
  isFolded: segment().group((g) => g.field('toString', is(value, { ignoringCase: true }))),
  isNot: segment().group((g) => g.field('hasOwnProperty', isNot(value, { missing: 'exclude' }))),
  oneOf: segment().group((g) => g.field('drop -- table', oneOf(value, value.toUpperCase()))),
  missing: segment().group((g) =>
    g.field('$1', isNot(value, { missing: 'include' })).field('toString', value),
  ),
  before: segment().group((g) => g.field('toString', lessThan(value))),
  contains: segment().group((g) => g.field('toString', contains(value))),
  starts: segment().group((g) => g.field('toString', startsWith(value, { ignoringCase: true }))),
  ends: segment().group((g) => g.field('toString', endsWith(value))),
  matches: segment().group((g) => g.field('toString', matches(`*${literally(value)}?*`))),
  exactly: segment().group((g) => g.field('toString', matches(literally(value), { ignoringCase: true }))),
  has: segment().group((g) => g.field('valueOf', has(value))),
  hasNone: segment().group((g) => g.field('valueOf', hasNone([value], { missing: 'exclude' }))),
  chosen: segment().group((g) => g.field('order by', value)),
  chosenOf: segment().group((g) => g.field('order by', oneOf(value, texts[0]!))),
  item: segment().group((g) =>
    g.field('limit', (one) =>
      one.where('$1', value).where('drop -- table', isNot(value, { missing: 'exclude' })),
    ),
  ),
  tagged: segment().group((g) => g.tag(value)),
  notTagged: segment().group((g) => g.noTag(value, 'x')),
  people: segment().group((g) => g.people(value, 'nobody')),
  byHand: segment()
    .group((g) => g.tag(value))
    .excludePeople([value], { reason: value === ' ' ? 'x' : value, author: 'x' })
    .includePeople([texts[0]!], { reason: 'x', author: value === ' ' ? 'x' : value }),
  bucket: segment().group((g) => g.bucket(value, 0, 50)),
  event: segment().group((g) => g.event('a -- b', (e) => e.where('toString', value).count(1))),
  last: segment().group((g) => g.event('x/y:z. -', (e) => e.last('$$', is(value)))),
  distinct: segment().group((g) => g.event('$1', (e) => e.where('toString', value).distinct('toString', 1))),
  sequence: segment().group((g) =>
    g.sequence((s) =>
      s
        .from('a -- b', { of: (e) => e.where('toString', contains(value)) })
        .followedBy('$1')
        .by('toString'),
    ),
  ),
  inner: segment().group((g) => g.field('inner.toString', value)),
  innermost: segment().group((g) => g.field('inner.hasOwnProperty.valueOf', value)),
  innerOfEvent: segment().group((g) => g.event('constructors', (e) => e.where('inner.toString', value))),
  account: segment().group((g) =>
    g.account(grouping, (a) => a.field('toString', value).anyPerson((p) => p.tag(value))),
  ),
  noAccount: segment().group((g) =>
    g.account(grouping, (a) => a.field('$1 --', contains(value)).noPerson((p) => p.people(value))),
  ),
  domain: segment().group((g) => g.field('$at', hasEmailDomain(isDomain(value) ? value : 'it-s.example'))),
})

/** What can be asked of everybody with one text. */
const asWhole = (value: string): Readonly<Record<string, AnySetSegment>> => ({
  byField: segment()
    .group((g) => g.field('toString', isNot(value, { missing: 'include' })))
    .top(7, 'select'),
  byEvents: segment()
    .group((g) => g.everyone())
    .top(2, (r) => r.event('a -- b', (e) => e.where('toString', value)).count()),
})

const layouts = {
  'the default layout': async (backend: Backend): Promise<Source> => {
    const store = await openStore(schema, backend.connection, { schema: 'people' })
    await store.ingest({
      people: population.map(({ id, fields }) => ({ id, fields: fields! })),
      tags: population.map(({ id, tags }) => ({ person: id, add: tags! })),
      events: population.flatMap(({ id, events }) => events!.map((event) => ({ ...event, person: id }))),
      accounts: population.flatMap(({ accounts }) =>
        accounts!.map(({ account, id, fields }) => ({ account, id, fields: fields! })),
      ),
      members: population.map(({ id }) => ({ person: id, account: grouping, add: [id] })),
    })
    await store.analyze()
    return store.source
  },
  'tables, columns and keys with odd names': async (backend: Backend): Promise<Source> => {
    const [people, events, tags, teams, mates] = [`pe"op'le`, `ev\\ents; --`, '$1', `te"am's`, `m\\'; --`]
    const [id, key, name] = [`i.d "'`, `a.b'; drop table people; --`, `na"me\\`]
    const odd = ["it's", '\\', "\\'; --", '"', '$1', 'a.b', '{}']
    const place = (info: string) => json('do.c', ...odd, ...info.split('.'))
    const run = (query: ReturnType<typeof sql>) => query.execute(backend.db)
    await run(sql`create schema ${sql.id("o'dd")}`)
    const table = (one: string) => sql.id("o'dd", one)
    await run(
      sql`create table ${table(people)} (${sql.id(id)} text collate "C" primary key, ${sql.id(key)} text, ${sql.id('do.c')} jsonb)`,
    )
    await run(
      sql`create table ${table(events)} (${sql.id(id)} text, ${sql.id(key)} text, ${sql.id(name)} text, ${sql.id('at.at')} timestamptz, ${sql.id('do.c')} jsonb)`,
    )
    await run(sql`create table ${table(tags)} (${sql.id(id)} text, ${sql.id(key)} text)`)
    await run(sql`create table ${table(teams)} (${sql.id(id)} text collate "C", ${sql.id('do.c')} jsonb)`)
    await run(sql`create table ${table(mates)} (${sql.id(key)} text, ${sql.id(id)} text)`)
    const under = (value: unknown) =>
      JSON.stringify(odd.toReversed().reduce<unknown>((inner, step) => ({ [step]: inner }), value))
    for (const person of population) {
      const { ['toString' as string]: value, ...fields } = person.fields!
      await run(sql`insert into ${table(people)} values (${person.id}, ${value}, ${under(fields)}::jsonb)`)
      await run(sql`insert into ${table(tags)} values (${person.id}, ${person.tags![0]})`)
      const [team] = person.accounts!
      await run(sql`insert into ${table(teams)} values (${team!.id}, ${under(team!.fields)}::jsonb)`)
      await run(sql`insert into ${table(mates)} values (${person.id}, ${team!.id})`)
      for (const event of person.events!) {
        await run(
          sql`insert into ${table(events)} values (${event.id}, ${person.id}, ${`called ${event.name}'`}, ${event.at}, ${under(event.properties)}::jsonb)`,
        )
      }
    }
    const fields = Object.fromEntries(
      [...schema.fields.keys()].map((field) => [field, field === 'toString' ? column(key) : place(field)]),
    )
    // Objects by these names have types of their own in TypeScript.
    const mapping = {
      people: { table: `o'dd.${people}`, id },
      fields,
      tags: tagTable(`o'dd.${tags}`, { person: id, tag: key }),
      events: Object.fromEntries(
        [...schema.events].map(([event, properties]) => [
          event,
          eventTable(`o'dd.${events}`, {
            person: key,
            name,
            called: `called ${event}'`,
            at: 'at.at',
            id,
            properties: Object.fromEntries([...properties.keys()].map((one) => [one, place(one)])),
          }),
        ]),
      ),
      accounts: {
        [grouping]: accountTable(`o'dd.${teams}`, {
          id,
          of: { table: `o'dd.${mates}`, person: key, account: id },
          fields: { toString: place('toString'), '$1 --': place('$1 --') },
        }),
      },
    }
    return defineSource(schema, mapping as never)
  },
} as const

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  describe.each(Object.keys(layouts) as (keyof typeof layouts)[])('in %s', (layout) => {
    let backend: Backend
    let modes: Readonly<Record<'set' | 'point', PostgresEvaluator>>
    const inMemory = inProcess(schema, population, { now })

    beforeAll(async () => {
      backend = await backends[backendName]()
      // A role's or a session's own settings must not change what a backslash is.
      const off = 'set standard_conforming_strings = off'
      if ('pool' in backend.connection) {
        // Dropping the database ends what is idle.
        backend.connection.pool.on('error', () => undefined)
        backend.connection.pool.on('connect', (client) => void client.query(off))
      } else await sql.raw(off).execute(backend.db)
      const source = await layouts[layout](backend)
      modes = {
        set: await openEvaluator(source, backend.connection, { mode: 'set' }),
        point: await openEvaluator(source, backend.connection, { mode: 'point' }),
      }
    })
    afterAll(() => backend.close())

    const members = async (mode: 'set' | 'point', one: AnySegment): Promise<readonly string[]> =>
      (await Array.fromAsync(modes[mode].members(one, { now, pageSize: 7 }))).toSorted(compareText)

    test.each(texts.map((value, i) => [value, i] as const))(
      '%j: SQL answers as the process does',
      async (value, i) => {
        const segments = asked(value)
        const keys = Object.keys(segments)
        const counts = await modes.set.counts(segments, { now })
        expect(counts).toEqual(await inMemory.counts(segments))
        const ids = [...population.map(({ id }) => id), 'nobody']
        const expected = await inMemory.which(segments, ids)
        for (const mode of ['set', 'point'] as const) {
          expect(await modes[mode].which(segments, ids, { now }), mode).toEqual(expected)
          // Each text lists the members of some segments, all texts those of all.
          for (const key of [keys[i % keys.length]!, keys[(i * 5 + 1) % keys.length]!]) {
            expect(await members(mode, segments[key]!), key).toEqual(
              await Array.fromAsync(inMemory.members(segments[key]!)),
            )
          }
        }
      },
    )

    test.each(texts)('%j: whole sets are those of the process', async (value) => {
      for (const [key, one] of Object.entries(asWhole(value)))
        for (const mode of ['set', 'point'] as const)
          expect(
            (await Array.fromAsync(modes[mode].members(one, { now }))).toSorted(compareText),
            `${key}, ${mode}`,
          ).toEqual((await Array.fromAsync(inMemory.members(one))).toSorted(compareText))
    })

    test.each(texts)('%j: the person of this id is loaded and explained as they are', async (id) => {
      const segments = asked(id)
      for (const key of [
        'is',
        'hasNone',
        'tagged',
        'byHand',
        'last',
        'sequence',
        'account',
        'inner',
        'innermost',
        'innerOfEvent',
      ] as const) {
        expect(await modes.set.explain(segments[key]!, id, { now })).toEqual(
          await inMemory.explain(segments[key]!, id),
        )
      }
      const [loaded] = await modes.set.load([id], dependencies(...Object.values(segments)))
      const answers = evaluateAll(segments, loaded!, { schema, now })
      expect([{ person: id, found: true, segments: answers, now }]).toEqual(
        await inMemory.which(segments, [id]),
      )
    })

    test.each(unstorable)('%j is nobody, and refused where a definition has it', async (id) => {
      const everyone = segment().group((g) => g.everyone())
      for (const evaluator of [modes.set, inMemory]) {
        expect(await evaluator.has(everyone, id, { now })).toBe(false)
        expect(await evaluator.which({ everyone }, [id], { now })).toEqual([
          { person: id, found: false, segments: [], now },
        ])
      }
      expect(
        await modes.set.load([id], { fields: [], tags: [], events: [], accounts: [], time: false }),
      ).toEqual([])
      for (const one of [
        { kind: 'people', ids: [id] },
        { kind: 'tag', tag: id },
        { kind: 'bucket', salt: id, from: 0, to: 1 },
        { kind: 'field', field: 'toString', test: { op: 'is', value: id } },
      ] as const) {
        await expect(modes.set.count({ definition: { format: 1, rule: one } })).rejects.toMatchObject({
          _tag: 'DefinitionError',
        })
      }
    })

    test('the SQL that is shown is the SQL that runs, with names and keys as they are', async () => {
      if (!('pool' in backend.connection)) return
      const client = await backend.connection.pool.connect()
      await client.query('set standard_conforming_strings = on')
      for (const value of texts.slice(0, 6)) {
        for (const [key, one] of Object.entries(asked(value))) {
          for (const mode of ['set', 'point'] as const) {
            const shown = modes.set.sql(one, { now, mode })
            const { rows } = await client.query<{ id: string }>(shown.sql, [...shown.parameters])
            expect(rows.map(({ id }) => id).toSorted(compareText), key).toEqual(
              await Array.fromAsync(inMemory.members(one)),
            )
          }
        }
      }
      client.release(true)
    })
  })
})
