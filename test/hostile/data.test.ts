import {
  type AnySegment,
  dependencies,
  evaluateAll,
  format,
  type Node,
  type Person,
  type ValueType,
} from '@segmentry/core'
import {
  accountTable,
  column,
  defineSource,
  eventTable,
  json,
  openEvaluator,
  type PostgresEvaluator,
  type Place,
  type Source,
  tagTable,
} from '@segmentry/postgres'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { predicate, schema } from '../conformance/arbitrary.ts'
import { type Backend, backends } from '../conformance/database.ts'

// Documents with anything anywhere: what is not of its type is missing, and no value ends the query for everybody.

const now = '2026-11-24T09:30:00.000Z'
const most =
  '17976931348623157081452742373170435679807056752584499659891747680315726078002853876058955863276687817154045895351438246423432132688946418276846754670353751698604991057655128207624549009038932894407586850845513394230458323690322294816580855933212334774797926204144723168738177180919299881250404026184124858368'
const almostInfinite = most.replace('0814527423731704', '5807937289714053')

/** JSON text of a value that may stand anywhere. */
const values: readonly string[] = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"a"',
  '"true"',
  '"7"',
  '"CA"',
  '"free"',
  '0',
  '-0',
  '-0.0',
  '7',
  '7.0',
  '0.7e1',
  '70e-1',
  '0.1',
  '19.99',
  '19.990',
  '19.9999',
  '1e-7',
  '0.0000001',
  '999999999999999',
  '9999999999999.99',
  '99999999999999.99',
  '999999999999999.9',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '1e21',
  '1e308',
  most,
  almostInfinite,
  '1.7976931348623159e308',
  '1e400',
  '-1e400',
  '5e-324',
  '2.48e-324',
  '2.4703282292062327e-324',
  '1e-400',
  '"NaN"',
  '"Infinity"',
  '"19.99"',
  '"19.990"',
  '"1e3"',
  '"+7"',
  '" 7"',
  '"2026-11-24"',
  '"2026-02-30"',
  '"0000-01-01"',
  '"infinity"',
  '"epoch"',
  '"now"',
  '"2026-11-24T09:30:00Z"',
  '"2026-11-24T09:30:00.9999999999Z"',
  `"2026-11-24T09:30:00.${'9'.repeat(500)}Z"`,
  '"2026-11-24T09:30:00"',
  '"2026-11-24T23:59:60Z"',
  '"2026-11-24T24:00:00Z"',
  '"2026-11-24T09:30:00+15:59"',
  '"2026-11-24T09:30:00+16:00"',
  '"2026-11-24T09:30:00+518:00"',
  '"2026-11-24T09:30:00-00:60"',
  '"0001-01-01T00:00:00+15:59"',
  '"9999-12-31T23:59:59-15:59"',
  '"0000-12-31T23:59:59Z"',
  '"10000-01-01T00:00:00Z"',
  '"+275760-09-13T00:00:00Z"',
  '"1.2.3"',
  `"1.2.3-${'a'.repeat(300)}"`,
  `"999999999999999.0.0"`,
  `"9999999999999999.0.0"`,
  '[null]',
  '[null, "a", 7, true, [], {}]',
  '[["a"], ["b"]]',
  '["CA", "CA"]',
  '[7, "7", 7.0, null, 1e400]',
  '[{"sku": "a", "quantity": null}, null, 7, {"kind": 7}, {"kind": {"name": "x"}}]',
  '{"city": 7, "zip": "x", "geo": []}',
  '{"city": "CA", "zip": 1e400, "geo": {"lat": "NaN"}}',
  '{"toString": "a", "__proto__": {"city": "CA"}}',
]

/** Each value in every field of a person, in every property of an event, and as the instant of a tag. */
const rows = values.map((value, i) => {
  const all = (names: Iterable<string>): string =>
    `{${[...names].map((name) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`
  const top = [...schema.fields.values()].filter(({ path }) => path.length === 1).map(({ name }) => name)
  const events = [...schema.events].map(([name, properties]) => ({
    name,
    properties: all(properties.keys()),
  }))
  return { id: `p${i}`, fields: all(top), events }
})

const parsed: readonly Person[] = rows.map(({ id, fields, events }) => ({
  id,
  fields: JSON.parse(fields) as Record<string, unknown>,
  accounts: [{ account: 'company', id, fields: JSON.parse(fields) as Record<string, unknown> }],
  tags: ['twice', 'twice', { tag: 'twice', at: '2026-11-01T00:00:00Z' }],
  events: events.flatMap(({ name, properties }) =>
    [1, 2].map((n) => ({
      id: `${name}${n}`,
      name,
      at: '2026-11-01T00:00:00Z',
      properties: JSON.parse(properties) as Record<string, unknown>,
    })),
  ),
}))

