import type { Schema } from '@segmentry/core'
import { accountTable, type EventTable, eventTable, json, tagTable } from './mapping.ts'
import { defineSource, type Source } from './source.ts'

/**
 * The source of the default layout: the tables that `migrate` makes and `ingest` fills, and events that are kept elsewhere.
 *
 * @example
 * ```ts
 * layoutSource(schema).people // => { table: 'segmentry.people', id: 'id' }
 * ```
 */
export function layoutSource(
  schema: Schema,
  name = 'segmentry',
  elsewhere: Readonly<Record<string, EventTable>> = {},
): Source {
  const events: EventTable = eventTable(`${name}.events`, {
    person: 'person_id',
    name: 'name',
    at: 'at',
    id: 'id',
    properties: { '*': json('properties') },
    // The table has the constraint, so the join to people may be dropped.
    foreignKey: true,
  })
  const accounts = [...schema.accounts.keys()].map((grouping) => {
    const where = { grouping_name: grouping }
    const of = { table: `${name}.members`, person: 'person_id', account: 'account_id', where }
    return [
      grouping,
      accountTable(`${name}.accounts`, { id: 'id', of, fields: { '*': json('fields') }, where }),
    ] as const
  })
  return defineSource(schema, {
    people: { table: `${name}.people`, id: 'id' },
    fields: { '*': json('fields') },
    tags: tagTable(`${name}.tags`, {
      person: 'person_id',
      tag: 'tag',
      at: 'tagged_at',
      foreignKey: true,
    }),
    events: { '*': events, ...elsewhere },
    accounts: Object.fromEntries(accounts),
  })
}
