import * as Effect from 'effect/Effect'
import { compiled, type Database } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'
import { idType } from '../read/column.ts'
import { type Catalog, catalogOf, catalogQuery, quotedName } from '../source/catalog.ts'
import { choicesOf } from './choices.ts'
import { naturalType, type NaturalType } from './natural.ts'
import { type RelationRow, relationsQuery, schemasQuery } from './relations.ts'

// What is in a database whose tables nobody has mapped yet.

/** A column as a mapping would read it. */
export interface SurveyedColumn {
  readonly name: string
  /** Its type, as Postgres prints it. */
  readonly shown: string
  /** What a schema would say of it; absent where no field can be read from it. */
  readonly type?: NaturalType
  /** By what it identifies, where it can: columns that refer to each other have the same. */
  readonly id?: string
  readonly notNull: boolean
  /** Whether it is a time without a zone, beside which a mapping has to name one. */
  readonly needsZone: boolean
  /** Whether the role may read it. */
  readonly isReadable: boolean
}

/** A foreign key. */
export interface Reference {
  readonly columns: readonly string[]
  readonly table: string
  readonly to: readonly string[]
  /** Whether it holds of all rows. */
  readonly isValid: boolean
}

/** A table or a view. */
export interface SurveyedTable {
  readonly schema: string
  readonly name: string
  /** As a mapping writes it: `public.users`. */
  readonly table: string
  readonly kind: 'table' | 'view'
  readonly isReadable: boolean
  /** Whether a mapping can name it: a dot parts a schema from a table there. */
  readonly isNameable: boolean
  /** Whether a role may see some of its rows only. */
  readonly hasRowSecurity: boolean
  readonly columns: readonly SurveyedColumn[]
  /** The columns of each unique index, the primary key first. */
  readonly keys: readonly (readonly string[])[]
  readonly refers: readonly Reference[]
}

/** What schemas of a database have, and which schemas there are. */
export interface Survey {
  readonly tables: readonly SurveyedTable[]
  readonly schemas: Readonly<Record<string, number>>
}

/** Reads the catalog of some schemas. Rows are not looked at. */
export const surveyTables = (
  database: Database,
  schemas: readonly string[],
): Effect.Effect<Survey, PostgresError> =>
  database.read((session) =>
    Effect.gen(function* () {
      const all = yield* session.run(compiled(schemasQuery))
      const rows = yield* session.run(compiled(relationsQuery(schemas)))
      const tables = rows.filter((row) => row.readable && isNameable(row)).map(tableName)
      const names = tables.map(quotedName)
      const columns = yield* session.run(compiled(catalogQuery(names)))
      const catalog = catalogOf(tables, names, columns)
      return {
        tables: rows.map((row) => surveyed(row, catalog)),
        schemas: Object.fromEntries(all.map((one) => [one.schema, one.tables])),
      }
    }),
  )

const tableName = ({ schema, name }: RelationRow): string => `${schema}.${name}`
const isNameable = ({ schema, name }: RelationRow): boolean => !schema.includes('.') && !name.includes('.')

const parsed = <T>(json: string | null): readonly T[] =>
  json === null ? [] : (JSON.parse(json) as readonly T[])

interface Key {
  readonly columns: readonly string[]
}
interface Refers {
  readonly columns: readonly string[]
  readonly schema: string
  readonly name: string
  readonly to: readonly string[]
  readonly isValid: boolean
}
interface Check {
  readonly column: string
  readonly definition: string
}

function surveyed(row: RelationRow, catalog: Catalog): SurveyedTable {
  const table = tableName(row)
  const hidden = new Set(parsed<string>(row.hidden))
  const choices = new Map(
    parsed<Check>(row.checks).flatMap(({ column, definition }) => {
      const values = choicesOf(definition)
      return values === undefined ? [] : [[column, values] as const]
    }),
  )
  return {
    schema: row.schema,
    name: row.name,
    table,
    kind: row.kind === 'v' ? 'view' : 'table',
    isReadable: row.readable,
    isNameable: isNameable(row),
    hasRowSecurity: row.row_security,
    columns: parsed<string>(row.columns).flatMap((name): readonly SurveyedColumn[] => {
      const found = catalog.get(table)?.get(name)
      if (found === undefined) return []
      const { type, notNull } = found
      const natural = naturalType(type)
      const values = natural?.kind === 'text' && type.name !== 'uuid' ? choices.get(name) : undefined
      const own: NaturalType | undefined = values?.every((value) => value !== '')
        ? { kind: 'choice', values }
        : natural
      const id = idType(type)?.sqlType
      return [
        {
          name,
          shown: type.shown,
          ...(own && { type: own }),
          ...(id !== undefined && { id }),
          notNull,
          needsZone: type.name === 'timestamp',
          isReadable: !hidden.has(name),
        },
      ]
    }),
    keys: parsed<Key>(row.keys).map(({ columns }) => columns),
    refers: parsed<Refers>(row.refers).map(({ schema, name, columns, to, isValid }) => ({
      columns,
      table: `${schema}.${name}`,
      to,
      isValid,
    })),
  }
}
