import {
  type AnySegment,
  decodeSegment,
  decodeSegments,
  DefinitionError,
  dependencies,
  describe as english,
  encodeSegment,
  encodeSegments,
  evaluate,
  evaluateAll,
  explainPerson,
  hashRule,
  inProcess,
  nextChangeAt,
  openTags,
  defineSchema,
  reviewSegments,
  segmentry,
} from '@segmentry/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { person, schema, segment } from '../conformance/arbitrary.ts'
import {
  answerOrRefusal,
  byHand,
  codesOf,
  nested,
  oddities,
  places,
  put,
  texts,
  unstorable,
  wide,
} from './material.ts'

// Definitions that nobody means well with: each is refused by a DefinitionError, or means what it says.

const now = '2026-11-24T09:30:00Z'
const ann = { id: 'ann', tags: ['VIP'] }
const ruled = (rule: unknown): object => ({ format: 1, rule })
const decode = (rule: unknown): AnySegment => decodeSegment(ruled(rule), schema)

/** Every reader of one segment. */
const readers: Readonly<Record<string, (one: AnySegment) => unknown>> = {
  evaluate: (one) => evaluate(one, ann, { schema, now }),
  evaluateAll: (one) => evaluateAll({ one }, ann, { schema, now }),
  'an evaluator in process': (one) => inProcess(schema, [ann], { now }).count(one),
  nextChangeAt: (one) => nextChangeAt(one, ann, { schema, now }),
  explainPerson: (one) => explainPerson(one, ann, { schema, now }),
  describe: (one) => english(one, schema),
  dependencies: (one) => dependencies(one),
  hashRule: (one) => hashRule(one.definition.rule),
  encodeSegment: (one) => encodeSegment(one),
  encodeSegments: (one) => encodeSegments({ one }),
}

