import {
  checkSchema,
  type FieldInfo,
  nearest,
  type Schema,
  type SchemaOf,
  shown,
  unknownKey,
  unknownName,
} from '@segmentry/core'
import { SourceError, type SourceIssue } from '../errors.ts'
import type { AccountTable, EventTable, JsonPlace, Mapping, PeopleTable, Place, TagPlace } from './mapping.ts'
import { accountTableKeys, eventTableKeys, isRecord, type Keys, peopleKeys, shapeIssues } from './shape.ts'

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

/** The accounts of one grouping and where they are kept. */
export interface AccountSource {
  readonly table: AccountTable
  readonly fields: ReadonlyMap<string, PlacedField>
}

/** A schema together with the tables that hold it. */
export interface Source {
  readonly schema: Schema
  readonly people: PeopleTable
  readonly fields: ReadonlyMap<string, PlacedField>
  readonly tags: TagPlace | undefined
  readonly events: ReadonlyMap<string, EventSource>
  readonly accounts: ReadonlyMap<string, AccountSource>
}

type FieldName<S extends Schema> = keyof SchemaOf<S>['fields'] & string
type EventName<S extends Schema> = keyof SchemaOf<S>['events'] & string
type AccountName<S extends Schema> = keyof SchemaOf<S>['accounts'] & string

/**
 * Maps a schema to the tables you have: columns or JSONB, tags as an array or a table, events in one table or many,
 * accounts in a table for each grouping.
 *
 * Every field, event, property and account has to have a place; the entry `'*'` is for those that are not listed. A part of
 * an object that is listed and itself not is read from the object's document.
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
  mapping: Mapping<FieldName<S>, EventName<S>, AccountName<S>>,
): Source {
  checkSchema(schema)
  checkMapping(mapping)
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
  const accounts = accountSources(schema, mapping, report)
  if (issues.length > 0) throw new SourceError({ issues })
  return Object.freeze({ schema, people: mapping.people, fields, tags: mapping.tags, events, accounts })
}

function accountSources(
  schema: Schema,
  { accounts: given = {}, people }: Mapping,
  report: (issue: SourceIssue) => void,
): ReadonlyMap<string, AccountSource> {
  refuseUnknown('account', Object.keys(given), schema.accounts.keys(), people.table, report)
  const found = new Map<string, AccountSource>()
  for (const [name, declared] of schema.accounts) {
    const table = ownEntry<AccountTable>(given, name)
    if (table) {
      found.set(name, { table, fields: places('field', declared, table.fields ?? {}, table.table, report) })
    } else {
      report(noPlace('account', name, people.table, `accounts: { ${name}: accountTable(…) }`))
    }
  }
  return found
}

/** What cannot be read as a mapping at all, before its names are looked at. */
function checkMapping(mapping: Mapping): void {
  const given: Partial<Mapping> = isRecord(mapping) ? mapping : {}
  const { people, fields, tags, events, accounts } = given
  const table = typeof people?.table === 'string' ? people.table : ''
  const issues = [...shapeIssues('people', table, people, peopleKeys)]
  const expect = (holds: boolean, what: string, found: unknown, expected: string, remedy: string): void => {
    if (holds) return
    const message = `${what}: found ${shown(found)}, expected ${expected}`
    issues.push({ table, message, found: shown(found), expected, remedy })
  }
  const unknown = unknownKey('key', given, ['people', 'fields', 'tags', 'events', 'accounts'])
  if (unknown) {
    const remedy = 'correct the key'
    issues.push({ table, message: `${unknown.found} (expected ${unknown.expected})`, ...unknown, remedy })
  }
  expect(isRecord(fields), 'fields', fields, 'places by field', "give fields: { '*': json('attributes') }")
  expect(
    tags === undefined || (isRecord(tags) && (tags.in === 'array' || tags.in === 'table')),
    'tags',
    tags,
    'a place of tags',
    'give tags: tagArray(…) or tagTable(…)',
  )
  expect(
    events === undefined || isRecord(events),
    'events',
    events,
    'tables by event',
    "give events: { '*': eventTable(…) }",
  )
  for (const [name, one] of Object.entries(isRecord(events) ? events : {})) {
    if (!isRecord(one)) expect(false, `event '${name}'`, one, 'a table of events', 'give eventTable(…)')
    else issues.push(...shapeIssues(`event '${name}'`, one.table, one, inPlace(eventTableKeys)))
  }
  expect(
    accounts === undefined || isRecord(accounts),
    'accounts',
    accounts,
    'tables by grouping',
    'give accounts: { company: accountTable(…) }',
  )
  for (const [name, one] of Object.entries(isRecord(accounts) ? accounts : {})) {
    if (!isRecord(one)) expect(false, `account '${name}'`, one, 'a table of accounts', 'give accountTable(…)')
    else issues.push(...shapeIssues(`account '${name}'`, one.table, one, inPlace(accountTableKeys)))
  }
  if (issues.length > 0) throw new SourceError({ issues })
}

