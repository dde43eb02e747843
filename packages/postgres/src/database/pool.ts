import { createHash } from 'node:crypto'
import * as Effect from 'effect/Effect'
import pg from 'pg'
import { type Address, type PostgresError, TimeoutError } from '../errors.ts'
import { stopBackend } from './cancel.ts'
import type { Beginning, Driver, Restore, Transaction } from './connection.ts'
import { copyOut } from './copy.ts'
import { connectionFailure, failure } from './failure.ts'
import { modeSql, settingsSql } from './script.ts'
import type { Limits } from './settings.ts'
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
      start(hold(client, config, address, beginning.limits), beginning, restore),
    )
  const names = new Names()
  const once: Driver['once'] = (sql, parameters, limits) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(restore(checkOut(pool, address)), (client) => {
        const held = hold(client, config, address, limits)
        const ask = (name?: string) => held.query(sql, parameters, name)
        const asked = ask(names.of(sql)).pipe(
          Effect.catch((error) => (names.isRefused(error) ? ask() : Effect.fail(error))),
        )
        return restore(asked).pipe(Effect.ensuring(held.release))
      }),
    )
  return { address, begin, once, close }
}

function addressOf(config: pg.ClientConfig): Address {
  const { host, port, database } = new pg.Client(config)
  return { host, port, ...(database !== undefined && { database }) }
}

/** Names under which a server keeps the plans of statements. */
class Names {
  readonly #names = new Map<string, string>()
  #refused = false

  of(sql: string): string | undefined {
    if (this.#refused) return undefined
    const known = this.#names.get(sql)
    if (known !== undefined) return known
    // A statement is known by its text: there are a few of them, but nobody can be kept from making more.
    if (this.#names.size >= mostNames) return undefined
    const name = `segmentry_${createHash('sha256').update(sql).digest('hex').slice(0, 32)}`
    this.#names.set(sql, name)
    return name
  }

  /** Whether an error says that names do not hold: a pooler gives each transaction another connection of the server. */
  isRefused(error: PostgresError): boolean {
    const refused = error._tag === 'QueryError' && ['26000', '42P05'].includes(error.sqlState ?? '')
    if (refused) this.#refused = true
    return refused
  }
}

const mostNames = 100

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

/** A connection in use. */
interface Held {
  /** Runs a statement; one with a name is planned once. */
  readonly query: (
    sql: string,
    parameters: readonly unknown[],
    name?: string,
  ) => Effect.Effect<readonly unknown[], PostgresError>
  readonly copy: Transaction['copy']
  /** Gives the connection back to the pool, which drops it if it is broken. */
  readonly release: Effect.Effect<void>
  readonly isBroken: () => boolean
  readonly breaks: () => void
  /** Says which process of the server it is, so that statements can be stopped. */
  readonly isProcess: (process: number) => void
}

function hold(client: pg.PoolClient, config: pg.ClientConfig, address: Address, limits: Limits): Held {
  let process = 0
  let broken = false
  let lost: Error | undefined
  // A connection in use that breaks says so by an event, which would end the process if nobody listened.
  const onError = (error: Error): void => {
    lost ??= error
    broken = true
  }
  client.on('error', onError)

  const query: Held['query'] = (sql, parameters, name) =>
    Effect.callback((resume) => {
      const started = performance.now()
      // Without parameters pg sends a simple query, which may hold several statements.
      const asked = client.query({
        text: sql,
        values: [...parameters],
        types: { getTypeParser: readerOf },
        ...(name !== undefined && { name }),
      })
      const answered = (answer: Effect.Effect<readonly unknown[], PostgresError>): void => {
        clearTimeout(timer)
        resume(answer)
      }
      const settled = asked.then(
        (result) => answered(Effect.succeed(rowsOf(result))),
        (error: unknown) => {
          const attempt = { address, limits, sql, elapsed: performance.now() - started }
          answered(Effect.fail(failure(lost ?? error, attempt)))
        },
      )
      // A timer is much less work than a race of two fibers, and this is done for every statement.
      const longest = limits.statement + grace
      const timer = setTimeout(() => {
        broken = true
        const late = new TimeoutError({ limit: 'answer', milliseconds: longest, sql })
        void stopBackend(config, process, settled, grace).then(() => resume(Effect.fail(late)))
      }, longest)
      return Effect.promise(async () => {
        clearTimeout(timer)
        if (!(await stopBackend(config, process, settled, grace))) broken = true
      })
    })

  const breaks = (): void => void (broken = true)
  return {
    query,
    copy: (statement) =>
      copyOut({ client, config, address, limits, process: () => process, breaks, grace }, statement),
    release: Effect.sync(() => {
      client.off('error', onError)
      client.release(broken)
    }),
    isBroken: () => broken,
    breaks,
    isProcess: (id) => void (process = id),
  }
}

function start(
  { query, copy, release, isBroken, breaks, isProcess }: Held,
  beginning: Beginning,
  restore: Restore,
): Effect.Effect<Transaction, PostgresError> {
  const end = (command: 'commit' | 'rollback'): Effect.Effect<void, PostgresError> =>
    query(command, []).pipe(
      Effect.tapError(() => Effect.sync(breaks)),
      Effect.ensuring(release),
      Effect.asVoid,
      Effect.uninterruptible,
    )
  const rollback = Effect.suspend(() => (isBroken() ? release : Effect.ignore(end('rollback'))))

  return restore(query(`begin ${modeSql(beginning)}; ${settingsSql(beginning)}`, [])).pipe(
    Effect.map((rows): Transaction => {
      isProcess((rows[0] as { readonly pid: number }).pid)
      return { query, copy, commit: end('commit'), rollback }
    }),
    Effect.onExit((exit) => (exit._tag === 'Failure' ? rollback : Effect.void)),
  )
}

/** The rows of the last statement: a script of several answers with a list of results. */
const rowsOf = (result: pg.QueryResult | readonly pg.QueryResult[]): readonly unknown[] =>
  Array.isArray(result) ? (result.at(-1)?.rows ?? []) : (result as pg.QueryResult).rows
