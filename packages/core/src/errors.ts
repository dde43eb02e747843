import * as Data from 'effect/Data'

/** What kind of thing is wrong with a definition. */
export type IssueCode =
  | 'not-json'
  | 'too-large'
  | 'too-deep'
  | 'too-many-filters'
  | 'too-many-values'
  | 'newer-format'
  | 'structure'
  | 'unknown-key'
  | 'unknown-field'
  | 'unknown-tag'
  | 'unknown-event'
  | 'unknown-property'
  | 'unknown-part'
  | 'unknown-segment'
  | 'unknown-account'
  | 'unknown-zone'
  | 'missing-zone'
  | 'cycle'
  | 'not-recorded'
  | 'broken-reference'
  | 'nested-account'
  | 'wrong-operator'
  | 'wrong-value'
  | 'missing-policy'
  | 'empty'

/** One thing that is wrong with a definition: where, what was found, what was expected, and the near name if there is one. */
export interface Issue {
  readonly code: IssueCode
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const place = (path: Issue['path']): string => (path.length === 0 ? '' : `\n  at ${path.join('.')}`)

/** A definition that cannot be used: all that is wrong with it, at once. */
export class DefinitionError extends Data.TaggedError('DefinitionError')<{
  readonly issues: readonly Issue[]
}> {
  override get message(): string {
    return this.issues.map((issue) => issue.message + place(issue.path)).join('\n')
  }
}

/** An evaluation that was given no clock: nothing here reads the time by itself. */
export class ClockError extends Data.TaggedError('ClockError')<{}> {
  override get message(): string {
    return 'found no clock, expected an instant: pass { now: new Date() } to the call, or to inProcess(…)'
  }
}

/** A schema that no definition could refer to. */
export class SchemaError extends Data.TaggedError('SchemaError')<{
  readonly what: string
  readonly found: string
  readonly expected: string
}> {
  override get message(): string {
    return `${this.what} '${this.found}' cannot be declared: ${this.expected}`
  }
}
