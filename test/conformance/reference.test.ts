import {
  compileSegment,
  decimalUnits,
  evaluateAll,
  parseInstant,
  type Person,
  preparePerson,
  readValue,
} from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, people, schema, segment } from './arbitrary.ts'
import { instantOf, unitsOf } from './reference-read.ts'
import { isMember } from './reference.ts'
import { expectAgreement, type InProcess } from './told.ts'

const ids = (population: readonly Person[], holds: (person: Person) => boolean): readonly string[] =>
  population.filter(holds).map(({ id }) => id)

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  JSON.stringify(some) === JSON.stringify(others)

test('in process, everybody is where the reference says, on 6,000 populations', async () => {
  let [members, others] = [0, 0]
  await expectAgreement(
    fc.tuple(segment, people(), clock),
    6000,
    ([made, population, now]): InProcess | undefined => {
      const compiled = compileSegment(made, schema)
      const actual = ids(population, (person) => isMember(made, schema, person, now))
      const expected = ids(population, (person) => compiled(preparePerson(schema, person), now))
      members += actual.length
      others += population.length - actual.length
      if (isSame(actual, expected)) return undefined
      return { segment: made, schema, population, now, by: 'the reference', actual, expected }
    },
  )
  // The comparison says something only if both answers are common.
  const share = members / (members + others)
  expect(share).toBeGreaterThan(0.2)
  expect(share).toBeLessThan(0.8)
})

test('many segments at once say what each of them says', async () => {
  const several = fc.uniqueArray(segment, { minLength: 1, maxLength: 6 })
  await expectAgreement(
    fc.tuple(several, people({ maxLength: 3 }), clock),
    1000,
    ([made, population, now]): InProcess | undefined => {
      const byKey = Object.fromEntries(made.map((one, i) => [`s${i}`, one]))
      const held = population.map((person) => evaluateAll(byKey, person, { schema, now: new Date(now) }))
      for (const [i, one] of made.entries()) {
        const actual = ids(population, (person) => isMember(one, schema, person, now))
        const expected = population.filter((_, at) => held[at]!.includes(`s${i}`)).map(({ id }) => id)
        if (isSame(actual, expected)) continue
        return { segment: one, schema, population, now, by: 'the reference', actual, expected }
      }
      return undefined
    },
  )
})

// The reference reads text in its own way. What the people of the generated world do not hold is compared here.

const instants = [
  ['2026-11-24T09:30:00+01:00', '2026-02-30T00:00:00Z', '2026-11-24T24:00:00Z', '2024-02-29T00:00:60Z'],
  ['0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '0000-01-01T00:00:00Z', '2023-02-29T00:00:00Z'],
  ['2024-02-29T00:00:00.Z', '2024-02-29T00:00:00.1234567-15:59', '2024-02-29T00:00:00+16:00', '', 'Z'],
  ['2024-02-29T00:00:00z', '2024-02-29', '+02024-02-29T00:00:00Z', '2024-02-29T00:00:00 00:00'],
].flat()

test('the reference reads the instants and decimals that core reads', () => {
  const character = fc.constantFrom(...'0123456789-:TZ.+ ')
  const spoilt = fc
    .tuple(fc.constantFrom(...instants), fc.array(fc.tuple(fc.nat(30), character), { maxLength: 3 }))
    .map(([text, changes]) =>
      changes.reduce((made, [at, one]) => made.slice(0, at) + one + made.slice(at + 1), text),
    )
  fc.assert(
    fc.property(spoilt, (text) => instantOf(text) === parseInstant(text)),
    { numRuns: 20_000 },
  )
  const digits = fc.string({ unit: fc.constantFrom(...'00001234599.-'), maxLength: 22 })
  const scale = fc.nat(15)
  fc.assert(
    fc.property(digits, scale, (text, digitsAfter) => {
      const units = decimalUnits(text, digitsAfter)
      return unitsOf(text, digitsAfter) === (units === undefined ? undefined : BigInt(units))
    }),
    { numRuns: 20_000 },
  )
  const few = fc.tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -3, max: 12 }))
  const plain = few.map(([units, exponent]) => Number(`${units}e-${exponent}`.replace('--', '')))
  fc.assert(
    fc.property(fc.oneof(plain, fc.double()), scale, (raw, digitsAfter) => {
      const units = readValue({ kind: 'decimal', scale: digitsAfter }, raw)
      return unitsOf(raw, digitsAfter) === (units === undefined ? undefined : BigInt(units as number))
    }),
    { numRuns: 5000 },
  )
})
