import { type AnySegment, code, describe, type Person } from '@segmentry/core'
import type { RawBuilder } from 'kysely'
import { readable } from '../../packages/postgres/src/compile/text.ts'
import { schema } from './schema.ts'

/** Where SQL and the evaluator in process do not agree. */
export interface Difference {
  readonly segment: AnySegment
  readonly population: readonly Person[]
  readonly now: number
  /** How SQL was asked. */
  readonly way: string
  readonly query: RawBuilder<unknown>
  readonly actual: readonly string[]
  readonly expected: readonly string[]
}

/** A difference for who has to find its cause. */
export function told({ segment, population, now, way, query, actual, expected }: Difference): string {
  const { sql, parameters } = readable(query)
  const people = population.map((person) => JSON.stringify(person))
  return [
    `SQL (${way}) finds ${JSON.stringify(actual)}, the evaluator ${JSON.stringify(expected)}, at ${new Date(now).toISOString()}`,
    `Segment:\n${code(segment, schema)}`,
    `English:\n${describe(segment, schema)}`,
    `SQL:\n${sql}`,
    `Parameters:\n${parameters.map((value, i) => `$${i + 1} = ${JSON.stringify(value)}`).join('\n')}`,
    `People:\n${people.join('\n')}`,
  ].join('\n\n')
}
