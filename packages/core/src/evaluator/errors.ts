import * as Data from 'effect/Data'

/** Two people of one population with the same id. */
export class DuplicatePersonError extends Data.TaggedError('DuplicatePersonError')<{
  readonly person: string
}> {
  override get message(): string {
    return `found two people with the id ${JSON.stringify(this.person)}, expected one: merge them before they are evaluated`
  }
}
