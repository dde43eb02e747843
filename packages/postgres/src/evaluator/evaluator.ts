import {
  checkOptions,
  type Countable,
  type Dependencies,
  type EvaluationOptions,
  type Evaluator,
  type Person,
} from '@segmentry/core'
import type * as Effect from 'effect/Effect'
import type * as Stream from 'effect/Stream'
import { untilClosed } from '../closing.ts'
import type { SqlText } from '../compile/text.ts'
import {
  type Connection,
  openDatabase,
  type Piece,
  type Settings,
  settingKeys,
  toAsyncIterable,
  toPromise,
} from '../database/index.ts'
import type { ExportOptions } from '../export/export.ts'
import type { Source } from '../source/source.ts'
import type { Evaluation, ExportingError, ModeSetting, SqlOptions } from './effects.ts'
import { checkMode } from './guard.ts'
import { openEvaluation } from './open.ts'

/** How an evaluator runs. */
export interface EvaluatorSettings extends Settings {
  /**
   * How counted conditions become SQL: for all people at once (`set`), for few at a time by index (`point`), or
   * whichever the planner estimates to be cheaper (`auto`, unless told).
   */
  readonly mode?: ModeSetting
}

/** The evaluator on Postgres: segments are queries on your tables, so their answers are always current. */
export interface PostgresEvaluator extends Evaluator {
  /** The query that lists the members of a segment, or of the top of one, for reading; it is not run. */
  sql(segment: Countable, options?: SqlOptions): SqlText
  /** People with all that definitions depend on, for evaluation in process; ids the population does not have are left out. */
  load(
    people: readonly string[],
    needs: Dependencies,
    options?: EvaluationOptions,
  ): Promise<readonly Person[]>
  /**
   * The people of a segment, or of the top of one, with their fields, in order of their ids: a file in pieces, to be written where it is wanted.
   *
   * Use it for what leaves the database: {@link members} lists ids alone. They are as they are at one instant, nothing is written in the database, and
   * no more than a few pieces are held at a time. A field has the value that an evaluator sees; one that is missing is empty in CSV, where empty text is `""`.
   * Iterating rejects with an {@link ExportError} for a field that there is not, and for one that is `sensitive()` unless that was said.
   *
   * @example
   * ```ts
   * const evaluator = await openEvaluator(source, connection)
   * const exported = evaluator.export(segments.vip, { fields: ['state', 'plan'] })
   * // In a program: await pipeline(exported, createWriteStream('vip.csv'))
   * Buffer.concat(await Array.fromAsync(exported)).toString() // => 'id,state,plan\np1,CA,pro\n'
   * exported.people // => 1
   * await evaluator.close()
   * ```
   */
  export(segment: Countable, options?: ExportOptions & EvaluationOptions): Exported
  /** Everybody who is in any of some segments, as {@link export}, with the keys of those that they are in: the column `segments`. */
  exports(
    segments: Readonly<Record<string, Countable>>,
    options?: ExportOptions & EvaluationOptions,
  ): Exported
  /** Closes the pool, if it was opened here. */
  close(): Promise<void>
}

/** An export: iterating makes it, once. */
export interface Exported extends AsyncIterable<Uint8Array> {
  /** How many people have been handed out so far. */
  readonly people: number
}

/** The promise face of an {@link Evaluation}. */
export const evaluatorOf = (evaluation: Evaluation, close: Effect.Effect<void>): PostgresEvaluator => ({
  count: (segment, options) => toPromise(evaluation.count(segment, options), options?.signal),
  counts: (segments, options) => toPromise(evaluation.counts(segments, options), options?.signal),
  members: (segment, options) => toAsyncIterable(evaluation.members(segment, options), options?.signal),
  has: (segment, person, options) => toPromise(evaluation.has(segment, person, options), options?.signal),
  which: (segments, people, options) =>
    toPromise(evaluation.which(segments, people, options), options?.signal),
  explain: (segment, person, options) =>
    toPromise(evaluation.explain(segment, person, options), options?.signal),
  load: async (people, needs, options) => {
    checkOptions(options)
    return toPromise(evaluation.load(people, needs), options?.signal)
  },
  export: (segment, options) => exportedOf(evaluation.export(segment, options), options?.signal),
  exports: (segments, options) => exportedOf(evaluation.exports(segments, options), options?.signal),
  sql: (segment, options) => evaluation.sql(segment, options),
  close: () => toPromise(close),
})

function exportedOf(pieces: Stream.Stream<Piece, ExportingError>, signal?: AbortSignal): Exported {
  let written = 0
  async function* bytes(): AsyncGenerator<Uint8Array, void> {
    for await (const piece of toAsyncIterable(pieces, signal)) {
      written += piece.people
      yield piece.bytes
    }
  }
  const all = bytes()
  return {
    get people() {
      return written
    },
    [Symbol.asyncIterator]: () => all,
  }
}

/**
 * Opens an evaluator: connects, checks the source against the live catalog, and is then ready.
 *
 * Evaluation only reads. Each runs in a read-only transaction with a statement timeout, without JIT, in UTC,
 * on the database's clock unless `now` is given. Rejects with a {@link SourceError} that names every table and
 * column that does not fit, or a {@link ConnectionError} that says what to do.
 *
 * @example
 * ```ts
 * const evaluator = await openEvaluator(source, connection) // connection: { connectionString: 'postgres://…' }
 * await evaluator.count(segments.vip) // => 1
 * await Array.fromAsync(evaluator.members(segments.lapsed)) // => ['p2', 'p3']
 * await evaluator.close()
 * ```
 */
export async function openEvaluator(
  source: Source,
  connection: Connection,
  settings: EvaluatorSettings = {},
): Promise<PostgresEvaluator> {
  checkOptions(settings, ['mode', ...settingKeys])
  const { mode, ...limits } = settings
  checkMode(mode)
  const database = untilClosed(openDatabase(connection, limits), 'the evaluator')
  try {
    const evaluation = await toPromise(openEvaluation(database, source, mode))
    return evaluatorOf(evaluation, database.close)
  } catch (error) {
    await toPromise(database.close)
    throw error
  }
}
