import { expect, test } from 'vitest'
import {
  decimal,
  defineSchema,
  explainPerson,
  greaterThan,
  has,
  is,
  isMissing,
  type Person,
  renderExplanation,
  type SchemaOf,
  segmentry,
  text,
} from '../src/index.ts'
import { ago, now, schema, segment } from './people.ts'

const made = segment()
  .group((g) => g.tag('VIP').field('state', 'CA'))
  .group((g) => g.event('purchase', (e) => e.within('30 days').sum('amount', greaterThan('19.5'))))
  .group((g) => g.event('opened', (e) => e.within('90 days').never()).field('languages', has('en')))
  .exclude((g) => g.field('birthday', isMissing()))

const ann: Person = {
  id: 'ann',
  fields: { state: 'NY', languages: ['en', "o'"], birthday: '1990-01-02' },
  tags: ['churned', 'VIP', 'VIP'],
  events: [
    { id: '1', name: 'purchase', at: ago(1), properties: { amount: '9.90' } },
    { id: '2', name: 'purchase', at: ago(2), properties: { amount: 9.6 } },
    { id: '3', name: 'opened', at: ago(3) },
  ],
}

test('an explanation shows every filter, in the shape of the rule, with what was found', () => {
  expect(renderExplanation(explainPerson(made, ann, { schema, now }))).toBe(
    `ann is not a member at ${now}
✗ all of these
  ✗ any of these
    ✗ all of these
      ✓ tagged VIP: found 'VIP', 'churned'
      ✗ state is 'CA': found 'NY'
    ✗ sum of amount of purchase is more than 19.5 in the last 30 days: found 19.5 in the last 30 days
    ✗ all of these
      ✗ not this
        ✓ opened at least once in the last 90 days: found 1 in the last 90 days
      ✓ languages has 'en': found 'en', 'o\\''
  ✓ not this
    ✗ birthday is missing: found 1990-01-02`,
  )
})

test('nothing found is said too', () => {
  expect(renderExplanation(explainPerson(made, { id: 'bob' }, { schema, now }))).toBe(
    `bob is not a member at ${now}
✗ all of these
  ✗ any of these
    ✗ all of these
      ✗ tagged VIP: found no tags
      ✗ state is 'CA': missing
    ✗ sum of amount of purchase is more than 19.5 in the last 30 days: found 0 in the last 30 days
    ✗ all of these
      ✓ not this
        ✗ opened at least once in the last 90 days: found 0 in the last 90 days
      ✗ languages has 'en': missing
  ✗ not this
    ✓ birthday is missing: missing`,
  )
})

test('an explanation is data', () => {
  const { reason, ...rest } = explainPerson(made, ann, { schema, now })
  expect(rest).toEqual({ person: 'ann', found: true, member: false, now })
  expect(reason?.of?.[0]?.of?.[1]).toEqual({
    kind: 'event',
    matched: false,
    text: 'sum of amount of purchase is more than 19.5 in the last 30 days',
    found: '19.5',
    finding: 'found 19.5 in the last 30 days',
  })
})

test('a sum beyond the safe integers is shown exactly', () => {
  const quantity = Number.MAX_SAFE_INTEGER
  const events = [1, 2].map((i) => ({
    id: `${i}`,
    name: 'purchase',
    at: ago(i),
    properties: { quantity },
  }))
  const many = segment().group((g) => g.event('purchase', (e) => e.sum('quantity', greaterThan(quantity))))
  const { reason } = explainPerson(many, { id: 'ann', events }, { schema, now })
  expect(reason).toMatchObject({ matched: true, found: '18014398509481982' })
})

test('a person the population does not have is said to be missing from it', () => {
  expect(renderExplanation({ person: 'eve', found: false, member: false, now })).toBe(
    'eve is not in the population',
  )
})

const opened = (id: string, days: number, campaign?: string) => ({
  id,
  name: 'opened',
  at: ago(days * day),
  ...(campaign !== undefined && { properties: { campaign } }),
})
const purchase = (id: string, days: number, sku = 'A') => ({
  id,
  name: 'purchase',
  at: ago(days * day),
  properties: { sku },
})
const day = 86_400_000
const [at1, at2, at3, at5, at9] = [1, 2, 3, 5, 9].map((days) => ago(days * day))

const made3 = segment().group((g) =>
  g.sequence((s) =>
    s.from('opened').followedBy('purchase', { within: '1 day' }).followedBy('opened').within('4 days'),
  ),
)
const never = segment().group((g) =>
  g.sequence((s) => s.from('opened').neverFollowedBy('purchase', { within: '3 days' })),
)
const strict = segment().group((g) =>
  g.sequence((s) =>
    s
      .from('opened', { of: (e) => e.where('campaign', is('spring')) })
      .followedBy('purchase', { of: (e) => e.where('sku', is('B')) }),
  ),
)
const same = segment().group((g) => g.sequence((s) => s.from('opened').followedBy('opened').by('campaign')))
const longNever = segment().group((g) =>
  g.sequence((s) => s.from('opened').followedBy('opened').neverFollowedBy('purchase').within('4 days')),
)

