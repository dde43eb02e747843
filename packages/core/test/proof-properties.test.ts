import { implies, isImpossible } from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, people, schema } from '../../../test/conformance/arbitrary.ts'
import { claimsOf, heldBy, refuted, related } from '../../../test/conformance/proofs.ts'
import { checked } from './proof-cases.ts'

// What is proven of rules is held against people: whoever is generated, no proof may be refuted.

test('no person refutes what is proven', () => {
  const proofs = new Map<string, number>()
  let meetings = 0
  fc.assert(
    fc.property(related, people({ maxLength: 12 }), clock, ([one, other], crowd, now) => {
      const pair = [checked(one, schema), checked(other, schema)] as const
      const claims = claimsOf({ implies, isImpossible }, pair)
      const { kind } = pair[0]
      if (claims.isTelling) proofs.set(kind, (proofs.get(kind) ?? 0) + 1)
      for (const held of heldBy(pair, crowd, now)) {
        if (claims.isTelling && held[0]) meetings += 1
        expect(refuted(claims, held)).toBeUndefined()
      }
    }),
    { numRuns: Number(process.env['SEGMENTRY_PROOFS'] ?? 3000) },
  )
  // Without proofs, and people whom they are about, there would be nothing to refute.
  for (const kind of ['field', 'event', 'not', 'all', 'any'])
    expect(proofs.get(kind), kind).toBeGreaterThan(5)
  expect(meetings).toBeGreaterThan(150)
}, 240_000)
