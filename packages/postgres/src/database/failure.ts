import {
  type Address,
  CancelledError,
  ConnectionError,
  type PostgresError,
  QueryError,
  TimeoutError,
} from '../errors.ts'
import type { Limits } from './settings.ts'

/** What was being done when a driver threw. */
export interface Attempt {
  readonly address: Address
  readonly limits: Limits
  readonly sql?: string
  /** For how many milliseconds the statement had run. */
  readonly elapsed: number
}

interface Thrown {
  readonly code: string | undefined
  readonly text: string
  /** Whether Postgres itself said it. */
  readonly fromServer: boolean
}

function read(error: unknown): Thrown {
  const own = (typeof error === 'object' && error !== null ? error : {}) as Readonly<Record<string, unknown>>
  const code = typeof own['code'] === 'string' ? own['code'] : undefined
  const text = error instanceof Error && error.message !== '' ? error.message : (code ?? String(error))
  return { code, text, fromServer: typeof own['severity'] === 'string' && code !== undefined }
}

const advices: readonly (readonly [codes: RegExp, advice: string])[] = [
  [/^ECONNREFUSED$/, 'Start the server there, or correct the host and the port'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'Correct the host name'],
  [/^28/, 'Correct the user or the password, or what pg_hba.conf allows'],
  [/^3D000$/, 'Create the database, or correct its name'],
  [/^53300$/, 'Use a smaller pool, or raise max_connections on the server'],
]
const otherAdvice = 'See whether the server runs and can be reached, and try again'

/** A failure to get or keep a connection. */
export function connectionFailure(error: unknown, address: Address): ConnectionError {
  const { code, text } = read(error)
  const busy = text.includes('timeout exceeded when trying to connect')
  const advice = busy
    ? 'The server does not answer, or every connection of the pool is in use: look at both'
    : (advices.find(([codes]) => code !== undefined && codes.test(code))?.[1] ??
      (/SASL|password/.test(text) ? 'Give the password as text' : otherAdvice))
  return new ConnectionError({ address, reason: text, advice, ...(code !== undefined && { code }) })
}

// 08: the connection; 28: the login; 57P..: the server goes down, or an administrator ended the session.
const connectionStates = /^(08|28|3D000$|53300$|57P)/
const lostMessages = /connection|not queryable|terminated|PGlite is clos|pool/i

/** The typed error of whatever a driver threw. */
export function failure(error: unknown, attempt: Attempt): PostgresError {
  const { code, text, fromServer } = read(error)
  const { limits, elapsed } = attempt
  const sql = attempt.sql === undefined ? {} : { sql: attempt.sql }
  if (!fromServer) {
    const isLost = (code !== undefined && /^E[A-Z]+$/.test(code)) || lostMessages.test(text)
    return isLost ? connectionFailure(error, attempt.address) : new QueryError({ reason: text, ...sql })
  }
  switch (code) {
    case '57014':
      // Postgres says the same, in the server's language, of a time limit and of a cancellation.
      return elapsed >= limits.statement - clockSlack
        ? new TimeoutError({ limit: 'statement', milliseconds: limits.statement, ...sql })
        : new CancelledError(sql)
    case '55P03':
      return new TimeoutError({ limit: 'lock', milliseconds: limits.lock, ...sql })
    case '25P03':
      return new TimeoutError({ limit: 'idle', milliseconds: limits.idle })
    default:
      if (code !== undefined && connectionStates.test(code)) return connectionFailure(error, attempt.address)
      return new QueryError({
        reason: withoutValues(text, code),
        ...(code !== undefined && { sqlState: code }),
        ...sql,
      })
  }
}

/** Two clocks are never quite one: how many milliseconds early a time limit may seem to strike. */
const clockSlack = 5

/** Postgres quotes the value it could not read at the end of its message; that is a person's, and is left out. */
const withoutValues = (text: string, code = ''): string =>
  code.startsWith('22') ? text.replace(/["„«“].*$/s, '(a value not shown)') : text