test.each([
  ['no event to start from', made3, [], false, 'found no opened'],
  ['none of those to start from', strict, [opened('1', 3, 'fall')], false, 'found no such opened'],
  [
    'nothing after that',
    made3,
    [opened('1', 3)],
    false,
    `found opened at ${at3}, but no purchase after that`,
  ],
  [
    'none of those after that',
    strict,
    [opened('1', 3, 'spring'), purchase('2', 2)],
    false,
    `found opened at ${at3}, but no such purchase after that`,
  ],
  [
    'too late after the step before',
    made3,
    [opened('1', 3), purchase('2', 1)],
    false,
    `found opened at ${at3}, but the next purchase only at ${at1}, not within 1 day`,
  ],
  [
    'too late after the first step',
    made3,
    [opened('1', 9), purchase('2', 8), opened('3', 3)],
    false,
    `found opened at ${at9}, then purchase at ${ago(8 * day)}, but the next opened only at ${at3}, not within 4 days of ${at9}`,
  ],
  [
    'all of it, the latest',
    made3,
    [opened('1', 9), opened('2', 3), purchase('3', 2), opened('4', 1)],
    true,
    `found opened at ${at3}, then purchase at ${at2}, then opened at ${at1}`,
  ],
  [
    'what did not come',
    never,
    [opened('1', 5)],
    true,
    `found opened at ${at5}, then no purchase until ${at2}`,
  ],
  [
    'what came',
    never,
    [opened('1', 5), purchase('2', 3)],
    false,
    `found opened at ${at5}, but then purchase at ${at3}`,
  ],
  [
    'what may still come',
    never,
    [opened('1', 1)],
    false,
    `found opened at ${at1}, and no purchase yet, which has time until ${ago(-2 * day)}`,
  ],
  [
    'the window that closes soonest',
    longNever,
    [opened('1', 9), opened('2', 7), opened('3', 6), purchase('4', 4)],
    true,
    `found opened at ${at9}, then opened at ${ago(6 * day)}, then no purchase until ${at5}`,
  ],
  [
    'what is the same',
    same,
    [opened('1', 9, 'a'), opened('2', 5, 'b'), opened('3', 3, 'a'), opened('4', 2)],
    true,
    `found opened with campaign 'a' at ${at9}, then opened at ${at3}`,
  ],
  [
    'nothing that is the same',
    same,
    [opened('1', 9, 'a'), opened('2', 5, 'b')],
    false,
    `found opened with campaign 'b' at ${at5}, but no such opened after that`,
  ],
  [
    'nothing that could be the same',
    same,
    [opened('1', 9)],
    false,
    `found opened at ${at9} without campaign`,
  ],
] as const)('of a sequence: %s', (_, one, events, matched, finding) => {
  const { reason } = explainPerson(one, { id: 'ann', events }, { schema, now })
  expect([reason!.finding, reason!.matched]).toEqual([finding, matched])
})

test('a sequence tells the instants it found, and not what is sensitive', () => {
  const secret = defineSchema({ fields: {}, events: { paid: { card: text().sensitive() } } })
  interface Secret extends SchemaOf<typeof secret> {}
  const twice = segmentry<Secret>(secret)
    .segment()
    .group((g) => g.sequence((s) => s.from('paid').followedBy('paid').by('card')))
  const paid = (id: string, days: number) => ({
    id,
    name: 'paid',
    at: ago(days * day),
    properties: { card: '4242' },
  })
  const why = explainPerson(
    twice,
    { id: 'ann', events: [paid('1', 3), paid('2', 1)] },
    { schema: secret, now },
  )
  expect(why.reason!.found).toEqual([at3, at1])
  expect(JSON.stringify(why)).not.toContain('4242')
  expect(why.reason!.finding).toBe(`found paid with a card that is not shown at ${at3}, then paid at ${at1}`)
})

test('what is made of a sensitive property of events is not shown', () => {
  const secret = defineSchema({
    fields: {},
    events: { paid: { card: text().sensitive(), amount: decimal(2).sensitive() } },
  })
  interface Secret extends SchemaOf<typeof secret> {}
  const { segment: start } = segmentry<Secret>(secret)
  const paid = {
    id: '1',
    name: 'paid',
    at: ago(day),
    properties: { card: '4242', amount: '77.31' },
  } as const
  const asked = {
    first: start().group((g) => g.event('paid', (e) => e.first('card', is('0000')))),
    last: start().group((g) => g.event('paid', (e) => e.last('card', is('0000')))),
    sum: start().group((g) => g.event('paid', (e) => e.sum('amount', greaterThan('1')))),
    average: start().group((g) => g.event('paid', (e) => e.average('amount', greaterThan('1')))),
    min: start().group((g) => g.event('paid', (e) => e.min('amount', greaterThan('1')))),
    max: start().group((g) => g.event('paid', (e) => e.max('amount', greaterThan('1')))),
  }
  for (const [name, one] of Object.entries(asked)) {
    const why = explainPerson(one, { id: 'ann', events: [paid] }, { schema: secret, now })
    expect(JSON.stringify(why), name).not.toMatch(/4242|77[.,]31/)
    expect(why.reason!.finding, name).toContain('not shown')
    expect(why.reason, name).not.toHaveProperty('found')
  }
})
