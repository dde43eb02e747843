import * as Data from 'effect/Data'

/** A split that no flow could follow: found when it is defined, before anybody is routed. */
export class SplitError extends Data.TaggedError('SplitError')<{
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `cannot split: found ${this.found}, expected ${this.expected}`
  }
}

/** People whom the population does not have, in a split that was told to treat that as a failure. */
export class PersonNotFoundError extends Data.TaggedError('PersonNotFoundError')<{
  readonly people: readonly string[]
}> {
  override get message(): string {
    const shown = this.people.slice(0, 5).map((person) => `'${person}'`)
    const more = this.people.length > 5 ? ` and ${this.people.length - 5} more` : ''
    return `the population has no person ${shown.join(', ')}${more}; use missing: 'otherwise' to route them like everyone else`
  }
}
