import { shown } from '../suggest.ts'
import type { AnySegment } from './node.ts'
import { type Countable, isSetSegment, refuseSet } from './set.ts'

/** Whether something can be asked for a definition: it was built, decoded, or made by hand. */
export const isSegment = (value: unknown): value is AnySegment =>
  typeof value === 'object' && value !== null && 'definition' in value

/** Throws a `TypeError` for what is no segment, with the key it stands under, and a {@link SetSegmentError} for the top of one. */
export function checkSegment(segment: AnySegment, key?: string): void {
  refuseSet(segment, placeOf(key))
  checkCountable(segment, key)
}

const placeOf = (key: string | undefined): string => (key === undefined ? '' : ` under '${key}'`)

/** Throws a `TypeError` for what is neither a segment nor the top of one. */
export function checkCountable(asked: Countable, key?: string): void {
  if (isSegment(asked) || isSetSegment(asked)) return
  throw new TypeError(
    `found ${shown(asked)}${placeOf(key)}, expected a segment: segment().group(…), or one that was decoded`,
  )
}

/** Throws for what are no segments by key. */
export function checkSegments(segments: Readonly<Record<string, AnySegment>>): void {
  checkByKey(segments)
  for (const [key, segment] of Object.entries(segments)) checkSegment(segment, key)
}

/** Throws for what are neither segments nor tops of segments by key. */
export function checkCountables(asked: Readonly<Record<string, Countable>>): void {
  checkByKey(asked)
  for (const [key, one] of Object.entries(asked)) checkCountable(one, key)
}

function checkByKey(given: object): void {
  const isOne = isSegment(given) || isSetSegment(given)
  if (typeof given === 'object' && given !== null && !isOne) return
  const found = isOne ? 'a segment' : shown(given)
  throw new TypeError(`found ${found}, expected segments by key, such as { vip }`)
}
