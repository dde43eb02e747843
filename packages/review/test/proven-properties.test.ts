import { changes, difference, findings } from '@segmentry/review'
import { type AnySegment, compileSegment, type Node, type Person, preparePerson } from '@segmentry/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clock, leaf, node, people, predicate, schema } from '../../../test/conformance/arbitrary.ts'

// What is found without people is held against people, whoever is generated.

/** Rules of few things, so that their parts often say something of each other. */
const rules: fc.Arbitrary<readonly [Node, Node]> = fc
  .tuple(fc.constantFrom(...schema.fields.values()), leaf, leaf)
  .chain(([info, one, other]) => {
    const some: fc.Arbitrary<Node> = fc.oneof(
      {
        weight: 4,
        arbitrary: predicate(info.type).map((said): Node => ({
          kind: 'field',
          field: info.name,
          test: said,
        })),
      },
      { weight: 2, arbitrary: fc.constantFrom(one, other) },
      { weight: 1, arbitrary: node },
    )
    const several = (kind: 'all' | 'any', of: fc.Arbitrary<Node>): fc.Arbitrary<Node> =>
      fc.array(of, { minLength: 1, maxLength: 3 }).map((made): Node => ({ kind, of: made }))
    const inner = fc.oneof(
      some,
      several('any', some),
      some.map((of): Node => ({ kind: 'not', of })),
    )
    const groups = several('any', several('all', inner))
    const rule = fc.oneof(
      groups,
      fc
        .tuple(groups, several('any', some))
        .map(([union, of]): Node => ({ kind: 'all', of: [union, { kind: 'not', of }] })),
    )
    // What lies in the one adds nothing to it.
    const absorbed = fc
      .tuple(rule, some)
      .map(([made, more]): readonly [Node, Node] => [
        made,
        { kind: 'any', of: [{ kind: 'all', of: [made, more] }, made] },
      ])
    return fc.oneof({ weight: 6, arbitrary: fc.tuple(rule, rule) }, { weight: 1, arbitrary: absorbed })
  })

const segmentOf = (rule: Node): AnySegment => ({ definition: { format: 1, rule } })

const memberOf = (segment: AnySegment, now: number): ((person: Person) => boolean) => {
  const compiled = compileSegment(segment, schema)
  return (person) => compiled(preparePerson(schema, person), now)
}

test('no person refutes a finding, and a fix has the same members', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(rules, people({ maxLength: 12 }), clock, ([one, other], crowd, now) => {
      const segments: Record<string, AnySegment> = { a: segmentOf(one), b: segmentOf(other) }
      for (const { code, key, related, fix } of findings(segments, schema)) {
        seen.set(code, (seen.get(code) ?? 0) + 1)
        const isMember = memberOf(segments[key]!, now)
        const isOther = related === undefined ? isMember : memberOf(segments[related[0]!]!, now)
        const isFixed = fix === undefined ? isMember : memberOf(fix, now)
        for (const person of crowd) {
          expect(isFixed(person), 'fixed').toBe(isMember(person))
          if (code === 'never/segment') expect(isMember(person)).toBe(false)
          if (code === 'always/segment') expect(isMember(person)).toBe(true)
          if (code === 'same/segment') expect(isMember(person)).toBe(isOther(person))
          if (code === 'within/segment' && isMember(person)) expect(isOther(person)).toBe(true)
        }
      }
    }),
    { numRuns: 600 },
  )
  // Each code that a rule can have was there to be refuted.
  for (const code of [
    'never/segment',
    'never/group',
    'never/filter',
    'always/segment',
    'always/filter',
    'redundant/filter',
    'redundant/group',
    'redundant/exclusion',
    'same/segment',
    'within/segment',
  ]) {
    expect(seen.get(code), code).toBeGreaterThan(0)
  }
}, 240_000)

test('no person refutes what is proven of a change', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(rules, people({ maxLength: 12 }), clock, ([one, other], crowd, now) => {
      const [before, after] = [{ a: segmentOf(one) }, { a: segmentOf(other) }]
      for (const change of changes(before, after)) {
        const { movement, code, said } = difference(change, { before, after, schema })
        seen.set(movement.category, (seen.get(movement.category) ?? 0) + 1)
        expect(code).not.toBe('')
        expect(said.length).toBeGreaterThan(0)
        const [was, is] = [memberOf(before.a, now), memberOf(after.a, now)]
        for (const person of crowd) {
          const [inBefore, inAfter] = [was(person), is(person)]
          if (movement.category === 'same') expect(inAfter).toBe(inBefore)
          if (movement.category === 'widened') expect(inBefore && !inAfter).toBe(false)
          if (movement.category === 'narrowed') expect(inAfter && !inBefore).toBe(false)
          if (movement.category === 'moved') expect(inAfter && inBefore).toBe(false)
        }
      }
    }),
    { numRuns: 600 },
  )
  for (const category of ['same', 'widened', 'narrowed', 'moved', 'unknown']) {
    expect(seen.get(category), category).toBeGreaterThan(0)
  }
}, 240_000)
