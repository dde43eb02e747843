import * as Data from 'effect/Data'

/** A database server for tests that did not start: why, what it wrote, and what to do. */
export class PostgresStartError extends Data.TaggedError('PostgresStartError')<{
  /** What went wrong. */
  readonly reason: string
  /** The last lines that Postgres wrote. */
  readonly log: string
  /** What to do about it. */
  readonly advice: string
}> {
  override get message(): string {
    const log = this.log === '' ? '' : `\n${this.log}`
    return `Postgres for tests did not start: ${this.reason}. ${this.advice}${log}`
  }
}
