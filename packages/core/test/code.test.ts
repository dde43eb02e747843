import { stripTypeScriptTypes } from 'node:module'
import { compileFunction } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { setSegment } from '../../../test/conformance/arbitrary-top.ts'
import { leaf, schema, segment } from '../../../test/conformance/arbitrary.ts'
import * as core from '../src/index.ts'
import * as small from './people.ts'

const { canonical, checkedRule, checkedSet, code, format, segmentry, stableText } = core

/** Runs code with a builder, as a developer's file would. */
function run<T>(text: string, of: core.Schema, more: object = {}): T {
  const names = { ...core, segment: segmentry(of).segment, ...more }
  return compileFunction(
    stripTypeScriptTypes(`const made = ${text}`) + '\nreturn made',
    Object.keys(names),
  )(...Object.values(names)) as T
}

const formOf = (rule: core.Node): string => stableText(canonical(rule))
const ruled = (rule: core.Node): core.AnySegment => ({ definition: { format, rule } })

describe('code that is run', () => {
  test('makes a segment of the same form, with the same lists of people', () => {
    const alone = leaf.map(ruled)
    fc.assert(
      fc.property(fc.oneof(segment, alone), (made) => {
        const text = code(made, schema)
        const again = run<core.AnySegment>(text, schema)
        expect(formOf(checkedRule(again, schema)), text).toBe(formOf(checkedRule(made, schema)))
        const { rule: _, ...rest } = made.definition
        const { rule: __, ...found } = again.definition
        expect(found).toEqual(rest)
      }),
      { numRuns: 4000 },
    )
  })

  test('makes the same top of a segment', () => {
    fc.assert(
      fc.property(setSegment, (made) => {
        const [again, once] = [run<core.AnySetSegment>(code(made, schema), schema), made].map((one) =>
          checkedSet(one, schema),
        )
        expect(formOf(again!.rule)).toBe(formOf(once!.rule))
        expect(again!.top).toEqual(once!.top)
      }),
      { numRuns: 500 },
    )
  })

  test('keeps titles, and lists of people with their reasons', () => {
    const made = small
      .segment()
      .titled("Ann's")
      .described('Those who\npaid')
      .ownedBy('growth')
      .group((g) => g.tag('VIP'))
      .includePeople(['1', '2'], { reason: 'asked', author: 'ann' })
      .includePeople(['3'], { reason: 'asked', author: 'bob' })
      .excludePeople(['4'], { reason: 'left', author: 'bob' })
    const text = code(made, small.schema)
    expect(run<core.AnySegment>(text, small.schema).definition).toEqual(made.definition)
    expect(text).toBe(`segment()
  .titled("Ann's")
  .described('Those who\\u{a}paid')
  .ownedBy('growth')
  .group((g) => g.tag('VIP'))
  .includePeople(['1', '2'], { reason: 'asked', author: 'ann' })
  .includePeople(['3'], { reason: 'asked', author: 'bob' })
  .excludePeople(['4'], { reason: 'left', author: 'bob' })`)
  })
})

describe('code reads as a developer would write it', () => {
  const { is, last, greaterThan, isNot, oneOf } = core
  const start = small.segment

  test('short on one line, long on several', () => {
    const short = start().group((g) => g.tag('VIP').field('state', 'CA'))
    expect(code(short, small.schema)).toBe("segment().group((g) => g.tag('VIP').field('state', 'CA'))")
    const long = start()
      .group((g) =>
        g
          .tag('VIP', last('30 days'))
          .field('state', isNot('CA', { missing: 'include', ignoringCase: true }))
          .event('purchase', (e) => e.within('30 days').sum('amount', greaterThan(500))),
      )
      .group((g) => g.none((n) => n.field('state', oneOf('NY', 'WA')).event('opened')))
      .exclude((g) => g.field('state', is('TX')))
    expect(code(long, small.schema)).toBe(`segment()
  .group((g) =>
    g
      .tag('VIP', last('30 days'))
      .field('state', isNot('CA', { missing: 'include', ignoringCase: true }))
      .event('purchase', (e) => e.within('30 days').sum('amount', greaterThan(500))),
  )
  .group((g) => g.none((g) => g.field('state', oneOf('NY', 'WA')).event('opened')))
  .exclude((g) => g.field('state', 'TX'))`)
  })

  test('segments that are referred to stand in place', () => {
    const vip = start().group((g) => g.tag('VIP'))
    const others = start().group((g) => g.notIn(vip).event('opened', (e) => e.never()))
    expect(code(others, small.schema)).toBe(
      `segment().group((g) =>
  g.notIn(segment().group((g) => g.tag('VIP'))).event('opened', (e) => e.never()),
)`,
    )
  })

  test('options of text, several names of events, and the calendar that activity is counted by', () => {
    const made = start().group((g) =>
      g
        .field('state', oneOf(['CA', 'ny'], { ignoringCase: true }))
        .event(['opened', 'purchase'], (e) =>
          e.activeOn('year', core.atLeast(2), { zone: 'UTC', yearStart: 7 }),
        ),
    )
    expect(code(made, small.schema)).toBe(`segment().group((g) =>
  g
    .field('state', oneOf(['CA', 'ny'], { ignoringCase: true }))
    .event(
      ['opened', 'purchase'],
      (e) => e.activeOn('year', atLeast(2), { zone: 'UTC', yearStart: 7 }),
    ),
)`)
  })

  test('what holds of every event', () => {
    const all = (ofNone: 'include' | 'exclude') =>
      code(
        start().group((g) => g.event('purchase', (e) => e.every('amount', core.atLeast(100), { ofNone }))),
        small.schema,
      )
    expect(all('include')).toBe(
      `segment().group((g) =>
  g.event('purchase', (e) => e.every('amount', atLeast(100), { ofNone: 'include' })),
)`,
    )
    expect(all('exclude')).toBe(`segment().group((g) =>
  g
    .event('purchase')
    .event('purchase', (e) => e.every('amount', atLeast(100), { ofNone: 'include' })),
)`)
  })

  test('what no operator says is written as data', () => {
    const stored = ruled({
      kind: 'field',
      field: 'state',
      test: { op: 'contains', value: 'C', whenMissing: true },
    })
    expect(code(stored, small.schema)).toBe(
      "segment().group((g) => g.not((g) => g.field('state', doesNotContain('C', { missing: 'exclude' }))))",
    )
    const either = ruled({
      kind: 'field',
      field: 'state',
      test: { op: 'lessThan', value: 'C', whenMissing: true },
    })
    expect(code(either, small.schema)).toBe(
      `segment().group((g) =>
  g.field('state', { op: 'lessThan', value: 'C', whenMissing: true } as never),
)`,
    )
    const compared = ruled({ kind: 'compare', field: 'state', op: 'is', to: 'name', whenMissing: true })
    expect(code(compared, schema)).toContain(
      "rule: { kind: 'compare', field: 'state', op: 'is', to: 'name', whenMissing: true }",
    )
  })

  test('a segment that does not suit the schema is refused', () => {
    expect(() =>
      code(
        ruled({
          kind: 'segment',
          of: {
            format,
            rule: { kind: 'event', event: 'open', measure: { of: 'count', test: core.atLeastOnce } },
          },
        }),
        small.schema,
      ),
    ).toThrow(core.DefinitionError)
  })
})
