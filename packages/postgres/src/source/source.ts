import { type FieldInfo, nearest, type Schema, type SchemaOf, unknownName } from '@segmentry/core'
import { SourceError, type SourceIssue } from '../errors.ts'
import type { EventTable, Mapping, PeopleTable, Place, TagPlace } from './mapping.ts'

/** A place whose column is known. */
export type BoundPlace = Place & { readonly column: string }

/** A declared field or property and where it is kept. */
export interface PlacedField {
  readonly info: FieldInfo
  readonly place: BoundPlace
}

/** An event of the schema and where it is kept. */
export interface EventSource {
  readonly table: EventTable
  readonly properties: ReadonlyMap<string, PlacedField>
}

/** A schema together with the tables that hold it. */
export interface Source {
  readonly schema: Schema
  readonly people: PeopleTable
  readonly fields: ReadonlyMap<string, PlacedField>
  readonly tags: TagPlace | undefined
  readonly events: ReadonlyMap<string, EventSource>
}

type FieldName<S extends Schema> = keyof SchemaOf<S>['fields'] & string
type EventName<S extends Schema> = keyof SchemaOf<S>['events'] & string

/**
 * Maps a schema to the tables you have: columns or JSONB, tags as an array or a table, events in one table or many.
 *
 * Every field, event and property has to have a place; the entry `'*'` is for those that are not listed.
 * Throws a {@link SourceError} for a name that the schema does not have and for one that has no place. Whether
 * the tables and columns exist and hold values of the declared types is checked when an evaluator is opened.
 *
 * @example
 * ```ts
 * const source = defineSource(schema, {
 *   people: { table: 'crm.customers', id: 'customer_id', where: { deleted_at: null } },
 *   fields: { '*': json('attributes'), state: column('state') },
 *   tags: tagArray('labels'),
 *   events: {
 *     '*': eventTable('events', { person: 'customer_id', name: 'type', at: 'at', id: 'id', properties: { '*': json('data') } }),
 *     purchase: eventTable('orders', { person: 'customer_id', at: 'paid_at', id: 'order_id', properties: { amount: column('total') } }),
 *   },
 * })
 * source.fields.get('plan')?.place // => { in: 'json', column: 'attributes', path: ['plan'] }
 * ```
 */
export function defineSource<S extends Schema>(
  schema: S,
  mapping: Mapping<FieldName<S>, EventName<S>>,
): Source {
  const issues: SourceIssue[] = []
  const report = (issue: SourceIssue): void => void issues.push(issue)
  const fields = places('field', schema.fields, mapping.fields, mapping.people.table, report)
  refuseUnknown(
    'event',
    Object.keys(mapping.events ?? {}),
    schema.events.keys(),
    mapping.people.table,
    report,
  )
  const events = new Map<string, EventSource>()
  for (const [name, properties] of schema.events) {
    const table = ownEntry<EventTable>(mapping.events ?? {}, name)
    if (table) {
      events.set(name, {
        table,
        properties: places('property', properties, table.properties ?? {}, table.table, report),
      })
    } else {
      report(
        noPlace(
          'event',
          name,
          mapping.people.table,
          `events: { ${name}: eventTable(…) }, or '*' for every event`,
        ),
      )
    }
  }
  if (!mapping.tags && (schema.tags.size > 0 || schema.openTags)) {
    report(noPlace('tags', 'tags', mapping.people.table, 'tags: tagArray(…) or tagTable(…)'))
  }
  if (issues.length > 0) throw new SourceError({ issues })
  return Object.freeze({ schema, people: mapping.people, fields, tags: mapping.tags, events })
}

/** The place of each declared name: its own entry, else that of `'*'` with the name's path for a JSON place without keys. */
function places(
  what: 'field' | 'property',
  declared: ReadonlyMap<string, FieldInfo>,
  given: { readonly [name: string]: Place | undefined },
  table: string,
  report: (issue: SourceIssue) => void,
): Source['fields'] {
  refuseUnknown(what, Object.keys(given), declared.keys(), table, report)
  const found = new Map<string, PlacedField>()
  for (const [name, info] of declared) {
    const place = ownEntry<Place>(given, name)
    if (!place) {
      report(noPlace(what, name, table, `${name}: column(…) or json(…), or '*' for every ${what}`))
    } else {
      found.set(name, { info, place: ownPlace(place, info) })
    }
  }
  return found
}

/** A place that says no name or keys is called as the field is. */
const ownPlace = (place: Place, { path }: FieldInfo): BoundPlace => {
  if (place.in === 'column') return { ...place, column: place.column ?? path.join('_') }
  return place.path.length > 0 ? place : { ...place, path }
}

const ownEntry = <T>(given: { readonly [name: string]: T | undefined }, name: string): T | undefined =>
  Object.hasOwn(given, name) ? given[name] : Object.hasOwn(given, '*') ? given['*'] : undefined

function refuseUnknown(
  what: string,
  given: readonly string[],
  declared: Iterable<string>,
  table: string,
  report: (issue: SourceIssue) => void,
): void {
  const known = new Set(declared)
  for (const name of given) {
    if (name === '*' || known.has(name)) continue
    const message = unknownName(what, name, nearest(name, known))
    report({
      table,
      message,
      found: name,
      expected: `a ${what} of the schema`,
      remedy: 'map a name that the schema declares',
    })
  }
}

function noPlace(what: string, name: string, table: string, remedy: string): SourceIssue {
  const message = `${what} '${name}' has no place in the source`
  return { table, message, found: 'nothing', expected: 'a column or JSON key', remedy: `add ${remedy}` }
}
