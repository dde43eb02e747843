import type { PostgresError } from '@segmentry/postgres'
import { compiled, type Session } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import { type RawBuilder, sql } from 'kysely'

// What the catalog of Postgres knows of views. The comment of a view says that it is one of these, and what it was made of.

type Asked<R> = Effect.Effect<R, PostgresError>

/** A view that is kept. */
export interface Kept {
  readonly oid: string
  readonly schema: string
  readonly name: string
  /** A hash of what it was made of. */
  readonly hash: string
  /** The type and the collation of its column. */
  readonly column: string
  /** Whether it is as it was made: anybody may have replaced it since. */
  readonly isWhole: boolean
}

/** What marks a view: `printed` is a hash of how Postgres prints it. */
export const markOf = (
  segment: string,
  place: string,
  { hash, column }: Pick<Kept, 'hash' | 'column'>,
  printed: string,
): string =>
  `Who is in the segment '${segment}', always as of now. It is kept by segmentry apply: do not edit it. [${place} ${hash} ${printed} ${column}]`

const mark = /^Who is in the segment .* \[(\S+) ([0-9a-f]{64}) ([0-9a-f]{32}) ([^\]]*)\]$/s

interface Row {
  readonly oid: string
  readonly schema: string
  readonly name: string
  readonly comment: string
  readonly printed: string
}

/** The views that are kept by the revisions of a schema, wherever they are. */
export const keptBy = (session: Session, place: string): Asked<readonly Kept[]> =>
  Effect.map(
    session.run(
      compiled(sql<Row>`select c.oid::text, n.nspname::text as schema, c.relname::text as name,
          d.description as comment, md5(pg_get_viewdef(c.oid)) as printed
        from pg_description d join pg_class c on c.oid = d.objoid and c.relkind = 'v'
          join pg_namespace n on n.oid = c.relnamespace
        where d.classoid = 'pg_class'::regclass and d.objsubid = 0 and starts_with(d.description, 'Who is in the segment ')
        order by n.nspname, c.relname`),
    ),
    (rows) =>
      rows.flatMap(({ comment, printed, ...view }) => {
        const [, by, hash = '', was, column = ''] = mark.exec(comment) ?? []
        return by === place ? [{ ...view, hash, column, isWhole: was === printed }] : []
      }),
  )

/** How Postgres prints views, as a hash by name. */
export const printed = (
  session: Session,
  schema: string,
  names: readonly string[],
): Asked<ReadonlyMap<string, string>> =>
  Effect.map(
    session.run(
      compiled(sql<{ name: string; printed: string }>`select c.relname::text as name,
          md5(pg_get_viewdef(c.oid)) as printed
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema}::text and c.relname = any(${texts(names)}::text[])`),
    ),
    (rows) => new Map(rows.map((row) => [row.name, row.printed])),
  )

/** What has a name in a schema that a view would need, in words. */
export const taken = (
  session: Session,
  schema: string,
  names: readonly string[],
): Asked<readonly { readonly name: string; readonly oid: string; readonly what: string }[]> =>
  session.run(
    compiled(sql<{ name: string; oid: string; what: string }>`
      select c.relname::text as name, c.oid::text, case c.relkind when 'v' then 'a view' when 'm' then 'a materialized view'
          when 'i' then 'an index' when 'I' then 'an index' when 'S' then 'a sequence' when 'c' then 'a type' else 'a table' end as what
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = ${schema}::text and c.relname = any(${texts(names)}::text[])
      union all
      select t.typname::text, t.oid::text, 'a type'
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
        where n.nspname = ${schema}::text and t.typname = any(${texts(names)}::text[])
          and t.typrelid = 0 and t.typcategory <> 'A'`),
  )

/** What depends on views, by their oids: other views, and functions that speak of their rows. */
export const dependents = (
  session: Session,
  oids: readonly string[],
): Asked<readonly { readonly oid: string; readonly what: string }[]> =>
  session.run(
    compiled(sql<{ oid: string; what: string }>`
      select distinct c.oid::text, coalesce(pg_describe_object('pg_class'::regclass, r.ev_class, 0),
          pg_describe_object(d.classid, d.objid, 0)) as what
        from pg_class c
          join pg_type t on t.oid = c.reltype
          join pg_depend d on (d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid)
            or (d.refclassid = 'pg_type'::regclass and d.refobjid in (t.oid, t.typarray))
          left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
        where c.oid = any(${texts(oids)}::oid[]) and d.deptype <> 'i' and r.ev_class is distinct from c.oid
        order by 1, 2`),
  )

/** Whether there is a schema. */
export const hasSchema = (session: Session, schema: string): Asked<boolean> =>
  Effect.map(
    session.run(compiled(sql`select from pg_namespace where nspname = ${schema}::text`)),
    (rows) => rows.length > 0,
  )

/** A list as one parameter. */
const texts = (list: readonly string[]): RawBuilder<unknown> => sql`${list}`