const source = (
  people: string,
  others: 'json' | 'jsonb',
  more: Readonly<Record<string, Place>> = {},
): Source =>
  defineSource(schema, {
    people: { table: people, id: 'id' },
    fields: { '*': json('doc'), ...more },
    // Each person is an account too: what the document holds is then the account's.
    accounts: {
      company: accountTable(people, { id: 'id', of: 'id', fields: { '*': json('doc') } }),
      'sales team': accountTable(people, { id: 'id', of: 'id', fields: { '*': json('doc') } }),
    },
    tags: tagTable(`${others}_tags`, { person: 'person', tag: 'tag', at: 'at' }),
    events: {
      '*': eventTable(`${others}_events`, {
        person: 'person',
        name: 'name',
        at: 'at',
        id: 'id',
        properties: { '*': json('doc') },
      }),
    },
  })

/** JavaScript reads these as 0, which is a whole number; in Postgres they are none. A double holds neither. */
const vanishing = new Set(values.flatMap((value, i) => (/^(2.470|1e-4)/.test(value) ? [`p${i}`] : [])))

const exact = (type: ValueType): ReadonlySet<string> =>
  /integer|decimal/.test(JSON.stringify(type)) ? vanishing : new Set()

const ruled = (rule: Node): AnySegment => ({ definition: { format, rule } })

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  const run = (query: ReturnType<typeof sql>) => query.execute(backend.db)
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  /** Asks all at once, of everybody: in each mode the answers are those of the process. */
  const ask = async (
    modes: Readonly<Record<string, PostgresEvaluator>>,
    rules: readonly Node[],
    population: readonly Person[],
    besides: ReadonlySet<string> = new Set(),
  ): Promise<void> => {
    const segments = Object.fromEntries(rules.map((rule, i) => [`${i} ${JSON.stringify(rule)}`, ruled(rule)]))
    const asked = population.filter(({ id }) => !besides.has(id))
    const expected = asked.map((person) => ({
      person: person.id,
      found: true,
      segments: evaluateAll(segments, person, { schema, now }),
      now,
    }))
    const ids = asked.map(({ id }) => id)
    for (const [mode, evaluator] of Object.entries(modes)) {
      expect(await evaluator.which(segments, ids, { now }), mode).toEqual(expected)
    }
  }

  const open = async (at: Source) => ({
    set: await openEvaluator(at, backend.connection, { mode: 'set' }),
    point: await openEvaluator(at, backend.connection, { mode: 'point' }),
  })

  describe.each(['json', 'jsonb'] as const)('in columns of %s', (type) => {
    let modes: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      const [doc, table] = [sql.raw(type), (name: string) => sql.id(`${type}_${name}`)]
      await run(sql`create table ${table('people')} (id text collate "C" primary key, doc ${doc})`)
      await run(sql`create table ${table('tags')} (person text, tag text, at timestamptz)`)
      await run(
        sql`create table ${table('events')} (person text, name text, at timestamptz, id text, doc ${doc})`,
      )
      for (const { id, fields, events } of rows) {
        await run(sql`insert into ${table('people')} values (${id}, ${fields}::text::${doc})`)
        // What nobody could have meant: people and tags of nothing, the same tag thrice, instants that are none.
        await run(
          sql`insert into ${table('tags')} values (${id}, 'twice', null), (${id}, 'twice', '2026-11-01T00:00:00Z'), (${id}, 'twice', 'infinity'), (${id}, null, now()), (null, 'twice', now())`,
        )
        for (const event of events) {
          const { name, properties } = event
          await run(
            sql`insert into ${table('events')} select ${id}, ${name}, at::timestamptz, ${name}::text || n, ${properties}::text::${doc} from (values ('2026-11-01T00:00:00Z', 1), ('2026-11-01T00:00:00Z', 2), ('infinity', 3), ('-infinity', 4), ('10000-01-01T00:00:00Z', 5), ('0001-12-31T00:00:00Z BC', 6), (null, 7)) as x(at, n)`,
          )
          await run(
            sql`insert into ${table('events')} values (null, ${name}, now(), '8', ${properties}::text::${doc})`,
          )
        }
      }
      modes = await open(source(`${type}_people`, type))
    })

    test.each([...schema.fields.values()].map((info) => [info.name, info.type] as const))(
      'field %s: SQL and the process agree, whatever is stored',
      async (field, kind) => {
        const tests = fc.sample(predicate(kind), { numRuns: type === 'jsonb' ? 12 : 3, seed: 3 })
        const rules = [{ op: 'present' } as const, ...tests].map((said): Node => ({
          kind: 'field',
          field,
          test: said,
        }))
        await ask(modes, rules, parsed, exact(kind))
      },
    )

    test.each(
      [...schema.events].flatMap(([event, properties]) =>
        [...properties.values()].map((info) => [event, info.name, info.type] as const),
      ),
    )('event %s, property %s: the same', async (event, property, kind) => {
      const isSingle = kind.kind !== 'list' && kind.kind !== 'object'
      const rules = fc
        .sample(predicate(kind), { numRuns: type === 'jsonb' ? 4 : 1, seed: 4 })
        .flatMap((said): readonly Node[] => {
          const twice = { of: 'count', test: { op: 'is', value: 2 } } as const
          const counted: Node = { kind: 'event', event, where: [{ property, test: said }], measure: twice }
          if (!isSingle) return [counted]
          return [
            counted,
            { kind: 'event', event, measure: { of: 'last', property, test: said } },
            { kind: 'event', event, measure: { of: 'distinct', property, test: { op: 'is', value: 1 } } },
          ]
        })
      await ask(modes, rules, parsed, exact(kind))
    })

    test.each([...schema.accounts.get('company')!.values()].map((info) => [info.name, info.type] as const))(
      'field %s of an account: the same',
      async (field, kind) => {
        const rules = fc
          .sample(predicate(kind), { numRuns: 6, seed: 6 })
          .map((said): Node => ({ kind: 'account', account: 'company', where: [{ field, test: said }] }))
        await ask(modes, rules, parsed, exact(kind))
      },
    )

    test('a tag given twice is one tag, given when it was', async () => {
      const during = { over: 'clock', after: '-30 days', until: 'now' } as const
      for (const rule of [
        { kind: 'tag', tag: 'twice' },
        { kind: 'tag', tag: 'twice', during },
      ] as const) {
        await ask(modes, [rule, { kind: 'not', of: rule }], parsed)
      }
      const [loaded] = await modes.set.load(['p0'], dependencies(ruled({ kind: 'tag', tag: 'twice' })))
      expect(new Set(loaded!.tags!.map((one) => (typeof one === 'string' ? one : one.tag)))).toEqual(
        new Set(['twice']),
      )
    })
  })

  test('a JSON document that JSONB cannot hold has no fields, and nobody else suffers', async () => {
    await run(sql`create table odd_people (id text collate "C" primary key, doc json)`)
    const documents = [
      '{"state": "CA"}',
      '{"state": "a\\u0000b"}',
      '{"state": "CA", "name": "\\ud800"}',
      '{"state": "CA", "visits": 1e200000}',
      '{"state": "CA", "name": "\\ud83d\\ude00 \\\\u0000"}',
      '[]',
      '7',
    ]
    for (const [i, document] of documents.entries()) {
      await run(sql`insert into odd_people values (${`p${i}`}, ${document}::text::json)`)
    }
    const modes = await open(source('odd_people', 'json'))
    const state = ruled({ kind: 'field', field: 'state', test: { op: 'is', value: 'CA' } })
    for (const evaluator of Object.values(modes)) {
      expect(await Array.fromAsync(evaluator.members(state, { now }))).toEqual(['p0', 'p4'])
      expect((await evaluator.explain(state, 'p1', { now })).member).toBe(false)
    }
  })

  test('times without a zone at the ends of time do not end the query', async () => {
    await run(sql`create table ends (id text collate "C" primary key, doc jsonb, seen timestamp, born date)`)
    const stored = [
      '-infinity',
      'infinity',
      '4713-01-01 00:00:00 BC',
      '294276-12-31 23:59:59',
      '2026-11-24 04:30:00',
    ]
    for (const zone of ['Asia/Kathmandu', 'America/New_York', 'UTC']) {
      await run(sql`truncate ends`)
      for (const [i, at] of stored.entries()) {
        await run(
          sql`insert into ends values (${`p${i}`}, '{}', ${at}::timestamp, ${at.slice(0, 10)}::date)`,
        ).catch(() =>
          run(sql`insert into ends values (${`p${i}`}, '{}', ${at}::timestamp, '4713-01-01 BC'::date)`),
        )
      }
      const modes = await open(
        source('ends', 'json', { seenAt: column('seen', { zone }), birthday: column('born') }),
      )
      for (const field of ['seenAt', 'birthday'] as const) {
        const { type } = schema.fields.get(field)!
        const ids = stored.map((_, i) => `p${i}`)
        const rules = fc
          .sample(predicate(type), { numRuns: 15, seed: 5 })
          .map((said): Node => ({ kind: 'field', field, test: said }))
        await ask(modes, rules, await modes.set.load(ids, dependencies(...rules.map(ruled))))
      }
    }
  })
})
