import { checkOptions } from '@segmentry/core'
import { checkedUrl, signer } from '../token/token.ts'

/** Where opens and clicks are counted, and what their links are signed with. */
export interface TrackingOptions {
  /** The address below which both stand: `https://acme.example/t`. */
  readonly url: string
  /** Texts of 32 characters or more: the first signs, all are good for reading. */
  readonly secrets: readonly string[]
}

/** Makes HTML by which opens and clicks are seen. */
export interface Tracking {
  /**
   * The HTML with a picture of one pixel at its end and with links that lead by way of us; `except` are left as they are, such as the one to
   * unsubscribe.
   */
  track(html: string, key: string, except?: readonly string[]): string
}

const link = /(<a\b[^>]*?\shref\s*=\s*)(?:"(https?:\/\/[^"]*)"|'(https?:\/\/[^']*)')/gi

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#34': '"',
  apos: "'",
}
const plain = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|apos|#39|#34);/g, (_, name: string) => entities[name]!)

/**
 * Makes the links by which opens and clicks of a message are seen; `trackingHandler` of `@segmentry/broadcast/web` answers them.
 *
 * The target of a link is signed, so that the address redirects to nowhere else. Opens tell little: Apple's Mail Privacy
 * Protection loads every picture whether or not somebody reads, and others load none. Prefer clicks.
 *
 * @example
 * ```ts
 * const tracking = trackingLinks({ url: 'https://acme.example/t', secrets: ['a secret of at least 32 characters'] })
 * tracking.track('<a href="https://acme.example/shop">Shop</a>', 'spring-42').includes('https://acme.example/shop') // => false
 * ```
 */
export function trackingLinks(options: TrackingOptions): Tracking {
  checkOptions(options, ['url', 'secrets'])
  const { url, secrets } = options ?? {}
  const base = checkedUrl('tracking', url)
  const [opens, clicks] = [signer('open', secrets), signer('click', secrets)]
  return Object.freeze({
    track: (html: string, key: string, except: readonly string[] = []): string => {
      const linked = html.replaceAll(link, (all, before: string, double?: string, single?: string) => {
        const target = plain(double ?? single ?? '')
        return except.includes(target) ? all : `${before}"${base}/c/${clicks.sign([key, target])}"`
      })
      const pixel = `<img src="${base}/o/${opens.sign([key])}" width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`
      const end = /<\/body\s*>/i.exec(linked)
      return end ? linked.slice(0, end.index) + pixel + linked.slice(end.index) : linked + pixel
    },
  })
}
