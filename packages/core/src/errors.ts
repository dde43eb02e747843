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
  | 'set-segment'
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

/** The top of a segment where single people are asked about: such as in `evaluate`, `has` or `g.in(…)`. */
export class SetSegmentError extends Data.TaggedError('SetSegmentError')<{
  /** Such as `the top 100 of a segment`. */
  readonly found: string
}> {
  override get message(): string {
    return (
      `found ${this.found}, expected a segment: who is among the first depends on everybody else. ` +
      'Count or list them with an evaluator (g.people(first, ...rest) takes the list), or use the segment without .top(…) or .bottom(…)'
    )
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
