import type { PGlite } from '@electric-sql/pglite'
import type { Duration } from '@segmentry/core'
import * as Effect from 'effect/Effect'
import * as Stream from 'effect/Stream'
import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import { type PostgresError, VersionError } from '../errors.ts'
import { checkConnection } from './address.ts'
import type { Beginning, Driver, Restore, Transaction } from './connection.ts'
import { pgliteDriver } from './pglite.ts'
import { ownPool, poolDriver } from './pool.ts'
import { makeSession, type Session } from './session.ts'
import { limitMs, type Limits, limitsOf, type Settings, settingsOf } from './settings.ts'

export type { Session } from './session.ts'
export type { Settings } from './settings.ts'

/** Where the database is: a pool or an embedded database of yours, or an address to keep a pool for. */
export type Connection =
  { readonly pool: pg.Pool } | { readonly pglite: PGlite } | { readonly connectionString: string }

/** Settings of one transaction. */
export interface TransactionOptions {
  /** How long each statement may run, when it is not as the database was opened with. */
  readonly statementTimeout?: Duration
  /** How long each statement may wait for a lock, when it is not as the database was opened with. */
  readonly lockTimeout?: Duration
  /** Whether all statements see the same instant of the database; else each sees what is committed when it starts. */
  readonly snapshot?: boolean
}

/** A database to run transactions in. */
export interface Database {
  /** Runs `use` in a transaction that cannot write. */
  read<A, E, R>(
    use: (session: Session) => Effect.Effect<A, E, R>,
    options?: TransactionOptions,
  ): Effect.Effect<A, E | PostgresError, R>
  /** Runs `use` in a transaction that commits when `use` succeeds and rolls back when it fails or is interrupted. */
  write<A, E, R>(
    use: (session: Session) => Effect.Effect<A, E, R>,
    options?: TransactionOptions,
  ): Effect.Effect<A, E | PostgresError, R>
  /** Streams out of a transaction that cannot write and that is open as long as the stream. */
  stream<A, E, R>(
    use: (session: Session) => Stream.Stream<A, E, R>,
    options?: TransactionOptions,
  ): Stream.Stream<A, E | PostgresError, R>
  /**
   * Runs one statement that is a transaction of its own, and is planned once for a connection where the server keeps plans.
   *
   * For small statements that are run very often: it is one round trip where {@link Database.write} is three. The statement runs with the
   * settings that the connection has, so it has to be one whose meaning no setting changes.
   */
  once<R>(query: CompiledQuery<R>): Effect.Effect<readonly R[], PostgresError>
  /** Closes the pool if it was opened here; a pool or embedded database that was handed in stays open. */
  readonly close: Effect.Effect<void>
}

/** The oldest server that is known to give right answers. */
const oldest = 15

/**
 * Opens a database; nothing is sent before the first transaction.
 *
 * **Details**
 *
 * The first transaction asks which version the server is: one before Postgres 15 is a {@link VersionError}. With a
 * `connectionString`, call {@link Database.close} at the end. PGlite has one connection: a transaction there waits
 * for the one before it, so one inside another waits for ever; a statement cannot be stopped there, and a time
 * limit or an interruption takes effect when it has ended.
 *
 * Throws a `TypeError` for what is no connection, and a `RangeError` for a setting that is no duration.
 *
 * @example
 * ```ts
 * const database = openDatabase({ connectionString: 'postgres://localhost/crm' }, { statementTimeout: '5 seconds' })
 * ```
 */
