import { shown } from '../suggest.ts'
import { PersonError } from './errors.ts'
import type { Person } from './person.ts'

/**
 * Throws a {@link PersonError} for what is no person.
 *
 * That is a mistake of the program that asks. A value inside that is not of its type is none: it is missing (semantics 8).
 */
export function checkPerson(person: Person): void {
  const given: unknown = person
  if (!isRecord(given)) wrong([], given, "a person such as { id: '42', fields: { state: 'CA' } }")
  const { id, fields, tags, events, accounts } = given
  if (typeof id !== 'string') wrong(['id'], id, "text such as '42'")
  if (!isNothing(fields) && !isRecord(fields)) wrong(['fields'], fields, 'an object of values by field')
  if (!isNothing(tags) && !Array.isArray(tags)) wrong(['tags'], tags, 'a list of tags')
  if (!isNothing(accounts) && !Array.isArray(accounts)) wrong(['accounts'], accounts, 'a list of accounts')
  if (!isNothing(events) && !Array.isArray(events)) wrong(['events'], events, 'a list of events')
}

/** What `read` makes of a person; a getter that throws, or a proxy that was revoked, is told as a {@link PersonError}. */
export function readingPerson<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof PersonError) throw error
    const found = `a value that cannot be read: ${error instanceof Error ? error.message : shown(error)}`
    throw new PersonError({ path: [], found, expected: 'plain data' })
  }
}

const isNothing = (raw: unknown): raw is null | undefined => raw === null || raw === undefined

/** A class's own values can be looked up by name; a Map's or a Date's cannot. */
const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' &&
  raw !== null &&
  !Array.isArray(raw) &&
  !(raw instanceof Date) &&
  !(raw instanceof Map)

function wrong(path: readonly string[], raw: unknown, expected: string): never {
  throw new PersonError({ path, found: shown(raw), expected })
}
