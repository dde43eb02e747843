import {
  boolean,
  choice,
  date,
  decimal,
  defineSchema,
  type Field,
  type Fields,
  integer,
  list,
  number,
  object,
  openTags,
  type Schema,
  type SchemaInput,
  text,
  timestamp,
} from '@segmentry/core'
import {
  column,
  type ColumnPlace,
  defineSource,
  type EventTable,
  eventTable,
  json,
  type Mapping,
  type Place,
  type Source,
  tagArray,
  tagTable,
} from '@segmentry/postgres'
import type { Findings, FoundEvents, FoundField, FoundTags, FoundTime, FoundType } from './findings.ts'

// The schema and the source of what was found, as values: first segments are counted on them, and the files say the same.

/** What was found, as a schema and a source. */
export interface Declared {
  readonly input: SchemaInput
  readonly schema: Schema
  readonly mapping: Mapping
  readonly source: Source
}

/** Makes the schema and the source of what was found. */
export function declare(findings: Findings): Declared {
  const input: SchemaInput = {
    fields: fieldsOf(findings.fields),
    ...(findings.tags && { tags: tagNames(findings.tags) }),
    ...(findings.events.length > 0 && {
      events: entriesOf(
        findings.events.flatMap(({ columns, events }) =>
          events.map(({ name, properties }) => [name, fieldsOf([...columns, ...properties])] as const),
        ),
      ),
    }),
  }
  const schema = defineSchema(input)
  const mapping = mappingOf(findings)
  return { input, schema, mapping, source: defineSource(schema, mapping) }
}

/** An object by its keys, whatever they are called. */
const entriesOf = <T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> =>
  Object.fromEntries(entries)

const fieldsOf = (found: readonly FoundField[]): Fields =>
  entriesOf(found.map((one) => [one.name, fieldOf(one)] as const))

function fieldOf({ type, isRequired, isSensitive }: FoundField): Field {
  const plain = typed(type)
  const due = isRequired ? plain.required() : plain
  return isSensitive ? due.sensitive() : due
}

const simple = { text, integer, number, boolean, date, timestamp } as const

function typed(type: FoundType): Field {
  switch (type.kind) {
    case 'decimal':
      return decimal(type.scale)
    case 'choice': {
      const [first, ...others] = type.values
      return choice(first!, ...others)
    }
    case 'list':
      return list(typed(type.of))
    case 'object':
      return object(fieldsOf(type.parts))
    default:
      return simple[type.kind]()
  }
}

const tagNames = ({ names, isOpen }: FoundTags): NonNullable<SchemaInput['tags']> =>
  isOpen ? openTags(...names) : names

/** Where everything is kept. */
function mappingOf({ people, fields, tags, events }: Findings): Mapping {
  const [main, ...others] = events.filter(({ name }) => name !== undefined)
  const own = events.filter(({ name }) => name === undefined)
  const entries = [
    ...(main ? [['*', tableOf(main)] as const] : []),
    ...(main ? calledEntries(main) : []),
    ...others.flatMap((table) => {
      const shared = tableOf(table)
      const called = new Map(calledEntries(table))
      return table.events.map(({ name }) => [name, called.get(name) ?? shared] as const)
    }),
    ...own.map((table) => [table.events[0]!.name, tableOf(table)] as const),
  ]
  return {
    people: { table: people.table, id: people.id, ...whereOf(people.gone) },
    fields: placesOf(fields),
    ...(tags && {
      tags:
        tags.person === undefined
          ? tagArray(tags.column)
          : tagTable(tags.table, {
              person: tags.person,
              tag: tags.column,
              ...(tags.at && { at: timeOf(tags.at) }),
              ...(tags.isBound && { foreignKey: true }),
            }),
    }),
    ...(entries.length > 0 && { events: entriesOf(entries) }),
  }
}

const whereOf = (gone: string | undefined) =>
  gone !== undefined && { where: entriesOf([[gone, null]] as const) }

const timeOf = ({ column: name, needsZone }: FoundTime): string | ColumnPlace =>
  needsZone ? column(name, { zone: 'UTC' }) : name

/** The events whose name in the table is none that a schema can have. */
const calledEntries = (table: FoundEvents): readonly (readonly [string, EventTable])[] =>
  table.events.flatMap(({ name, called }) =>
    called === undefined ? [] : [[name, tableOf(table, called)] as const],
  )

function tableOf(found: FoundEvents, called?: string): EventTable {
  const { table, person, name, at, id, gone, isBound, document, columns, events } = found
  const places: readonly (readonly [string, Place])[] = [
    ...(document !== undefined && events.some(({ properties }) => properties.length > 0)
      ? [['*', json(document)] as const]
      : []),
    ...columns.flatMap((one) => entryOf(one, document !== undefined)),
  ]
  const needsColumns = document === undefined && columns.some((one) => !isListed(one))
  const properties = entriesOf([...(needsColumns ? [['*', column()] as const] : []), ...places])
  return eventTable(table, {
    person,
    ...(name !== undefined && { name }),
    ...(called !== undefined && { called }),
    at: timeOf(at),
    id,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...whereOf(gone),
    ...(isBound && { foreignKey: true }),
  })
}

/** Places of fields: `'*'` stands for those that are called as their columns are. */
function placesOf(fields: readonly FoundField[]): Readonly<Record<string, Place>> {
  const hasOthers = fields.some((one) => !isListed(one))
  return entriesOf<Place>([
    ...(hasOthers ? [['*', column()] as const] : []),
    ...fields.flatMap((one) => entryOf(one, false)),
  ])
}

/** Whether a column has to be named, or more has to be said of it than its name. */
const isListed = ({ name, column: own, type, needsZone }: FoundField): boolean =>
  name !== own || type.kind === 'object' || needsZone === true

function entryOf(field: FoundField, isAlways: boolean): readonly (readonly [string, Place])[] {
  const { name, column: own = name, type, needsZone } = field
  if (!isAlways && !isListed(field)) return []
  // A document of the field's own name is the field; of another name, its column has to be said to be one.
  if (type.kind === 'object' && own === name) return [[name, json(own)]]
  if (type.kind === 'object') return [[name, column(own)]]
  if (needsZone) return [[name, column(own, { zone: 'UTC' })]]
  return [[name, own === name ? column() : column(own)]]
}
