import * as Data from 'effect/Data'

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
