import { type FieldInfo, type Person, readValue, type Schema } from '@segmentry/core'
import {
  accountTable,
  defineSource,
  type EventTable,
  eventTable,
  tagArray,
  tagTable,
} from '@segmentry/postgres'
import { sql } from 'kysely'
import { migrations } from '../../packages/postgres/src/layout/migrations.ts'
import { layoutSource } from '../../packages/postgres/src/source/layout.ts'
import { accountsOf, membersOf, singleOf } from './accounts.ts'
import { eventsOf, type Layout, rows, taggings, utc } from './layouts.ts'
import { type Column, Identifiers, type Row, rowOf, type Shelf, shelfOf, type Sql } from './shelf.ts'
import type { World } from './world.ts'

// Tables for a world of its own: those of the default layout, or some of random form and names.

/** The layout of a world; `recordsTagTimes` where its definitions ask when a tag was given. */
export function storageOf(world: World, recordsTagTimes: boolean): Layout {
  const { dice, schema } = world
  return !recordsTagTimes && (dice.isPlain || dice.once('default layout', 3))
    ? defaultLayout(schema)
    : ownTables(world, recordsTagTimes)
}

const list = (columns: readonly Column[]): Sql =>
  sql.join(columns.map(({ name, type }) => sql`${sql.id(name)} ${type}`))

/** Puts rows into a table, if there are any. */
const insert = (table: Sql, columns: readonly Column[], data: readonly Row[]): Sql =>
  sql`insert into ${table} (${sql.join(columns.map(({ name }) => sql.id(name)))}) select * from ${rows(data, list(columns))}`

function defaultLayout(schema: Schema): Layout {
  const space = 'world'
  const table = (name: string): Sql => sql.id(space, name)
  const columns = (...names: readonly (readonly [string, Sql])[]): readonly Column[] =>
    names.map(([name, type]) => ({ name, type }))
  const [text, jsonb, instant] = [sql`text`, sql`jsonb`, sql`timestamptz`]
  const whole = (at: unknown): string =>
    new Date(readValue({ kind: 'timestamp' }, at) as number).toISOString()
  return {
    name: 'the default layout',
    source: layoutSource(schema, space),
    // It records when it was told of a tag, where nothing else is known.
    recordsTagTimes: false,
    create: [
      sql`drop schema if exists world cascade`,
      sql`create schema world`,
      ...migrations.flatMap((one) => one.statements(space)),
    ],
    fill: (people) => [
      ...['members', 'accounts', 'tags', 'events', 'people'].map((name) => sql`delete from ${table(name)}`),
      insert(
        table('people'),
        columns(['id', text], ['fields', jsonb]),
        people.map(({ id, fields }) => ({ id, fields })),
      ),
      insert(
        table('tags'),
        columns(['person_id', text], ['tag', text]),
        taggings(people).map(({ person, tag }) => ({ person_id: person, tag })),
      ),
      insert(
        table('events'),
        columns(['person_id', text], ['name', text], ['at', instant], ['id', text], ['properties', jsonb]),
        eventsOf(people).map(({ person, name, at, id, properties = {} }) => ({
          person_id: person,
          name,
          at: whole(at),
          id,
          properties,
        })),
      ),
      ...[...schema.accounts.keys()].flatMap((grouping) => [
        insert(
          table('accounts'),
          columns(['grouping_name', text], ['id', text], ['fields', jsonb]),
          accountsOf(people, grouping).map(({ id, fields = {} }) => ({
            grouping_name: grouping,
            id,
            fields,
          })),
        ),
        insert(
          table('members'),
          columns(['person_id', text], ['grouping_name', text], ['account_id', text]),
          membersOf(people, grouping).map(({ person, team }) => ({
            person_id: person,
            grouping_name: grouping,
            account_id: team,
          })),
        ),
      ]),
    ],
    clear: sql`truncate world.people cascade`,
    drop: sql`drop schema world cascade`,
  }
}

/** A table, and what of some people is in it. */
interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  /** Constraints of its columns. */
  readonly more?: readonly Sql[]
  readonly rows: (people: readonly Person[]) => readonly Row[]
}

