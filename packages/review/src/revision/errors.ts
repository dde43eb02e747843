import * as Data from 'effect/Data'

/** What kind of thing went wrong with revisions. */
export type RevisionErrorCode =
  /** A setting or an argument of a call is wrong. */
  | 'bad-request'
  /** Another revision than the expected one is there by now. */
  | 'moved'
  /** A segment that would be removed is used. */
  | 'in-use'
  /** There is no revision of that number. */
  | 'unknown-revision'
  /** Definitions of then do not suit the schema of today. */
  | 'unsuitable'
  /** What is stored is not what was stored. */
  | 'broken'

/** One thing that is wrong: where, what was found, what was expected, and the near name if there is one. */
export interface RevisionIssue {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const place = (path: RevisionIssue['path']): string => (path.length === 0 ? '' : `\n  at ${path.join('.')}`)

const advice: Readonly<Record<RevisionErrorCode, string>> = {
  'bad-request': '',
  moved: 'Look at what has become of the segments since, and apply on top of that.',
  'in-use': 'Take it out of what uses it first; nothing was applied.',
  'unknown-revision': 'The history has those that there are.',
  unsuitable: 'Change the schema back too, or apply segments that suit it; nothing was applied.',
  broken: 'Somebody wrote to the tables by hand: restore these rows from a backup.',
}

/** Revisions that do not do what was asked; the segments that are applied stay as they were. */
export class RevisionError extends Data.TaggedError('RevisionError')<{
  readonly code: RevisionErrorCode
  /** The revision that it is about, where there is one. */
  readonly revision?: number
  readonly issues: readonly RevisionIssue[]
}> {
  override get message(): string {
    const of = this.revision === undefined ? '' : `revision ${this.revision}: `
    const what = this.issues.map((issue) => issue.message + place(issue.path)).join('\n')
    const next = advice[this.code]
    return of + what + (next === '' ? '' : `\n${next}`)
  }
}

/** An issue whose message is made of what was found and expected. */
export const issueOf = (
  path: RevisionIssue['path'],
  found: string,
  expected: string,
  suggestion?: string,
): RevisionIssue => ({
  path,
  message: `found ${found}, expected ${expected}${suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`}`,
  found,
  expected,
  ...(suggestion !== undefined && { suggestion }),
})

export const revisionError = (
  code: RevisionErrorCode,
  revision: number | undefined,
  issues: readonly RevisionIssue[],
): RevisionError => new RevisionError({ code, ...(revision !== undefined && { revision }), issues })
