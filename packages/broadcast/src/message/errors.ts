import * as Data from 'effect/Data'

/** What kind of thing is wrong with a message. */
export type MessageIssueCode =
  /** Liquid that cannot be read. */
  | 'syntax'
  | 'unknown-field'
  | 'unknown-variable'
  | 'unknown-filter'
  | 'unknown-tag'
  | 'unknown-key'
  /** What is written would be nothing for some people, and says nothing of them. */
  | 'may-be-missing'
  /** A value of a kind that cannot be used so. */
  | 'wrong-value'
  | 'no-body'
  | 'no-unsubscribe'
  /** MJML that does not compile. */
  | 'mjml'
  /** A file that cannot be attached. */
  | 'attachment'
  | 'too-large'
  /** What only showed itself when the message was rendered for somebody. */
  | 'render'

/** One thing that is wrong: in which part, where in it, what was found, what was expected, and the near name if there is one. */
export interface MessageIssue {
  readonly code: MessageIssueCode
  /** Such as `subject`, `html` or `attachments.0`. */
  readonly part: string
  /** From 1; of the text of the part. */
  readonly line?: number
  readonly column?: number
  readonly message: string
  readonly found: string
  readonly expected: string
  readonly suggestion?: string
}

const place = ({ part, line, column }: MessageIssue): string =>
  line === undefined ? part : `${part}:${line}:${column}`

/** A message that cannot be sent to anybody: all that is wrong with it, at once. */
export class MessageError extends Data.TaggedError('MessageError')<{
  readonly issues: readonly MessageIssue[]
}> {
  override get message(): string {
    return this.issues.map((issue) => `${place(issue)}: ${issue.message}`).join('\n')
  }
}

/** Where in a part. */
export interface Place {
  readonly part: string
  readonly line?: number
  readonly column?: number
}

/** Something that is not what it should be. */
export const issueAt = (
  code: MessageIssueCode,
  at: Place,
  found: string,
  expected: string,
): MessageIssue => ({ code, ...at, message: `found ${found}, expected ${expected}`, found, expected })
