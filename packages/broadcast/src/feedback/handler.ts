import { shown, unknownKey } from '@segmentry/core'
import { bodyOf, guarded, type Handler, problem, TooLarge } from '../web/handler.ts'
import { FeedbackError, type FeedbackReader, type FeedbackStore } from './feedback.ts'

/** What feedback is read by, and where it goes. */
export interface FeedbackHandlerOptions {
  readonly reader: FeedbackReader
  readonly store: FeedbackStore
  /** The clock; the machine's unless told. */
  readonly now?: () => Date
  /** Takes what the store rejects with, and what could not be read, for a log. */
  readonly onError?: (error: unknown) => void
}

const keys = ['reader', 'store', 'now', 'onError']
const mostBytes = 1_048_576

/**
 * Takes what a provider tells of messages: verified, read, and recorded before it is answered.
 *
 * What cannot be verified is a 401, what cannot be read a 400, and what could not be recorded a 503, after which providers send
 * it again. What tells nothing of a message is answered and forgotten.
 *
 * @example
 * ```ts
 * import { feedbackHandler, postmarkFeedback } from '@segmentry/broadcast/web'
 *
 * const take = feedbackHandler({
 *   reader: postmarkFeedback({ user: 'postmark', password: 'a long and random one' }),
 *   store: { record: async (feedback) => {} },
 * })
 * const { status } = await take(new Request('https://acme.example/postmark', { method: 'POST', body: '{}' }))
 * status // => 401
 * ```
 */
export function feedbackHandler(options: FeedbackHandlerOptions): Handler {
  const unknown = unknownKey('option', options, keys)
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
  const { reader, store, now = () => new Date(), onError = () => undefined } = options
  if (typeof store?.record !== 'function') {
    throw new TypeError(`found ${shown(store)} as 'store', expected { record: async (feedback) => … }`)
  }
  return async (request) => {
    if (request.method !== 'POST') {
      return problem(405, 'Method Not Allowed', `found ${request.method}, expected POST`, { allow: 'POST' })
    }
    try {
      const body = await bodyOf(request, mostBytes)
      const url = new URL(request.url, 'http://localhost')
      const feedback = reader.read({ url, headers: request.headers, body, at: now() })
      if (feedback.length > 0) await store.record(feedback)
      return new Response(null, { status: 204, headers: guarded })
    } catch (error) {
      if (error instanceof TooLarge)
        return problem(413, 'Content Too Large', `a body has at most ${mostBytes} bytes`)
      onError(error)
      if (!(error instanceof FeedbackError)) {
        return problem(503, 'Service Unavailable', 'it could not be recorded', { 'retry-after': '60' })
      }
      return error.code === 'unverified'
        ? problem(401, 'Unauthorized', error.message, { 'www-authenticate': 'Basic realm="feedback"' })
        : problem(400, 'Bad Request', error.message)
    }
  }
}
