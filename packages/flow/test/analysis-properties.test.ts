import { type AnySegment, format, inProcess, type Node } from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, leaf, node, people, predicate, schema } from '../../../test/conformance/arbitrary.ts'
import { analyzeSplit, type Branch, segmentFlow, type SplitPlan } from '../src/index.ts'

// What is proven of a split is held against people: whoever is generated, no proof may be refuted.

/** Numbers of one event in windows that lie in each other. */
const counted: fc.Arbitrary<Node> = fc
  .record({
    after: fc.constantFrom('-7 days', '-30 days', '-90 days', undefined),
    op: fc.constantFrom('atLeast', 'atMost', 'is'),
    value: fc.constantFrom(1, 2, 3),
    where: fc.constantFrom('CA', undefined),
  })
  .map(({ after, op, value, where }) => ({
    kind: 'event',
    event: 'opened',
    ...(after !== undefined && { at: [{ op: 'during', window: { over: 'clock', after, until: 'now' } }] }),
    ...(where !== undefined && { where: [{ property: 'campaign', test: { op: 'is', value: where } }] }),
    measure: { of: 'count', test: { op, value } },
  }))

/** Filters of few things, so that they often say something of each other. */
const related: fc.Arbitrary<readonly Node[]> = fc
  .tuple(fc.constantFrom(...schema.fields.values()), leaf, leaf)
  .chain(([info, one, other]) => {
    const filter = predicate(info.type).map((said): Node => ({ kind: 'field', field: info.name, test: said }))
    const some = fc.oneof(
      { weight: 4, arbitrary: filter },
      { weight: 2, arbitrary: fc.constantFrom(one, other) },
      { weight: 2, arbitrary: counted },
      { weight: 1, arbitrary: node },
    )
    const rule: fc.Arbitrary<Node> = fc.oneof(
      some,
      some.map((of): Node => ({ kind: 'not', of })),
      fc.array(some, { minLength: 1, maxLength: 3 }).map((of): Node => ({ kind: 'all', of })),
      fc.array(some, { minLength: 1, maxLength: 3 }).map((of): Node => ({ kind: 'any', of })),
    )
    return fc.array(rule, { minLength: 2, maxLength: 4 })
  })

const percents = fc.array(fc.tuple(fc.nat(4), fc.constantFrom(0, 10, 33.33, 50)), { maxLength: 2 })

test('no person refutes what is proven', async () => {
  let proofs = 0
  const crowds = people({ maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(related, percents, crowds, clock, async (rules, shares, crowd, now) => {
      const segments = Object.fromEntries(
        rules.map((rule, i): [string, AnySegment] => [`s${i}`, { definition: { format, rule } }]),
      )
      const branches: Branch[] = Object.keys(segments).map((key) => ({ key, when: key }))
      for (const [i, [place, percent]] of shares.entries())
        branches.splice(place, 0, { key: `p${i}`, percent })
      const plan: SplitPlan = { branches, otherwise: 'else', salt: 'spring' }
      const { unreachable, overlaps, coversEveryone } = analyzeSplit(plan, segments, schema)
      proofs += unreachable.length + (coversEveryone ? 1 : 0)
      const dead = unreachable.map(({ branch }) => branch)
      const apart = (one: string, other: string): boolean =>
        !overlaps.some(([a, b]) => (a === one && b === other) || (a === other && b === one))

      const flow = segmentFlow(inProcess(schema, crowd, { now: new Date(now) }), segments)
      const subjects = crowd.map(({ id }) => id)
      for (const { branch, matched, reason } of await flow.split({ ...plan, subjects })) {
        expect(dead).not.toContain(branch)
        if (coversEveryone) expect(reason).not.toBe('otherwise')
        const bySegment = matched.filter((key) => key in segments)
        for (const [i, one] of bySegment.entries()) {
          for (const other of bySegment.slice(i + 1))
            expect(apart(one, other), `${one} and ${other}`).toBe(false)
        }
      }
    }),
    { numRuns: Number(process.env['SEGMENTRY_SPLITS'] ?? 500) },
  )
  // Without proofs there would be nothing to refute.
  expect(proofs).toBeGreaterThan(100)
}, 120_000)
