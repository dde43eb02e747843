import { checkOptions } from '@segmentry/core'
import * as Context from 'effect/Context'
import * as Effect from 'effect/Effect'
import * as Layer from 'effect/Layer'
import { type Connection, openDatabase, settingKeys } from './database/index.ts'
import type { PostgresError, SourceError } from './errors.ts'
import type { Evaluation } from './evaluator/effects.ts'
import type { EvaluatorSettings } from './evaluator/evaluator.ts'
import { checkMode } from './evaluator/guard.ts'
import { openEvaluation } from './evaluator/open.ts'
import type { Source } from './source/source.ts'

/**
 * The evaluator as a service: the methods of the promise face, as effects and streams with typed errors.
 *
 * @example
 * ```ts
 * import * as Effect from 'effect/Effect'
 *
 * const program = Effect.gen(function* () {
 *   const evaluation = yield* SegmentEvaluation
 *   return yield* evaluation.count(segments.vip)
 * })
 * await Effect.runPromise(Effect.provide(program, SegmentEvaluation.layer(source, connection))) // => 1
 * ```
 */
export class SegmentEvaluation extends Context.Service<SegmentEvaluation, Evaluation>()(
  '@segmentry/postgres/SegmentEvaluation',
) {
  /** Opens the evaluator of a source, and closes what it opened when the layer's scope ends. */
  static layer(
    source: Source,
    connection: Connection,
    settings: EvaluatorSettings = {},
  ): Layer.Layer<SegmentEvaluation, PostgresError | SourceError> {
    return Layer.effect(
      SegmentEvaluation,
      Effect.gen(function* () {
        checkOptions(settings, ['mode', ...settingKeys])
        const { mode, ...limits } = settings
        checkMode(mode)
        const database = yield* Effect.acquireRelease(
          Effect.sync(() => openDatabase(connection, limits)),
          (opened) => opened.close,
        )
        return yield* openEvaluation(database, source, mode)
      }),
    )
  }
}

export {
  compiled,
  type Database,
  literally,
  openDatabase,
  type Piece,
  type Session,
  toPromise,
  type TransactionOptions,
} from './database/index.ts'
export type { Bits } from './compile/bits.ts'
export { bitsInWord, type Held } from './compile/word.ts'
export type { Evaluation, EvaluationError, ExportingError, Page, Roll } from './evaluator/effects.ts'
export { type Calendar, type CalendarRow, calendarRows } from './view/calendar.ts'
export { type View } from './view/view.ts'
export { untilClosed } from './closing.ts'
export { openEvaluation } from './evaluator/open.ts'
export { type FieldFacts, mostValues, type TableFacts, type Unread } from './inspect/facts.ts'
export type { Indexes, MissingIndex } from './inspect/indexes.ts'
export { type Inspection, openInspection } from './inspect/open.ts'
export {
  checkedSchema,
  ingest,
  type IngestOptions,
  type LayoutOptions,
  migrate,
  type Migrated,
  type Migration,
} from './layout/index.ts'
export { type Document, type Look, lookAt, type Looked, type Values } from './survey/look.ts'
export type { NaturalType } from './survey/natural.ts'
export {
  type Reference,
  type Survey,
  type SurveyedColumn,
  type SurveyedTable,
  surveyTables,
} from './survey/survey.ts'
