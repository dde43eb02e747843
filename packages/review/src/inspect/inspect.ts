import { checkOptions, clockMs } from '@segmentry/core'
import type { Connection, Settings, Source } from '@segmentry/postgres'
import { openDatabase, openInspection, toPromise } from '@segmentry/postgres/effect'
import * as Effect from 'effect/Effect'
import type { Segments } from '../change/segments.ts'
import type { Finding } from '../finding/finding.ts'
import { calendarFindings } from './calendar.ts'
import { costFindings, indexFindings } from './cost.ts'
import { dataFindings } from './data.ts'
import { readersOf } from './readers.ts'
import { misfits } from './source.ts'

/** What is looked at. */
export interface InspectOptions {
  /** Whether the rows of tables are looked at, and not only the catalog and the planner; true unless told. */
  readonly data?: boolean
  /** About how many rows of a larger table are looked at; 100,000 unless told. */
  readonly rows?: number
  /** The clock of the estimates; this machine's unless told. */
  readonly now?: Date | string
  /** The schema of the database that revisions are in: says up to when the views that they keep can answer. */
  readonly revisions?: string
  readonly signal?: AbortSignal
}

const rowsDefault = 100_000

/**
 * What a database says of segments and their schema: tables that do not fit, values that are not of their types, what is declared and never
 * there or there and not declared, and what segments cost.
 *
 * Use it beside `findings` before a change is merged, or on a schedule. Of tables with more than twice `rows` a sample is looked at, and what is
 * found says so. Each statement has the time that `settings` give it.
 *
 * Nothing is changed. An index that is proposed was tried on a sample in a temporary table, which takes the right to make one.
 *
 * @example
 * ```ts
 * const list = await inspect(segments, source, connection)
 * list.map(({ code, key }) => `${code} ${key}`)
 * // => ['data/tag-unused churned', 'data/event-unused purchase']
 * ```
 */
export async function inspect(
  segments: Segments,
  source: Source,
  connection: Connection,
  options: InspectOptions = {},
  settings: Settings = {},
): Promise<readonly Finding[]> {
  checkOptions(options, ['data', 'rows', 'now', 'revisions', 'signal'])
  checkOptions(settings, ['statementTimeout', 'lockTimeout', 'idleTimeout'])
  const { data = true, rows = rowsDefault, now = new Date(), revisions, signal } = options
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new RangeError(`rows is a whole number from 1, found ${rows}`)
  const database = openDatabase(connection, settings)
  const program = Effect.gen(function* () {
    const inspection = yield* openInspection(database, source)
    const tables = data ? yield* inspection.data(rows) : []
    const costs = yield* Effect.forEach(Object.entries(segments), ([key, segment]) =>
      Effect.map(inspection.evaluation.cost(segment, { now }), (cost) => [key, cost] as const),
    )
    const indexes = yield* inspection.indexes(segments, clockMs(now))
    return [
      ...dataFindings(tables, source.schema, readersOf(segments)),
      ...costFindings(Object.fromEntries(costs)),
      ...indexFindings(indexes),
      ...(revisions === undefined ? [] : yield* calendarFindings(database, revisions, clockMs(now))),
    ]
  }).pipe(Effect.catchTag('SourceError', (error) => Effect.succeed(misfits(error))))
  try {
    return await toPromise(program, signal)
  } finally {
    await toPromise(database.close)
  }
}
