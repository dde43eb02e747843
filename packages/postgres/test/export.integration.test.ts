import {
  type AnySegment,
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  integer,
  list,
  number,
  object,
  readValue,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
  type ValueType,
  version,
} from '@segmentry/core'
import { parse } from 'csv-parse/sync'
import { parquetMetadata, parquetReadObjects } from 'hyparquet'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  column,
  defineSource,
  type ExportOptions,
  json,
  openEvaluator,
  type PostgresEvaluator,
} from '../src/index.ts'

// What is exported is read back by other people's readers, and is what the evaluator in process would see.

const kinds = {
  text: text(),
  version: version(),
  integer: integer(),
  number: number(),
  decimal: decimal(3),
  boolean: boolean(),
  date: date(),
  timestamp: timestamp(),
  choice: choice('free', 'pro'),
  texts: list(text()),
  integers: list(integer()),
  decimals: list(decimal(2)),
  times: list(timestamp()),
  booleans: list(boolean()),
}
const items = list(
  object({
    sku: text(),
    n: integer(),
    at: timestamp(),
    box: object({ kg: decimal(1) }),
    note: text().sensitive(),
  }),
)
const schema = defineSchema({
  fields: { ...kinds, doc: object({ ...kinds, items }), id: text(), email: text().sensitive() },
})
interface Wide extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Wide>(schema)
const everyone = segment().group((g) => g.everyone())
const pro = segment().group((g) => g.field('choice', 'pro'))
const first = everyone.bottom(2, 'integer')

const source = defineSource(schema, {
  people: { table: 'people', id: 'person' },
  fields: {
    '*': column(),
    text: column('words'),
    version: column('release'),
    doc: json('doc'),
    id: json('more', 'id'),
    email: json('more', 'email'),
  },
})

const hostile = 'a "quoted", text\nof two\r\nlines \\ \\n \\. {}\' \u0001\u0002 ü 漢 🦊 \u2028'
const people = [
  {
    person: hostile,
    words: hostile,
    release: 'v2.0.0-beta.1',
    integer: '9007199254740991',
    number: 1e300,
    decimal: '-123456789012.125',
    boolean: true,
    date: '0001-01-01',
    timestamp: '2026-11-24T09:30:00.123456Z',
    choice: 'pro',
    texts: [hostile, '', 'NULL'],
    integers: [1, -2],
    decimals: ['1.50', '-0.01'],
    times: ['2026-11-24T09:30:00.999999Z'],
    booleans: [true, false],
    doc: {
      text: hostile,
      version: '1.2.3',
      integer: -5,
      number: -0.1,
      decimal: '0.100',
      boolean: false,
      date: '9999-12-31',
      timestamp: '2026-11-24T10:30:00.1239+01:00',
      choice: 'free',
      texts: [hostile, 7, null],
      integers: [3, 'four'],
      decimals: [1.5, '2.25'],
      times: ['1969-12-31T23:59:59.9999Z', 'no time'],
      booleans: [false],
      items: [
        {
          sku: hostile,
          n: 1,
          at: '2026-11-24T10:30:00+01:00',
          box: { kg: '1.5', wet: 1 },
          note: 'hush',
          other: 1,
        },
        { sku: 5, n: 2 },
        'no item',
      ],
    },
    more: { id: 'own', email: '=1+1@example.com' },
  },
  {
    person: 'empty',
    words: '',
    release: '',
    texts: [],
    integers: [],
    doc: { text: '', texts: [], items: [] },
    more: {},
  },
  { person: 'nothing', doc: {}, more: {} },
  {
    person: 'wrong',
    release: 'none',
    integer: '9007199254740992',
    number: -0,
    decimal: '0.0001',
    timestamp: 'infinity',
    date: 'infinity',
    choice: 'other',
    doc: {
      text: 5,
      integer: 1.5,
      number: 'x',
      decimal: '1.2345',
      boolean: 'true',
      date: '2026-02-30',
      timestamp: 'x',
      texts: 'a',
    },
    more: { email: 5 },
  },
]
const tables = [
  sql`create table people (person text primary key, words text, release text, integer int8, number float8, decimal numeric, boolean boolean, date date,
    timestamp timestamptz, choice text, texts text[], integers int4[], decimals numeric[], times timestamptz[], booleans boolean[], doc jsonb, more jsonb)`,
  sql`insert into people select * from jsonb_populate_recordset(null::people, ${JSON.stringify(people)}::jsonb)`,
]

const all: ExportOptions = { fields: 'all', sensitive: true }
const flat = [...schema.fields.values()].filter(({ type }) => type.kind !== 'object')
const columnNames = ['id', ...flat.map(({ name }) => (name === 'id' ? 'fields.id' : name))]

