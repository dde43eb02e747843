import { type Definition, encodeSegments, references } from '@segmentry/core'
import type { Segments } from '../change/segments.ts'
import { reached } from '../finding/reach.ts'

/** The segments that are made of another: that name it, or that name one of those. */
export interface Users {
  readonly directly: readonly string[]
  readonly indirectly: readonly string[]
}

/** What is worked out of a set of segments once, for all changes of it. */
export interface Read {
  /** The definitions, in which other segments are named by their keys. */
  readonly rules: Readonly<Record<string, Definition>>
  readonly users: ReadonlyMap<string, Users>
}

const known = new WeakMap<Segments, Read>()

/** A set of segments as it is compared. */
export function readOf(segments: Segments): Read {
  let read = known.get(segments)
  if (read === undefined) {
    read = { rules: encodeSegments(segments), users: usersOf(segments) }
    known.set(segments, read)
  }
  return read
}

/** Who is made of whom, from those that are used to those that use them. */
function usersOf(segments: Segments): ReadonlyMap<string, Users> {
  const direct = references(segments)
  const all = reached(direct)
  const keys = Object.keys(segments)
  return new Map(
    keys.map((key) => {
      const directly = keys.filter((other) => direct[other]!.includes(key))
      const indirectly = keys.filter((other) => all.get(other)!.has(key) && !directly.includes(other))
      return [key, { directly, indirectly }]
    }),
  )
}
