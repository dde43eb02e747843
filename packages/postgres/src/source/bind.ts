import { type FieldInfo, nearest, typeName } from '@segmentry/core'
import { sql } from 'kysely'
import { SourceError, type SourceIssue } from '../errors.ts'
import { fitting, idType, type IdType, readColumn, tagTest } from '../read/column.ts'
import { readJson, storedJson } from '../read/json.ts'
import { objectReading } from '../read/kinds.ts'
import { and, or, type Reading, type Sql } from '../read/reading.ts'
import { accountTables, type BoundAccount } from './account.ts'
import type { Catalog, CatalogColumn } from './catalog.ts'
import type { ColumnPlace, Conditions, Place } from './mapping.ts'
import { Misfits } from './misfits.ts'
import type { AccountSource, BoundPlace, EventSource, Source } from './source.ts'

/** The people relation, read under the alias `p`. */
export interface BoundPeople {
  readonly table: Sql
  readonly id: Sql
  readonly idColumn: string
  readonly idType: IdType
  /** The collation by which ids are in order. */
  readonly collation: string | null
  readonly where: Sql | undefined
}

/** A table of tags, read under the alias `t`; or an array, read from `p`. */
export interface BoundTags {
  readonly table?: {
    readonly from: Sql
    readonly person: Sql
    readonly tag: Sql
    readonly where: Sql | undefined
    /** When the tag was given, where that is recorded. */
    readonly at: Reading | undefined
    /** Whether every row belongs to a row of the people table, and so to the population. */
    readonly belongs: boolean
  }
  readonly has: (tag: string) => Sql
}

/** The events of one name, read under the alias `e`. */
export interface BoundEvent {
  readonly from: Sql
  readonly person: Sql
  readonly at: Reading
  readonly id: Sql
  /** The rows of the table that are events of this name. */
  readonly where: Sql | undefined
  /** What says so in a table of many names: the column, and what it holds; `base` is what else has to hold. */
  readonly called: { readonly name: Reading; readonly is: string; readonly base: Sql | undefined } | undefined
  /** Whether every row belongs to a row of the people table. */
  readonly belongs: boolean
  readonly properties: ReadonlyMap<string, Reading>
}

/** A source whose tables and columns exist and hold what the schema declares: what SQL is compiled from. */
export interface BoundSource {
  readonly source: Source
  readonly people: BoundPeople
  readonly fields: ReadonlyMap<string, Reading>
  readonly tags: BoundTags | undefined
  readonly events: ReadonlyMap<string, BoundEvent>
  readonly accounts: ReadonlyMap<string, BoundAccount>
}

/** The tables that a source names, each once. */
export function tablesOf(source: Source): readonly string[] {
  const tags = source.tags?.in === 'table' ? [source.tags.table] : []
  return [
    ...new Set([
      source.people.table,
      ...tags,
      ...[...source.events.values()].map(({ table }) => table.table),
      ...[...source.accounts.values()].flatMap((one) => accountTables(one.table).map(({ table }) => table)),
    ]),
  ]
}

/**
 * Checks a source against the catalog and binds its names to SQL.
 *
 * Throws a {@link SourceError} that lists every table and column that is missing or of a type that cannot hold
 * what the schema declares.
 */
export function bindSource(
  source: Source,
  catalog: Catalog,
  unknownZones: ReadonlySet<string> = new Set(),
): BoundSource {
  const binder = new Binder(catalog, unknownZones)
  const people = binder.people(source)
  const fields = binder.readings('field', source.fields, source.people.table, 'p')
  const tags = binder.tags(source, people)
  const events = new Map([...source.events].map(([name, event]) => [name, binder.event(name, event, people)]))
  const accounts = new Map(
    [...source.accounts].map(([name, account]) => [name, binder.account(name, account, source, people)]),
  )
  if (binder.issues.length > 0) throw new SourceError({ issues: binder.issues })
  return { source, people, fields, tags, events, accounts }
}

