import { stableText } from '@segmentry/core'
import { type RawBuilder, sql } from 'kysely'
import { and, type Reading, type Sql } from '../read/reading.ts'
import type { BoundSource } from '../source/bind.ts'
import type { EventSource } from '../source/source.ts'
import { type FieldFacts, mostValues, type TableFacts } from './facts.ts'

// One look at a table, for all that a schema says of its rows.

/** What is looked at in the rows of a table. */
export interface Scan {
  readonly table: string
  readonly from: Sql
  readonly where: Sql | undefined
  readonly subjects: readonly Subject[]
  readonly events: readonly { readonly name: string; readonly is: string; readonly where: Sql | undefined }[]
  readonly names: Sql | undefined
  /** A list of tags in each row. */
  readonly tags: Sql | undefined
}

interface Subject extends Pick<FieldFacts, 'on' | 'of' | 'info'> {
  readonly reading: Reading
  /** The rows that it is of, where not all are. */
  readonly within: Sql | undefined
}

/** How many fields are looked at in one statement: a row of Postgres has 1,600 columns at most. */
const atOnce = 200

/** The looks that a source needs: one at each table, or several where it has very many fields. */
export const scansOf = (bound: BoundSource): readonly Scan[] =>
  [peopleScan(bound), ...tagScans(bound), ...eventScans(bound), ...accountScans(bound)].flatMap(parted)

function parted(scan: Scan): readonly Scan[] {
  const parts: Scan[] = []
  for (let start = 0; start === 0 || start < scan.subjects.length; start += atOnce) {
    const subjects = scan.subjects.slice(start, start + atOnce)
    parts.push(
      start === 0
        ? { ...scan, subjects }
        : { ...scan, subjects, events: [], names: undefined, tags: undefined },
    )
  }
  return parts
}

const nothing = { subjects: [], events: [], names: undefined, tags: undefined, where: undefined }

function peopleScan({ people, fields, source }: BoundSource): Scan {
  return {
    ...nothing,
    table: source.people.table,
    from: sql`${people.table} as p`,
    where: people.where,
    subjects: [...source.fields].map(([name, { info }]) => ({
      on: 'field',
      info,
      reading: fields.get(name)!,
      within: undefined,
    })),
    tags: source.tags?.in === 'array' ? sql`${sql.id('p', source.tags.column)}::text[]` : undefined,
  }
}

function tagScans({ tags, source }: BoundSource): readonly Scan[] {
  if (source.tags?.in !== 'table' || tags?.table === undefined) return []
  const { from, tag, where } = tags.table
  return [{ ...nothing, table: source.tags.table, from: sql`${from} as t`, where, tags: sql`array[${tag}]` }]
}

function eventScans({ events, source }: BoundSource): readonly Scan[] {
  const together = new Map<string, (readonly [string, EventSource])[]>()
  for (const entry of source.events) {
    const { table, name, where } = entry[1].table
    const key = stableText([table, name ?? null, where ?? null])
    together.set(key, [...(together.get(key) ?? []), entry])
  }
  return [...together.values()].map((some): Scan => {
    const [first] = some
    const { from, called, where } = events.get(first![0])!
    return {
      ...nothing,
      table: first![1].table.table,
      from: sql`${from} as e`,
      where: called === undefined ? where : called.base,
      names: called?.name.value,
      events: some.map(([name]) => {
        const { called: own, where: rows } = events.get(name)!
        return { name, is: own?.is ?? name, where: rows }
      }),
      subjects: some.flatMap(([of, { properties }]): readonly Subject[] => {
        const { at, where: within, properties: readings } = events.get(of)!
        const info = { name: 'at', path: [], type: at.type, isRequired: true }
        return [
          { on: 'time', of, info, reading: at, within },
          ...[...properties].map(([name, property]): Subject => ({
            on: 'property',
            of,
            info: property.info,
            reading: readings.get(name)!,
            within,
          })),
        ]
      }),
    }
  })
}

const accountScans = ({ accounts, source }: BoundSource): readonly Scan[] =>
  [...source.accounts].map(([of, { table, fields }]): Scan => {
    const { from, where, fields: readings } = accounts.get(of)!
    return {
      ...nothing,
      table: table.table,
      from: sql`${from} as a`,
      where,
      subjects: [...fields].map(([name, { info }]): Subject => ({
        on: 'account',
        of,
        info,
        reading: readings.get(name)!,
        within: undefined,
      })),
    }
  })

/** Which rows are looked at: those of a share of the pages, or the first ones where a relation has no pages. */
export interface Sampling {
  readonly percent?: number
  readonly limit?: number
}

/** What {@link scanQuery} answers with, as JSON text. */
export interface ScanRow {
  readonly numbers: string
  readonly values: string
}

/** What may hold something sensitive is not shown; of an object, only its parts say so. */
const isKeptBack = ({ info: { isSensitive, type } }: Subject): boolean =>
  isSensitive === true || (type.kind === 'list' ? type.of : type).kind === 'object'