describe('size', () => {
  test('is measured without recursion when a definition is decoded', () => {
    expect(decode(nested(32)).definition.rule.kind).toBe('not')
    for (const depth of [33, 60, 10_000, 1_000_000]) {
      expect(codesOf(() => decode(nested(depth)))).toEqual(['too-deep'])
    }
    expect(decode(wide(500)).definition.rule.kind).toBe('any')
    expect(codesOf(() => decode(wide(501)))).toEqual(['too-many-filters'])
    const limits = { values: 1e6, document: 1e9 }
    expect(codesOf(() => decodeSegment(ruled(wide(100_000)), schema, { limits }))).toEqual([
      'too-many-filters',
    ])
    const oneOf = (count: number): unknown => ({
      kind: 'field',
      field: 'state',
      test: { op: 'oneOf', values: Array.from({ length: count }, (_, i) => `v${i}`) },
    })
    expect(decode(oneOf(10_000)).definition.rule.kind).toBe('field')
    expect(codesOf(() => decode(oneOf(100_000)))).toEqual(['too-many-values'])
    expect(codesOf(() => decode({ kind: 'tag', tag: 'x'.repeat(1_000_000) }))).toEqual(['too-large'])
    expect(codesOf(() => decodeSegment('['.repeat(1_000_000), schema))).toEqual(['not-json'])
    expect(codesOf(() => decodeSegment(' '.repeat(2_000_000), schema))).toEqual(['too-large'])
    expect(codesOf(() => decode(Object.assign([], { length: 4_294_967_295 })))).toEqual(['too-many-values'])
  })

  const circle: { kind: string; of: unknown[] } = { kind: 'any', of: [] }
  circle.of.push(circle)
  // Each level refers to the one below twice, without saying so in more than a few bytes.
  const doubled = Array.from({ length: 31 }).reduce<unknown>((of) => ({ kind: 'all', of: [of, of] }), {
    kind: 'any',
    of: [],
  })

  test('of a circle, or of what doubles at each level, is too large', () => {
    expect(codesOf(() => decode(circle))).toEqual(['too-deep'])
    expect(['too-deep', 'too-many-filters', 'too-large']).toContain(codesOf(() => decode(doubled))[0])
  })

  describe.each(Object.keys(readers))('for %s of what was neither built nor decoded', (name) => {
    const read = readers[name]!
    test.each([
      ['a depth of 10,000', nested(10_000), 'too-deep'],
      ['a depth of a million', nested(1_000_000), 'too-deep'],
      ['100,000 filters', wide(100_000), 'too-many-filters'],
      ['a circle', circle, 'too-deep'],
      ['what doubles', doubled, 'too-many-filters'],
      ['no rule', undefined, 'structure'],
      ['a rule that is text', 'VIP', 'structure'],
      ['an unknown kind', { kind: 'constructor' }, 'structure'],
      ['alternatives that are no list', { kind: 'any', of: { kind: 'everyone' } }, 'structure'],
      ['the complement of nothing', { kind: 'not' }, 'structure'],
    ])('%s is refused', async (_, rule, code) => {
      const error = await answerOrRefusal(() => read(byHand(rule)))
      expect((error as DefinitionError).issues.map((issue) => issue.code)).toEqual([code])
    })
  })

  test('of segments that refer to each other in long chains and rings is found out without recursion', () => {
    const to = (key: string): object => ruled({ kind: 'segment', of: key })
    const chain = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, i) => [
        `s${i}`,
        i === 0 ? ruled({ kind: 'everyone' }) : to(`s${i - 1}`),
      ]),
    )
    const { sound, broken } = reviewSegments(chain, schema)
    // The first 32 are sound, whatever the others are.
    expect(Object.keys(sound)).toHaveLength(32)
    expect(broken['s32']![0]!.code).toBe('too-deep')
    expect(broken['s4999']![0]!.code).toBe('broken-reference')
    const ring = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`s${i}`, to(`s${(i + 1) % 1_000}`)]),
    )
    expect(reviewSegments(ring, schema).broken['s7']![0]!.message).toBe(
      'segments refer to each other in a circle: s7 → s8 → … → s7',
    )
  })

  test('of what the builder refers to twice, again and again, is counted before it is written out', () => {
    const { segment: start } = segmentry<never>(schema)
    const make = start as unknown as () => { group(build: (g: Draft) => Draft): AnySegment }
    interface Draft {
      readonly in: (one: AnySegment) => Draft
      readonly tag: (tag: string) => Draft
    }
    let one = make().group((g) => g.tag('VIP'))
    const grow = (): void => {
      for (let i = 0; i < 40; i++) {
        const before = one
        one = make().group((g) => g.in(before).in(before))
      }
    }
    expect(codesOf(grow)).toEqual(['too-many-filters'])
  })
})

describe('anything anywhere', () => {
  const documents = fc.sample(segment, { numRuns: 150, seed: 11 }).map(({ definition }) => definition)
  const [somebody] = fc.sample(person({}), { numRuns: 1, seed: 11 })

  test.each(Object.keys(oddities))('%s: it is refused, or means something to every reader', async (name) => {
    for (const [i, document] of documents.entries()) {
      const all = places(document)
      for (const path of [all[(i * 7) % all.length]!, all[(i * 13 + 5) % all.length]!]) {
        const odd = put(document, path, oddities[name]!())
        const decoded = await answerOrRefusal(() => decodeSegment(odd, schema))
        if (decoded instanceof Error) {
          expect(decoded).toBeInstanceOf(DefinitionError)
          continue
        }
        const again = decodeSegment(encodeSegment(decoded), schema)
        expect(hashRule(again.definition.rule)).toBe(hashRule(decoded.definition.rule))
        expect(evaluate(again, somebody!, { schema, now })).toBe(
          explainPerson(decoded, somebody!, { schema, now }).member,
        )
      }
    }
  })

  test('a proxy cannot pass as one thing and be read as another', () => {
    let reads = 0
    const rule = new Proxy(
      { kind: 'tag', tag: 'VIP' },
      {
        get: (target, key) => {
          reads += 1
          return reads > 4 && key === 'tag' ? nested(10_000) : Reflect.get(target, key)
        },
      },
    )
    expect(decode(rule).definition.rule).toEqual({ kind: 'tag', tag: 'VIP' })
  })

  test('what throws when it is read is told', () => {
    const thrower = Object.defineProperty({ format: 1 }, 'rule', {
      enumerable: true,
      get: () => {
        throw new Error('not loaded')
      },
    })
    expect(() => decodeSegment(thrower, schema)).toThrow(
      'found data that cannot be read: not loaded, expected plain JSON',
    )
    expect(() => decodeSegments({ one: thrower }, schema)).toThrow(DefinitionError)
  })
})

