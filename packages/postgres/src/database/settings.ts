import type { Duration } from '@segmentry/core'
import { checkOptions, durationMs } from '@segmentry/core'

/** How long things may take in a database. */
export interface Settings {
  /** How long one statement may run; 30 seconds unless told. PGlite cannot stop a statement. */
  readonly statementTimeout?: Duration
  /** How long a statement may wait for a lock; 5 seconds unless told. */
  readonly lockTimeout?: Duration
  /** How long a transaction may stay open between statements, as a stream's does; 60 seconds unless told. */
  readonly idleTimeout?: Duration
}

/** {@link Settings} in milliseconds. */
export interface Limits {
  readonly statement: number
  readonly lock: number
  readonly idle: number
}

/** Milliseconds of a limit; throws a `RangeError` for what is no duration. */
export function limitMs(name: string, duration: Duration): number {
  const ms = durationMs(duration)
  if (ms === undefined || ms > 2_147_483_647) {
    throw new RangeError(`${name} is a duration of at most 24 days such as '30 seconds', found '${duration}'`)
  }
  return ms
}

/** The keys of {@link Settings}. */
export const settingKeys = ['statementTimeout', 'lockTimeout', 'idleTimeout']

export function limitsOf(settings: Settings): Limits {
  checkOptions(settings, settingKeys)
  return {
    statement: limitMs('statementTimeout', settings.statementTimeout ?? '30 seconds'),
    lock: limitMs('lockTimeout', settings.lockTimeout ?? '5 seconds'),
    idle: limitMs('idleTimeout', settings.idleTimeout ?? '60 seconds'),
  }
}

/**
 * The settings every transaction starts with.
 *
 * A role's or database's own settings must not change an answer: the zone and the text forms are fixed. JIT
 * compilation cannot be interrupted, so that a time limit would not hold with it.
 */
export const settingsOf = (
  limits: Limits,
  noticesLostClients: boolean,
): Readonly<Record<string, string>> => ({
  statement_timeout: String(limits.statement),
  lock_timeout: String(limits.lock),
  idle_in_transaction_session_timeout: String(limits.idle),
  jit: 'off',
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  transform_null_equals: 'off',
  // Keys of JSON stand in the text of a statement, where a backslash has to be a backslash.
  standard_conforming_strings: 'on',
  // Cursors are read to their end here; the planner would prefer plans that are quick to the first tenth.
  cursor_tuple_fraction: '1',
  ...(noticesLostClients && { client_connection_check_interval: '500' }),
})
