import { describe as suite, expect, test } from 'vitest'
import {
  after,
  atLeast,
  atMost,
  between,
  contains,
  describe,
  describeNode,
  greaterThan,
  has,
  inLast,
  isBlank,
  isMissing,
  isNot,
  lessThan,
  type Node,
  noneOf,
  oneOf,
  type Predicate,
} from '../src/index.ts'
import { schema, segment } from './people.ts'

const included = { missing: 'include' } as const
const excluded = { missing: 'exclude' } as const

suite('a group is a line', () => {
  test.each([
    [segment().group((g) => g.tag('VIP').field('state', 'CA')), "tagged VIP, and state is 'CA'"],
    [segment().group((g) => g.everyone()), 'everyone'],
    [segment().group((g) => g.tag('or').tag('two words')), "tagged 'or', and tagged 'two words'"],
    [segment().group((g) => g.field('state', isNot('CA', included))), "state is not 'CA' (or missing)"],
    [segment().group((g) => g.field('state', isNot('CA', excluded))), "state is not 'CA'"],
    [segment().group((g) => g.field('state', noneOf(['a', "b'"], excluded))), "state is none of 'a', 'b\\''"],
    [segment().group((g) => g.field('state', oneOf('CA', 'NY'))), "state is one of 'CA', 'NY'"],
    [segment().group((g) => g.field('state', contains('\n'))), "state contains '\\u{a}'"],
    [segment().group((g) => g.field('state', isBlank())), 'state is blank'],
    [segment().group((g) => g.field('birthday', isMissing())), 'birthday is missing'],
    [segment().group((g) => g.field('birthday', after('2000-01-01'))), 'birthday is after 2000-01-01'],
    [segment().group((g) => g.field('seenAt', inLast('1 week'))), 'seenAt is in the last 7 days'],
    [segment().group((g) => g.field('spent', between('1.50', '20'))), 'spent is from 1.5 to 20'],
    [segment().group((g) => g.field('first name', 'Ann')), `"first name" is 'Ann'`],
    [segment().group((g) => g.field('languages', has('en'))), "languages has 'en'"],
    [segment().group((g) => g.event('opened')), 'opened at least once'],
    [
      segment().group((g) =>
        g.event('opened', (e) => e.within('30 days').where('campaign', 'spring').count(atLeast(3))),
      ),
      "opened at least 3 times in the last 30 days where campaign is 'spring'",
    ],
    [
      segment().group((g) => g.event('opened', (e) => e.within('90 days').never())),
      'never opened in the last 90 days',
    ],
    [segment().group((g) => g.event('opened', (e) => e.count(2))), 'opened exactly 2 times'],
    [segment().group((g) => g.event('opened', (e) => e.count(atMost(1)))), 'opened at most 1 time'],
    [segment().group((g) => g.event('opened', (e) => e.count(lessThan(3)))), 'opened fewer than 3 times'],
    [segment().group((g) => g.event('opened', (e) => e.count(lessThan(1)))), 'opened less than once'],
    [segment().group((g) => g.event('opened', (e) => e.count(between(1, 1)))), 'opened from 1 to 1 time'],
    [
      segment().group((g) => g.event('purchase', (e) => e.sum('amount', greaterThan(500)))),
      'sum of amount of purchase is more than 500',
    ],
  ])('%#', (made, english) => {
    expect(describe(made, schema)).toBe(english)
    expect(describeNode(made.definition.rule, schema)).toBe(english)
  })
})

test('alternatives inside a rule stand in parentheses', () => {
  const made = segment().group((g) =>
    g.any((any) => any.tag('VIP').tag('churned')).not((n) => n.field('state', 'CA')),
  )
  expect(describeNode(made.definition.rule, schema)).toBe(
    "(tagged VIP, or tagged churned), and state is not 'CA' (or missing)",
  )
})

test('groups are a list, and so are exclusions', () => {
  const made = segment()
    .group((g) => g.tag('VIP').field('state', 'CA'))
    .group((g) => g.event('opened', (e) => e.within('30 days')))
    .exclude((g) => g.tag('churned'))
    .exclude((g) => g.field('state', isMissing()).tag('x'))
  expect(describe(made, schema)).toBe(`People who match any of:
- tagged VIP, and state is 'CA'
- opened at least once in the last 30 days
but not people who match any of:
- tagged churned
- state is missing, and tagged x`)
})

test('one group with one exclusion', () => {
  const made = segment()
    .group((g) => g.tag('VIP').field('state', 'CA'))
    .exclude((g) => g.tag('churned'))
  expect(describe(made, schema)).toBe(`tagged VIP, and state is 'CA'
but not people who match: tagged churned`)
  const short = segment()
    .group((g) => g.tag('VIP'))
    .exclude((g) => g.tag('churned'))
  expect(describe(short, schema)).toBe('tagged VIP, and not tagged churned')
})

test('a doubled negation keeps its parentheses', () => {
  const pair: Node = { kind: 'all', of: [{ kind: 'tag', tag: 'a' }, { kind: 'tag', tag: 'b' }] } // prettier-ignore
  const rule: Node = {
    kind: 'any',
    of: [
      { kind: 'not', of: { kind: 'not', of: pair } },
      { kind: 'not', of: pair },
    ],
  }
  expect(describeNode(rule, schema)).toBe('(tagged a, and tagged b), or not (tagged a, and tagged b)')
})

test('every policy of presence and blankness has its own words', () => {
  const policies: readonly Pick<Predicate, 'negated' | 'whenMissing'>[] = [
    {},
    { whenMissing: true },
    { negated: true, whenMissing: true },
    { negated: true, whenMissing: false },
  ]
  const english = (['present', 'blank'] as const).flatMap((op) =>
    policies.map((policy) =>
      describeNode({ kind: 'field', field: 'state', test: { op, ...policy } }, schema),
    ),
  )
  expect(english).toEqual([
    'state is present',
    'state is present (or missing)',
    'state is missing',
    'state is neither present nor missing',
    'state is blank (but not missing)',
    'state is blank',
    'state is not blank (or missing)',
    'state is not blank',
  ])
})
