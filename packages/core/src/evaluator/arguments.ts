import type { AnySegment } from '../definition/node.ts'
import { type Countable, isSetSegment, refuseSet } from '../definition/set.ts'
import { isSegment } from '../is-segment.ts'
import { shown, unknownKey } from '../suggest.ts'
import type { MemberOptions } from './evaluator.ts'

// What the types of an evaluator's arguments say, for callers without types: a misspelled clock must not become
// the clock of the machine, nor a page without people a loop without an end.

const evaluationKeys = ['now', 'signal']
const memberKeys = [...evaluationKeys, 'after', 'limit', 'pageSize', 'snapshot']

/** Throws a `TypeError` for options that are none, or that have a key which means nothing. */
export function checkOptions(options: unknown, known: readonly string[] = evaluationKeys): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof Date) {
    throw new TypeError(`found ${shown(options)} for options, expected an object such as { ${known[0]}: … }`)
  }
  const unknown = unknownKey('option', options, known)
  if (unknown) throw new TypeError(`${unknown.found} (expected ${unknown.expected})`)
}

/** Checks the options of a listing: throws a `RangeError` for a limit or a size of pages that cannot be. */
export function checkMemberOptions(options: MemberOptions | undefined): void {
  checkOptions(options, memberKeys)
  const { after, limit, pageSize } = options ?? {}
  if (after !== undefined) checkPeople([after])
  checkWhole('limit', limit, 0)
  checkWhole('pageSize', pageSize, 1)
}

function checkWhole(name: string, found: number | undefined, least: number): void {
  if (found === undefined || (Number.isSafeInteger(found) && found >= least)) return
  throw new RangeError(`${name} is a whole number from ${least}, found ${shown(found)}`)
}

/** Throws a `TypeError` for people who are not given by ids of text: the number 42 would be nobody. */
export function checkPeople(people: readonly string[]): void {
  if (!Array.isArray(people)) throw new TypeError(`found ${shown(people)}, expected a list of people's ids`)
  for (const person of people as readonly unknown[]) {
    if (typeof person === 'string') continue
    throw new TypeError(
      `a person is given by an id, which is text: found ${shown(person)}, expected such as '42'`,
    )
  }
}

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
