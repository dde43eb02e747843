import { checkOptions } from '@segmentry/core'
import { checkedUrl, signer } from '../token/token.ts'

/** Who would no longer receive what. */
export interface Unsubscription {
  readonly broadcast: string
  readonly person: string
  /** One of several things that people are written about; everything when absent. */
  readonly topic?: string
}

/** A person's link to unsubscribe. */
export interface UnsubscribeLink {
  /** For `{{ unsubscribe.url }}`. */
  readonly url: string
  /** The two header lines by which mail programs show a button of their own (RFC 8058); they are to be signed by DKIM. */
  readonly headers: { readonly 'List-Unsubscribe': string; readonly 'List-Unsubscribe-Post': string }
}

/** Where the page stands, and what its links are signed with. */
export interface UnsubscribeOptions {
  /** The address of the page, below which each link is: `https://acme.example/unsubscribe`. */
  readonly url: string
  /** Texts of 32 characters or more: the first signs, all are good for reading. */
  readonly secrets: readonly string[]
}

/** Makes links to unsubscribe, one for each person. */
export interface UnsubscribeLinks {
  for(who: Unsubscription): UnsubscribeLink
}

/**
 * Makes the links by which people unsubscribe, each signed for one person, broadcast and topic.
 *
 * They do not expire: a message may be read a year later. Throws a `RangeError` for a secret that is too short and
 * an address that is none.
 *
 * @example
 * ```ts
 * const links = unsubscribeLinks({
 *   url: 'https://acme.example/unsubscribe',
 *   secrets: ['a secret of at least 32 characters'],
 * })
 * const { headers } = links.for({ broadcast: 'spring', person: '42', topic: 'news' })
 * headers['List-Unsubscribe-Post'] // => 'List-Unsubscribe=One-Click'
 * ```
 */
export function unsubscribeLinks(options: UnsubscribeOptions): UnsubscribeLinks {
  checkOptions(options, ['url', 'secrets'])
  const { url, secrets } = options ?? {}
  const page = checkedUrl('unsubscribe', url)
  const { sign } = signer('unsubscribe', secrets)
  return Object.freeze({
    for: ({ broadcast, person, topic = '' }: Unsubscription): UnsubscribeLink => {
      const link = `${page}/${sign([broadcast, person, topic])}`
      return {
        url: link,
        headers: { 'List-Unsubscribe': `<${link}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
      }
    },
  })
}