/** What a base filter says of one column. */
export function conditionSql(column: Sql, value: Conditions[string]): Sql {
  if (value === null) return sql`${column} is null`
  return typeof value === 'object'
    ? or(...value.map((one) => sql`${column} = ${one}`))
    : sql`${column} = ${value}`
}

/** A table by the name the mapping gives it: `customers` or `crm.customers`. */
export const tableRef = (name: string): Sql => sql`${sql.id(...name.split('.'))}`

const nothing: Reading = {
  type: { kind: 'text' },
  valid: sql`false`,
  value: sql`null`,
  json: sql`null`,
  test: () => sql`false`,
}

const defaultCollation = 'pg_catalog."default"'
const noId: IdType = { name: 'text', sqlType: 'text', accepts: () => false }

// What could not be bound is read as nothing, and never used because the issues are thrown.
class Binder {
  readonly #misfits = new Misfits()
  readonly #catalog: Catalog
  readonly #unknownZones: ReadonlySet<string>

  constructor(catalog: Catalog, unknownZones: ReadonlySet<string>) {
    this.#catalog = catalog
    this.#unknownZones = unknownZones
  }

  get issues(): readonly SourceIssue[] {
    return this.#misfits.issues
  }

  people({ people }: Source): BoundPeople {
    return {
      table: tableRef(people.table),
      id: sql.id('p', people.id),
      idColumn: people.id,
      idType: this.#id(people.table, people.id, 'the id of people') ?? noId,
      collation: this.#collation(people.table, people.id),
      where: this.#conditions(people.table, people.where, 'p'),
    }
  }

