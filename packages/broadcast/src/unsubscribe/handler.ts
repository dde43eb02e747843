import { shown, unknownKey } from '@segmentry/core'
import { signer, tokenOf } from '../token/token.ts'
import { bodyOf, type Handler } from '../web/handler.ts'
import type { Unsubscription } from './links.ts'
import { type Button, english, page, type UnsubscribeTexts } from './page.ts'

/** Somebody who asked for it, and when. */
export interface UnsubscribeRequest extends Unsubscription {
  readonly at: Date
}

/** Where it is kept who does not want to be written to. */
export interface UnsubscribeStore {
  /** Rejects where it could not be kept: the person is told so, and mail programs try again. */
  unsubscribe(request: UnsubscribeRequest): Promise<'unsubscribed' | 'already' | 'unknown'>
  /** Takes it back; without it, the page does not offer that. */
  resubscribe?(request: UnsubscribeRequest): Promise<'subscribed' | 'unknown'>
}

/** What the page works with. */
export interface UnsubscribePageOptions {
  /** The secrets of the links, as `unsubscribeLinks` has them. */
  readonly secrets: readonly string[]
  readonly store: UnsubscribeStore
  /** What the page says, where it is not the English it has; of a topic, where there are several. */
  readonly texts?: Partial<UnsubscribeTexts> | ((topic: string | undefined) => Partial<UnsubscribeTexts>)
  /** The clock; the machine's unless told. */
  readonly now?: () => Date
  /** Takes what the store rejects with, for a log: people are not told what is in it. */
  readonly onError?: (error: unknown) => void
}

const keys = ['secrets', 'store', 'texts', 'now', 'onError']
const mostBytes = 16_384

/**
 * The page behind a link to unsubscribe, and the address that mail programs post to (RFC 8058).
 *
 * A POST unsubscribes, at once. GET never does: it shows a page with a button, as programs that look for bad links follow
 * every one of them. A store that fails is a 503, never a page that says it is done.
 *
 * @example
 * ```ts
 * import { unsubscribePage } from '@segmentry/broadcast/web'
 *
 * const secrets = ['a secret of at least 32 characters']
 * const page = unsubscribePage({ secrets, store: { unsubscribe: async () => 'unsubscribed' } })
 * const link = unsubscribeLinks({ url: 'https://acme.example/unsubscribe', secrets }).for({ broadcast: 'spring', person: '42' })
 * const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
 * const { status } = await page(new Request(link.url, { method: 'POST', body }))
 * status // => 200
 * ```
 */
export function unsubscribePage(options: UnsubscribePageOptions): Handler {
  const unknown = unknownKey('option', options, keys)
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
  const { secrets, store, texts = {}, now = () => new Date(), onError = () => undefined } = options
  if (typeof store?.unsubscribe !== 'function') {
    throw new TypeError(`found ${shown(store)} as 'store', expected { unsubscribe: async (request) => … }`)
  }
  const { read } = signer('unsubscribe', secrets)
  const say = (topic: string | undefined): UnsubscribeTexts => ({
    ...english,
    ...(typeof texts === 'function' ? texts(topic) : texts),
  })

  return async (request) => {
    const { method } = request
    const found = read(tokenOf(request.url))
    if (found?.length !== 3) return page(404, say(undefined), say(undefined).wrongLink)
    const [broadcast, person, topic] = found as readonly [string, string, string]
    const who: Unsubscription = { broadcast, person, ...(topic !== '' && { topic }) }
    const words = say(who.topic)
    if (method === 'GET' || method === 'HEAD') {
      return page(200, words, words.question, { intent: 'unsubscribe', label: words.unsubscribe })
    }
    if (method !== 'POST') return page(405, words, words.wrongForm, undefined, { allow: 'GET, HEAD, POST' })
    const intent = await intentOf(request)
    const takesBack = intent === 'resubscribe' && store.resubscribe !== undefined
    if (intent !== 'unsubscribe' && !takesBack) return page(400, words, words.wrongForm)
    try {
      const asked = { ...who, at: now() }
      const state = takesBack ? await store.resubscribe!(asked) : await store.unsubscribe(asked)
      const offer: Button = { intent: 'resubscribe', label: words.resubscribe }
      switch (state) {
        case 'unsubscribed':
          return page(200, words, words.done, store.resubscribe && offer)
        case 'already':
          return page(200, words, words.already, store.resubscribe && offer)
        case 'subscribed':
          return page(200, words, words.back)
        case 'unknown':
          return page(200, words, words.unknown)
        default:
          throw new TypeError(
            `the store said ${shown(state)}, expected 'unsubscribed', 'already' or 'unknown'`,
          )
      }
    } catch (error) {
      onError(error)
      const again: Button = takesBack
        ? { intent: 'resubscribe', label: words.resubscribe }
        : { intent: 'unsubscribe', label: words.unsubscribe }
      return page(503, words, words.failed, again, { 'retry-after': '120' })
    }
  }
}

/** What a form asks for: a mail program's by RFC 8058, or the page's own. Mail programs may send either kind of form. */
async function intentOf(request: Request): Promise<'unsubscribe' | 'resubscribe' | undefined> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)) return undefined
  try {
    const bytes = await bodyOf(request, mostBytes)
    const form = await new Response(bytes, { headers: { 'content-type': type } }).formData()
    if (form.get('List-Unsubscribe') === 'One-Click') return 'unsubscribe'
    const intent = form.get('intent')
    return intent === 'unsubscribe' || intent === 'resubscribe' ? intent : undefined
  } catch {
    // Too much of it, no form, or a caller who is gone: nothing was asked for.
    return undefined
  }
}
