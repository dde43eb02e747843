import { definitionOf, type Node, type SegmentsByKey } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { checkRule } from '../compile/check.ts'
import type { Database } from '../database/index.ts'
import type { PostgresError, SourceError } from '../errors.ts'
import { type Evaluation, type EvaluationError, makeEvaluation } from '../evaluator/effects.ts'
import { bindOn } from '../evaluator/open.ts'
import type { Source } from '../source/source.ts'
import { inspectData } from './data.ts'
import type { TableFacts, Unread } from './facts.ts'
import { type Indexes, missingIndexes } from './indexes.ts'

/** What a database has of what a schema declares, and what segments cost on it. */
export interface Inspection {
  readonly evaluation: Evaluation
  /** Looks at the rows of each table, at about `most` of one that has more. */
  readonly data: (most: number) => Effect.Effect<readonly (TableFacts | Unread)[], PostgresError>
  /** The indexes that segments lack at a clock. */
  readonly indexes: (segments: SegmentsByKey<string>, now: number) => Effect.Effect<Indexes, EvaluationError>
}

/** Checks a source against the catalog of a database, and inspects what is there. */
export const openInspection = (
  database: Database,
  source: Source,
): Effect.Effect<Inspection, PostgresError | SourceError> =>
  Effect.map(bindOn(database, source), (bound) => ({
    evaluation: makeEvaluation(database, bound, 'auto'),
    data: (most) => inspectData(database, bound, most),
    indexes: (segments, now) =>
      Effect.gen(function* () {
        const rules = new Map<string, Node>()
        for (const [key, segment] of Object.entries(segments))
          rules.set(key, yield* checkRule(definitionOf(segment), bound))
        return yield* missingIndexes(database, rules, { source: bound, now, mode: 'set' })
      }),
  }))
