import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import type { Database } from './database/index.ts'
import { ClosedError } from './errors.ts'

/**
 * A database that knows when it was closed: whoever asks it afterwards is told so, in the words of what was opened with it.
 *
 * @example
 * ```ts
 * const database = untilClosed(openDatabase({ connectionString: 'postgres://localhost/crm' }), 'the store')
 * await Effect.runPromise(database.close)
 * ```
 */
export function untilClosed(database: Database, what: string): Database {
  let isClosed = false
  const open = <A, E, R>(use: () => Effect.Effect<A, E, R>): Effect.Effect<A, E | ClosedError, R> =>
    Effect.suspend((): Effect.Effect<A, E | ClosedError, R> =>
      isClosed ? Effect.fail(new ClosedError({ what })) : use(),
    )
  return {
    read: (use, options) => open(() => database.read(use, options)),
    write: (use, options) => open(() => database.write(use, options)),
    once: (query) => open(() => database.once(query)),
    stream: (use, options) => Stream.unwrap(open(() => Effect.succeed(database.stream(use, options)))),
    close: Effect.suspend(() => {
      isClosed = true
      return database.close
    }),
  }
}
