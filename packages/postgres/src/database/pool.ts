import * as Effect from 'effect/Effect'
import pg from 'pg'
import { type Address, type PostgresError, TimeoutError } from '../errors.ts'
import { stopBackend } from './cancel.ts'
import type { Beginning, Driver, Restore, Transaction } from './connection.ts'
import { connectionFailure, failure } from './failure.ts'
import { modeSql, settingsSql } from './script.ts'
import { readerOf } from './values.ts'

/** How much longer than the server's own limit an answer may take, in milliseconds. */
const grace = 5000

/** A pool for an address, to be closed with the database. */
export function ownPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    connectionTimeoutMillis: 10_000,
    fallback_application_name: 'segmentry',
    allowExitOnIdle: true,
  })
  // The pool drops an idle connection that the server closes; without a listener it would end the process.
  pool.on('error', () => undefined)
  return pool
}

/** Runs transactions on the connections of a pool. */
export function poolDriver(pool: pg.Pool, close: Effect.Effect<void>): Driver {
  // The pool keeps its password out of sight of a spread.
  const config: pg.ClientConfig = { ...pool.options, password: pool.options.password }
  const address = addressOf(config)
  const begin: Driver['begin'] = (beginning, restore) =>
    Effect.flatMap(restore(checkOut(pool, address)), (client) =>
      start(client, config, address, beginning, restore),
    )
  return { address, begin, close }
}

function addressOf(config: pg.ClientConfig): Address {
  const { host, port, database } = new pg.Client(config)
  return { host, port, ...(database !== undefined && { database }) }
}

/** A connection of the pool; one that comes after an interruption goes straight back. */
const checkOut = (pool: pg.Pool, address: Address): Effect.Effect<pg.PoolClient, PostgresError> =>
  Effect.callback((resume) => {
    let awaited = true
    pool.connect().then(
      (client) => (awaited ? resume(Effect.succeed(client)) : client.release()),
      (error: unknown) => resume(Effect.fail(connectionFailure(error, address))),
    )
    return Effect.sync(() => {
      awaited = false
    })
  })

function start(
  client: pg.PoolClient,
  config: pg.ClientConfig,
  address: Address,
  beginning: Beginning,
  restore: Restore,
): Effect.Effect<Transaction, PostgresError> {
  const { limits } = beginning
  let process = 0
  let broken = false
  let lost: Error | undefined
  // A connection in use that breaks says so by an event, which would end the process if nobody listened.
  const onError = (error: Error): void => {
    lost ??= error
    broken = true
  }
  client.on('error', onError)

  const release = Effect.sync(() => {
    client.off('error', onError)
    client.release(broken)
  })

  const send = (
    sql: string,
    parameters: readonly unknown[],
  ): Effect.Effect<readonly unknown[], PostgresError> =>
    Effect.callback((resume) => {
      const started = performance.now()
      // Without parameters pg sends a simple query, which may hold several statements.
      const asked = client.query({ text: sql, values: [...parameters], types: { getTypeParser: readerOf } })
      const settled = asked.then(
        (result) => resume(Effect.succeed(rowsOf(result))),
        (error: unknown) => {
          const attempt = { address, limits, sql, elapsed: performance.now() - started }
          resume(Effect.fail(failure(lost ?? error, attempt)))
        },
      )
      return Effect.promise(async () => {
        if (!(await stopBackend(config, process, settled, grace))) broken = true
      })
    })

  const query: Transaction['query'] = (sql, parameters) =>
    Effect.timeoutOrElse(send(sql, parameters), {
      duration: limits.statement + grace,
      orElse: () => {
        broken = true
        return Effect.fail(new TimeoutError({ limit: 'answer', milliseconds: limits.statement + grace, sql }))
      },
    })

  const end = (command: 'commit' | 'rollback'): Effect.Effect<void, PostgresError> =>
    query(command, []).pipe(
      Effect.tapError(() => Effect.sync(() => void (broken = true))),
      Effect.ensuring(release),
      Effect.asVoid,
      Effect.uninterruptible,
    )
  const rollback = Effect.suspend(() => (broken ? release : Effect.ignore(end('rollback'))))

  return restore(query(`begin ${modeSql(beginning)}; ${settingsSql(beginning)}`, [])).pipe(
    Effect.map((rows): Transaction => {
      process = (rows[0] as { readonly pid: number }).pid
      return { query, commit: end('commit'), rollback }
    }),
    Effect.onExit((exit) => (exit._tag === 'Failure' ? rollback : Effect.void)),
  )
}

/** The rows of the last statement: a script of several answers with a list of results. */
const rowsOf = (result: pg.QueryResult | readonly pg.QueryResult[]): readonly unknown[] =>
  Array.isArray(result) ? (result.at(-1)?.rows ?? []) : (result as pg.QueryResult).rows