/** The keys of a table that was not made by a call, where it is named beside the others. */
const inPlace = ({ needed, more }: Keys): Keys => ({ needed: ['table', ...needed], more })

/**
 * The place of each declared name: its own entry, else below that of the nearest object around it, else that of `'*'`.
 *
 * A JSON place without keys has the name's own path.
 */
function places(
  what: 'field' | 'property',
  declared: ReadonlyMap<string, FieldInfo>,
  given: Given,
  table: string,
  report: (issue: SourceIssue) => void,
): Source['fields'] {
  refuseUnknown(what, Object.keys(given), declared.keys(), table, report)
  const odd = Object.entries<unknown>(given).filter(([, place]) => place !== undefined && !isPlace(place))
  for (const [name, place] of odd) {
    const expected = "column('…') or json('…')"
    const message = `${what} '${name}': found ${shown(place)}, expected ${expected}`
    report({ table, message, found: shown(place), expected, remedy: 'map it to one of these' })
  }
  const found = new Map<string, PlacedField>()
  if (odd.length > 0) return found
  for (const [name, info] of declared) {
    const place = placeOf(given, declared, info)
    if (!place) {
      report(noPlace(what, name, table, `${name}: column(…) or json(…), or '*' for every ${what}`))
    } else {
      found.set(name, { info, place })
    }
  }
  return found
}

type Given = { readonly [name: string]: Place | undefined }

function placeOf(
  given: Given,
  declared: ReadonlyMap<string, FieldInfo>,
  info: FieldInfo,
): BoundPlace | undefined {
  const { name, path } = info
  const own = Object.hasOwn(given, name) ? given[name] : undefined
  if (own) return isWhole(own, path) ? { ...own, path: [] } : ownPlace(own, path)
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = path.slice(0, depth).join('.')
    if (!Object.hasOwn(given, around) || !given[around]) continue
    const { column, ...whole } = placeOf(given, declared, declared.get(around)!)!
    const keys = 'path' in whole ? whole.path : []
    return { in: 'json', column, path: [...keys, ...path.slice(depth)] }
  }
  const rest = Object.hasOwn(given, '*') ? given['*'] : undefined
  return rest && ownPlace(rest, path)
}

/** A JSON column of the field's own name is the field itself, and not an object that has a key of its name. */
const isWhole = (place: Place, path: readonly string[]): place is JsonPlace =>
  place.in === 'json' && place.path.length === 0 && place.column === path.join('_')

const isPlace = (raw: unknown): raw is Place =>
  isRecord(raw) &&
  (raw['in'] === 'column'
    ? raw['column'] === undefined || typeof raw['column'] === 'string'
    : raw['in'] === 'json' && typeof raw['column'] === 'string' && Array.isArray(raw['path']))

/** A place that says no name or keys is called as the field is. */
const ownPlace = (place: Place, path: readonly string[]): BoundPlace => {
  if (place.in === 'json') return place.path.length > 0 ? place : { ...place, path }
  return { ...place, column: place.column ?? path.join('_') }
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
