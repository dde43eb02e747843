import { decimal, defineSchema, integer, list, object, text, timestamp } from '@segmentry/core'
import { expect, test } from 'vitest'
import { IngestError } from '../src/errors.ts'
import type { Batch } from '../src/layout/batch.ts'
import { prepare } from '../src/layout/prepare.ts'

const schema = defineSchema({
  fields: {
    orders: list(
      object({ sku: text(), paid: decimal(2), at: timestamp(), box: object({ depth: integer() }) }),
    ),
    number: integer().sensitive(),
    home: object({ floor: integer() }).sensitive(),
  },
  events: { bought: { card: integer().sensitive() } },
})

function issuesOf(batch: Batch): readonly string[] {
  try {
    prepare(schema, batch)
    return []
  } catch (error) {
    if (!(error instanceof IngestError)) throw error
    return error.issues.map(({ path, found, expected, suggestion }) =>
      [path.join('.'), found, expected, ...(suggestion === undefined ? [] : [suggestion])].join(' | '),
    )
  }
}

const ann = (fields: Readonly<Record<string, unknown>>): Batch => ({ people: [{ id: 'ann', fields }] })

test('what is wrong inside the items of a list is found', () => {
  expect(
    issuesOf(
      ann({ orders: [{ sku: 1 }, { skuu: 'a' }, { paid: '1.234' }, 'x', { box: { depth: 'deep' } }] }),
    ),
  ).toEqual([
    'fields.orders.0.sku | 1 | text',
    "fields.orders.1.skuu | unknown field 'skuu' | a field of the schema | sku",
    "fields.orders.2.paid | '1.234' | a decimal with at most 2 digits after the point and 15 in all",
    "fields.orders.3 | 'x' | an object",
    "fields.orders.4.box.depth | 'deep' | a whole number",
  ])
})

test('items are stored as fields are', () => {
  const orders = [{ sku: 'a', paid: 1.5, at: '2026-11-24T10:00:00+01:00', box: { depth: null } }]
  const [stored] = prepare(schema, ann({ orders })).people.values()
  expect(JSON.parse(stored!)).toEqual({
    orders: [{ sku: 'a', paid: '1.5', at: '2026-11-24T09:00:00.000Z', box: {} }],
  })
})

test('what is wrong in a sensitive value is told without the value', () => {
  const events = [
    { person: 'ann', id: '1', name: 'bought', at: '2026-11-24T10:00:00Z', properties: { card: '4111' } },
  ]
  expect(issuesOf({ ...ann({ number: '123-45-6789', home: { floor: 'attic' } }), events })).toEqual([
    'fields.number | a value that is not shown | a whole number',
    'fields.home.floor | a value that is not shown | a whole number',
    'properties.card | a value that is not shown | a whole number',
  ])
})
