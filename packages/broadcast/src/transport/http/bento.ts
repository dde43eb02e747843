import type { Duration } from '@segmentry/core'
import { addressOf } from '../address.ts'
import { type OptionsReader, optionsOf } from '../options.ts'
import { failed, type Failed, forever, sent } from '../outcome.ts'
import { handOver, noAddress, whyStopped } from '../ready.ts'
import type { Outcome, Outgoing, Transport } from '../transport.ts'
import { type Answer, type NoAnswer, request } from './request.ts'
import { expectTaken, notTaken, recordOf, textOf, mostRepeats, untilClear } from './status.ts'

/** A site in Bento, and the keys to it. */
export interface BentoAccount {
  readonly publishableKey: string
  readonly secretKey: string
  readonly siteUuid: string
  /** `https://app.bentonow.com/api/v1` unless told. */
  readonly url?: string
  /** For each answer; `'1 minute'` unless told. */
  readonly timeout?: Duration
}

/** Which tag people get, and how the account is used. */
export interface BentoTagOptions extends BentoAccount {
  /** One for each broadcast, such as `broadcast-spring-sale`. */
  readonly tag: string
  /** People a request, at most 1,000; 1,000 unless told. */
  readonly batch?: number
  /** How often the same request is sent again after an answer was lost, soon and then later; 3 unless told. */
  readonly repeats?: number
}

/** The options of an account. */
export const accountOptions = ['publishableKey', 'secretKey', 'siteUuid', 'url', 'timeout']

/** Speaks to one site. */
export interface Bento {
  readonly post: (path: string, body: object) => Promise<Answer | NoAnswer>
  readonly get: (path: string) => Promise<Answer | NoAnswer>
  readonly secrets: readonly string[]
}

/** https://bentonow.com/docs/developer_guides/introduction: basic authentication, the site in every body, and a name in `User-Agent`. */
export function bentoOf(read: OptionsReader): Bento {
  const secret = read.secret('secretKey')
  const credentials = Buffer.from(`${read.secret('publishableKey')}:${secret}`).toString('base64')
  const site = read.secret('siteUuid')
  const url = read.url('url', 'https://app.bentonow.com/api/v1')
  const timeout = read.duration('timeout', '1 minute')
  const secrets = [secret, credentials]
  const headers = {
    accept: 'application/json',
    authorization: `Basic ${credentials}`,
    'user-agent': 'segmentry',
  }
  return {
    secrets,
    post: (path, body) =>
      request({
        url: url + path,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ site_uuid: site, ...body }),
        timeout,
        secrets,
      }),
    get: (path) =>
      request({ url: `${url}${path}?site_uuid=${encodeURIComponent(site)}`, headers, timeout, secrets }),
  }
}

/** What Bento says of a request that it did not take: `{ error }` or `{ errors }` (https://bentonow.com/docs/api/errors). */
export function bentoRefusal(answer: Answer | NoAnswer, secrets: readonly string[]): Failed {
  const { error, errors } = recordOf(answer.status === 'none' ? undefined : answer.body)
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined
  const words = textOf(error) ?? textOf(first) ?? textOf(recordOf(first)['message'])
  const outcome = notTaken(answer, secrets, { words })
  // It does not say how long to wait; its limits are of a minute (https://bentonow.com/docs/api/access).
  return answer.status === 429 ? { waitMs: 60_000, ...outcome } : outcome
}

interface Tagged {
  readonly key: string
  readonly email: string
}

const readied = ({ key, to }: Outgoing): Tagged | Failed => {
  const email = typeof to === 'string' ? addressOf(to) : undefined
  return email === undefined ? failed('recipient', noAddress) : { key, email }
}

/**
 * Gives people a tag in Bento, so that a broadcast there can be sent to it: `createBentoBroadcast` makes one.
 *
 * Nothing of the message is sent but its address. It uses Bento's import, which starts no automations and takes effect after some
 * minutes; `sent` means that Bento took the person. A tag that somebody has already changes nothing, so all of it can be
 * repeated. Where Bento says only how many of a request it refused, the request is repeated by halves until it is known who.
 *
 * @example
 * ```ts
 * import { bentoTag } from '@segmentry/broadcast/http'
 *
 * const account = { publishableKey: 'pk', secretKey: 'from-the-environment', siteUuid: 'site' }
 * bentoTag({ ...account, tag: 'broadcast-spring-sale' }).batch // => 1000
 * ```
 */
export function bentoTag(options: BentoTagOptions): Transport {
  const read = optionsOf('bento', options, [...accountOptions, 'tag', 'batch', 'repeats'])
  const bento = bentoOf(read)
  const tag = read.text('tag', "'broadcast-spring-sale'")
  if (tag.includes(',')) throw read.refuse('tag', 'a comma', 'one tag: Bento would make several of it')
  const batch = read.whole('batch', 1_000, 1, 1_000)
  const repeats = read.whole('repeats', 3, 0, mostRepeats)
  let closed = false

  const hand = async (people: readonly Tagged[]): Promise<readonly Outcome[]> => {
    const subscribers = people.map(({ email }) => ({ email, tags: tag }))
    const answer = await untilClear(() => bento.post('/batch/subscribers', { subscribers }), repeats)
    const { results, failed: wrong = 0 } = recordOf(answer.status === 'none' ? undefined : answer.body)
    const counted =
      typeof results === 'number' && typeof wrong === 'number' && results + wrong === people.length
    if (answer.status === 'none' || answer.status >= 300 || !counted) {
      return people.map(() => bentoRefusal(answer, bento.secrets))
    }
    if (wrong === 0) return people.map(() => sent())
    if (results === 0) return people.map(() => failed('recipient', 'Bento refused the address'))
    const half = Math.ceil(people.length / 2)
    return [...(await hand(people.slice(0, half))), ...(await hand(people.slice(half)))]
  }

  return Object.freeze<Transport>({
    name: 'bento',
    bare: true,
    batch,
    concurrency: 1,
    // 60 requests a minute is the lower of the limits that Bento's pages name.
    perSecond: batch,
    remembersMs: forever,
    send: (messages, signal) => handOver(messages, whyStopped(signal, closed), readied, hand),
    verify: async () => {
      const answer = await bento.get('/fetch/tags')
      expectTaken('bento', 'keys of the site', answer, bentoRefusal(answer, bento.secrets))
    },
    close: async () => void (closed = true),
  })
}
