import { sql } from 'kysely'
import type { ColumnType } from '../read/column.ts'

/** A column as it is in the database. */
export interface CatalogColumn {
  readonly type: ColumnType
  readonly notNull: boolean
  /** By which order its text is sorted; null for what is no text. */
  readonly collation: string | null
}

/** Tables by the name the mapping gives them, columns by name; a table that is not there is absent. */
export type Catalog = ReadonlyMap<string, ReadonlyMap<string, CatalogColumn>>

interface Row {
  readonly relation: string
  readonly attribute: string
  readonly shown: string
  readonly name: string
  readonly qualified: string
  readonly labels: string | null
  readonly element: string | null
  readonly element_shown: string | null
  readonly element_qualified: string | null
  readonly element_labels: string | null
  readonly collation: string | null
  readonly deterministic: boolean
  readonly typmod: number
  readonly not_null: boolean
  readonly validates: boolean
}

/** An enum's labels as JSON text. */
const labels = (oid: ReturnType<typeof sql>) =>
  sql`(select json_agg(enumlabel order by enumsortorder)::text from pg_enum where enumtypid = ${oid})`

/** Asks the catalog for the columns of tables, in one query. */
export const catalogQuery = (tables: readonly string[]) => sql<Row>`
  with recursive wanted as (
    select name, to_regclass(name) as relation from unnest(${tables}::text[]) as name
  ), base as (
    select w.name, a.attname, a.atttypid as oid, a.atttypmod as typmod, a.attnotnull, a.attcollation, a.atttypid as declared, a.atttypmod as declared_mod
    from wanted w join pg_attribute a on a.attrelid = w.relation and a.attnum > 0 and not a.attisdropped
    union all
    select b.name, b.attname, t.typbasetype, t.typtypmod, b.attnotnull, b.attcollation, b.declared, b.declared_mod
    from base b join pg_type t on t.oid = b.oid where t.typtype = 'd'
  )
  select b.name as relation, b.attname::text as attribute, format_type(b.declared, b.declared_mod) as shown,
    t.typname::text as name, format('%I.%I', n.nspname, t.typname) as qualified, ${labels(sql`t.oid`)} as labels,
    e.typname::text as element, case when e.oid is not null then format_type(e.oid, null) end as element_shown,
    case when e.oid is not null then format('%I.%I', en.nspname, e.typname) end as element_qualified, ${labels(sql`e.oid`)} as element_labels,
    case when c.oid is not null then format('%I.%I', cn.nspname, c.collname) end as collation,
    coalesce(c.collisdeterministic, true) as deterministic, b.typmod, b.attnotnull as not_null,
    to_regprocedure('pg_input_is_valid(text,text)') is not null as validates
  from base b
  join pg_type t on t.oid = b.oid and t.typtype <> 'd'
  join pg_namespace n on n.oid = t.typnamespace
  left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
  left join pg_namespace en on en.oid = e.typnamespace
  left join pg_collation c on c.oid = b.attcollation
  left join pg_namespace cn on cn.oid = c.collnamespace`

/** Asks which of the tables exist and in which encoding the database keeps text. */
export const tablesQuery = (tables: readonly string[]) => sql<{ relation: string; encoding: string }>`
  select name as relation, current_setting('server_encoding') as encoding
  from unnest(${tables}::text[]) as name where to_regclass(name) is not null`

/** The name of a table as `to_regclass` reads it: each part quoted, so that case and odd letters stand. */
export const quotedName = (table: string): string =>
  table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')

/** The catalog from the rows of {@link catalogQuery}, asked with quoted names. */
export function catalogOf(
  tables: readonly string[],
  existing: readonly string[],
  rows: readonly Row[],
): Catalog {
  const byName = new Map(tables.map((table) => [quotedName(table), table]))
  const catalog = new Map<string, Map<string, CatalogColumn>>()
  for (const name of existing) catalog.set(byName.get(name)!, new Map())
  for (const row of rows)
    catalog
      .get(byName.get(row.relation)!)!
      .set(row.attribute, { type: columnType(row), notNull: row.not_null, collation: row.collation })
  return catalog
}

function columnType(row: Row): ColumnType {
  const { deterministic } = row
  const element: ColumnType | undefined =
    row.element === null
      ? undefined
      : {
          shown: row.element_shown!,
          name: row.element,
          qualified: row.element_qualified!,
          deterministic,
          ...enumLabels(row.element_labels),
        }
  return {
    shown: row.shown,
    name: row.name,
    qualified: row.qualified,
    deterministic,
    ...enumLabels(row.labels),
    ...(element && { element }),
    ...(row.name === 'json' && { validates: row.validates }),
    ...(row.name === 'numeric' && row.typmod >= 4 && numericSize(row.typmod)),
  }
}

const enumLabels = (json: string | null): { labels?: readonly string[] } =>
  json === null ? {} : { labels: JSON.parse(json) as readonly string[] }

/** Precision and scale from a numeric's type modifier; the scale is a signed 11-bit number. */
function numericSize(typmod: number): { precision: number; scale: number } {
  const packed = typmod - 4
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 }
}
