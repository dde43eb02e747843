import { SegmentryError } from './error.ts'
import type { Message } from './red.ts'

/** The people whom a message is about: one, or a list of them. */
export interface People {
  ids: string[]
  /** Where the list is; nothing in a message about one person. */
  list?: { path: (string | number)[]; people: unknown[] }
}

/**
 * Reads whom a message is about.
 *
 * A list on the way to the ID, or at its end, is a list of people. One of them without an ID fails the whole message: nobody of it
 * is routed.
 */
export function peopleOf(message: Message, property: string, path: (string | number)[]): People {
  let value: unknown = message
  for (const [i, key] of path.entries()) {
    if (Array.isArray(value) && typeof key !== 'number') {
      const rest = path.slice(i)
      return listed(value, path.slice(0, i), (person) => rest.reduce(inside, person), property)
    }
    value = inside(value, key)
  }
  if (Array.isArray(value)) return listed(value, path, (person) => person, property)
  return { ids: [idOf(value, `msg.${property}`)] }
}

function listed(
  people: unknown[],
  path: (string | number)[],
  read: (person: unknown) => unknown,
  property: string,
): People {
  const ids = people.map((person, i) => idOf(read(person), `msg.${property} of person ${i} of the list`))
  return { ids, list: { path, people } }
}

/** A copy of a message with a part of its list. */
export function withPart(message: Message, { path, people }: NonNullable<People['list']>, places: number[]) {
  const part = places.map((place) => people[place])
  const put = (value: unknown, depth: number): unknown => {
    if (depth === path.length) return part
    const key = path[depth]!
    const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }
    ;(copy as Record<string | number, unknown>)[key] = put(inside(value, key), depth + 1)
    return copy
  }
  return put(message, 0) as Message
}

const inside = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string | number, unknown>)[key]
    : undefined

function idOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value !== '') return value
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value))) return String(value)
  const found = shown(value).slice(0, 80)
  throw new SegmentryError(
    'no-person',
    `found ${found} in ${where}, expected the ID of a person: text or a number`,
  )
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === '') return 'empty text'
  if (Array.isArray(value)) return 'a list'
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'object') return `a ${typeof value}`
  return `an object with ${Object.keys(value).slice(0, 5).join(', ') || 'nothing in it'}`
}
