import { type Person, readValue, type ValueType } from '@segmentry/core'
import {
  accountTable,
  column,
  defineSource,
  type EventTable,
  eventTable,
  json,
  type Source,
  tagArray,
  tagTable,
} from '@segmentry/postgres'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { accountsOf, membersOf, singleOf } from './accounts.ts'
import { tagsOf } from './people.ts'
import { schema } from './schema.ts'

/** One way of keeping people in tables, how it is made, and how people get into it. */
export interface Layout {
  readonly name: string
  readonly source: Source
  /** Whether it can tell when a tag was given. */
  readonly recordsTagTimes: boolean
  readonly create: readonly RawBuilder<unknown>[]
  /** Puts people in place of those who are there. Rows are deleted one by one, which keeps the plans of statements. */
  readonly fill: (people: readonly Person[]) => readonly RawBuilder<unknown>[]
  /** Empties the tables for good: what {@link Layout.fill} deletes stays on disk. */
  readonly clear: RawBuilder<unknown>
  /** Takes its tables away, where it is there for a while only. */
  readonly drop?: RawBuilder<unknown>
}

const wrong = undefined

/** What a typed column can hold of a raw value: the value itself where it is of the type, else NULL. */
export function storable(type: ValueType, raw: unknown): unknown {
  if (type.kind === 'list')
    return Array.isArray(raw) ? raw.map((element) => storable(type.of, element) ?? null) : null
  if (readValue(type, raw) === wrong) return null
  // Postgres rounds a seventh digit of a second where the contract floors.
  return type.kind === 'timestamp' ? String(raw).replace(/(\.\d{6})\d+/, '$1') : raw
}

export const instant = (raw: unknown): string | undefined => {
  const stored = storable({ kind: 'timestamp' }, raw)
  return stored === null ? undefined : (stored as string)
}

export const own = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    object,
  )

