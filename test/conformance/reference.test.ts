import { evaluateAll, compileSegment, preparePerson } from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, people, schema, segment } from './arbitrary.ts'
import { isMember } from './reference.ts'

test('in process, everybody is where the reference says, on 6,000 populations', () => {
  let [members, others] = [0, 0]
  fc.assert(
    fc.property(segment, people(), clock, (made, population, now) => {
      const compiled = compileSegment(made, schema)
      for (const person of population) {
        const expected = isMember(made, schema, person, now)
        expect(compiled(preparePerson(schema, person), now)).toBe(expected)
        if (expected) members += 1
        else others += 1
      }
    }),
    { numRuns: 6000 },
  )
  // The comparison says something only if both answers are common.
  const share = members / (members + others)
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.8)
})

test('many segments at once say what each of them says', () => {
  const several = fc.uniqueArray(segment, { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(several, people({ maxLength: 3 }), clock, (made, population, now) => {
      const byKey = Object.fromEntries(made.map((one, i) => [`s${i}`, one]))
      for (const person of population) {
        const expected = Object.keys(byKey).filter((key) => isMember(byKey[key]!, schema, person, now))
        expect(evaluateAll(byKey, person, { schema, now: new Date(now) })).toEqual(expected)
      }
    }),
    { numRuns: 1000 },
  )
})