  #collation(table: string, name: string): string | null {
    return this.#catalog.get(table)?.get(name)?.collation ?? null
  }

  /** A column that refers to ids of a collation. Postgres does not compare text of two that both are not the default. */
  #reference(table: string, name: string, alias: string, like: string | null): Sql {
    const ref = sql.id(alias, name)
    const own = this.#collation(table, name)
    const isOfTwo = own !== like && [own, like].every((one) => one !== null && one !== defaultCollation)
    return isOfTwo ? sql`(${ref} collate ${sql.raw(like!)})` : ref
  }

  /** How a column identifies; `like` is the type of the ids that it refers to. */
  #id(table: string, name: string, of: string, like?: IdType): IdType | undefined {
    const found = this.#column(table, name, of)
    const type = found && idType(found.type)
    if (found && !type) {
      this.#misfits.mismatch(table, name, found, 'text, varchar, uuid, smallint, integer or bigint', of)
    } else if (found && like && like !== noId && type?.sqlType !== like.sqlType) {
      this.#misfits.mismatch(table, name, found, `${like.sqlType}, as the ids are that it refers to,`, of)
    }
    return type
  }

  account(
    name: string,
    { table, fields }: AccountSource,
    source: Source,
    { idType: personId, collation: personCollation }: BoundPeople,
  ): BoundAccount {
    const ids = this.#id(table.table, table.id, `the id of account '${name}'`)
    const collation = this.#collation(table.table, table.id)
    const { of } = table
    const refers = `the account '${name}' of people`
    if (typeof of === 'string') this.#id(source.people.table, of, refers, ids)
    else {
      this.#id(of.table, of.account, refers, ids)
      this.#id(of.table, of.person, `the people of account '${name}'`, personId)
    }
    return {
      from: tableRef(table.table),
      id: sql.id('a', table.id),
      idType: ids ?? noId,
      where: this.#conditions(table.table, table.where, 'a'),
      fields: this.readings(`account '${name}', field`, fields, table.table, 'a'),
      of:
        typeof of === 'string'
          ? { in: 'column', account: this.#reference(source.people.table, of, 'p', collation) }
          : {
              in: 'table',
              from: tableRef(of.table),
              person: this.#reference(of.table, of.person, 'm', personCollation),
              account: this.#reference(of.table, of.account, 'm', collation),
              where: this.#conditions(of.table, of.where, 'm'),
            },
    }
  }

  readings(
    what: string,
    places: Source['fields'],
    table: string,
    alias: string,
  ): ReadonlyMap<string, Reading> {
    const own = new Map(
      [...places].map(([name, { info, place }]) => [
        name,
        this.#reading(info, place, table, alias, `${what} '${name}'`),
      ]),
    )
    return new Map([...own].map(([name, reading]) => [name, this.#withParts(name, reading, own, places)]))
  }

  /** An object is there too when a part of it is, wherever that part is kept. */
  #withParts(
    name: string,
    reading: Reading,
    own: ReadonlyMap<string, Reading>,
    places: Source['fields'],
  ): Reading {
    if (reading.type.kind !== 'object') return reading
    const { place } = places.get(name)!
    const elsewhere = [...own].filter(
      ([part]) => part.startsWith(`${name}.`) && !isInside(places.get(part)!.place, place),
    )
    return elsewhere.length === 0
      ? reading
      : objectReading(reading.type, or(reading.valid, ...elsewhere.map(([, part]) => part.valid)))
  }

  tags({ people, tags }: Source, bound: BoundPeople): BoundTags | undefined {
    if (!tags) return undefined
    const [table, columnName, alias] =
      tags.in === 'array' ? [people.table, tags.column, 'p'] : [tags.table, tags.tag, 't']
    const found = this.#column(table, columnName, 'the tags')
    const ref = sql.id(alias, columnName)
    const expected = tags.in === 'array' ? 'an array of text' : 'text, varchar, citext or an enum'
    if (
      found &&
      ((tags.in === 'array') !== (found.type.element !== undefined) || !tagTest(found.type, ref, 'x'))
    ) {
      this.#misfits.mismatch(table, columnName, found, expected, 'the tags')
      return undefined
    }
    const has = (tag: string): Sql => (found ? (tagTest(found.type, ref, tag) ?? sql`false`) : sql`false`)
    if (tags.in === 'array') return { has }
    const person = this.#column(tags.table, tags.person, 'the person of a tag')
    const where = this.#conditions(tags.table, tags.where, 't')
    return {
      has,
      table: {
        from: tableRef(tags.table),
        person: this.#reference(tags.table, tags.person, 't', bound.collation),
        tag: sql`${ref}::text`,
        where,
        at: tags.at === undefined ? undefined : this.#instant(tags.at, tags.table, 't', 'the time of a tag'),
        belongs: tags.foreignKey === true && standsFor(person, bound),
      },
    }
  }

  event(name: string, { table, properties }: EventSource, people: BoundPeople): BoundEvent {
    const { table: tableName } = table
    const person = this.#column(tableName, table.person, `the person of event '${name}'`)
    const found = this.#column(tableName, table.id, `the id of event '${name}'`)
    const id = sql`${sql.id('e', table.id)}::text`
    const base = this.#conditions(tableName, table.where, 'e')
    const is = table.called ?? name
    const column = table.name === undefined ? undefined : this.#named(tableName, table.name, name)
    const called = column && { name: column, is, base }
    const where = [column?.test({ op: 'is', value: is }, 0), base].filter((part) => part !== undefined)
    return {
      from: tableRef(tableName),
      person: this.#reference(tableName, table.person, 'e', people.collation),
      at: this.#instant(table.at, tableName, 'e', `the time of event '${name}'`),
      id: found?.notNull === true ? id : sql`coalesce(${id}, '')`,
      where: where.length === 0 ? undefined : and(...where),
      called,
      belongs: table.foreignKey === true && standsFor(person, people),
      properties: this.readings(`event '${name}', property`, properties, tableName, 'e'),
    }
  }

  /** The column with the instant of an event or a tag. */
  #instant(at: string | ColumnPlace, table: string, alias: string, of: string): Reading {
    const place: BoundPlace =
      typeof at === 'string' ? { in: 'column', column: at } : { ...at, column: at.column ?? 'at' }
    const info: FieldInfo = { name: 'at', path: [], type: { kind: 'timestamp' }, isRequired: true }
    return this.#reading(info, place, table, alias, of)
  }

  /** The column with the names of events. */
  #named(table: string, columnName: string, event: string): Reading {
    const of = `the name of event '${event}'`
    const found = this.#column(table, columnName, of)
    const reading = found && readColumn({ kind: 'text' }, found.type, sql.id('e', columnName))
    if (found && !reading) this.#misfits.mismatch(table, columnName, found, fitting.text, of)
    return reading ?? nothing
  }

  #reading(info: FieldInfo, place: BoundPlace, table: string, alias: string, of: string): Reading {
    const found = this.#column(table, place.column, of)
    if (!found) return nothing
    const ref = sql.id(alias, place.column)
    if (place.in === 'json' || (info.type.kind === 'object' && isJson(found))) {
      if (!isJson(found)) {
        this.#misfits.mismatch(table, place.column, found, 'jsonb', of)
        return nothing
      }
      const path = place.in === 'json' ? place.path : []
      const document = found.type.name === 'json' ? jsonbOf(ref, found.type.validates === true) : ref
      return { ...readJson(info.type, document, path), stored: storedJson(document, path) }
    }
    const { zone } = place
    if (zone !== undefined && this.#unknownZones.has(zone))
      this.#misfits.unknownZone(table, place.column, zone, of)
    const reading = readColumn(info.type, found.type, ref, zone)
    if (reading) return { ...reading, stored: sql`to_jsonb(${ref})` }
    const needsZone = info.type.kind === 'timestamp' && found.type.name === 'timestamp'
    this.#misfits.mismatch(
      table,
      place.column,
      found,
      needsZone
        ? `a zone beside it, column('${place.column}', { zone: 'UTC' }) when its values are written in UTC,`
        : fitting[info.type.kind],
      of,
      typeName(info.type),
    )
    return nothing
  }

  #conditions(table: string, conditions: Conditions | undefined, alias: string): Sql | undefined {
    const parts = Object.entries(conditions ?? {}).map(([name, value]) => {
      this.#column(table, name, "a 'where'")
      return conditionSql(sql.id(alias, name), value)
    })
    return parts.length === 0 ? undefined : and(...parts)
  }

  #column(table: string, name: string, of: string): CatalogColumn | undefined {
    const columns = this.#catalog.get(table)
    if (!columns) {
      this.#misfits.report(of, () => ({
        table,
        message: `table ${table} does not exist`,
        found: 'nothing',
        expected: 'a table or view',
        remedy: 'create it, or map another; a table outside the search path is written schema.table',
      }))
      return undefined
    }
    const column = columns.get(name)
    if (!column) {
      const near = nearest(name, columns.keys())
      const hint = near === undefined ? '' : ` - did you mean '${near}'?`
      this.#misfits.report(of, (subjects) => ({
        table,
        column: name,
        message: `table ${table} has no column '${name}' for ${subjects}${hint}`,
        found: `columns ${[...columns.keys()].join(', ')}`,
        expected: `column ${name}`,
        remedy: 'map a column that exists, or add this one',
      }))
    }
    return column
  }
}

/** Whether a column that refers to people can be read in place of their own: it has all that is asked of them, and their order. */
const standsFor = (person: CatalogColumn | undefined, people: BoundPeople): boolean =>
  person?.notNull === true && person.collation === people.collation && people.where === undefined

/** Whether a place lies under another in the same document; an object's column is a whole one. */
const isInside = (part: Place, whole: Place): boolean =>
  part.in === 'json' &&
  part.column === whole.column &&
  (whole.in === 'column' || whole.path.every((key, i) => part.path[i] === key))

const isJson = ({ type }: CatalogColumn): boolean => type.name === 'jsonb' || type.name === 'json'

/**
 * JSON as JSONB, or NULL for what JSONB cannot hold, such as U+0000: the cast alone would end the query for everybody.
 *
 * Postgres 15 cannot tell beforehand.
 */
const jsonbOf = (json: Sql, validates: boolean): Sql =>
  validates
    ? sql`(case when pg_input_is_valid(${json}::text, 'jsonb') then ${json}::jsonb end)`
    : sql`${json}::jsonb`