export function openDatabase(connection: Connection, settings: Settings = {}): Database {
  const limits = limitsOf(settings)
  const driver = driverOf(connection)
  const { begin, look } = beginner(driver)

  const inside = <A, E, R>(
    access: Beginning['access'],
    options: TransactionOptions,
    use: (session: Session) => Effect.Effect<A, E, R>,
  ): Effect.Effect<A, E | PostgresError, R> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(begin(access, limitsWith(limits, options), options, restore), (transaction) => {
        const { session, broke } = makeSession(transaction)
        return Effect.suspend(() => restore(use(session))).pipe(
          // Postgres has given up a transaction in which a statement failed, even if `use` went on.
          Effect.tap(() => {
            const error = broke()
            return error === undefined ? Effect.void : Effect.fail(error)
          }),
          Effect.onError(() => transaction.rollback),
          Effect.tap(() => (access === 'read write' ? transaction.commit : transaction.rollback)),
        )
      }),
    )

  return {
    read: (use, options = {}) => inside('read only', options, use),
    write: (use, options = {}) => inside('read write', options, use),
    stream: (use, options = {}) =>
      Stream.unwrap(
        Effect.uninterruptibleMask((restore) =>
          begin('read only', limitsWith(limits, options), options, restore).pipe(
            Effect.tap((transaction) => Effect.addFinalizer(() => transaction.rollback)),
            Effect.map((transaction) => use(makeSession(transaction).session)),
          ),
        ),
      ),
    once: <R>({ sql, parameters }: CompiledQuery<R>) =>
      // What a statement gives is known to whoever wrote it; the query builder carries the type.
      Effect.andThen(look(limits), driver.once(sql, parameters, limits)) as Effect.Effect<
        readonly R[],
        PostgresError
      >,
    close: driver.close,
  }
}

function driverOf(connection: Connection): Driver {
  checkConnection(connection)
  const given: { readonly pool?: pg.Pool; readonly pglite?: PGlite; readonly connectionString?: string } =
    connection
  if (given.pglite) return pgliteDriver(given.pglite)
  if (given.pool) return poolDriver(given.pool, Effect.void)
  const pool = ownPool(given.connectionString!)
  return poolDriver(
    pool,
    Effect.promise(() => (pool.ending ? Promise.resolve() : pool.end())),
  )
}

const limitsWith = (limits: Limits, { statementTimeout, lockTimeout }: TransactionOptions): Limits => ({
  ...limits,
  ...(statementTimeout !== undefined && { statement: limitMs('statementTimeout', statementTimeout) }),
  ...(lockTimeout !== undefined && { lock: limitMs('lockTimeout', lockTimeout) }),
})

type Begin = (
  access: Beginning['access'],
  limits: Limits,
  options: TransactionOptions,
  restore: Restore,
) => Effect.Effect<Transaction, PostgresError>

/** Begins transactions, after a first one that looks at the server; looked at again until it has answered. */
function beginner(driver: Driver): {
  readonly begin: Begin
  readonly look: (limits: Limits) => Effect.Effect<void, PostgresError>
} {
  let known: { readonly noticesLostClients: boolean } | undefined
  const look = (limits: Limits, restore: Restore): Effect.Effect<void, PostgresError> => {
    if (known) return Effect.void
    const settings = settingsOf(limits, false)
    const beginning: Beginning = { access: 'read only', isolation: 'read committed', settings, limits }
    return Effect.flatMap(driver.begin(beginning, restore), (transaction) =>
      lookAt(transaction).pipe(
        Effect.map((found) => void (known = found)),
        Effect.ensuring(transaction.rollback),
      ),
    )
  }
  const lookAt = (transaction: Transaction) =>
    Effect.gen(function* () {
      const [row] = yield* transaction.query(
        "select current_setting('server_version_num')::int4 as number",
        [],
      )
      const { number } = row as { readonly number: number }
      if (number < oldest * 10_000) {
        const found = `${Math.floor(number / 10_000)}.${number % 10_000}`
        return yield* new VersionError({ address: driver.address, found, expected: `${oldest} or newer` })
      }
      // Servers on Windows refuse the setting.
      const set = transaction.query("select set_config('client_connection_check_interval', '500', true)", [])
      return {
        noticesLostClients: yield* Effect.match(set, { onSuccess: () => true, onFailure: () => false }),
      }
    })
  return {
    begin: (access, limits, { snapshot = false }, restore) =>
      Effect.flatMap(look(limits, restore), () => {
        const settings = settingsOf(limits, known?.noticesLostClients ?? false)
        const isolation = snapshot ? 'repeatable read' : 'read committed'
        return driver.begin({ access, isolation, settings, limits }, restore)
      }),
    look: (limits) => Effect.uninterruptibleMask((restore) => look(limits, restore)),
  }
}