describe('names that objects inherit', () => {
  const inherited = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']

  test.each(inherited)('%s is a name like any other unknown one', (name) => {
    const rules: readonly unknown[] = [
      { kind: name },
      { kind: 'field', field: name, test: { op: 'present' } },
      { kind: 'field', field: 'state', test: { op: name } },
      { kind: 'event', event: name, measure: { of: 'count', test: { op: 'is', value: 1 } } },
      { kind: 'event', event: 'opened', measure: { of: name, test: { op: 'is', value: 1 } } },
      { kind: 'tag', tag: 'VIP', during: { over: name } },
      { kind: 'segment', of: name },
      { kind: 'tag', tag: 'VIP', [name]: 1 },
    ]
    for (const rule of rules) {
      // As JSON, in which `__proto__` is a key.
      const text = JSON.stringify(ruled(rule)).replace('"__PROTO__"', '"__proto__"')
      if (name === '__proto__' && !text.includes('__proto__')) continue
      expect(codesOf(() => decodeSegment(text, schema))).toHaveLength(1)
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })

  test.each(inherited)('%s is fine as a tag, an id, a salt and the key of a segment', (name) => {
    const stored = JSON.parse(
      JSON.stringify({
        one: ruled({
          kind: 'any',
          of: [
            { kind: 'tag', tag: name },
            { kind: 'people', ids: [name] },
          ],
        }),
      }).replace('"one"', JSON.stringify(name)),
    ) as Record<string, unknown>
    const found = decodeSegments(
      Object.defineProperty({ ...stored }, name, { value: stored[name], enumerable: true }) as Record<
        string,
        unknown
      >,
      schema,
    )
    expect(Object.keys(found)).toEqual([name])
    const one = Object.entries(found)[0]![1]
    expect(evaluate(one, { id: name }, { schema, now })).toBe(true)
    expect(evaluate(one, { id: 'x', tags: [name] }, { schema, now })).toBe(true)
    expect(evaluate(one, { id: 'x', tags: [] }, { schema, now })).toBe(false)
    expect(evaluateAll(found, { id: name }, { schema, now })).toEqual([name])
  })
})

test('a person, a tag and a salt may be any text that can be stored, and no other', () => {
  const open = defineSchema({ fields: {}, tags: openTags() })
  const rules = (text: string): readonly unknown[] => [
    { kind: 'tag', tag: text },
    { kind: 'people', ids: [text] },
    { kind: 'bucket', salt: text, from: 0, to: 10_000 },
  ]
  for (const text of texts) {
    for (const rule of rules(text)) {
      const one = decodeSegment(ruled(rule), open)
      expect(evaluate(one, { id: text, tags: [text] }, { schema: open, now })).toBe(true)
      expect(decodeSegment(encodeSegment(one), open)).toEqual(one)
    }
  }
  for (const text of [...unstorable, '']) {
    for (const rule of rules(text)) {
      expect(codesOf(() => decodeSegment(ruled(rule), open))).toEqual(['wrong-value'])
    }
    expect(() => defineSchema({ fields: {}, tags: [text] })).toThrow('cannot be declared')
  }
})
