import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { shown } from '@segmentry/core'

// Links that identify a person by themselves: whoever follows one has neither a session nor a password. A token is a version, what it
// says, and a signature over both and what it is for, so that a link that counts an open never unsubscribes anybody.

const version = '1'
const leastLength = 32
const mostLength = 8_000

/** Signs what a link says, and reads it again. */
export interface Signer {
  readonly sign: (says: readonly string[]) => string
  /** What a token says, or `undefined` for one that was not signed here, for this. */
  readonly read: (token: string) => readonly string[] | undefined
}

/**
 * A signer for one purpose. The first secret signs and all of them are good for reading, so that a secret can be changed while links of the
 * old one are about. Throws a `RangeError` for secrets that could be guessed.
 */
export function signer(purpose: 'unsubscribe' | 'open' | 'click', secrets: readonly string[]): Signer {
  const keys = checkedSecrets(secrets).map(utf8ToBytes)
  const signature = (key: Uint8Array, body: string): Uint8Array =>
    hmac(sha256, key, utf8ToBytes(`segmentry:${purpose}:${version}:${body}`))
  return {
    sign: (says) => {
      const body = toBase64Url(utf8ToBytes(JSON.stringify(says)))
      return `${version}.${body}.${toBase64Url(signature(keys[0]!, body))}`
    },
    read: (token) => {
      if (token.length > mostLength) return undefined
      const [, body, shownSignature] = /^1\.([\w-]+)\.([\w-]{43})$/.exec(token) ?? []
      const given = shownSignature === undefined ? undefined : fromBase64Url(shownSignature)
      if (body === undefined || !given) return undefined
      let isOurs = false
      // Every key is tried to its end: how long it takes tells nothing.
      for (const key of keys) isOurs = isSame(signature(key, body), given) || isOurs
      return isOurs ? textsOf(body) : undefined
    },
  }
}

function checkedSecrets(secrets: unknown): readonly string[] {
  const isSecret = (one: unknown): boolean => typeof one === 'string' && one.length >= leastLength
  if (Array.isArray(secrets) && secrets.length > 0 && secrets.every(isSecret))
    return secrets as readonly string[]
  const found = !Array.isArray(secrets)
    ? shownKind(secrets)
    : secrets.length === 0
      ? 'an empty list'
      : 'one that is shorter, or no text'
  throw new RangeError(
    `secrets is a list of texts of ${leastLength} characters or more, the first of which signs; found ${found}`,
  )
}

/** What something is, without what it says: it may be a secret. */
const shownKind = (raw: unknown): string =>
  typeof raw === 'string' ? 'a text that stands in no list' : shown(raw)

/** Whether two digests are equal, in a time that does not depend on where they differ. */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (const [at, byte] of one.entries()) difference |= byte ^ other[at]!
  return difference === 0
}

function textsOf(body: string): readonly string[] | undefined {
  const bytes = fromBase64Url(body)
  if (!bytes) return undefined
  try {
    const says: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Array.isArray(says) && says.every((one) => typeof one === 'string') ? says : undefined
  } catch {
    return undefined
  }
}

export const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))

/** The bytes of base64, or `undefined` for what is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  } catch {
    return undefined
  }
}

const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

/** Only the one spelling that {@link toBase64Url} gives: two links that differ do not say the same. */
function fromBase64Url(text: string): Uint8Array | undefined {
  const bytes = fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
  return bytes && toBase64Url(bytes) === text ? bytes : undefined
}

/** A page's address, below which each link is; throws a `RangeError` for one that mail could not link to. */
export function checkedUrl(what: string, raw: unknown): string {
  const isFine =
    typeof raw === 'string' && /^https?:\/\/[\x21-\x7E]+$/.test(raw) && URL.canParse(raw) && !/[?#]/.test(raw)
  if (!isFine) {
    throw new RangeError(
      `${what} is the address of a page, such as 'https://acme.example/${what}', without ? and #; found ${shown(raw)}`,
    )
  }
  return raw.replace(/\/+$/, '')
}

/** The token at the end of an address. */
export const tokenOf = (address: string): string =>
  new URL(address, 'http://localhost').pathname.split('/').at(-1) ?? ''
