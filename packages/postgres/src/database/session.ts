import * as Effect from 'effect/Effect'
import * as Option from 'effect/Option'
import * as Semaphore from 'effect/Semaphore'
import * as Stream from 'effect/Stream'
import type { CompiledQuery } from 'kysely'
import type { PostgresError } from '../errors.ts'
import type { CopyStatement, Piece, Transaction } from './connection.ts'

/** An open transaction: runs one statement at a time. */
export interface Session {
  /** The rows of a query. */
  run<R>(query: CompiledQuery<R>): Effect.Effect<readonly R[], PostgresError>
  /**
   * The rows of a query in batches of at most `batchSize`, through a cursor of Postgres.
   *
   * No more than one batch is held at a time. The stream lives inside the transaction; to hand one out, open it
   * with {@link Database.stream}.
   */
  cursor<R>(query: CompiledQuery<R>, batchSize: number): Stream.Stream<readonly R[], PostgresError>
  /**
   * The rows of a query as Postgres copies them out: text, in pieces, no faster than they are taken.
   *
   * The connection runs nothing else meanwhile. The stream lives inside the transaction, as that of a cursor does.
   */
  copy(statement: CopyStatement): Stream.Stream<Piece, PostgresError>
}

/** A session on a transaction, and the first error of a statement in it. */
export function makeSession(transaction: Transaction): {
  readonly session: Session
  readonly broke: () => PostgresError | undefined
} {
  let cursors = 0
  let broken: PostgresError | undefined
  // A connection takes one statement at a time; one that waits here is interrupted without a word to the server.
  const turn = Semaphore.makeUnsafe(1)
  const query = <R>(
    sql: string,
    parameters: readonly unknown[],
  ): Effect.Effect<readonly R[], PostgresError> =>
    // What a statement gives is known to whoever wrote it; the query builder carries the type.
    (transaction.query(sql, parameters) as Effect.Effect<readonly R[], PostgresError>).pipe(
      Effect.tapError((error) => Effect.sync(() => void (broken ??= error))),
      (statement) => turn.withPermit(statement),
    )

  const cursor = <R>(
    compiled: CompiledQuery<R>,
    batchSize: number,
  ): Stream.Stream<readonly R[], PostgresError> => {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`a batch has a whole number of rows from 1, found ${batchSize}`)
    }
    const name = `segmentry_${(cursors += 1)}`
    const open = query(`declare ${name} no scroll cursor for ${compiled.sql}`, compiled.parameters)
    // A failed transaction has closed its cursors already, and refuses to be told so.
    const close = Effect.ignore(Effect.suspend(() => (broken ? Effect.void : query(`close ${name}`, []))))
    const next = Effect.map(query<R>(`fetch ${batchSize} from ${name}`, []), (rows) => {
      const more = rows.length === batchSize ? Option.some(undefined) : Option.none<undefined>()
      return [rows.length === 0 ? [] : [rows], more] as const
    })
    const batches = Stream.paginate(undefined, () => next)
    return Stream.unwrap(
      Effect.as(
        Effect.acquireRelease(open, () => close, { interruptible: true }),
        batches,
      ),
    )
  }

  const copy: Session['copy'] = (statement) =>
    Stream.unwrap(
      Effect.gen(function* () {
        // The copy is limited by what is heard of it, and not by how long its reader takes.
        yield* query("select set_config('statement_timeout', '0', true)", [])
        yield* Effect.acquireRelease(turn.take(1), () => turn.release(1), { interruptible: true })
        const { next } = yield* transaction.copy(statement)
        const taken = Effect.map(
          Effect.tapError(next, (error) => Effect.sync(() => void (broken ??= error))),
          (piece) =>
            [
              piece === undefined ? [] : [piece],
              piece === undefined ? Option.none<undefined>() : Option.some(undefined),
            ] as const,
        )
        return Stream.paginate(undefined, () => taken)
      }),
    )

  const run: Session['run'] = ({ sql, parameters }) => query(sql, parameters)
  return { session: { run, cursor, copy }, broke: () => broken }
}
