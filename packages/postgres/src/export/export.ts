import type { DefinitionError } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import type { RawBuilder } from 'kysely'
import type { Mode } from '../compile/events.ts'
import type { InstantContext } from '../compile/rule.ts'
import { compiled, copied, type Database, type Piece, type Session } from '../database/index.ts'
import { ExportError, type PostgresError } from '../errors.ts'
import type { BoundSource } from '../source/bind.ts'
import { type Chosen, type FieldColumn, fieldColumns } from './columns.ts'
import { type CellRow, parquetFile } from './parquet.ts'
import {
  cellsQuery,
  type Column,
  columnsOf,
  copyForms,
  type CopyFormat,
  copyQuery,
  type Whom,
} from './query.ts'

/** How people are written. */
export type ExportFormat = CopyFormat | 'parquet'

/** The forms that there are. */
export const exportFormats: readonly ExportFormat[] = ['csv', 'ndjson', 'parquet']

/** What is exported of people, and how. */
export interface ExportOptions extends Chosen {
  /** The instant by which segments are asked; the database's own time when left out. */
  readonly now?: Date | string
  /** `csv` unless told; `ndjson` is a JSON object on each line. */
  readonly format?: ExportFormat
  /** Whether CSV is to be opened in a spreadsheet: text that it would take for a formula then begins with `'`. */
  readonly spreadsheet?: boolean
}

/** What an export is made with. */
export interface Exporting {
  readonly database: Database
  readonly source: BoundSource
  readonly clock: (session: Session) => Effect.Effect<number, PostgresError>
  /** The mode that a query is made in. */
  readonly mode: (
    session: Session,
    whom: Whom,
    query: (mode: Mode) => RawBuilder<unknown>,
  ) => Effect.Effect<Mode, PostgresError>
}

/** Exports people, all as they are at one instant of the database. */
export const exported = (
  whom: Effect.Effect<Whom, DefinitionError>,
  options: ExportOptions,
  { database, source, clock, mode }: Exporting,
): Stream.Stream<Piece, PostgresError | DefinitionError | ExportError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const asked = yield* whom
      const fields = yield* chosen(source, options)
      const { format = 'csv', spreadsheet = false } = options
      const made = (context: InstantContext): RawBuilder<unknown> =>
        format === 'parquet'
          ? cellsQuery(asked, fields, context)
          : copyQuery(format, asked, fields, context, spreadsheet)
      const written = (session: Session) =>
        Stream.unwrap(
          Effect.gen(function* () {
            const now = yield* clock(session)
            const query = (one: Mode) => made({ source, now, mode: one })
            const rows = query(yield* mode(session, asked, query))
            const columns = columnsOf(asked, fields)
            if (format === 'parquet') return parquetPieces(session, rows, columns)
            const copy = session.copy(copied(rows, copyForms[format]))
            return format === 'csv' ? Stream.concat(Stream.make(headOf(columns, spreadsheet)), copy) : copy
          }),
        )
      return database.stream(written, { snapshot: true })
    }),
  )

const chosen = (
  { source }: BoundSource,
  options: ExportOptions,
): Effect.Effect<readonly FieldColumn[], ExportError> =>
  Effect.try({
    try: () => fieldColumns(source.schema, options),
    catch: (error) => {
      if (error instanceof ExportError) return error
      throw error
    },
  })

/** The names of columns hold nothing that has to be quoted; those of a column in Postgres would be cut off. */
const headOf = (columns: readonly Column[], spreadsheet: boolean): Piece => ({
  // Without the mark, spreadsheets take UTF-8 for something else.
  bytes: new TextEncoder().encode(
    `${spreadsheet ? '\uFEFF' : ''}${columns.map(({ name }) => name).join(',')}\n`,
  ),
  people: 0,
})

/** Rows that are fetched at a time. */
const batch = 1_000
/** The rows of a group, and about how many characters of text it holds, whichever is reached first. */
const mostRows = 50_000
const mostText = 16_000_000

function parquetPieces(
  session: Session,
  query: RawBuilder<unknown>,
  columns: readonly Column[],
): Stream.Stream<Piece, PostgresError> {
  return Stream.unwrap(
    Effect.map(
      Effect.promise(() => parquetFile(columns)),
      (file) => {
        let rows: CellRow[] = []
        let text = 0
        const taken = (): readonly Piece[] => {
          if (rows.length === 0) return []
          const piece = { bytes: file.rows(rows), people: rows.length }
          rows = []
          text = 0
          return [piece]
        }
        const groups = Stream.map(session.cursor(compiled(query), batch), (some) => {
          for (const row of some as readonly CellRow[]) {
            rows.push(row)
            for (const cell in row) text += lengthOf(row[cell])
          }
          return rows.length >= mostRows || text >= mostText ? taken() : []
        })
        const end = Stream.suspend(() => Stream.fromIterable([...taken(), { bytes: file.end(), people: 0 }]))
        return Stream.concat(Stream.flattenIterable(groups), end)
      },
    ),
  )
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  return Object.values(value).reduce<number>((sum, one) => sum + lengthOf(one), 0)
}
