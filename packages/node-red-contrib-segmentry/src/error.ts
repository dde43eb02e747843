/** What the service says when it refuses, as RFC 9457 has it. */
export interface Problem {
  detail: string
  code: string
  retryable: boolean
  issues: { message: string; path: (string | number)[] }[]
}

/**
 * Why a message was not routed.
 *
 * Node-RED hands its `code` and `cause` to Catch nodes: the cause says whether another try may help, and where the service
 * found what is wrong.
 */
export class SegmentryError extends Error {
  override name = 'SegmentryError'
  readonly code: string

  constructor(code: string, message: string, more: Partial<Problem> = {}) {
    super(message, { cause: { code, retryable: more.retryable ?? false, issues: more.issues ?? [] } })
    this.code = code
    // Node-RED logs the stack of an error where it has one; ours would say nothing to whoever draws a flow.
    this.stack = String(this)
  }
}

/** The error that somebody else's is here. */
export const errorOf = (error: unknown): SegmentryError =>
  error instanceof SegmentryError ? error : new SegmentryError('internal', String(error))
