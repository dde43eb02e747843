import type * as Effect from 'effect/Effect'
import type { Address, PostgresError } from '../errors.ts'
import type { Limits } from './settings.ts'

/** How a transaction begins. */
export interface Beginning {
  readonly access: 'read only' | 'read write'
  readonly isolation: 'read committed' | 'repeatable read'
  /** Settings that hold until the transaction ends. */
  readonly settings: Readonly<Record<string, string>>
  /** What the time limits among the settings are. */
  readonly limits: Limits
}

/** A transaction as a driver runs it. */
export interface Transaction {
  /** Runs one statement; interrupting it stops the statement where the driver can. */
  query(sql: string, parameters: readonly unknown[]): Effect.Effect<readonly unknown[], PostgresError>
  readonly commit: Effect.Effect<void, PostgresError>
  /** Never fails: a connection that cannot roll back is thrown away. */
  readonly rollback: Effect.Effect<void>
}

/** Makes an effect interruptible again, as `Effect.uninterruptibleMask` hands it out. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** What differs between a server and an embedded database. */
export interface Driver {
  readonly address: Address
  /** Begins a transaction; called where interruption is held off, which `restore` lifts for the waiting. */
  begin(beginning: Beginning, restore: Restore): Effect.Effect<Transaction, PostgresError>
  /** Runs one statement outside any transaction, with the settings that the connection has. */
  once(
    sql: string,
    parameters: readonly unknown[],
    limits: Limits,
  ): Effect.Effect<readonly unknown[], PostgresError>
  readonly close: Effect.Effect<void>
}
