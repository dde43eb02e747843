import * as Data from 'effect/Data'

/** A broadcast that reaches nobody by its own definition. */
export class AudienceError extends Data.TaggedError('AudienceError')<{
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `cannot plan the broadcast: found ${this.found}, expected ${this.expected}`
  }
}
