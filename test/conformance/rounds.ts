import { type AnySegment, format, type Person } from '@segmentry/core'
import fc from 'fast-check'
import { settled } from './accounts.ts'
import { clock, leaf, people, type PeopleOptions, segment } from './arbitrary.ts'

// The mixtures of what is generated that show most for the time they take.

/** How many people a population has at most. */
const most = 20

/** Filters alone beside nested rules, which hide what is inside them. */
export const mixedSegment: fc.Arbitrary<AnySegment> = fc.oneof(
  { weight: 2, arbitrary: leaf.map((rule): AnySegment => ({ definition: { format, rule } })) },
  { weight: 1, arbitrary: segment },
)

/** A population that is nearly full, and shrinks to few. */
export function fullPopulation(options: PeopleOptions = {}): fc.Arbitrary<readonly Person[]> {
  const several = people({ ...options, maxLength: most })
  return fc
    .tuple(several, several, several, several, several)
    .map((parts) => settled([...new Map(parts.flat().map((one) => [one.id, one])).values()].slice(0, most)))
}

/**
 * Segments, populations and clocks, each of which meets each of the others: so many triples of a definition, a population
 * and a clock. What costs time is to plan a definition's queries, not to run them.
 */
export interface Round {
  readonly segments: readonly AnySegment[]
  readonly populations: readonly (readonly Person[])[]
  readonly clocks: readonly number[]
  /** What is asked for once, beside whole sets: a few members after one of the people. */
  readonly page: { readonly mode: 'set' | 'point'; readonly after: number; readonly limit: number }
}

export const size = { segments: 12, populations: 2, clocks: 6 } as const
export const triplesEach = size.segments * size.populations * size.clocks

export const round = (one: fc.Arbitrary<AnySegment>): fc.Arbitrary<Round> => {
  const exactly = (length: number) => ({ minLength: length, maxLength: length })
  return fc.record({
    segments: fc.array(one, exactly(size.segments)),
    populations: fc.array(fullPopulation({ storable: true }), exactly(size.populations)),
    clocks: fc.uniqueArray(clock, exactly(size.clocks)),
    page: fc.record({
      mode: fc.constantFrom('set', 'point'),
      after: fc.nat(most),
      limit: fc.integer({ min: 1, max: 4 }),
    }),
  })
}