export const rows = (data: readonly object[], columns: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`jsonb_to_recordset(${JSON.stringify(data)}::jsonb) as r(${columns})`

export const eventsOf = (people: readonly Person[], name?: string) =>
  people.flatMap((person) =>
    (person.events ?? []).flatMap((event) => {
      const at = instant(event.at)
      return at === undefined || (name !== undefined && event.name !== name)
        ? []
        : [{ ...event, at, person: person.id }]
    }),
  )

export const taggings = (people: readonly Person[]) =>
  people.flatMap((person) =>
    tagsOf(person).map(({ tag, at: given }) => ({ person: person.id, tag, at: instant(given) ?? null })),
  )

/** Documents: fields and properties in JSONB, tags in an array, all events in one table. */
const documents: Layout = {
  name: 'documents',
  recordsTagTimes: false,
  source: defineSource(schema, {
    people: { table: 'documents.people', id: 'id', where: { deleted_at: null, tenant: [7, 8] } },
    fields: { '*': json('fields') },
    tags: tagArray('tags'),
    events: {
      '*': eventTable('documents.events', {
        person: 'person',
        name: 'name',
        at: 'at',
        id: 'id',
        properties: { '*': json('properties') },
      }),
    },
    accounts: {
      company: accountTable('documents.companies', {
        id: 'id',
        of: 'company',
        fields: { '*': json('fields') },
        where: { tenant: 7 },
      }),
      'sales team': accountTable('documents.teams', {
        id: 'id',
        of: { table: 'documents.members', person: 'person', account: 'team', where: { active: true } },
        fields: { '*': json('fields') },
      }),
    },
  }),
  create: [
    sql`create schema documents`,
    sql`create table documents.people (id text collate "C" primary key, tenant int not null default 7, deleted_at timestamptz, fields jsonb, tags text[], company text)`,
    sql`create table documents.events (id text, person text, name text, at timestamptz, properties jsonb)`,
    sql`create index on documents.events (person, name, at)`,
    sql`create table documents.companies (id text primary key, tenant int not null default 7, fields jsonb)`,
    sql`create table documents.teams (id text primary key, fields jsonb)`,
    sql`create table documents.members (person text, team text, active boolean not null default true)`,
  ],
  fill: (people) => [
    ...['people', 'events', 'companies', 'teams', 'members'].map(
      (table) => sql`delete from documents.${sql.id(table)}`,
    ),
    sql`insert into documents.people (id, fields, tags, company) select id, fields, tags, company from ${rows(
      people.map((person) => ({
        id: person.id,
        fields: person.fields,
        tags: tagsOf(person).map(({ tag }) => tag),
        // Those of no company name none, one that the filter leaves out, or one that is not there.
        company: singleOf(person) ?? [null, 'elsewhere', 'nowhere'][person.id.length % 3],
      })),
      sql`id text, fields jsonb, tags text[], company text`,
    )}`,
    sql`insert into documents.companies (id, fields) select id, fields from ${rows(accountsOf(people, 'company'), sql`id text, fields jsonb`)}`,
    sql`insert into documents.companies (id, tenant, fields) values ('elsewhere', 8, '{"plan":"pro","seats":1}')`,
    sql`insert into documents.teams select id, fields from ${rows(accountsOf(people, 'sales team'), sql`id text, fields jsonb`)}`,
    sql`insert into documents.members (person, team) select person, team from ${rows(membersOf(people, 'sales team'), sql`person text, team text`)}`,
    sql`insert into documents.members (person, team) select person || ' gone', team from documents.members union all select id, 'nowhere' from documents.people`,
    sql`insert into documents.members select p.id, t.id, false from documents.people p, documents.teams t`,
    // People beyond the base filter, with the same data, are not of the population.
    sql`insert into documents.people (id, fields, tags, company, tenant, deleted_at) select id || ' other', fields, tags, company, 9, null from documents.people union all select id || ' gone', fields, tags, company, 7, now() from documents.people`,
    sql`insert into documents.events select id, person, name, at, properties from ${rows(eventsOf(people), sql`id text, person text, name text, at timestamptz, properties jsonb`)}`,
    sql`insert into documents.events select id, person || ' gone', name, at, properties from documents.events`,
  ],
  clear: sql`truncate documents.people, documents.events, documents.companies, documents.teams, documents.members`,
}

const fieldColumns: Readonly<Record<string, string>> = {
  state: 'varchar(40)',
  email: 'text',
  name: 'text',
  plan: 'columns.plan',
  tier: 'text',
  app: 'text',
  build: 'varchar(60)',
  visits: 'bigint',
  seats: 'numeric(20,0)',
  age: 'numeric',
  score: 'double precision',
  ratio: 'double precision',
  lat: 'double precision',
  lon: 'double precision',
  spent: 'numeric(18,2)',
  limit: 'numeric',
  balance: 'numeric',
  active: 'boolean',
  verified: 'boolean',
  birthday: 'date',
  joined: 'date',
  seenAt: 'timestamptz',
  createdAt: 'timestamp',
  languages: 'text[]',
  lucky: 'bigint[]',
  prices: 'numeric[]',
  roles: 'columns.role[]',
}

const companyColumns: Readonly<Record<string, string>> = {
  plan: 'text',
  seats: 'numeric',
  domain: 'varchar(40)',
  renewsAt: 'timestamptz',
  regions: 'text[]',
}

const eventColumns: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  opened: { campaign: 'text', clicks: 'bigint', device: 'text' },
  purchase: {
    amount: 'numeric',
    quantity: 'bigint',
    sku: 'text',
    release: 'text',
    gift: 'boolean',
    due: 'date',
    paidAt: 'timestamptz',
    labels: 'text[]',
  },
  'page view': { path: 'text', seconds: 'double precision' },
}

const definitions = (types: Readonly<Record<string, string>>): RawBuilder<unknown> =>
  sql.join(Object.entries(types).map(([name, type]) => sql`${sql.id(name)} ${sql.raw(type)}`))

const columnsTable = (event: string): EventTable => {
  const properties = schema.events.get(event)!
  return eventTable(`columns.${event}`, {
    person: 'person',
    at: { in: 'column', column: 'at', zone: 'UTC' },
    id: 'id',
    properties: Object.fromEntries(
      [...properties.keys()].map((name) => [
        name,
        Object.hasOwn(eventColumns[event]!, name) ? column() : json('rest'),
      ]),
    ),
    foreignKey: true,
  })
}

