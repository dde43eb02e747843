import { clockMs } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import { sql } from 'kysely'
import { compiled, type Session } from '../database/index.ts'
import type { PostgresError } from '../errors.ts'

/** The one clock of an evaluation: an instant, or the database's own time when it is left out. */
export interface At {
  readonly now?: Date | string
}

/** The clock of an evaluation: as given, or the start of the transaction on the database's clock, read once. */
export const clock = (session: Session, { now }: At): Effect.Effect<number, PostgresError> =>
  now === undefined
    ? Effect.map(
        session.run(
          compiled(sql<{ ms: string }>`select floor(extract(epoch from now()) * 1000)::text as ms`),
        ),
        ([row]) => Number(row!.ms),
      )
    : Effect.sync(() => clockMs(now))