describe.each(Object.entries(backends))('on %s', (_, open) => {
  let backend: Backend
  let evaluator: PostgresEvaluator
  let expected: readonly (readonly unknown[])[]

  beforeAll(async () => {
    backend = await open()
    for (const table of tables) await table.execute(backend.db)
    evaluator = await openEvaluator(source, backend.connection)
    const ids = await Array.fromAsync(evaluator.members(everyone))
    const needs = { fields: flat.map(({ name }) => name), tags: [], events: [], accounts: [], time: false }
    expected = (await evaluator.load(ids, needs)).map(({ id, fields }) => [
      id,
      ...flat.map(({ path, type }) => {
        let at: unknown = fields
        for (const key of path) at = Object(at)[key]
        return readValue(type, at)
      }),
    ])
  })
  afterAll(async () => {
    await evaluator.close()
    await backend.close()
  })

  const bytes = async (options: ExportOptions, of: AnySegment = everyone) =>
    Buffer.concat(await Array.fromAsync(evaluator.export(of, options)))
  const said = async (options: ExportOptions, of: AnySegment = everyone) =>
    (await bytes(options, of)).toString()

  test('CSV is read back as what the evaluator sees', async () => {
    const [head, ...rows] = parse(await bytes(all), {
      cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
    })
    expect(head).toEqual(columnNames)
    const read = rows.map(([id, ...cells]) => [
      id,
      ...cells.map((cell, i) => (cell === null ? undefined : fromText(flat[i]!.type, cell))),
    ])
    expect(read).toEqual(expected)
  })

  test('lines of JSON are read back as what the evaluator sees', async () => {
    const lines = (await said({ ...all, format: 'ndjson' }))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map((line) => Object.keys(line))).toEqual(lines.map(() => columnNames))
    const read = lines.map((line) =>
      columnNames.map((name, i) => (i === 0 ? line[name] : readValue(flat[i - 1]!.type, line[name]))),
    )
    expect(read).toEqual(expected)
    expect(lines[0]!['doc.timestamp']).toBe('2026-11-24T09:30:00.123Z')
  })

  test('Parquet is read back as what the evaluator sees', async () => {
    const file = await bytes({ ...all, format: 'parquet' })
    const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength)
    const rows = await parquetReadObjects({ file: buffer })
    const read = rows.map((row) =>
      columnNames.map((name, i) => (i === 0 ? row[name] : fromParquet(flat[i - 1]!.type, row[name]))),
    )
    expect(read).toEqual(expected)
    expect(Number(parquetMetadata(buffer).num_rows)).toBe(people.length)
  })

  test('nothing is said of what was not declared, or is sensitive', async () => {
    const asked = await said({ fields: 'all', format: 'ndjson' })
    expect(asked).not.toMatch(/hush|other|wet|example\.com/)
    expect(await said({ fields: ['doc.items'], sensitive: true })).toContain('hush')
    const refused = { _tag: 'ExportError', reason: 'sensitive' }
    await expect(said({ fields: ['email'] })).rejects.toMatchObject(refused)
    await expect(said({ fields: ['emial'] })).rejects.toThrow("found the field 'emial', expected 'email'?")
  })

  test('an object stands for its parts, and a field that is named twice for itself', async () => {
    const [head] = (await said({ fields: ['doc', 'id', 'id'] })).split('\n')
    expect(head).toBe(
      ['id', ...flat.map(({ name }) => name).filter((name) => name.startsWith('doc.')), 'fields.id'].join(
        ',',
      ),
    )
  })

  test('the people of a segment, of the top of one, and of several', async () => {
    const exported = evaluator.export(pro, { fields: ['choice'], format: 'ndjson' })
    expect(Buffer.concat(await Array.fromAsync(exported)).toString()).toBe(
      `{"id":${JSON.stringify(hostile)},"choice":"pro"}\n`,
    )
    expect(exported.people).toBe(1)
    expect(
      await said(
        { format: 'ndjson' },
        segment().group((g) => g.field('choice', 'free')),
      ),
    ).toBe('')
    expect(
      await said(
        {},
        segment().group((g) => g.field('choice', 'free')),
      ),
    ).toBe('id\n')
    const top = Buffer.concat(
      await Array.fromAsync(evaluator.export(first, { fields: ['integer'] })),
    ).toString()
    expect(parse(top)).toEqual([
      ['id', 'integer'],
      [hostile, '9007199254740991'],
    ])
    const several = evaluator.exports(
      { pro, first, blank: segment().group((g) => g.field('text', '')) },
      { fields: ['text'] },
    )
    const rows = parse(Buffer.concat(await Array.fromAsync(several)))
    expect(rows).toEqual([
      ['id', 'segments', 'text'],
      [hostile, '["pro", "first"]', hostile],
      ['empty', '["blank"]', ''],
    ])
    expect(several.people).toBe(2)
  })

  test('a spreadsheet takes nothing for a formula', async () => {
    const given = await said({ fields: ['email'], sensitive: true, spreadsheet: true }, pro)
    expect(given.startsWith('\uFEFFid,email\n')).toBe(true)
    expect(parse(given, { bom: true })).toEqual([
      ['id', 'email'],
      [hostile, "'=1+1@example.com"],
    ])
  })

  test('what cannot be asked is told', async () => {
    const wrong = (options: object) => Array.fromAsync(evaluator.export(everyone, options))
    await expect(wrong({ format: 'xml' })).rejects.toThrow(
      "format is one of csv, ndjson, parquet, found 'xml'",
    )
    await expect(wrong({ fields: 'text' })).rejects.toThrow(
      "fields is a list of names or 'all', found 'text'",
    )
    await expect(wrong({ feilds: 'all' })).rejects.toThrow("did you mean 'fields'")
    await expect(wrong({ format: 'ndjson', spreadsheet: true })).rejects.toThrow(
      'spreadsheet is for the format csv',
    )
  })
})

/** The value that a cell of CSV stands for. */
function fromText(type: ValueType, cell: string): unknown {
  switch (type.kind) {
    case 'integer':
    case 'number':
      return readValue(type, Number(cell))
    case 'boolean':
    case 'list':
      return readValue(type, JSON.parse(cell))
    default:
      return readValue(type, cell)
  }
}

/** The value that hyparquet's reader gives stands for; of a decimal it gives a double. */
function fromParquet(type: ValueType, value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  switch (type.kind) {
    case 'integer':
      return readValue(type, Number(value))
    case 'decimal':
      return Math.round(Number(value) * 10 ** type.scale)
    case 'date':
      return readValue(type, (value as Date).toISOString().slice(0, 10))
    case 'list':
      return type.of.kind === 'object'
        ? readValue(type, value)
        : (value as unknown[]).map((one) => fromParquet(type.of, one))
    default:
      return readValue(type, value)
  }
}