/** Columns: every field and property in a column of its type, tags in a table, a table an event, no base filter. */
const columns: Layout = {
  name: 'columns',
  recordsTagTimes: true,
  source: defineSource(schema, {
    people: { table: 'columns.people', id: 'id' },
    fields: {
      '*': column(),
      createdAt: column('createdAt', { zone: 'UTC' }),
      'home address': json('rest'),
      ...homeParts(),
    },
    tags: tagTable('columns.tags', { person: 'person', tag: 'tag', at: 'at', foreignKey: true }),
    events: Object.fromEntries([...schema.events.keys()].map((name) => [name, columnsTable(name)])),
    accounts: {
      company: accountTable('columns.companies', { id: 'id', of: 'company', fields: { '*': column() } }),
      'sales team': accountTable('columns.teams', {
        id: 'id',
        of: { table: 'columns.members', person: 'person', account: 'team' },
        fields: { '*': json('rest'), quota: column() },
      }),
    },
  }),
  create: [
    sql`create schema columns`,
    sql`create type columns.plan as enum ('pro', 'free', 'owner''s')`,
    sql`create type columns.role as enum ('reader', 'admin')`,
    sql`create table columns.people (id text collate "C" primary key, rest jsonb, ${definitions(fieldColumns)}, company text)`,
    // Linguistic order and comparison, where the server has them: PGlite has no ICU.
    sql`do $$ begin
      if exists (select from pg_collation where collname = 'en-x-icu') then
        alter table columns.people alter column name type text collate "en-x-icu";
      end if;
    end $$`,
    sql`create table columns.tags (person text collate "C" references columns.people on delete cascade, tag text, at timestamptz, primary key (person, tag))`,
    sql`create table columns.companies (id varchar(40) primary key, ${definitions(companyColumns)})`,
    sql`create table columns.teams (id text primary key, quota numeric, rest jsonb)`,
    sql`create table columns.members (person text not null references columns.people on delete cascade, team text, primary key (team, person))`,
    ...Object.entries(eventColumns).map(
      ([name, types]) =>
        sql`create table columns.${sql.id(name)} (id text, person text collate "C" not null references columns.people on delete cascade, at timestamp not null, rest jsonb, ${definitions(types)})`,
    ),
  ],
  fill: (people) => [
    sql`delete from columns.tags`,
    ...Object.keys(eventColumns).map((name) => sql`delete from columns.${sql.id(name)}`),
    sql`delete from columns.people`,
    ...['companies', 'teams', 'members'].map((table) => sql`delete from columns.${sql.id(table)}`),
    sql`insert into columns.companies select * from ${rows(
      accountsOf(people, 'company').map(({ id, fields }) => ({
        id,
        ...Object.fromEntries(
          Object.keys(companyColumns).map((name) => [
            name,
            storable(schema.accounts.get('company')!.get(name)!.type, own(fields, [name])),
          ]),
        ),
      })),
      sql`id text, ${definitions(companyColumns)}`,
    )}`,
    sql`insert into columns.teams select * from ${rows(
      accountsOf(people, 'sales team').map(({ id, fields }) => ({
        id,
        quota: storable({ kind: 'decimal', scale: 2 }, own(fields, ['quota'])),
        rest: fields,
      })),
      sql`id text, quota numeric, rest jsonb`,
    )}`,
    sql`insert into columns.people select * from ${rows(
      people.map(({ id, fields, ...person }) => ({
        id,
        rest: fields,
        company: singleOf({ id, ...person }) ?? [null, 'nowhere'][id.length % 2],
        ...Object.fromEntries(
          Object.entries(fieldColumns).map(([name, type]) => {
            const stored = storable(schema.fields.get(name)!.type, own(fields, [name]))
            return [name, type === 'timestamp' && stored !== null ? utc(stored as string) : stored]
          }),
        ),
      })),
      sql`id text, rest jsonb, ${definitions(fieldColumns)}, company text`,
    )}`,
    sql`insert into columns.members select * from ${rows(membersOf(people, 'sales team'), sql`person text, team text`)}`,
    sql`insert into columns.tags select * from ${rows(taggings(people), sql`person text, tag text, at timestamptz`)}`,
    ...Object.entries(eventColumns).map(([name, types]) => {
      const infos = schema.events.get(name)!
      const data = eventsOf(people, name).map(({ id, person, at, properties }) => ({
        id,
        person,
        // A column without zone holds UTC: the text has to be in it.
        at: utc(at),
        rest: properties ?? {},
        ...Object.fromEntries(
          Object.keys(types).map((key) => [key, storable(infos.get(key)!.type, own(properties, [key]))]),
        ),
      }))
      return sql`insert into columns.${sql.id(name)} select * from ${rows(data, sql`id text, person text, at timestamp, rest jsonb, ${definitions(types)}`)}`
    }),
  ],
  clear: sql`truncate columns.people, columns.companies, columns.teams cascade`,
}

function homeParts() {
  const parts = [...schema.fields.keys()].filter(
    (name) => name === 'items' || name.startsWith('home address.'),
  )
  return Object.fromEntries(parts.map((name) => [name, json('rest')])) as Record<
    'home address.city',
    ReturnType<typeof json>
  >
}

/** The instant at UTC, with the microseconds that `Date` would drop. */
export function utc(text: string): string {
  const fraction = /\.(\d{1,6})/.exec(text)?.[1] ?? ''
  const whole = new Date(Date.parse(text.replace(/\.\d+/, ''))).toISOString().slice(0, 19)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

/** The layouts that every definition is compared on. */
export const layouts: readonly Layout[] = [documents, columns]

/** Creates a layout's tables. */
export async function createLayout(db: Kysely<unknown>, layout: Layout): Promise<void> {
  for (const statement of layout.create) await statement.execute(db)
}
