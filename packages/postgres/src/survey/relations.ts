import { sql } from 'kysely'

/** What the catalog says of a table or a view, but for its columns. */
export interface RelationRow {
  readonly schema: string
  readonly name: string
  readonly kind: string
  readonly readable: boolean
  readonly row_security: boolean
  readonly columns: string | null
  readonly hidden: string | null
  readonly keys: string | null
  readonly refers: string | null
  readonly checks: string | null
}

const names = (relation: ReturnType<typeof sql>, numbers: ReturnType<typeof sql>) =>
  sql`(select json_agg(a.attname order by k.place) from unnest(${numbers}) with ordinality as k(number, place)
    join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.number)`

/** Asks for the tables and views of schemas: not for parts of a partitioned one, nor for what an extension brought. */
export const relationsQuery = (schemas: readonly string[]) => sql<RelationRow>`
  select n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind, c.relrowsecurity as row_security,
    has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select') as readable,
    (select json_agg(a.attname order by a.attnum)::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
    (select json_agg(a.attname)::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and not has_column_privilege(c.oid, a.attnum, 'select')) as hidden,
    (select json_agg(json_build_object('isPrimary', i.indisprimary,
        'columns', ${names(sql`c.oid`, sql`(i.indkey::int2[])[0:i.indnkeyatts - 1]`)}) order by i.indisprimary desc, i.indexrelid)::text
      from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null) as keys,
    (select json_agg(json_build_object('columns', ${names(sql`c.oid`, sql`f.conkey`)}, 'schema', tn.nspname, 'name', t.relname,
        'to', ${names(sql`f.confrelid`, sql`f.confkey`)}, 'isValid', f.convalidated) order by f.conkey)::text
      from pg_constraint f join pg_class t on t.oid = f.confrelid join pg_namespace tn on tn.oid = t.relnamespace
      where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0) as refers,
    (select json_agg(json_build_object('column', a.attname, 'definition', pg_get_constraintdef(k.oid)) order by k.conname)::text
      from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.conrelid = c.oid and k.contype = 'c' and k.convalidated and cardinality(k.conkey) = 1) as checks
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = any(${schemas}::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by n.nspname, c.relname`

/** Asks for the schemas that a database has, with how many tables and views are in each; not for Postgres' own. */
export const schemasQuery = sql<{ schema: string; tables: number }>`
  select n.nspname::text as schema, count(c.oid)::int4 as tables
  from pg_namespace n left join pg_class c on c.relnamespace = n.oid and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
  where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  group by n.nspname order by n.nspname`
