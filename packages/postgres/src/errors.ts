import * as Data from 'effect/Data'

/** Where a database is: never with a password. */
export interface Address {
  readonly host: string
  readonly port?: number
  readonly database?: string
}

const addressText = ({ host, port, database }: Address): string =>
  `${database === undefined ? 'Postgres' : `database '${database}'`} at ${host}${port === undefined ? '' : `:${port}`}`

/** The database cannot be reached, refuses the login, or went away. */
export class ConnectionError extends Data.TaggedError('ConnectionError')<{
  readonly address: Address
  /** The SQLSTATE or the system's error code, where there is one. */
  readonly code?: string
  readonly reason: string
  readonly advice: string
}> {
  override get message(): string {
    return `no connection to ${addressText(this.address)}: ${this.reason}. ${this.advice}`
  }
}

/** A limit on time that Postgres keeps. */
export type TimeLimit = 'statement' | 'lock' | 'idle' | 'answer'

const limits: Readonly<Record<TimeLimit, { readonly what: string; readonly advice: string }>> = {
  statement: {
    what: 'a statement ran longer than',
    advice: "Raise 'statementTimeout', or look at the plan of the statement",
  },
  lock: {
    what: 'a statement waited for a lock longer than',
    advice: "Try again when the other transaction has ended, or raise 'lockTimeout'",
  },
  idle: {
    what: 'a transaction stayed open without a statement longer than',
    advice: "Take rows faster, or raise 'idleTimeout'",
  },
  answer: {
    what: 'the server did not answer within',
    advice: 'Look whether it is reachable; the connection has been closed',
  },
}

/** A time limit was reached; what ran has been stopped and rolled back. */
export class TimeoutError extends Data.TaggedError('TimeoutError')<{
  readonly limit: TimeLimit
  readonly milliseconds: number
  readonly sql?: string
}> {
  override get message(): string {
    const { what, advice } = limits[this.limit]
    return `${what} ${this.milliseconds} ms. ${advice}.${sqlText(this.sql)}`
  }
}

/** Somebody else, such as an administrator, cancelled the statement. */
export class CancelledError extends Data.TaggedError('CancelledError')<{ readonly sql?: string }> {
  override get message(): string {
    return `the statement was cancelled on the server, not by this process.${sqlText(this.sql)}`
  }
}

/**
 * Postgres refused a statement.
 *
 * It carries the text of the statement, but never the values of its parameters: they are people's data.
 */
export class QueryError extends Data.TaggedError('QueryError')<{
  /** Five letters and digits that name the error, such as `42P01`; absent when it is not Postgres' own. */
  readonly sqlState?: string
  readonly reason: string
  readonly sql?: string
}> {
  override get message(): string {
    const state = this.sqlState === undefined ? '' : ` (SQLSTATE ${this.sqlState})`
    const advice = this.sqlState === '42501' ? `. ${rights}` : ''
    return `the query failed: ${this.reason}${state}${advice}${sqlText(this.sql)}`
  }
}

/** The server is older than Segmentry can use. */
export class VersionError extends Data.TaggedError('VersionError')<{
  readonly address: Address
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `${addressText(this.address)} runs Postgres ${this.found}, expected ${this.expected}. Connect to a newer server.`
  }
}

/** It was asked after it had been closed. */
export class ClosedError extends Data.TaggedError('ClosedError')<{
  /** Such as `the store`. */
  readonly what: string
}> {
  override get message(): string {
    return `${this.what} was closed before this was asked. Close it when nothing is asked of it any more, or open another one.`
  }
}

/** What can go wrong between here and Postgres. */
export type PostgresError =
  ConnectionError | TimeoutError | CancelledError | QueryError | VersionError | ClosedError

/** What to do where Postgres says which right a role lacks. */
const rights =
  'Grant it to the role that is connected, or connect as another one: reading takes USAGE of the schema and SELECT of the table'

const sqlText = (sql: string | undefined): string => (sql === undefined ? '' : `\n  in: ${sql}`)

/** One thing of a source that does not fit the schema or the database: where, what, and what to do. */
export interface SourceIssue {
  readonly table: string
  readonly column?: string
  readonly message: string
  readonly found: string
  readonly expected: string
  /** What to do about it. */
  readonly remedy: string
}

/** A source that cannot be used: all that is wrong with it, at once. */
export class SourceError extends Data.TaggedError('SourceError')<{
  readonly issues: readonly SourceIssue[]
}> {
  override get message(): string {
    return this.issues.map(({ message, remedy }) => `${message}\n  ${remedy}`).join('\n')
  }
}

/** What cannot be exported: a field that there is not, or one that is only handed out on request. */
export class ExportError extends Data.TaggedError('ExportError')<{
  readonly reason: 'unknown' | 'sensitive'
  readonly field: string
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `found ${this.found}, expected ${this.expected}`
  }
}

/** The layout in the database and the one this version knows do not fit together; nothing has been changed. */
export class LayoutError extends Data.TaggedError('LayoutError')<{
  readonly schema: string
  /** The package that it is of. */
  readonly package: string
  readonly reason: 'newer' | 'changed' | 'name'
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    const { schema, found, expected } = this
    const advice = {
      newer: `Update ${this.package} to the version that made it.`,
      changed: 'It was made by another build, or its record was edited; use another schema or restore it.',
      name: 'Give the schema another name.',
    }[this.reason]
    return `the layout in schema '${schema}' cannot be used: found ${found}, expected ${expected}. ${advice}`
  }
}

/** One record that cannot be stored: where it is in the batch, what was found, what was expected. */
export interface IngestIssue {
  readonly part: 'people' | 'tags' | 'events' | 'accounts' | 'members'
  /** Its place in that part of the batch, from 0. */
  readonly index: number
  /** The keys from the record to what is wrong. */
  readonly path: readonly (string | number)[]
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const shownIssues = 20

/** A batch that cannot be stored: every bad record; nothing of the batch has been applied. */
export class IngestError extends Data.TaggedError('IngestError')<{
  readonly issues: readonly IngestIssue[]
}> {
  override get message(): string {
    const lines = this.issues
      .slice(0, shownIssues)
      .map(({ part, index, path, found, expected, suggestion }) => {
        const near = suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`
        return `  ${[part, index, ...path].join('.')}: found ${found}, expected ${expected}${near}`
      })
    const more = this.issues.length - lines.length
    const tail = more > 0 ? `\n  and ${more} more, listed in 'issues'` : ''
    return `nothing of the batch was stored, as ${this.issues.length} of its values cannot be:\n${lines.join('\n')}${tail}`
  }
}
