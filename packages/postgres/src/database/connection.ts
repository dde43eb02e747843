import type * as Effect from 'effect/Effect'
import type * as Scope from 'effect/Scope'
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

/** A query whose rows are copied out as text. */
export interface CopyStatement {
  /** The query with its values in it, as a copy takes no parameters. */
  readonly query: string
  /** What stands in the parentheses after it: `format csv`. */
  readonly form: string
  /** The query as errors may show it: with its values left out, which are people's data. */
  readonly shown: string
}

/** Some rows as they were copied out. */
export interface Piece {
  readonly bytes: Uint8Array
  /** How many people end in it. */
  readonly people: number
}

/** A copy that is under way. */
export interface Copying {
  /** The next piece; none at the end. */
  readonly next: Effect.Effect<Piece | undefined, PostgresError>
}

/** A transaction as a driver runs it. */
export interface Transaction {
  /** Runs one statement; interrupting it stops the statement where the driver can. */
  query(sql: string, parameters: readonly unknown[]): Effect.Effect<readonly unknown[], PostgresError>
  /** Starts a copy; it is stopped when its scope ends. */
  copy(statement: CopyStatement): Effect.Effect<Copying, PostgresError, Scope.Scope>
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
