import { type Duration, durationMs, shown, unknownKey } from '@segmentry/core'
import { TransportError } from './errors.ts'

// What the types of a transport's options say, for callers without types.

const local = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/

/** Whether a host is this machine, so that nothing leaves it. */
export const isLoopback = (host: string): boolean => local.test(host)

/** Reads the options of one transport, each checked. */
export interface OptionsReader {
  text(name: string, example: string): string
  /** As `text`, but what was found is not shown. */
  secret(name: string): string
  optional<T>(name: string, read: (name: string) => T): T | undefined
  whole(name: string, otherwise: number, least: number, most?: number): number
  /** Milliseconds. */
  duration(name: string, otherwise: Duration): number
  /** Without the slash at the end; `https:`, or this machine unless `open`. */
  url(name: string, otherwise: string | undefined, open?: boolean): string
  refuse(name: string, found: string, expected: string): TransportError
}

const kindOf = (raw: unknown): string => {
  if (raw === '') return 'an empty text'
  return typeof raw === 'string' ? 'a text that is none' : shown(raw)
}

/** Throws a {@link TransportError} for options that are none, or that have a key which means nothing. */
export function optionsOf(transport: string, given: unknown, known: readonly string[]): OptionsReader {
  const error = (found: string, expected: string) => new TransportError({ transport, found, expected })
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw error(shown(given), `options such as { ${known[0]}: … }`)
  }
  const unknown = unknownKey('option', given, known)
  if (unknown) throw error(unknown.found, unknown.expected)
  const of = (name: string): unknown => (given as Readonly<Record<string, unknown>>)[name]
  const refuse = (name: string, found: string, expected: string) => error(`${found} as '${name}'`, expected)
  const ms = (name: string, raw: unknown): number => {
    const found = durationMs(raw as Duration)
    if (found !== undefined && found >= 0 && found < 2 ** 31) return found
    throw refuse(name, shown(raw), "a duration such as '10 seconds'")
  }
  return {
    refuse,
    text: (name, example) => {
      const raw = of(name)
      if (typeof raw === 'string' && raw.trim() !== '' && !/\p{Cc}/u.test(raw)) return raw
      throw refuse(name, shown(raw), `text on one line, such as ${example}`)
    },
    secret: (name) => {
      const raw = of(name)
      // What goes into a header; a line break would begin another one.
      if (typeof raw === 'string' && /^[\x21-\x7E]+$/.test(raw)) return raw
      throw refuse(name, kindOf(raw), 'visible ASCII characters, as the provider shows them')
    },
    optional: (name, read) => (of(name) === undefined ? undefined : read(name)),
    whole: (name, otherwise, least, most = Number.MAX_SAFE_INTEGER) => {
      const raw = of(name) ?? otherwise
      if (Number.isSafeInteger(raw) && (raw as number) >= least && (raw as number) <= most)
        return raw as number
      const to = most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`
      throw refuse(name, shown(raw), `a whole number from ${least}${to}`)
    },
    duration: (name, otherwise) => ms(name, of(name) ?? otherwise),
    url: (name, otherwise, open = false) => {
      const raw = of(name) ?? otherwise
      const example = otherwise ?? 'https://example.com/messages'
      const url = typeof raw === 'string' ? URL.parse(raw) : null
      if (url === null || !/^https?:$/.test(url.protocol))
        throw refuse(name, shown(raw), `a URL such as '${example}'`)
      if (url.username !== '' || url.password !== '')
        throw refuse(name, 'credentials in a URL', 'a URL without them')
      if (!open && url.protocol === 'http:' && !isLoopback(url.hostname)) {
        throw refuse(name, shown(raw), 'https:, as the credentials could be read on their way')
      }
      return url.href.replace(/\/$/, '')
    },
  }
}
