import { findings, findingsText, type Finding } from '@segmentry/review'
import {
  atLeast,
  choice,
  contains,
  decimal,
  decodeSegment,
  defineSchema,
  encodeSegment,
  greaterThan,
  hashRule,
  isMissing,
  isPresent,
  ruleOf,
  type SchemaOf,
  segmentry,
  startsWith,
  text,
} from '@segmentry/core'
import { expect, test } from 'vitest'

const schema = defineSchema({
  fields: { state: text(), spent: decimal(2), plan: choice('free', 'pro') },
  tags: ['VIP', 'churned', 'staff'],
  events: { opened: { campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const told = (list: readonly Finding[]): readonly string[] =>
  list.map(({ code, key, path, message }) => `${code} ${key} ${path.join('.')}: ${message}`)

const by = { reason: 'asked', author: 'kim' }

test('nothing is found of what makes sense', () => {
  const segments = {
    vip: segment().group((g) => g.tag('VIP').field('spent', greaterThan('500'))),
    everyone: segment().group((g) => g.everyone()),
    others: segment()
      .group((g) => g.everyone())
      .exclude((g) => g.tag('VIP')),
    either: segment()
      .group((g) => g.tag('churned').field('state', 'CA'))
      .group((g) => g.tag('churned').field('state', 'NY'))
      .exclude((g) => g.tag('staff')),
    silent: segment().group((g) =>
      g.event('opened', (e) => e.within('30 days').never()).any((a) => a.tag('staff').field('plan', 'pro')),
    ),
  }
  expect(told(findings(segments, schema))).toEqual([])
})

test('a segment that no one can be in, with the filters that contradict each other', () => {
  const segments = {
    one: segment().group((g) =>
      g.tag('VIP').field('state', 'CA').field('spent', atLeast('5')).field('state', startsWith('N')),
    ),
    two: segment()
      .group((g) => g.field('plan', 'free').field('plan', 'pro'))
      .group((g) => g.tag('VIP').noTag('VIP')),
    taken: segment()
      .group((g) => g.tag('VIP').field('state', 'CA'))
      .exclude((g) => g.tag('VIP')),
  }
  expect(told(findings(segments, schema))).toEqual([
    "never/segment one rule: No one can ever be in 'one': these contradict each other: state is 'CA', and state starts with 'N'",
    "never/segment two rule: No one can ever be in 'two': of group 1, these contradict each other: plan is 'free', and plan is 'pro'; of group 2, these contradict each other: tagged VIP, and not tagged VIP",
    "never/segment taken rule: No one can ever be in 'taken': these contradict each other: tagged VIP, and not tagged VIP",
  ])
})

test('people put in by hand are somebody', () => {
  const segments = {
    few: segment()
      .group((g) => g.tag('VIP').noTag('VIP'))
      .includePeople(['ann'], by),
  }
  expect(told(findings(segments, schema))).toEqual([
    "never/group few rule: Only people put in by hand are in 'few', as no one can match its rule: these contradict each other: tagged VIP, and not tagged VIP",
  ])
})

test('a group that no one can match goes', () => {
  const segments = {
    some: segment()
      .group((g) => g.tag('VIP'))
      .group((g) => g.field('state', 'CA').field('state', isMissing())),
  }
  const [finding, ...more] = findings(segments, schema)
  expect(more).toEqual([])
  expect(told([finding!])).toEqual([
    "never/group some rule.of.1: No one can match group 2: these contradict each other: state is 'CA', and state is missing",
  ])
  expect(finding?.fix?.code).toBe("segment().group((g) => g.tag('VIP'))")
})

test('everybody is in', () => {
  const segments = {
    all: segment()
      .group((g) => g.field('state', isPresent()))
      .group((g) => g.field('state', isMissing())),
  }
  expect(told(findings(segments, schema))).toEqual([
    "always/segment all rule: Everybody is in 'all', whatever its filters say; if that is meant, write group((g) => g.everyone())",
  ])
})

test('a filter that follows from another goes, and of two that say the same the first stays', () => {
  const segments = {
    follows: segment().group((g) =>
      g.field('spent', greaterThan('250')).tag('VIP').field('spent', greaterThan('500')),
    ),
    twice: segment().group((g) => g.tag('VIP').field('state', 'NY').tag('VIP')),
    everybody: segment().group((g) => g.everyone().tag('VIP')),
  }
  const list = findings(segments, schema).filter(({ code }) => code !== 'within/segment')
  expect(told(list)).toEqual([
    'redundant/filter follows rule.of.0: This filter says nothing more: spent is more than 250; it follows from: spent is more than 500',
    'redundant/filter twice rule.of.2: This filter says nothing more: tagged VIP; it follows from: tagged VIP',
    'always/filter everybody rule.of.0: This holds of everybody and says nothing: everyone',
  ])
  expect(list.map(({ fix }) => fix?.code)).toEqual([
    "segment().group((g) => g.tag('VIP').field('spent', greaterThan(500)))",
    "segment().group((g) => g.tag('VIP').field('state', 'NY'))",
    "segment().group((g) => g.tag('VIP'))",
  ])
})

test('a group that lies in another goes', () => {
  const segments = {
    some: segment()
      .group((g) => g.tag('VIP').field('state', 'CA'))
      .group((g) => g.tag('VIP')),
    three: segment()
      .group((g) => g.field('plan', isPresent()).tag('VIP'))
      .group((g) => g.field('plan', 'free'))
      .group((g) => g.field('plan', 'pro')),
  }
  const list = findings(segments, schema).filter(({ code }) => code !== 'within/segment')
  expect(told(list)).toEqual([
    "redundant/group some rule.of.0: Group 1 adds no one: whoever matches it (tagged VIP, and state is 'CA') matches group 2, which is: tagged VIP",
    'redundant/group three rule.of.0: Group 1 adds no one: whoever matches it (plan is present, and tagged VIP) matches the other groups',
  ])
  expect(list.map(({ fix }) => fix?.code)).toEqual([
    "segment().group((g) => g.tag('VIP'))",
    "segment().group((g) => g.field('plan', 'free')).group((g) => g.field('plan', 'pro'))",
  ])
})

test('what stands inside a group is seen with what stands around it', () => {
  const segments = {
    dead: segment().group((g) =>
      g.field('state', 'CA').any((a) => a.tag('VIP').field('state', 'NY').tag('staff')),
    ),
    wider: segment().group((g) =>
      g.tag('VIP').any((a) => a.field('state', contains('A')).field('state', 'CA')),
    ),
  }
  const list = findings(segments, schema)
  expect(told(list)).toEqual([
    "never/filter dead rule.of.1.of.1: No one can match this here: state is 'NY'; it contradicts: state is 'CA'",
    "redundant/filter wider rule.of.1.of.1: This alternative adds no one: state is 'CA'; whoever matches it matches state contains 'A'",
  ])
  expect(list.map(({ fix }) => fix?.code)).toEqual([
    "segment().group((g) => g.field('state', 'CA').anyTag('VIP', 'staff'))",
    "segment().group((g) => g.tag('VIP').field('state', contains('A')))",
  ])
})

test('an exclusion that takes no one away goes', () => {
  const segments = {
    free: segment()
      .group((g) => g.field('plan', 'free').field('state', 'CA'))
      .group((g) => g.field('plan', 'free').tag('VIP'))
      .exclude((g) => g.field('plan', 'pro')),
    two: segment()
      .group((g) => g.field('plan', 'free').field('state', 'CA'))
      .exclude((g) => g.tag('staff'))
      .exclude((g) => g.field('plan', 'pro')),
  }
  const list = findings(segments, schema).filter(({ code }) => code !== 'within/segment')
  expect(told(list)).toEqual([
    "redundant/exclusion free rule.of.1: The exclusion takes no one away, as no one in the groups matches it: plan is 'pro'",
    "redundant/exclusion two rule.of.1.of.of.1: This part of the exclusion takes no one away, as no one in the groups matches it: plan is 'pro'",
  ])
  expect(list.map(({ fix }) => fix?.code)).toEqual([
    "segment()\n  .group((g) => g.field('plan', 'free').field('state', 'CA'))\n  .group((g) => g.field('plan', 'free').tag('VIP'))",
    "segment().group((g) => g.field('plan', 'free').field('state', 'CA').not((g) => g.tag('staff')))",
  ])
})

test('segments that are the same, and one that lies in another', () => {
  const vip = segment().group((g) => g.tag('VIP'))
  const segments = {
    vip,
    west: segment().group((g) => g.tag('VIP').field('state', 'CA')),
    again: segment().group((g) => g.in(vip)),
    // By proof, not by form.
    free: segment().group((g) => g.field('plan', 'free')),
    notPro: segment().group((g) => g.field('plan', isPresent()).not((n) => n.field('plan', 'pro'))),
    made: segment().group((g) => g.in(vip).tag('staff')),
  }
  expect(told(findings(segments, schema))).toEqual([
    "within/segment west rule: Everybody in 'west' is in 'vip' too",
    "same/segment again rule: The segment 'again' always has the same members as 'vip'",
    "within/segment west rule: Everybody in 'west' is in 'again' too",
    "within/segment made rule: Everybody in 'made' is in 'again' too",
    "same/segment notPro rule: The segment 'notPro' always has the same members as 'free'",
  ])
})

test('branches that no one can take', () => {
  const segments = {
    vip: segment().group((g) => g.tag('VIP')),
    west: segment().group((g) => g.tag('VIP').field('state', 'CA')),
    other: segment().group((g) => g.noTag('VIP')),
  }
  const welcome = {
    branches: [
      { key: 'best', when: 'vip' },
      { key: 'western', when: 'west' },
      { key: 'rest', when: 'other' },
    ],
    otherwise: 'nothing',
  }
  const list = findings(segments, schema, { splits: { welcome } }).filter(({ on }) => on === 'split')
  expect(told(list)).toEqual([
    "split/unreachable welcome branches.1: No one can take the branch 'western' of 'welcome': whoever fits it takes 'best' before it",
    "split/everyone welcome otherwise: No one is left for 'nothing', the last branch of 'welcome'",
  ])
  expect(list[0]?.related).toEqual(['west'])
})

test('a fix is a definition like any other', () => {
  const twice = segment()
    .titled('Twice')
    .group((g) => g.tag('VIP').tag('VIP').field('state', 'CA'))
    .excludePeople(['bob'], by)
  const fix = findings({ twice }, schema)[0]?.fix
  const read = decodeSegment(encodeSegment({ definition: fix!.definition }), schema)
  expect(read.definition).toEqual(fix!.definition)
  expect(read.definition.title).toBe('Twice')
  expect(hashRule(ruleOf(read))).toBe(
    hashRule(
      ruleOf(
        segment()
          .group((g) => g.tag('VIP').field('state', 'CA'))
          .excludePeople(['bob'], by),
      ),
    ),
  )
})

test('a long list is cut in a message', () => {
  const values = Array.from({ length: 200 }, (_, i) => `state ${i}`) as [string, ...string[]]
  const rule = { kind: 'field', field: 'state', test: { op: 'oneOf', values } } as const
  const long = {
    definition: {
      format: 1,
      rule: { kind: 'all', of: [rule, { kind: 'field', field: 'state', test: { op: 'is', value: 'CA' } }] },
    },
  } as const
  const [finding] = findings({ long }, schema)
  expect(finding?.code).toBe('never/segment')
  expect(finding?.message.length).toBeLessThan(400)
})

test('as text', () => {
  const segments = { twice: segment().group((g) => g.tag('VIP').tag('VIP')) }
  expect(findingsText(findings(segments, schema))).toBe(
    [
      'warning redundant/filter: This filter says nothing more: tagged VIP; it follows from: tagged VIP',
      '  twice at rule.of.1',
      '  the same members:',
      "    segment().group((g) => g.tag('VIP'))",
    ].join('\n'),
  )
})

test('100 segments are looked at in seconds', () => {
  const states = ['CA', 'NY', 'TX', 'WA', 'OR']
  const segments = Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [
      `s${i}`,
      segment()
        .group((g) =>
          g
            .field('state', states[i % 5]!)
            .field('spent', greaterThan(String(i)))
            .any((a) => a.tag('VIP').event('opened', (e) => e.within(`${i + 1} days`).count(atLeast(i % 7)))),
        )
        .group((g) =>
          g
            .field('plan', i % 2 ? 'free' : 'pro')
            .event('opened', (e) => e.within('7 days').count(atLeast(i % 9))),
        )
        .exclude((g) => g.tag('staff')),
    ]),
  )
  const start = performance.now()
  findings(segments, schema)
  expect(performance.now() - start).toBeLessThan(10_000)
})
