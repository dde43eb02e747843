import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { flowError, issueOf } from '../errors.ts'
import { Refusal } from './problem.ts'

/** The keys that callers show, or `'open'` for a service that lets everybody in. */
export type Keys = readonly string[] | 'open'

/** Tells which key a request shows, by its place; throws a {@link Refusal} for one that is not known. */
export type Doorman = (authorization: string | null | undefined) => number

const leastLength = 16

/** What a header takes as it is. */
export const isKey = (key: unknown): key is string => typeof key === 'string' && /^[\x21-\x7E]+$/.test(key)

/** Makes the doorman; throws a `RangeError` for keys that could be guessed. */
export function doormanOf(keys: Keys): Doorman {
  if (keys === 'open') return () => 0
  const isLong = (key: unknown): boolean => isKey(key) && key.length >= leastLength
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isLong)) {
    throw new RangeError(
      `keys is a list of at least one key of ${leastLength} visible ASCII characters or more, or 'open' to let everybody in`,
    )
  }
  const digests = keys.map((key) => sha256(utf8ToBytes(key)))
  return (authorization) => {
    const shown = /^Bearer ([\x21-\x7E]+)$/i.exec(authorization ?? '')?.[1]
    const found = shown === undefined ? -1 : placeOf(sha256(utf8ToBytes(shown)), digests)
    if (found >= 0) return found
    const what = authorization ? 'a key that is not known' : 'no key'
    const issue = issueOf(['authorization'], what, "'Bearer ' and a key of this service")
    throw new Refusal(401, flowError('unauthorized', [issue]), { 'www-authenticate': 'Bearer' })
  }
}

/** The place of a digest among others, in a time that does not depend on which bytes are equal. */
function placeOf(digest: Uint8Array, digests: readonly Uint8Array[]): number {
  let place = -1
  for (const [i, other] of digests.entries()) {
    let difference = 0
    for (const [at, byte] of other.entries()) difference |= byte ^ digest[at]!
    place = difference === 0 ? i : place
  }
  return place
}
