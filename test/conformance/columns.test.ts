import {
  after,
  atLeast,
  atMost,
  before,
  boolean,
  choice,
  type AnySegment,
  compileSegment,
  format,
  contains,
  date,
  decimal,
  defineSchema,
  dependencies,
  endsWith,
  greaterThan,
  has,
  inLast,
  integer,
  is,
  isBlank,
  isMissing,
  isNot,
  lessThan,
  oneOf,
  list,
  number,
  preparePerson,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '@segmentry/core'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { predicate } from './arbitrary.ts'
import { type Backend, backends } from './database.ts'
import {
  column,
  defineSource,
  json,
  openEvaluator,
  type PostgresEvaluator,
  tagArray,
} from '@segmentry/postgres'

// What columns can hold and the schema does not allow: it is missing, in SQL and in process alike.

const schema = defineSchema({
  zone: 'America/New_York',
  fields: {
    word: text(),
    padded: text(),
    mood: choice('calm', 'glad'),
    token: text(),
    small: integer(),
    large: integer(),
    whole: integer(),
    real: number(),
    double: number(),
    money: decimal(2),
    flag: boolean(),
    day: date(),
    moment: timestamp(),
    local: timestamp(),
    names: list(text()),
    counts: list(integer()),
    age: integer(),
    email: text(),
    note: text(),
    total: decimal(2),
    langs: list(text()),
  },
  tags: ['a', 'B'],
})
interface Odd extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Odd>(schema)
const now = '2026-11-24T09:30:00.000Z'
const uuid = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'

const tables = [
  sql`create extension citext`,
  sql`create type mood as enum ('glad', 'calm', 'wild')`,
  sql`create domain years as int check (value < 200)`,
  sql`create table odd (id uuid primary key, word varchar(20), padded char(5), mood mood, token uuid, small smallint, large bigint, whole numeric, real real, double double precision,
    money numeric, flag boolean, day date, moment timestamptz, local timestamp, names text[], counts bigint[], age years, email citext, doc json, tags varchar[])`,
]

/** Each row is odd in every column, in another way. */
const rows: readonly (readonly string[])[] = [
  [
    `'Word'`,
    `'ab'`,
    `'wild'`,
    `'${uuid}'`,
    '7',
    '9007199254740993',
    `'NaN'`,
    `'NaN'`,
    `'NaN'`,
    `'NaN'`,
    'true',
    `'infinity'`,
    `'infinity'`,
    `'infinity'`,
    `'{a,NULL}'`,
    '{1}',
    '40',
    `'Ann@X.org'`,
    `'{"note": "a", "total": "19.99", "langs": ["en", 7]}'`,
    '{a}',
  ],
  [
    `''`,
    `''`,
    `'calm'`,
    'null',
    '-7',
    '9007199254740991',
    '1.5',
    `'Infinity'`,
    `'-Infinity'`,
    `'Infinity'`,
    'false',
    `'-infinity'`,
    `'-infinity'`,
    `'-infinity'`,
    `'{}'`,
    '{9007199254740993}',
    '0',
    `'ann@x.org'`,
    `'{"note": 7, "total": 19.999, "langs": []}'`,
    '{}',
  ],
  [
    `'word'`,
    `'  ab '`,
    `'glad'`,
    `'${uuid}'`,
    '0',
    '-9007199254740993',
    '2',
    '0.1',
    '0.1',
    '19.999',
    'null',
    `'2026-11-24'`,
    `'2026-11-24T09:30:00.000999Z'`,
    `'2026-11-24 04:30:00.0005'`,
    `'{{a,b},{c,d}}'`,
    '{NULL,2}',
    'null',
    `''`,
    `'{"note": "", "total": 20, "langs": "en"}'`,
    '{B,NULL}',
  ],
  [
    `'wörd 😀'`,
    'null',
    'null',
    'null',
    '32767',
    '7',
    '1e400',
    '1e38',
    '5e-324',
    '19.990',
    'true',
    `'9999-12-31'`,
    `'2026-11-24T09:29:59.999999Z'`,
    `'2026-11-24 04:29:59.999'`,
    'null',
    'null',
    '199',
    `' ANN@x.org '`,
    `'{"note": null, "total": "x", "note": "b"}'`,
    'null',
  ],
  [
    `E'\\t \\u00a0'`,
    `'x'`,
    `'calm'`,
    'null',
    'null',
    'null',
    '-3',
    '-0',
    `'-0'`,
    '99999999999999999999',
    'false',
    `'0001-01-01'`,
    `'2026-10-25T09:30:00.000Z'`,
    `'2026-03-08 02:30:00'`,
    `'{""}'`,
    '{-3,-3}',
    '7',
    `'ÄNN@x.org'`,
    `'[]'`,
    '{A,b}',
  ],
  [
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
    'null',
  ],
]
const quotedArrays = (value: string): string => (value.startsWith('{') ? `'${value}'` : value)

const source = defineSource(schema, {
  people: { table: 'odd', id: 'id' },
  fields: {
    '*': column(),
    local: column('local', { zone: 'America/New_York' }),
    note: json('doc'),
    total: json('doc'),
    langs: json('doc'),
  },
  tags: tagArray('tags'),
})

const asked = {
  word: segment().group((g) => g.field('word', 'word')),
  wordHas: segment().group((g) => g.field('word', contains('ord'))),
  wordBlank: segment().group((g) => g.field('word', isBlank())),
  wordNot: segment().group((g) => g.field('word', isNot('Word', { missing: 'exclude' }))),
  padded: segment().group((g) => g.field('padded', 'ab')),
  paddedBlank: segment().group((g) => g.field('padded', isBlank())),
  mood: segment().group((g) => g.field('mood', 'calm')),
  moodMissing: segment().group((g) => g.field('mood', isMissing())),
  token: segment().group((g) => g.field('token', uuid)),
  tokenUpper: segment().group((g) => g.field('token', uuid.toUpperCase())),
  small: segment().group((g) => g.field('small', atMost(0))),
  smallFar: segment().group((g) => g.field('small', lessThan(1e6))),
  largeMissing: segment().group((g) => g.field('large', isMissing())),
  large: segment().group((g) => g.field('large', greaterThan(0))),
  whole: segment().group((g) => g.field('whole', atLeast(-3))),
  wholeNot: segment().group((g) => g.field('whole', isNot(2, { missing: 'include' }))),
  real: segment().group((g) => g.field('real', greaterThan(0))),
  double: segment().group((g) => g.field('double', greaterThan(-1))),
  doubleTenth: segment().group((g) => g.field('double', 0.1)),
  doubleZero: segment().group((g) => g.field('double', is(0))),
  money: segment().group((g) => g.field('money', '19.99')),
  moneyMissing: segment().group((g) => g.field('money', isMissing())),
  flag: segment().group((g) => g.field('flag', false)),
  day: segment().group((g) => g.field('day', after('2000-01-01'))),
  dayMissing: segment().group((g) => g.field('day', isMissing())),
  moment: segment().group((g) => g.field('moment', inLast('30 days'))),
  momentBefore: segment().group((g) => g.field('moment', before(now))),
  momentIs: segment().group((g) => g.field('moment', now)),
  momentMissing: segment().group((g) => g.field('moment', isMissing())),
  local: segment().group((g) => g.field('local', inLast('1 hour'))),
  localMissing: segment().group((g) => g.field('local', isMissing())),
  names: segment().group((g) => g.field('names', has('a'))),
  namesBlank: segment().group((g) => g.field('names', isBlank())),
  counts: segment().group((g) => g.field('counts', has(-3))),
  countsBlank: segment().group((g) => g.field('counts', isBlank())),
  age: segment().group((g) => g.field('age', atLeast(7))),
  email: segment().group((g) => g.field('email', 'ann@x.org')),
  emailEnds: segment().group((g) => g.field('email', endsWith('@x.org'))),
  emailOneOf: segment().group((g) => g.field('email', oneOf('Ann@X.org', 'ANN@X.ORG'))),
  emailNot: segment().group((g) => g.field('email', isNot('ann@x.org', { missing: 'exclude' }))),
  note: segment().group((g) => g.field('note', oneOf('a', 'b', '7'))),
  total: segment().group((g) => g.field('total', atLeast('19.99'))),
  langs: segment().group((g) => g.field('langs', has('en'))),
  tagged: segment().group((g) => g.tag('B')),
}

/** Which rows, by number, are members; worked out by hand. */
const byHand: Partial<Record<keyof typeof asked, readonly number[]>> = {
  word: [3],
  wordBlank: [2, 5, 6],
  padded: [1],
  mood: [2, 5],
  moodMissing: [1, 4, 6],
  token: [1, 3],
  tokenUpper: [],
  smallFar: [1, 2, 3, 4],
  largeMissing: [1, 3, 5, 6],
  whole: [3, 5],
  real: [3, 4],
  double: [3, 4, 5],
  doubleTenth: [3],
  doubleZero: [5],
  money: [4],
  moneyMissing: [1, 2, 3, 5, 6],
  dayMissing: [1, 2, 6],
  moment: [3, 4],
  momentIs: [3],
  momentMissing: [1, 2, 6],
  localMissing: [1, 2, 6],
  names: [1, 3],
  namesBlank: [2, 4, 6],
  counts: [5],
  countsBlank: [2, 4, 6],
  email: [2],
  emailEnds: [2, 5],
  emailOneOf: [1],
  emailNot: [1, 3, 4, 5],
  note: [1, 4],
  total: [1, 3],
  langs: [1],
  tagged: [3],
}

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  let evaluators: Readonly<Record<'set' | 'point', PostgresEvaluator>>
  const id = (i: number): string => `00000000-0000-4000-8000-00000000000${i}`
  beforeAll(async () => {
    backend = await backends[name]()
    for (const statement of tables) await statement.execute(backend.db)
    for (const [i, row] of rows.entries()) {
      await sql`insert into odd values (${id(i + 1)}, ${sql.raw(row.map(quotedArrays).join(', '))})`.execute(
        backend.db,
      )
    }
    evaluators = {
      set: await openEvaluator(source, backend.connection, { mode: 'set' }),
      point: await openEvaluator(source, backend.connection, { mode: 'point' }),
    }
  })
  afterAll(() => backend.close())

  /** The members that SQL finds in each mode, and those the evaluator finds among loaded people. */
  const ask = async (made: AnySegment) => {
    const [sets, points] = await Promise.all(
      (['set', 'point'] as const).map((mode) => Array.fromAsync(evaluators[mode].members(made, { now }))),
    )
    const people = await evaluators.set.load(
      rows.map((_, i) => id(i + 1)),
      dependencies(made),
    )
    const isMember = compileSegment(made, schema)
    const inProcess = people
      .filter((person) => isMember(preparePerson(schema, person), Date.parse(now)))
      .map((person) => person.id)
    return { sets, points, inProcess }
  }

  test.each(Object.keys(asked) as (keyof typeof asked)[])(
    '%s: SQL in both modes, the evaluator over loaded people, and the hand agree',
    async (key) => {
      const { sets, points, inProcess } = await ask(asked[key])
      expect(sets).toEqual(inProcess)
      expect(points).toEqual(inProcess)
      if (byHand[key]) expect(inProcess).toEqual(byHand[key].map(id))
    },
  )

  test.each([...schema.fields.values()].map((info) => [info.name, info.type] as const))(
    '%s: SQL in both modes and the evaluator over loaded people agree on any test of it',
    async (field, type) => {
      await fc.assert(
        fc.asyncProperty(predicate(type), async (said) => {
          const { sets, points, inProcess } = await ask({
            definition: { format, rule: { kind: 'field', field, test: said } },
          })
          expect(sets).toEqual(inProcess)
          expect(points).toEqual(inProcess)
        }),
        { numRuns: 60 },
      )
    },
  )
})
