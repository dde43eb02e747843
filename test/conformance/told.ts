import {
  canonical,
  checkedRule,
  checkedSet,
  code,
  type Countable,
  describe,
  isSetSegment,
  type Person,
  type Schema,
} from '@segmentry/core'
import fc from 'fast-check'
import type { RawBuilder } from 'kysely'
import { membersQuery } from '../../packages/postgres/src/compile/query.ts'
import { readable } from '../../packages/postgres/src/compile/text.ts'
import { membersOf } from '../../packages/postgres/src/compile/top.ts'
import { bound } from './bound.ts'
import { backends } from './database.ts'
import { createLayout, layouts } from './layouts.ts'

/** Where SQL, or the reference, and the evaluator in process do not agree. */
export interface Difference {
  readonly segment: Countable
  readonly schema: Schema
  readonly population: readonly Person[]
  readonly now: number
  /** Who does not agree with the evaluator: SQL, and how it was asked, or the reference. */
  readonly by: string
  readonly query: RawBuilder<unknown>
  readonly actual: readonly string[]
  readonly expected: readonly string[]
}

/** A difference for who has to find its cause. */
export function told({ segment, schema, population, now, by, query, actual, expected }: Difference): string {
  const { sql, parameters } = readable(query)
  // Generated people may hold what JSON has no word for.
  const written = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value)
  const people = population.map((person) => JSON.stringify(person, written))
  return [
    `${by} finds ${JSON.stringify(actual)}, the evaluator ${JSON.stringify(expected)}, at ${new Date(now).toISOString()}`,
    `Segment:\n${code(segment, schema)}`,
    `English:\n${describe(segment, schema)}`,
    `SQL:\n${sql}`,
    `Parameters:\n${parameters.map((value, i) => `$${i + 1} = ${JSON.stringify(value)}`).join('\n')}`,
    `People:\n${people.join('\n')}`,
  ].join('\n\n')
}

/** A difference for which no database was asked. */
export type InProcess = Omit<Difference, 'query'>

/** A difference of which SQL was not asked, with the SQL that it would be. */
async function toldWithSql(found: InProcess): Promise<string> {
  const { segment, schema, now } = found
  const { db, close } = await backends.pglite()
  try {
    const layout = layouts.find(({ recordsTagTimes }) => recordsTagTimes)!
    await createLayout(db, layout)
    const context = { source: await bound(db, layout), now, mode: 'set' } as const
    const query = isSetSegment(segment)
      ? membersOf(checkedSet(segment, schema), context)
      : membersQuery(canonical(checkedRule(segment, schema)), context)
    return told({ ...found, query })
  } finally {
    await close()
  }
}

/** Looks for a difference in so many cases; throws with the smallest, told. */
export async function expectAgreement<C>(
  cases: fc.Arbitrary<C>,
  numRuns: number,
  difference: (one: C) => InProcess | undefined | Promise<InProcess | undefined>,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (one) => (await difference(one)) === undefined)
  const { counterexample, seed, counterexamplePath } = await fc.check(property, { numRuns })
  if (counterexample === null) return
  const found = await difference(counterexample[0])
  throw new Error(`${await toldWithSql(found!)}\n\nfast-check: seed ${seed}, path '${counterexamplePath}'`)
}