function ownTables({ dice, schema, single }: World, recordsTagTimes: boolean): Layout {
  const tables = new Identifiers(dice, 'tables', (name) => !name.includes('.'))
  const space = tables.next()
  const nameOf = (table: string): string => `${space}.${table}`
  const text = sql`text`
  const made: Table[] = []
  const types: Sql[] = []
  const shelf = (
    ...[of, infos, names]: readonly [string, ReadonlyMap<string, FieldInfo>, Identifiers]
  ): Shelf => {
    const found = shelfOf(dice, of, infos, names, () => sql.id(space, tables.next()))
    types.push(...found.types)
    return found
  }

  const people = new Identifiers(dice, 'columns of people')
  const [peopleTable, id, tenant] = [tables.next(), people.next(), people.next()]
  const isFiltered = dice.once('base filter', 2)
  const fields = shelf('fields', schema.fields, people)
  const reference = sql`references ${sql.id(space, peopleTable)} on delete cascade`
  const inTags = new Identifiers(dice, 'columns of tags')
  const tagsAre = recordsTagTimes ? 'table' : dice.pick('tags', ['array', 'table'])
  const tagColumn = tagsAre === 'array' ? people.next() : inTags.next()

  const companies = [...schema.accounts.keys()].map((grouping) => {
    const names = new Identifiers(dice, `columns of account ${grouping}`)
    const [table, accountId] = [tables.next(), names.next()]
    const own = shelf(`account ${grouping}`, schema.accounts.get(grouping)!, names)
    made.push({
      name: table,
      columns: [{ name: accountId, type: text }, ...own.columns],
      rows: (all) =>
        accountsOf(all, grouping).map((one) => rowOf([accountId, one.id], ...own.row(one.fields ?? {}))),
    })
    const inColumn = single.has(grouping) && dice.once('account in a column', 2)
    const of = inColumn ? people.next() : membership(grouping)
    return {
      grouping,
      inColumn: inColumn ? (of as string) : undefined,
      source: accountTable(nameOf(table), { id: accountId, of, fields: own.places }),
    }
  })
  function membership(grouping: string) {
    const names = new Identifiers(dice, `columns of members ${grouping}`)
    const [table, person, account] = [tables.next(), names.next(), names.next()]
    made.push({
      name: table,
      columns: [
        { name: person, type: text },
        { name: account, type: text },
      ],
      rows: (all) => membersOf(all, grouping).map((one) => rowOf([person, one.person], [account, one.team])),
    })
    return { table: nameOf(table), person, account }
  }

  const events = new Map<string, EventTable>()
  const isBound = dice.once('events refer to people', 2)
  /** A table of the events of some names. */
  const tableOf = (names: readonly string[], isShared: boolean): void => {
    const inTable = new Identifiers(dice, `columns of events ${names[0]}`)
    const [table, person, name, at, eventId] = [
      tables.next(),
      inTable.next(),
      inTable.next(),
      inTable.next(),
      inTable.next(),
    ]
    const properties = new Map(names.flatMap((one) => [...schema.events.get(one)!]))
    const own = shelf(`events ${names[0]}`, properties, inTable)
    const isUtc = dice.once(`utc events ${names[0]}`, 2)
    const called = (event: string): string =>
      dice.once(`called ${event}`, 2) && names.includes(event) ? `${names.indexOf(event)} "it's"\\` : event
    made.push({
      name: table,
      columns: [
        { name: person, type: sql`text collate "C"` },
        { name: at, type: isUtc ? sql`timestamp` : sql`timestamptz` },
        { name: eventId, type: text },
        ...(isShared ? [{ name, type: text }] : []),
        ...own.columns,
      ],
      more: isBound
        ? [
            sql`alter table ${sql.id(space, table)} alter column ${sql.id(person)} set not null`,
            sql`alter table ${sql.id(space, table)} add foreign key (${sql.id(person)}) ${reference}`,
          ]
        : [],
      rows: (all) =>
        eventsOf(all)
          .filter((event) => isShared || event.name === names[0])
          .map((event) =>
            rowOf(
              [person, event.person],
              [at, isUtc ? utc(event.at) : event.at],
              [eventId, event.id],
              ...(isShared ? [[name, called(event.name)] as const] : []),
              ...own.row(event.properties ?? {}),
            ),
          ),
    })
    for (const one of names) {
      events.set(
        one,
        eventTable(nameOf(table), {
          person,
          at: isUtc ? { in: 'column', column: at, zone: 'UTC' } : at,
          id: eventId,
          ...(isShared && { name, ...(called(one) !== one && { called: called(one) }) }),
          properties: Object.fromEntries(
            Object.entries(own.places).filter(([property]) => schema.events.get(one)!.has(property)),
          ),
          ...(isBound && { foreignKey: true }),
        }),
      )
    }
  }
  const [apart, together] = [
    [...schema.events.keys()].filter((name) => dice.once(`own table ${name}`, 2)),
    [...schema.events.keys()].filter((name) => !dice.once(`own table ${name}`, 2)),
  ]
  for (const name of apart) tableOf([name], false)
  if (together.length > 0) tableOf(together, true)

  const isReferring = dice.once('tags refer to people', 2)
  const [tagsTable, tagPerson, tagAt] = [tables.next(), inTags.next(), inTags.next()]
  if (tagsAre === 'table') {
    made.push({
      name: tagsTable,
      columns: [
        { name: tagPerson, type: sql`text collate "C"` },
        { name: tagColumn, type: text },
        { name: tagAt, type: sql`timestamptz` },
      ],
      more: isReferring
        ? [
            sql`alter table ${sql.id(space, tagsTable)} alter column ${sql.id(tagPerson)} set not null`,
            sql`alter table ${sql.id(space, tagsTable)} add foreign key (${sql.id(tagPerson)}) ${reference}`,
          ]
        : [],
      rows: (all) =>
        taggings(all).map(({ person, tag, at }) => rowOf([tagPerson, person], [tagColumn, tag], [tagAt, at])),
    })
  }

  const inColumns = companies.flatMap(({ grouping, inColumn }) =>
    inColumn === undefined ? [] : [[grouping, inColumn] as const],
  )
  // The same people beyond the base filter, with the same events, tags and accounts, are not of the population.
  const beyond = ' beyond'
  const withOthers = (all: readonly Person[]): readonly Person[] =>
    isFiltered ? [...all, ...all.map((person) => ({ ...person, id: person.id + beyond }))] : all
  const peopleRows = (all: readonly Person[]): readonly Row[] =>
    all.map((person) =>
      rowOf(
        [id, person.id],
        [tenant, person.id.endsWith(beyond) ? 9 : 7],
        ...(tagsAre === 'array' ? [[tagColumn, taggings([person]).map(({ tag }) => tag)] as const] : []),
        ...inColumns.map(([grouping, column]) => [column, singleOf(person, grouping) ?? null] as const),
        ...fields.row(person.fields ?? {}),
      ),
    )
  const all: readonly Table[] = [
    {
      name: peopleTable,
      columns: [
        { name: id, type: sql`text collate "C"` },
        { name: tenant, type: sql`int` },
        ...(tagsAre === 'array' ? [{ name: tagColumn, type: sql`text[]` }] : []),
        ...inColumns.map(([, name]) => ({ name, type: text })),
        ...fields.columns,
      ],
      more: [sql`alter table ${sql.id(space, peopleTable)} add primary key (${sql.id(id)})`],
      rows: peopleRows,
    },
    ...made,
  ]
  const source = defineSource(schema, {
    people: {
      table: nameOf(peopleTable),
      id,
      ...(isFiltered && { where: Object.fromEntries([[tenant, [7, 8]]]) }),
    },
    fields: fields.places,
    tags:
      tagsAre === 'array'
        ? tagArray(tagColumn)
        : tagTable(nameOf(tagsTable), {
            person: tagPerson,
            tag: tagColumn,
            at: tagAt,
            ...(isReferring && { foreignKey: true }),
          }),
    events: Object.fromEntries(events),
    accounts: Object.fromEntries(companies.map((one) => [one.grouping, one.source])),
  })
  return {
    name: 'tables of random form',
    source,
    recordsTagTimes: tagsAre === 'table',
    create: [
      sql`drop schema if exists ${sql.id(space)} cascade`,
      sql`create schema ${sql.id(space)}`,
      ...types,
      ...all.map(({ name, columns }) => sql`create table ${sql.id(space, name)} (${list(columns)})`),
      ...all.flatMap(({ more = [] }) => more),
    ],
    fill: (population) => [
      ...all.toReversed().map(({ name }) => sql`delete from ${sql.id(space, name)}`),
      ...all.map((table) =>
        insert(sql.id(space, table.name), table.columns, table.rows(withOthers(population))),
      ),
    ],
    clear: sql`truncate ${sql.join(all.map(({ name }) => sql.id(space, name)))}`,
    drop: sql`drop schema ${sql.id(space)} cascade`,
  }
}
