import type { PGlite, Transaction as PGliteTransaction } from '@electric-sql/pglite'
import * as Effect from 'effect/Effect'
import type { Address, PostgresError } from '../errors.ts'
import type { Beginning, Driver, Piece, Transaction } from './connection.ts'
import { connectionFailure, failure } from './failure.ts'
import { modeSql, settingsSql } from './script.ts'
import type { Limits } from './settings.ts'
import { readerOf, readTypes } from './values.ts'

const address: Address = { host: 'PGlite (in this process)' }

/**
 * Runs transactions in an embedded database, one after the other.
 *
 * A statement there runs inside this process's own thread: neither a time limit nor an interruption can stop
 * it, and both take effect when it has ended.
 */
export function pgliteDriver(pglite: PGlite): Driver {
  const oids = [...Object.keys(pglite.parsers).map(Number), ...readTypes]
  const parsers = Object.fromEntries(oids.map((oid) => [oid, readerOf(oid)]))
  const begin: Driver['begin'] = (beginning, restore) =>
    Effect.flatMap(restore(lock(pglite)), (held) => start(held, parsers, beginning))
  const once: Driver['once'] = (sql, parameters, limits) =>
    attempt(sql, limits, async () => (await pglite.query(sql, [...parameters], { parsers })).rows)
  return { address, begin, once, close: Effect.void }
}

type Parsers = Readonly<Record<number, (text: string) => unknown>>

/** The database, kept for one transaction, until it is let go. */
interface Held {
  readonly transaction: PGliteTransaction
  /** Lets the transaction end: by a commit when `keep`, else by a rollback. */
  readonly letGo: (keep: boolean) => Promise<void>
}

class RolledBack extends Error {}

/** Waits for its turn; a turn that comes after an interruption is given up. */
const lock = (pglite: PGlite): Effect.Effect<Held, PostgresError> =>
  Effect.callback((resume) => {
    let awaited = true
    let finish: (keep: boolean) => void = () => undefined
    const finished = new Promise<boolean>((resolve) => (finish = resolve))
    const whole = pglite.transaction(async (transaction) => {
      if (!awaited) return
      const letGo = async (keep: boolean): Promise<void> => {
        finish(keep)
        await whole.catch((error: unknown) => {
          if (!(error instanceof RolledBack)) throw error
        })
      }
      resume(Effect.succeed({ transaction, letGo }))
      if (!(await finished)) throw new RolledBack()
    })
    // After `resume` has been called, this is of no effect, and `letGo` hands the failure on.
    whole.catch((error: unknown) => resume(Effect.fail(connectionFailure(error, address))))
    return Effect.sync(() => {
      awaited = false
    })
  })

/** Makes a promise that neither a time limit nor an interruption stops. */
const attempt = <A>(sql: string, limits: Limits, make: () => Promise<A>): Effect.Effect<A, PostgresError> =>
  Effect.suspend(() => {
    const started = performance.now()
    return Effect.tryPromise({
      try: make,
      catch: (error) => failure(error, { address, limits, sql, elapsed: performance.now() - started }),
    }).pipe(Effect.uninterruptible)
  })

function start(
  { transaction, letGo }: Held,
  parsers: Parsers,
  beginning: Beginning,
): Effect.Effect<Transaction, PostgresError> {
  const { limits } = beginning
  const query: Transaction['query'] = (sql, parameters) =>
    attempt(sql, limits, async () => (await transaction.query(sql, [...parameters], { parsers })).rows)
  // What was copied is a file in memory, whole.
  const copy: Transaction['copy'] = ({ query: text, form, shown }) =>
    Effect.map(
      attempt(shown, limits, async () => {
        const { blob, affectedRows } = await transaction.query(`copy (${text}) to '/dev/blob' (${form})`)
        // Of no rows there is no file.
        const bytes = blob === undefined ? new Uint8Array() : new Uint8Array(await blob.arrayBuffer())
        return { bytes, people: affectedRows ?? 0 }
      }),
      (all) => {
        let left: Piece | undefined = all.bytes.length === 0 ? undefined : all
        const next = Effect.sync(() => {
          const piece = left
          left = undefined
          return piece
        })
        return { next }
      },
    )
  const rollback = Effect.ignore(attempt('rollback', limits, () => letGo(false)))
  const begin = `set transaction ${modeSql(beginning)}; ${settingsSql(beginning)}`
  return attempt(begin, limits, () => transaction.exec(begin)).pipe(
    Effect.map((): Transaction => ({
      query,
      copy,
      commit: attempt('commit', limits, () => letGo(true)),
      rollback,
    })),
    Effect.onExit((exit) => (exit._tag === 'Failure' ? rollback : Effect.void)),
  )
}
