import { expect } from 'vitest'
import {
  type AnySegment,
  decodeSegment,
  DefinitionError,
  encodeSegment,
  evaluate,
  type EventRecord,
  type Person,
} from '../src/index.ts'
import { ago, now, schema } from './people.ts'

/** Milliseconds of a day of 24 hours. */
export const day = 86_400_000
/** A zone whose clocks change. */
export const zone = 'America/New_York'

/** Whether a person is in a segment, which is asked as it was built and as it comes back from JSON. */
export function isIn(made: AnySegment, person: Partial<Person>, at: string = now): boolean {
  const built = evaluate(made, { id: 'ann', ...person }, { schema, now: at })
  const decoded = decodeSegment(encodeSegment(made), schema)
  expect(evaluate(decoded, { id: 'ann', ...person }, { schema, now: at })).toBe(built)
  return built
}

let numbered = 0

/** An event with an id of its own, later ones with greater ids. */
export const happened = (name: string, at: string, properties: object = {}): EventRecord => ({
  id: String((numbered += 1)).padStart(6, '0'),
  name,
  at,
  properties: { ...properties },
})

/** Someone who opened at these instants. */
export const opened = (...at: readonly string[]): Partial<Person> => ({
  events: at.map((one) => happened('opened', one)),
})

/** Someone who bought these, a day between each and the last one yesterday. */
export const bought = (...properties: readonly object[]): Partial<Person> => ({
  events: properties.map((one, i) => happened('purchase', ago((properties.length - i) * day), one)),
})

/** The messages of the error that is thrown, if one is. */
export function issuesOf(run: () => unknown): readonly string[] {
  try {
    run()
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues.map(({ message }) => message)
    throw error
  }
  return []
}