const isChoice = ({ info }: Subject): boolean => info.type.kind === 'choice'
const longest = sql.lit(200)

/** Looks at a table. */
export function scanQuery(scan: Scan, { percent, limit }: Sampling): RawBuilder<ScanRow> {
  const { from, where, subjects, events, names, tags } = scan
  const columns = [
    ...subjects.flatMap((subject, i) => [
      sql`(${stateOf(subject)})::int2 as ${state(i)}`,
      sql`left(${subject.reading.stored ?? sql`null::jsonb`} #>> '{}', ${longest}) as ${shownAs(i)}`,
    ]),
    ...events.map(({ where: of }, i) => sql`(${of ?? sql`true`}) is true as ${sql.id(`event_${i}`)}`),
    sql`${names ?? sql`null::text`} as event_name`,
    sql`${tags ?? sql`null::text[]`} as tags`,
  ]
  const numbers = [
    sql`count(*)`,
    ...events.map((_, i) => sql`count(*) filter (where ${sql.id(`event_${i}`)})`),
    ...subjects.flatMap((subject, i) => [
      sql`count(*) filter (where ${state(i)} > 0)`,
      sql`count(*) filter (where ${state(i)} = 2)`,
      isKeptBack(subject) ? sql`null` : sql`min(${shownAs(i)} collate "C") filter (where ${state(i)} = 2)`,
    ]),
  ].map((one) => sql`(${one})::text`)
  const counts = [
    countsOf(sql`select event_name as value from looked_at`),
    countsOf(sql`select unnest(tags) as value from looked_at`),
    ...subjects.flatMap((subject, i) =>
      isChoice(subject)
        ? [countsOf(sql`select ${shownAs(i)} as value from looked_at where ${state(i)} > 0`)]
        : [],
    ),
  ]
  const sampled =
    percent === undefined ? sql`` : sql` tablesample system (${sql.lit(percent)}) repeatable (1)`
  const first = limit === undefined ? sql`` : sql` limit ${sql.lit(limit)}`
  return sql<ScanRow>`with looked_at as materialized (
      select ${sql.join(columns)} from ${from}${sampled}${where === undefined ? sql`` : sql` where ${where}`}${first}
    ) select to_jsonb(array[${sql.join(numbers)}])::text as numbers, to_jsonb(array[${sql.join(counts)}])::text as values from looked_at`
}

const state = (i: number): Sql => sql.id(`state_${i}`)
const shownAs = (i: number): Sql => sql.id(`shown_${i}`)

/** 0 where nothing is stored, 1 for what is of the type, 2 for what is not. */
function stateOf({ reading: { type, stored, valid, json }, within }: Subject): Sql {
  if (stored === undefined) return sql`0`
  // What is no element of the list's type is not in what is loaded.
  const isWhole =
    type.kind === 'list' ? sql`jsonb_array_length(${json}) = jsonb_array_length(${stored})` : sql`true`
  const fits = sql`case when (${valid}) is true then case when ${isWhole} then 1 else 2 end else 2 end`
  const isThere = sql`${stored} is not null`
  return sql`case when ${within === undefined ? isThere : and(sql`(${within}) is true`, isThere)} then ${fits} else 0 end`
}

const countsOf = (values: Sql): Sql =>
  sql`coalesce((select jsonb_object_agg(value, n)::text from (select value, count(*) as n from (${values}) as one where value is not null group by value order by n desc, value limit ${sql.lit(mostValues)}) as counted), '{}')`

/** What a look at a table has found. */
export function factsOf(scan: Scan, row: ScanRow, of: number | undefined): TableFacts {
  const numbers = JSON.parse(row.numbers) as readonly (string | null)[]
  const [names, tags, ...choices] = (JSON.parse(row.values) as readonly string[]).map(
    (one) => JSON.parse(one) as Readonly<Record<string, number>>,
  )
  const { table, events, subjects } = scan
  const left = [...choices]
  const fields = subjects.flatMap((subject, i): readonly FieldFacts[] => {
    const { on, of: owner, info, reading } = subject
    const [stored, ill, example] = numbers.slice(1 + events.length + 3 * i)
    const values = isChoice(subject) ? left.shift() : undefined
    // An object of which parts are kept elsewhere is stored nowhere as a whole.
    if (reading.stored === undefined) return []
    return [
      {
        on,
        info,
        stored: Number(stored),
        ill: Number(ill),
        ...(owner !== undefined && { of: owner }),
        ...(typeof example === 'string' && { example }),
        ...(values && { values }),
      },
    ]
  })
  return {
    table,
    rows: Number(numbers[0]),
    ...(of !== undefined && { of }),
    fields,
    events: Object.fromEntries(events.map(({ name }, i) => [name, Number(numbers[1 + i])])),
    called: events.map(({ is }) => is),
    ...(scan.names && { names: names! }),
    ...(scan.tags && { tags: tags! }),
  }
}
