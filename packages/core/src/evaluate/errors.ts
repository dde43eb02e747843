import * as Data from 'effect/Data'

/** A condition on the people of an account, where nobody said who they are. */
export class AccountPeopleError extends Data.TaggedError('AccountPeopleError')<{
  readonly person: string
  /** The grouping. */
  readonly account: string
  readonly id: string
}> {
  override get message(): string {
    return (
      `found no people of the ${this.account} ${JSON.stringify(this.id)} of the person ${JSON.stringify(this.person)}, ` +
      "expected the population's people who belong to it: give them as 'people' of the account, load the person with what " +
      'the segment depends on, or evaluate with inProcess(…), which knows them'
    )
  }
}

/** A person that was prepared for one schema and handed to a segment that was compiled for another. */
export class SchemaMismatchError extends Data.TaggedError('SchemaMismatchError')<{
  readonly person: string
}> {
  override get message(): string {
    return (
      `the person ${JSON.stringify(this.person)} was prepared for another schema than the segment was compiled for, ` +
      'expected the same: pass one schema to preparePerson and compileSegment'
    )
  }
}

/** What was handed over as a person and is none, or cannot be read: where, what was found, what was expected. */
export class PersonError extends Data.TaggedError('PersonError')<{
  readonly path: readonly (string | number)[]
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    const place = this.path.length === 0 ? '' : ` under '${this.path.join('.')}'`
    return `this is no person: found ${this.found}${place}, expected ${this.expected}`
  }
}
