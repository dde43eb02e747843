import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'

/** How many buckets there are: shares are told in hundredths of a per cent. */
export const bucketCount = 10_000

/**
 * The stable number of a person, from 0 to 9,999, drawn with a salt.
 *
 * The first four bytes, big-endian, of `sha256(utf8(salt) ‖ 0x00 ‖ utf8(id))`, modulo 10,000 (semantics 25). One salt
 * gives one draw: use another for a test that must not depend on the first.
 *
 * @example
 * ```ts
 * bucketOf('spring-2026', 'ann') // => 1588
 * ```
 */
export function bucketOf(salt: string, id: string): number {
  const hash = sha256(utf8ToBytes(`${salt}\0${id}`))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0) % bucketCount
}
