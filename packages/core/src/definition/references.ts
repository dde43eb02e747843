import type { AnySegment } from './node.ts'
import { keysIn } from './order.ts'
import { encodeSegments } from './registry.ts'

/**
 * Which other segments each segment is made of, by their keys, in the order in which it names them.
 *
 * Use it to draw how segments hang together, or to find what a change of one reaches. Only those that are named directly are
 * listed; a segment that stands under no key is looked through to those it names.
 *
 * @example
 * ```ts
 * const vip = segment().group((g) => g.tag('VIP'))
 * const others = segment().group((g) => g.notIn(vip))
 * references({ vip, others }) // => { vip: [], others: ['vip'] }
 * ```
 */
export function references<K extends string>(
  segments: Readonly<Record<K, AnySegment>>,
): Readonly<Record<K, readonly K[]>> {
  const definitions = Object.entries(encodeSegments<string>(segments))
  return Object.fromEntries(
    definitions.map(([key, { rule }]) => [key, [...new Set(keysIn(rule))]]),
  ) as unknown as Readonly<Record<K, readonly K[]>>
}
