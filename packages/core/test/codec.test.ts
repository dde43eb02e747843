import { expect, test, describe } from 'vitest'
import {
  choice,
  type AnySegment,
  decodeSegment,
  decodeSegments,
  decodeSetSegment,
  decimal,
  DefinitionError,
  defineSchema,
  encodeSegment,
  encodeSegments,
  encodeSetSegment,
  greaterThan,
  hashRule,
  type Issue,
  openTags,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '../src/index.ts'

const decodeDefinition = (...data: Parameters<typeof decodeSegment>): AnySegment['definition'] =>
  decodeSegment(...data).definition

const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), spent: decimal(2), seenAt: timestamp() },
  tags: ['VIP', 'churned'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

function issuesOf(data: unknown, limits = {}): readonly Issue[] {
  try {
    decodeDefinition(data, schema, { limits })
  } catch (error) {
    expect(error).toBeInstanceOf(DefinitionError)
    return (error as DefinitionError).issues
  }
  throw new Error('it was decoded')
}

const ruled = (rule: unknown): object => ({ format: 1, rule })
const tag = { kind: 'tag', tag: 'VIP' }

describe('what the builder makes', () => {
  const made = segment()
    .titled('Spenders')
    .ownedBy('ann')
    .group((g) => g.tag('VIP').field('plan', 'pro'))
    .group((g) =>
      g.event('purchase', (e) =>
        e.within('2 weeks').where('amount', greaterThan(5)).sum('amount', greaterThan(500)),
      ),
    )
    .exclude((g) => g.tag('churned'))

  test('decodes to itself, from text and from what was parsed', () => {
    const stored = encodeSegment(made)
    expect(decodeDefinition(stored, schema)).toEqual(made.definition)
    expect(decodeDefinition(JSON.parse(stored), schema)).toEqual(made.definition)
    expect(JSON.parse(JSON.stringify(made))).toEqual(made.definition)
  })

  test('is frozen all the way down, decoded or built', () => {
    for (const definition of [made.definition, decodeDefinition(encodeSegment(made), schema)]) {
      expect(() => {
        ;(definition.rule as { kind: string }).kind = 'everyone'
      }).toThrow(TypeError)
    }
  })

  test('has one spelling', () => {
    const event = (within: string, value: unknown): object =>
      ruled({
        kind: 'event',
        event: 'purchase',
        at: [{ op: 'during', window: { over: 'clock', after: `-${within}`, until: 'now' } }],
        measure: { of: 'sum', property: 'amount', test: { op: 'greaterThan', value } },
      })
    expect(decodeDefinition(event('2 weeks', 19.9), schema)).toEqual(
      decodeDefinition(event('336 hours', '19.90'), schema),
    )
    const seen = (value: string): object =>
      ruled({ kind: 'field', field: 'seenAt', test: { op: 'is', value } })
    expect(decodeDefinition(seen('2026-11-24T01:00:00.0009+01:00'), schema)).toEqual(
      decodeDefinition(seen('2026-11-24T00:00:00Z'), schema),
    )
  })
})

describe('what is wrong is said with path, found, expected and the near name', () => {
  const cases: readonly (readonly [string, unknown, Partial<Issue>])[] = [
    ['no object', 7, { path: [], found: '7', expected: 'a definition: an object with format and rule' }],
    ['no JSON', '{"format":', { code: 'not-json', path: [] }],
    [
      'a newer format',
      { format: 2, rule: { kind: 'of the future' } },
      { code: 'newer-format', path: ['format'], found: '2' },
    ],
    ['no format', { rule: tag }, { path: ['format'], message: "missing key 'format'" }],
    [
      'an unknown key',
      { ...ruled(tag), rul: 1 },
      {
        code: 'unknown-key',
        path: ['rul'],
        suggestion: 'rule',
        message: "unknown key 'rul' - did you mean 'rule'?",
      },
    ],
    [
      'an unknown key inside',
      ruled({ ...tag, note: 'x' }),
      { code: 'unknown-key', path: ['rule', 'note'], found: 'note' },
    ],
    [
      'an unknown kind',
      ruled({ kind: 'tagg', tag: 'VIP' }),
      { path: ['rule', 'kind'], suggestion: 'tag', found: '"tagg"' },
    ],
    [
      'an unknown operator',
      ruled({ kind: 'field', field: 'state', test: { op: 'iss', value: 'CA' } }),
      { path: ['rule', 'test', 'op'], suggestion: 'is' },
    ],
    [
      'an unknown field',
      ruled({ kind: 'field', field: 'stat', test: { op: 'present' } }),
      {
        code: 'unknown-field',
        path: ['rule', 'field'],
        suggestion: 'state',
        message: "unknown field 'stat' - did you mean 'state'?",
      },
    ],
    [
      'an unknown tag',
      ruled({ kind: 'not', of: { kind: 'tag', tag: 'VIPP' } }),
      { code: 'unknown-tag', path: ['rule', 'of', 'tag'], suggestion: 'VIP' },
    ],
    [
      'an unknown event',
      ruled({ kind: 'event', event: 'opend', measure: { of: 'count', test: { op: 'atLeast', value: 1 } } }),
      { code: 'unknown-event', path: ['rule', 'event'], suggestion: 'opened' },
    ],
    [
      'an unknown property',
      ruled({
        kind: 'event',
        event: 'opened',
        where: [{ property: 'campain', test: { op: 'present' } }],
        measure: { of: 'count', test: { op: 'atLeast', value: 1 } },
      }),
      { code: 'unknown-property', path: ['rule', 'where', 0, 'property'], suggestion: 'campaign' },
    ],
    [
      'a wrong value',
      ruled({ kind: 'field', field: 'plan', test: { op: 'is', value: 'gold' } }),
      {
        code: 'wrong-value',
        path: ['rule', 'test', 'value'],
        found: '"gold"',
        expected: "one of 'free', 'pro'",
      },
    ],
    [
      'a value of no kind',
      ruled({ kind: 'field', field: 'plan', test: { op: 'is', value: null } }),
      { code: 'structure', path: ['rule', 'test', 'value'], found: 'null' },
    ],
    [
      'null in a list',
      ruled({ kind: 'field', field: 'state', test: { op: 'oneOf', values: ['CA', null] } }),
      { path: ['rule', 'test', 'values', 1], found: 'null' },
    ],
    [
      'an operator of another type',
      ruled({ kind: 'field', field: 'plan', test: { op: 'greaterThan', value: 'free' } }),
      { code: 'wrong-operator', path: ['rule', 'test', 'op'] },
    ],
    [
      'no policy',
      ruled({ kind: 'field', field: 'state', test: { op: 'is', value: 'CA', negated: true } }),
      { code: 'missing-policy', path: ['rule', 'test', 'whenMissing'] },
    ],
    [
      'a sum of text',
      ruled({
        kind: 'event',
        event: 'opened',
        measure: { of: 'sum', property: 'campaign', test: { op: 'is', value: 1 } },
      }),
      { code: 'wrong-operator', path: ['rule', 'measure', 'property'] },
    ],
    [
      'too many digits',
      ruled({ kind: 'field', field: 'spent', test: { op: 'is', value: '0.001' } }),
      { code: 'wrong-value', found: '"0.001"' },
    ],
    [
      'a day that does not exist',
      ruled({ kind: 'field', field: 'seenAt', test: { op: 'is', value: '2026-02-30T00:00:00Z' } }),
      { code: 'wrong-value' },
    ],
    [
      'an instant without offset',
      ruled({ kind: 'field', field: 'seenAt', test: { op: 'is', value: '2026-02-20T00:00:00' } }),
      { code: 'wrong-value' },
    ],
    [
      'a month',
      ruled({
        kind: 'field',
        field: 'seenAt',
        test: { op: 'during', window: { over: 'clock', after: '-1 month' } },
      }),
      { code: 'wrong-value', path: ['rule', 'test', 'window', 'after'] },
    ],
    ['an empty group', ruled({ kind: 'all', of: [] }), { code: 'empty', path: ['rule', 'of'] }],
    [
      'an empty list',
      ruled({ kind: 'field', field: 'state', test: { op: 'oneOf', values: [] } }),
      { code: 'empty', path: ['rule', 'test', 'values'] },
    ],
    [
      'U+0000',
      ruled({ kind: 'field', field: 'state', test: { op: 'is', value: 'a\0' } }),
      { code: 'wrong-value' },
    ],
    [
      'a lone surrogate',
      ruled({ kind: 'field', field: 'state', test: { op: 'contains', value: '\ud800' } }),
      { code: 'wrong-value' },
    ],
  ]
  test.each(cases)('%s', (_, data, expected) => {
    const found = issuesOf(data)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject(expected)
    expect(found[0]!.expected).not.toBe('')
    expect(found[0]!.message).not.toContain('undefined')
  })

  test('everything that is wrong, at once', () => {
    const rule = {
      kind: 'any',
      of: [
        { kind: 'tag', tag: 'vip' },
        { kind: 'field', field: 'plan', test: { op: 'is', value: 'gold' } },
        tag,
      ],
    }
    expect(issuesOf(ruled(rule)).map(({ path }) => path.join('.'))).toEqual([
      'rule.of.0.tag',
      'rule.of.1.test.value',
    ])
    const error = new DefinitionError({ issues: issuesOf(ruled(rule)) })
    expect(error.message).toBe(
      "unknown tag 'vip' - did you mean 'VIP'?\n  at rule.of.0.tag\nfound \"gold\", expected one of 'free', 'pro'\n  at rule.of.1.test.value",
    )
  })
})

// More of it, and all else that is meant to do harm, is in test/hostile.
describe('limits', () => {
  const nested = (depth: number): unknown => {
    let node: unknown = tag
    for (let i = 1; i < depth; i++) node = { kind: 'not', of: node }
    return ruled(node)
  }

  test('a text of a kilobyte is fine, a longer one and a large document are not', () => {
    const said = (value: string): object =>
      ruled({ kind: 'field', field: 'state', test: { op: 'is', value } })
    expect(decodeDefinition(said('é'.repeat(500)), schema).rule.kind).toBe('field')
    expect(issuesOf(said('é'.repeat(501)))[0]!.code).toBe('too-large')
    const rows = Array.from({ length: 400 }, () => ({
      kind: 'field',
      field: 'state',
      test: { op: 'is', value: 'x'.repeat(900) },
    }))
    expect(issuesOf(ruled({ kind: 'any', of: rows }))[0]!.code).toBe('too-large')
    expect(issuesOf(' '.repeat(2_000_000))[0]!.code).toBe('too-large')
  })

  test('limits can be set', () => {
    expect(issuesOf(nested(4), { depth: 3 })[0]!.expected).toBe(
      'at most 3 levels, with the segments it refers to',
    )
  })
})

test('the hash is of the meaning: order, nesting, names and spelling do not count', () => {
  const hash = (rule: unknown): string => hashRule(decodeDefinition(ruled(rule), schema).rule)
  const state = { kind: 'field', field: 'state', test: { op: 'is', value: 'CA' } }
  const policy = (negated: boolean, whenMissing: boolean) => ({
    kind: 'field',
    field: 'state',
    test: { op: 'is', value: 'CA', negated, whenMissing },
  })
  const count = (tested: object): object => ({
    kind: 'event',
    event: 'opened',
    measure: { of: 'count', test: tested },
  })
  const same: readonly (readonly [unknown, unknown])[] = [
    [
      { kind: 'all', of: [tag, state] },
      { kind: 'all', of: [state, { kind: 'all', of: [tag, state] }] },
    ],
    [{ kind: 'any', of: [tag] }, tag],
    [state, { kind: 'field', field: 'state', test: { op: 'oneOf', values: ['CA', 'CA'] } }],
    [{ kind: 'not', of: policy(true, true) }, state],
    [
      { kind: 'not', of: { kind: 'any', of: [tag, state] } },
      { kind: 'all', of: [{ kind: 'not', of: tag }, policy(true, true)] },
    ],
    [count({ op: 'is', value: 0 }), { kind: 'not', of: count({ op: 'atLeast', value: 1 }) }],
    [count({ op: 'greaterThan', value: 2 }), count({ op: 'atLeast', value: 3 })],
    [count({ op: 'atMost', value: 2 }), { kind: 'not', of: count({ op: 'greaterThan', value: 2 }) }],
  ]
  for (const [a, b] of same) expect(hash(a)).toBe(hash(b))
  const different = [
    tag,
    state,
    policy(true, true),
    policy(true, false),
    policy(false, true),
    count({ op: 'atLeast', value: 1 }),
    count({ op: 'atLeast', value: 2 }),
  ]
  expect(new Set(different.map(hash)).size).toBe(different.length)
})

test('open tags take any well-formed text', () => {
  const open = defineSchema({ fields: {}, tags: openTags('VIP') })
  const tagged = (name: string): object => ruled({ kind: 'tag', tag: name })
  expect(decodeDefinition(tagged('anything at all'), open).rule).toEqual({
    kind: 'tag',
    tag: 'anything at all',
  })
  for (const wrong of ['', 'a\0', '\udfff'])
    expect(() => decodeDefinition(tagged(wrong), open)).toThrow(DefinitionError)
})

describe('what could not be read back', () => {
  const titled = segment()
    .titled('x'.repeat(2000))
    .group((g) => g.tag('VIP'))
  const ids = Array.from({ length: 10_001 }, (_, i) => `${i}`) as [string, ...string[]]
  const many = segment().group((g) => g.people(...ids))
  const top = titled.top(3, 'spent')

  test('is not written', () => {
    expect(() => encodeSegment(titled)).toThrow(
      'a text is too large: found 2000 bytes, expected at most 1000 bytes',
    )
    expect(() => encodeSegment(many)).toThrow('a list is too large: found 10001 values')
    expect(() => encodeSegments({ titled })).toThrow('a text is too large')
    expect(() => encodeSetSegment(top)).toThrow('a text is too large')
  })

  test('is under larger limits, by which it is read back too', () => {
    const limits = { text: 3000, values: 20_000, document: 1_000_000 }
    for (const one of [titled, many])
      expect(decodeSegment(encodeSegment(one, { limits }), schema, { limits }).definition).toEqual(
        one.definition,
      )
    expect(
      decodeSegments(encodeSegments({ titled }, { limits }), schema, { limits }).titled.definition,
    ).toEqual(titled.definition)
    expect(decodeSetSegment(encodeSetSegment(top, { limits }), schema, { limits }).top).toEqual(top.top)
  })
})
