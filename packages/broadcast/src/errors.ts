import * as Data from 'effect/Data'

/** What kind of thing went wrong with a broadcast. */
export type BroadcastErrorCode =
  /** The definition says something that cannot be meant. */
  | 'bad-definition'
  /** A setting or an argument of a call is wrong. */
  | 'bad-request'
  /** A segment of the audience that does not suit the schema or the source: nobody is sent anything. */
  | 'broken-segment'
  /** Something has to be said before anybody is sent anything, such as what holds for people without a choice. */
  | 'undecided'
  /** The live count departs from the confirmed one by more than the tolerance. */
  | 'count-moved'
  /** The broadcast was frozen with another definition. */
  | 'changed'
  /** There is no broadcast of that key. */
  | 'unknown-broadcast'
  /** A broadcast in that state cannot do that. */
  | 'wrong-state'

/** One thing that is wrong: where, what was found, what was expected, and the near name if there is one. */
export interface BroadcastIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const place = (path: BroadcastIssue['path']): string => (path.length === 0 ? '' : `\n  at ${path.join('.')}`)

/** A broadcast that does not do what was asked; nobody has been sent anything because of it. */
export class BroadcastError extends Data.TaggedError('BroadcastError')<{
  readonly code: BroadcastErrorCode
  /** The broadcast's key, where one is known. */
  readonly broadcast?: string
  readonly issues: readonly BroadcastIssue[]
  readonly cause?: unknown
}> {
  override get message(): string {
    const of = this.broadcast === undefined ? '' : `broadcast '${this.broadcast}': `
    return of + this.issues.map((issue) => issue.message + place(issue.path)).join('\n')
  }
}

/** An issue whose message is made of what was found and expected. */
export const issueOf = (
  path: BroadcastIssue['path'],
  found: string,
  expected: string,
  suggestion?: string,
): BroadcastIssue => {
  const near = suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`
  return {
    path,
    message: `found ${found}, expected ${expected}${near}`,
    found,
    expected,
    ...(suggestion !== undefined && { suggestion }),
  }
}

export const broadcastError = (
  code: BroadcastErrorCode,
  broadcast: string | undefined,
  ...issues: readonly BroadcastIssue[]
): BroadcastError => new BroadcastError({ code, ...(broadcast !== undefined && { broadcast }), issues })
