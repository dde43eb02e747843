import {
  defineSchema,
  dependencies,
  integer,
  object,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  column,
  type Connection,
  defineSource,
  eventTable,
  json,
  openEvaluator,
  type PostgresEvaluator,
  SourceError,
  tagArray,
  tagTable,
} from '../src/index.ts'

const schema = defineSchema({
  fields: { device: object({ os: text(), screen: object({ width: integer() }) }) },
  tags: ['VIP'],
  events: { opened: { page: object({ path: text() }) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const tables = [
  sql`create table people (id bigint primary key, device jsonb, attributes jsonb, device_os text, tags text[], tenant int, kind text, born date)`,
  sql`insert into people values
    (1, '{"os":"ios","screen":{"width":400}}', '{"phone":{"os":"android","screen":{"width":300}}}', 'linux', '{VIP}', 7, 'a', '2000-01-01'),
    (2, '{"os":"ios"}', '{}', null, '{}', 8, 'b', null), (3, null, '{}', null, '{}', 7, 'a', null)`,
  sql`create table events (id bigint primary key, person bigint, name text, at timestamp, page jsonb)`,
  sql`insert into events values (1, 1, 'opened', '2026-11-23T12:00:00', '{"path":"/home"}')`,
]
const events = eventTable('events', {
  person: 'person',
  name: 'name',
  at: column('at', { zone: 'America/New_York' }),
  id: 'id',
  properties: { page: json('page') },
})
const people = { table: 'people', id: 'id' }
const mapping = { people, tags: tagArray('tags'), events: { opened: events } }
const everyone = segment().group((g) => g.everyone())

/** Anything, as a caller without types has it. */
const loose = (value: unknown): never => value as never

const failure = async (run: () => unknown): Promise<Error> => {
  try {
    await run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe.each(Object.entries(backends))('%s', (_, open) => {
  let backend: Backend
  let connection: Connection

  beforeAll(async () => {
    backend = await open()
    connection = backend.connection
    for (const statement of tables) await statement.execute(backend.db)
  })
  afterAll(() => backend.close())

  const ids = (evaluator: PostgresEvaluator, made: typeof everyone): Promise<string[]> =>
    Array.fromAsync(evaluator.members(made))

  describe('an object carries its parts', () => {
    const ios = segment().group((g) => g.field('device.os', 'ios'))
    const wide = segment().group((g) => g.field('device.screen.width', 400))

    test.each([
      ['json of the same name', { device: json('device') }],
      ['a jsonb column', { device: column('device') }],
      ['a jsonb column called as the field is', { device: column() }],
      ['before the entry for all others', { '*': json('attributes'), device: json('device') }],
      [
        'in parts',
        {
          device: json('attributes', 'nothing'),
          'device.os': json('device', 'os'),
          'device.screen': json('device', 'screen'),
        },
      ],
    ])('%s', async (__, fields) => {
      const evaluator = await openEvaluator(defineSource(schema, { ...mapping, fields }), connection)
      expect(await ids(evaluator, ios)).toEqual(['1', '2'])
      expect(await ids(evaluator, wide)).toEqual(['1'])
      expect((await evaluator.explain(ios, '1')).member).toBe(true)
    })

    test('below keys, and a part with an entry of its own is read from there', async () => {
      const fields = { device: json('attributes', 'phone'), 'device.os': column() }
      const source = defineSource(schema, { ...mapping, fields })
      expect(source.fields.get('device.screen.width')?.place).toEqual({
        in: 'json',
        column: 'attributes',
        path: ['phone', 'screen', 'width'],
      })
      const evaluator = await openEvaluator(source, connection)
      expect(
        await ids(
          evaluator,
          segment().group((g) => g.field('device.os', 'linux')),
        ),
      ).toEqual(['1'])
      expect(
        await ids(
          evaluator,
          segment().group((g) => g.field('device.screen.width', 300)),
        ),
      ).toEqual(['1'])
    })

    test("of an event's properties too", async () => {
      const source = defineSource(schema, { ...mapping, fields: { '*': json('attributes') } })
      const evaluator = await openEvaluator(source, connection)
      const home = segment().group((g) => g.event('opened', (e) => e.where('page.path', '/home')))
      expect(await ids(evaluator, home)).toEqual(['1'])
    })
  })

  test('a zone that the database does not know, and a value that its column cannot have, are found when opening', async () => {
    const zoned = { ...events, at: column('at', { zone: 'Mars/Olympus' }) }
    const fields = { device: json('device') }
    const error = await failure(() =>
      openEvaluator(defineSource(schema, { ...mapping, fields, events: { opened: zoned } }), connection),
    )
    expect(error).toBeInstanceOf(SourceError)
    expect(error.message).toContain("column events.at has the zone 'Mars/Olympus', expected a time zone")
    expect(error.message).toContain("for the time of event 'opened'")

    const conditions = { tenant: 'seven', kind: 'a', born: ['2000-01-01', 'soon'], device: 'phone' }
    const wrong = await failure(() =>
      openEvaluator(
        defineSource(schema, { ...mapping, fields, people: { ...people, where: conditions } }),
        connection,
      ),
    )
    expect(wrong).toBeInstanceOf(SourceError)
    expect((wrong as SourceError).issues.map(({ table, column: name }) => `${table}.${name}`)).toEqual([
      'people.tenant',
      'people.born',
      'people.device',
    ])
    expect(wrong.message).toContain('column people.tenant cannot be "seven"')

    const where = { tenant: 7, kind: ['a', 'c'], born: null }
    const evaluator = await openEvaluator(
      defineSource(schema, { ...mapping, fields, people: { ...people, where } }),
      connection,
    )
    expect(await ids(evaluator, everyone)).toEqual(['3'])
  })

  describe('an evaluator', () => {
    const source = defineSource(schema, { ...mapping, fields: { '*': json('attributes') } })
    let evaluator: PostgresEvaluator
    beforeAll(async () => {
      evaluator = await openEvaluator(source, connection)
    })
    const list = (page: object): Promise<string[]> => Array.fromAsync(evaluator.members(everyone, page))

    test('lists in pages and up to limits that can be', async () => {
      for (const snapshot of [false, true]) {
        expect(await list({ limit: 0, snapshot })).toEqual([])
        expect(await list({ pageSize: 1, limit: 2, snapshot })).toEqual(['1', '2'])
        for (const [page, message] of [
          [{ pageSize: 0 }, 'pageSize is a whole number from 1, found 0'],
          [{ limit: -1 }, 'limit is a whole number from 0, found -1'],
          [{ after: 'abc' }, "after is an id as column 'id' has it (int8), found 'abc'"],
        ] as const) {
          const error = await failure(() => list({ ...page, snapshot }))
          expect(error).toBeInstanceOf(RangeError)
          expect(error.message).toBe(message)
        }
      }
    })

    test('says what is wrong with its arguments', async () => {
      const calls: readonly (readonly [() => unknown, string])[] = [
        [() => evaluator.count(loose(undefined)), 'found undefined, expected a segment'],
        [() => evaluator.count(everyone, loose({ nwo: 1 })), "unknown option 'nwo' - did you mean 'now'?"],
        [() => evaluator.counts({ it: loose(undefined) }), "found undefined under 'it', expected a segment"],
        [() => evaluator.has(everyone, loose(42)), "found 42, expected such as '42'"],
        [() => evaluator.which({ everyone }, [loose(42)]), "found 42, expected such as '42'"],
        [() => evaluator.explain(everyone, loose(42)), "found 42, expected such as '42'"],
        [() => evaluator.load([loose(42)], dependencies(everyone)), "found 42, expected such as '42'"],
        [() => list({ pagesize: 5 }), "unknown option 'pagesize' - did you mean 'pageSize'?"],
        [() => evaluator.sql(everyone, loose({ mod: 'set' })), "unknown option 'mod' - did you mean 'mode'?"],
      ]
      for (const [call, message] of calls) {
        const error = await failure(call)
        expect(error).toBeInstanceOf(TypeError)
        expect(error.message).toContain(message)
      }
      expect(await evaluator.count(everyone)).toBe(3)
    })

    test('is opened with settings and sources that there are', async () => {
      const opened = (settings: object) => failure(() => openEvaluator(source, connection, settings))
      expect((await opened({ moed: 'set' })).message).toContain(
        "unknown option 'moed' - did you mean 'mode'?",
      )
      expect((await opened({ mode: 'sett' })).message).toBe("mode is one of auto, set, point, found 'sett'")
      expect((await opened({ statementTimout: '1 second' })).message).toContain(
        "did you mean 'statementTimeout'?",
      )
      expect((await failure(() => openEvaluator(loose(undefined), connection))).message).toContain(
        'found undefined, expected a source: what defineSource(…) gives',
      )
    })
  })
})

test.each<readonly [string, unknown, string]>([
  ['nothing', undefined, 'found undefined, expected a connection: { connectionString:'],
  ['a text', 'postgres://me:secret@nowhere/db', 'found a text, expected a connection'],
  ['a wrong key', { url: 'postgres://me:secret@nowhere/db' }, "found the key 'url', expected a connection"],
  ['no address', { connectionString: undefined }, 'found connectionString: undefined, expected a connection'],
  ['an empty address', { connectionString: '' }, 'found an empty connectionString'],
  ['no URL', { connectionString: 'host=nowhere password=secret' }, 'found a connectionString that is no URL'],
  [
    'a broken URL',
    { connectionString: 'postgres://me:secret@no where:port/db' },
    'found a connectionString that is no URL',
  ],
  ['a pool that is none', { pool: {} }, 'found an object for the pool'],
  [
    'two',
    { pool: { connect: () => undefined }, connectionString: 'postgres://x/y' },
    'found pool and connectionString',
  ],
])('a connection is not made up: %s', async (_, given, message) => {
  const source = defineSource(schema, { ...mapping, fields: { '*': json('attributes') } })
  const error = await failure(() => openEvaluator(source, loose(given)))
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toContain(message)
  expect(error.message).not.toContain('secret')
})

test.each<readonly [string, () => unknown, string]>([
  [
    'a misspelled key of a table of tags',
    () => tagTable('tags', loose({ persn: 'p', tag: 'tag' })),
    "tagTable('tags', …): found unknown key 'persn' - did you mean 'person'?",
  ],
  [
    'an object for a table of tags',
    () => tagTable(loose({ table: 'tags', person: 'p', tag: 'tag' }), loose(undefined)),
    'tagTable(an object, …): found undefined, expected an object with person, tag',
  ],
  [
    'a missing key of a table of tags',
    () => tagTable('tags', loose({ tag: 'tag' })),
    "found undefined for 'person', expected a column",
  ],
  [
    'an unknown key of a table of events',
    () => eventTable('events', loose({ person: 'p', id: 'id', when: 'at' })),
    "eventTable('events', …): found unknown key 'when', expected one of person, at, id",
  ],
  [
    'a missing time',
    () => eventTable('events', loose({ person: 'p', id: 'id' })),
    "found undefined for 'at', expected a column",
  ],
  [
    'no columns',
    () => eventTable('events', loose(undefined)),
    'found undefined, expected an object with person, at, id',
  ],
  [
    'a condition without a value',
    () =>
      defineSource(schema, {
        ...mapping,
        fields: { '*': json('a') },
        people: { ...people, where: { tenant: loose(undefined) } },
      }),
    "people: found undefined for 'where.tenant', expected a text",
  ],
  [
    'a misspelled key of people',
    () =>
      defineSource(schema, {
        ...mapping,
        fields: { '*': json('a') },
        people: loose({ table: 'people', key: 'id' }),
      }),
    "people: found unknown key 'key'",
  ],
  [
    'a misspelled key of the mapping',
    () => defineSource(schema, loose({ ...mapping, feilds: {} })),
    "unknown key 'feilds' - did you mean 'fields'?",
  ],
  [
    'a name for a place',
    () => defineSource(schema, { ...mapping, fields: { '*': loose('attributes') } }),
    "field '*': found 'attributes', expected column('…') or json('…')",
  ],
  ['no mapping', () => defineSource(schema, loose(undefined)), 'people: found undefined'],
])('a mapping refuses %s', async (_, make, message) => {
  const error = await failure(make)
  expect(error).toBeInstanceOf(SourceError)
  expect(error.message).toContain(message)
})

test('a column has no options but its zone', () => {
  expect(() => column('at', loose({ zne: 'UTC' }))).toThrow("unknown option 'zne' - did you mean 'zone'?")
})

test('an instant is not needed where nothing says so', () => {
  const timed = defineSchema({ fields: { at: timestamp() } })
  expect(defineSource(timed, { people, fields: { at: column() } }).fields.get('at')?.place).toEqual({
    in: 'column',
    column: 'at',
  })
})
