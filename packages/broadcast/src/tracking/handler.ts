import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { shown, unknownKey } from '@segmentry/core'
import type { Feedback, FeedbackStore } from '../feedback/feedback.ts'
import { fromBase64, signer, tokenOf } from '../token/token.ts'
import { guarded, type Handler, problem } from '../web/handler.ts'

/** What opens and clicks are read by, and where they go. */
export interface TrackingHandlerOptions {
  /** The secrets of the links, as `trackingLinks` has them. */
  readonly secrets: readonly string[]
  readonly store: FeedbackStore
  /** The clock; the machine's unless told. */
  readonly now?: () => Date
  /** Takes what the store rejects with: people come to where they wanted all the same. */
  readonly onError?: (error: unknown) => void
}

const keys = ['secrets', 'store', 'now', 'onError']
/** A picture of one pixel that shows nothing. */
const pixel = fromBase64('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7')!

/** Whether a browser only fetches what somebody may look at later. */
const isAhead = ({ headers }: Request): boolean =>
  ['purpose', 'sec-purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|preview|prerender/i.test(headers.get(name) ?? ''),
  )

/**
 * Answers the links of `trackingLinks`: a picture of one pixel below `/o`, and the way on to a link's target below `/c`.
 *
 * The first open of a message counts, and the first click on each of its links. HEAD does not, nor what a browser fetches ahead. A store
 * that fails keeps nobody from where they wanted to go.
 *
 * @example
 * ```ts
 * import { trackingHandler } from '@segmentry/broadcast/web'
 *
 * const secrets = ['a secret of at least 32 characters']
 * const html = trackingLinks({ url: 'https://acme.example/t', secrets }).track('<a href="https://acme.example/shop">Shop</a>', 'k1')
 * const seen = []
 * const handler = trackingHandler({ secrets, store: { record: async (feedback) => void seen.push(...feedback) } })
 * const answer = await handler(new Request(/href="([^"]+)"/.exec(html)[1]))
 * answer.headers.get('location') // => 'https://acme.example/shop'
 * seen[0].kind // => 'clicked'
 * ```
 */
export function trackingHandler(options: TrackingHandlerOptions): Handler {
  const unknown = unknownKey('option', options, keys)
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
  const { secrets, store, now = () => new Date(), onError = () => undefined } = options
  if (typeof store?.record !== 'function') {
    throw new TypeError(`found ${shown(store)} as 'store', expected { record: async (feedback) => … }`)
  }
  const [opens, clicks] = [signer('open', secrets), signer('click', secrets)]

  const record = async (request: Request, feedback: Feedback): Promise<void> => {
    if (request.method !== 'GET' || isAhead(request)) return
    try {
      await store.record([feedback])
    } catch (error) {
      onError(error)
    }
  }

  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return problem(405, 'Method Not Allowed', `found ${request.method}, expected GET`, {
        allow: 'GET, HEAD',
      })
    }
    const token = tokenOf(request.url)
    const [key, target] = clicks.read(token) ?? []
    if (key !== undefined && target !== undefined && /^https?:\/\//i.test(target) && URL.canParse(target)) {
      const id = `click:${key}:${bytesToHex(sha256(utf8ToBytes(target))).slice(0, 32)}`
      await record(request, { kind: 'clicked', id, key, at: now(), url: target })
      return new Response(null, { status: 302, headers: { ...guarded, location: new URL(target).href } })
    }
    const [opened] = opens.read(token) ?? []
    if (opened === undefined)
      return problem(404, 'Not Found', 'found a link that is not complete, or not ours')
    await record(request, { kind: 'opened', id: `open:${opened}`, key: opened, at: now() })
    return new Response(new Uint8Array(pixel), { headers: { ...guarded, 'content-type': 'image/gif' } })
  }
}
