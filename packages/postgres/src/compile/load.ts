import type { Account, EventRecord, FieldInfo, Person, PersonDependencies } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, param, type Reading, type Sql } from '../read/reading.ts'
import type { BoundAccount } from '../source/account.ts'
import type { BoundEvent, BoundSource } from '../source/bind.ts'

/** A person as JSON text: values by field name, tags, for each event name `[id, instant, properties]`, and ids of accounts. */
export interface LoadedRow {
  readonly id: string
  readonly person: string
}

interface Loaded {
  readonly fields: Readonly<Record<string, unknown>>
  readonly tags: readonly (string | null | readonly [string | null, string | null])[]
  readonly events: Readonly<
    Record<string, readonly (readonly [string, string, Readonly<Record<string, unknown>>])[]>
  >
  readonly accounts: Readonly<Record<string, readonly (string | null)[]>>
}

/**
 * Reads what definitions depend on of some people, each value as SQL sees it, and which accounts of some groupings are theirs.
 *
 * What SQL takes for missing arrives as null, so that evaluation in process starts from the same values.
 */
export function loadQuery(
  source: BoundSource,
  needs: PersonDependencies,
  people: readonly string[],
  groupings: readonly string[] = [],
): RawBuilder<LoadedRow> {
  const { id, idType, table, where } = source.people
  const fields = needs.fields.map((name): [string, Sql] => [name, source.fields.get(name)!.json])
  const events = needs.events.map((name): [string, Sql] => [name, eventsOf(source.events.get(name)!, id)])
  const accounts = groupings.map((name): [string, Sql] => [
    name,
    accountIdsOf(source.accounts.get(name)!, id),
  ])
  const person = sql`jsonb_build_object('fields', ${objectOf(fields)}, 'tags', ${needs.tags.length > 0 ? tagsOf(source) : sql`'[]'::jsonb`}, 'events', ${objectOf(events)}, 'accounts', ${objectOf(accounts)})`
  const wanted = sql`${id} = any(${param(people, `${idType.sqlType}[]`)})`
  return sql<LoadedRow>`select ${id}::text as id, ${person}::text as person from ${table} as p where ${and(...[wanted, where].filter((part) => part !== undefined))}`
}

/** An object of any number of keys; `jsonb_build_object` alone takes a hundred arguments. */
export function objectOf(entries: readonly (readonly [string, Sql])[]): Sql {
  const chunks: Sql[] = []
  for (let start = 0; start < entries.length; start += 40) {
    const pairs = entries.slice(start, start + 40).flatMap(([key, value]) => [sql.lit(key), value])
    chunks.push(sql`jsonb_build_object(${sql.join(pairs)})`)
  }
  return chunks.length === 0 ? sql`'{}'::jsonb` : sql`(${sql.join(chunks, sql` || `)})`
}

function tagsOf({ tags, people, source }: BoundSource): Sql {
  if (!tags!.table) {
    const column = source.tags?.in === 'array' ? source.tags.column : ''
    return sql`coalesce(to_jsonb(${sql.id('p', column)}::text[]), '[]')`
  }
  const { from, person, tag, at, where } = tags!.table
  const mine = and(...[sql`${person} = ${people.id}`, where].filter((part) => part !== undefined))
  const given = at ? sql`jsonb_build_array(${tag}, ${at.json})` : tag
  return sql`(select coalesce(jsonb_agg(${given}), '[]') from ${from} as t where ${mine})`
}

function eventsOf(event: BoundEvent, id: Sql): Sql {
  const properties = [...event.properties].map(([name, reading]: [string, Reading]): [string, Sql] => [
    name,
    reading.json,
  ])
  const mine = and(
    ...[sql`${event.person} = ${id}`, event.where, event.at.valid].filter((part) => part !== undefined),
  )
  return sql`(select coalesce(jsonb_agg(jsonb_build_array(${event.id}, ${event.at.json}, ${objectOf(properties)})), '[]') from ${event.from} as e where ${mine})`
}

function accountIdsOf({ of }: BoundAccount, id: Sql): Sql {
  if (of.in === 'column') return sql`jsonb_build_array(${of.account}::text)`
  const mine = and(...[sql`${of.person} = ${id}`, of.where].filter((part) => part !== undefined))
  return sql`(select coalesce(jsonb_agg(${of.account}::text), '[]') from ${of.from} as m where ${mine})`
}

/** The people of rows of {@link loadQuery}, for core's evaluator; `account` is what is known of each account of theirs. */
export function personOf(
  source: BoundSource,
  row: LoadedRow,
  account: (grouping: string, id: string) => Account | undefined = () => undefined,
): Person {
  const { fields, tags, events, accounts } = JSON.parse(row.person) as Loaded
  const schema = source.source.schema
  return {
    id: row.id,
    fields: nested(fields, schema.fields),
    tags: tags.flatMap((given) => {
      if (given === null || typeof given === 'string') return given ?? []
      const [tag, at] = given
      if (tag === null) return []
      return at === null ? tag : { tag, at }
    }),
    events: Object.entries(events).flatMap(([name, list]) =>
      list.map(([id, at, properties]): EventRecord => ({
        id,
        name,
        at,
        properties: nested(properties, schema.events.get(name)!),
      })),
    ),
    ...(Object.keys(accounts).length > 0 && {
      accounts: Object.entries(accounts).flatMap(([grouping, ids]) =>
        ids.flatMap((id) => (id === null ? [] : (account(grouping, id) ?? []))),
      ),
    }),
  }
}

/** Which accounts the people of rows name, of one grouping. */
export const accountIds = (rows: readonly LoadedRow[], grouping: string): readonly string[] =>
  [...new Set(rows.flatMap((row) => (JSON.parse(row.person) as Loaded).accounts[grouping] ?? []))].filter(
    (id) => id !== null,
  )

/** Values by flat name as the nested objects that the names' paths lead through. */
export function nested(
  values: Readonly<Record<string, unknown>>,
  infos: ReadonlyMap<string, FieldInfo>,
): Record<string, unknown> {
  const root = empty()
  // Shorter paths first: an object that is there is made before its parts are put into it.
  const names = Object.keys(values).toSorted((a, b) => infos.get(a)!.path.length - infos.get(b)!.path.length)
  for (const name of names) {
    const value = values[name]
    if (value === null) continue
    const { path, type } = infos.get(name)!
    let at = root
    for (const key of path.slice(0, -1)) at = (at[key] ??= empty()) as Record<string, unknown>
    at[path.at(-1)!] ??= type.kind === 'object' ? Object.assign(empty(), value) : value
  }
  return root
}

/** Without a prototype, so that a field called 'toString' is not there before it is put there. */
const empty = (): Record<string, unknown> => Object.create(null) as Record<string, unknown>
