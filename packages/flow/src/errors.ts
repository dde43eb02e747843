import * as Data from 'effect/Data'

/** What kind of thing went wrong in a flow. */
export type FlowErrorCode =
  /** What was asked is not what can be asked: a key, a name or a number is wrong. */
  | 'bad-request'
  /** A segment that there is not. */
  | 'unknown-segment'
  /** A segment that does not suit the schema or the source. */
  | 'broken-segment'
  /** A person whom the population does not have, where that was to be an error. */
  | 'person-not-found'
  /** A recorded decision names a branch that the code does not have any more. */
  | 'unknown-branch'
  /** A durable step gave back what is no record of the split that was asked for. */
  | 'wrong-record'
  /** The answer took too long, and what ran was stopped. */
  | 'timeout'
  /** Who evaluates could not be asked. */
  | 'unavailable'
  /** A service does not know the key that was sent. */
  | 'unauthorized'
  /** A service takes less at a time. */
  | 'too-large'
  /** A service takes less often. */
  | 'too-many-requests'
  /** A service failed in a way that nobody foresaw. */
  | 'internal'

/** One thing that is wrong: where, what was found, what was expected, and the near name if there is one. */
export interface FlowIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const passing: ReadonlySet<FlowErrorCode> = new Set([
  'timeout',
  'unavailable',
  'too-many-requests',
  'internal',
])

const place = (path: FlowIssue['path']): string => (path.length === 0 ? '' : `\n  at ${path.join('.')}`)

/**
 * Nobody was routed: an error is never a branch.
 *
 * `retryable` is for engines that repeat a failed step: it is false where asking again gives the same error.
 */
export class FlowError extends Data.TaggedError('FlowError')<{
  readonly code: FlowErrorCode
  readonly issues: readonly FlowIssue[]
  readonly retryable: boolean
  readonly cause?: unknown
}> {
  override get message(): string {
    return this.issues.map((issue) => issue.message + place(issue.path)).join('\n')
  }
}

/** The error of a code; whether it may pass follows from that. */
export const flowError = (code: FlowErrorCode, issues: readonly FlowIssue[], cause?: unknown): FlowError =>
  new FlowError({ code, issues, retryable: passing.has(code), ...(cause !== undefined && { cause }) })

/** Something that is not what it should be. */
export const issueOf = (path: FlowIssue['path'], found: string, expected: string): FlowIssue => ({
  path,
  message: `found ${found}, expected ${expected}`,
  found,
  expected,
})
