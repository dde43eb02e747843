import { FlowError, flowError, type FlowErrorCode, issueOf } from '../errors.ts'
import type { Answer } from './answer.ts'

/** An error with the status that says so where its code alone does not. */
export class Refusal extends Error {
  readonly status: number
  readonly error: FlowError
  readonly headers: Answer['headers']

  constructor(status: number, error: FlowError, headers: Answer['headers'] = {}) {
    super(error.message)
    this.status = status
    this.error = error
    this.headers = headers
  }
}

const statuses: Readonly<Record<FlowErrorCode, number>> = {
  'bad-request': 400,
  unauthorized: 401,
  'too-large': 413,
  'unknown-segment': 422,
  'person-not-found': 422,
  'unknown-branch': 422,
  'wrong-record': 422,
  'too-many-requests': 429,
  'broken-segment': 500,
  internal: 500,
  unavailable: 503,
  timeout: 504,
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** What was thrown, as the error that a caller is told. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown
  const error = thrown instanceof FlowError ? thrown : internal(thrown)
  return new Refusal(statuses[error.code], error)
}

const internal = (cause: unknown): FlowError =>
  flowError('internal', [issueOf([], 'a failure that nobody foresaw', 'an answer')], cause)

/** What the log has of a caller who did not wait for the answer; nobody reads it. */
export const goneAway = (): Refusal =>
  new Refusal(499, flowError('bad-request', [issueOf([], 'a caller who has gone', 'one who waits')]))

/** An error as the JSON of RFC 9457. What the evaluator said of itself (hosts, SQL) is not for callers. */
export function problemOf({ status, error }: Refusal): object {
  const isPrivate = error.cause !== undefined && (error.code === 'unavailable' || error.code === 'timeout')
  const issues = isPrivate ? [issueOf([], 'no answer of the evaluator', 'an answer')] : error.issues
  const { code, retryable } = error
  const detail = issues.map(({ message }) => message).join('; ')
  return { type: 'about:blank', title: titles[status], status, detail, code, retryable, issues }
}
