import { describe, expect, test } from 'vitest'
import {
  type AnySegment,
  atLeast,
  between,
  bucketOf,
  canonical,
  checkedRule,
  decodeSegments,
  defineSchema,
  doesNotStartWith,
  encodeSegments,
  endsWith,
  evaluate,
  greaterThan,
  hasAll,
  hasAny,
  hasEmailDomain,
  hashRule,
  hasLength,
  hasNone,
  hasSome,
  integer,
  is,
  isNot,
  isMissing,
  last,
  lessThan,
  list,
  matches,
  type Node,
  object,
  type SchemaOf,
  segmentry,
  startsWith,
  text,
  version,
} from '../src/index.ts'
import { ago, now, schema, segment } from './people.ts'
import { day, happened, isIn, issuesOf } from './vocabulary.ts'

// Each condition on fields, tags, sequences and people with people whose answer is worked out by hand.

const inState = (made: AnySegment, ...states: readonly string[]): readonly string[] =>
  states.filter((state) => isIn(made, { fields: { state } }))

describe('text', () => {
  test('ignoring case folds the ASCII letters and no others', () => {
    const made = segment().group((g) => g.field('state', is('kÉ', { ignoringCase: true })))
    expect(inState(made, 'kÉ', 'KÉ', 'ké', '\u212aÉ')).toEqual(['kÉ', 'KÉ'])
    const starts = segment().group((g) => g.field('state', startsWith('c', { ignoringCase: true })))
    expect(inState(starts, 'CA', 'ca', 'NC')).toEqual(['CA', 'ca'])
  })

  test('a pattern has to match the whole text', () => {
    const made = segment().group((g) => g.field('state', matches('[A-C]?-*\\*')))
    expect(inState(made, 'AB-1*', 'C😀-*', 'AB-1', 'DB-1*', 'A-1*', ' AB-1*')).toEqual(['AB-1*', 'C😀-*'])
    const outside = segment().group((g) => g.field('state', matches('[^a-z]', { ignoringCase: true })))
    expect(inState(outside, 'Q', 'q', '4', '\n', '')).toEqual(['4', '\n'])
  })

  test('what is no pattern is refused with its place', () => {
    const [message] = issuesOf(() => segment().group((g) => g.field('state', matches('a[b'))))
    expect(message).toContain("the end of the pattern at character 4 of 'a[b'")
  })

  test('an e-mail domain is the whole part after the @', () => {
    const made = segment().group((g) => g.field('state', hasEmailDomain('Example.com')))
    const at = [
      'a@example.com',
      'A@EXAMPLE.COM',
      'a@mail.example.com',
      'a@b@example.com',
      'example.com',
      '@example.com',
    ]
    expect(inState(made, ...at)).toEqual(['a@example.com', 'A@EXAMPLE.COM'])
  })

  test('negative tests say what a missing value means', () => {
    const made = (missing: 'include' | 'exclude') =>
      segment().group((g) => g.field('state', doesNotStartWith('C', { missing })))
    expect([isIn(made('include'), {}), isIn(made('exclude'), {})]).toEqual([true, false])
    expect(inState(made('exclude'), 'CA', 'NY', '')).toEqual(['NY', ''])
    const ends = segment().group((g) => g.field('state', endsWith('A')))
    expect(inState(ends, 'CA', 'CA ')).toEqual(['CA'])
  })
})

test('lists: any, all, none and how many', () => {
  const speaks = (languages: unknown): readonly boolean[] =>
    [
      segment().group((g) => g.field('languages', hasAny('en', 'fr'))),
      segment().group((g) => g.field('languages', hasAll('en', 'fr'))),
      segment().group((g) => g.field('languages', hasNone(['en', 'fr'], { missing: 'exclude' }))),
      segment().group((g) => g.field('languages', hasLength(2))),
      segment().group((g) => g.field('languages', hasLength(lessThan(2)))),
    ].map((made) => isIn(made, { fields: { languages } }))
  expect(speaks(['fr', 'en', 'en'])).toEqual([true, true, false, false, false])
  // What is not text is not in the list.
  expect(speaks(['en', 7, null, 'de'])).toEqual([true, false, false, true, false])
  expect(speaks([])).toEqual([false, false, true, false, true])
  expect(speaks('en')).toEqual([false, false, false, false, false])
})

describe('a whole list', () => {
  const languages = (made: AnySegment, ...lists: readonly unknown[]): readonly unknown[] =>
    lists.filter((one) => isIn(made, { fields: { languages: one } }))

  test('is its elements, in order and as often as they stand there', () => {
    const made = segment().group((g) => g.field('languages', is(['en', 'fr', 'en'])))
    const lists = [['en', 'fr', 'en'], ['en', 'en', 'fr'], ['en', 'fr'], ['en', 'fr', 'EN'], 'en', null]
    expect(languages(made, ...lists)).toEqual([['en', 'fr', 'en']])
    // What is not text is not in the list.
    expect(languages(made, ['en', 7, 'fr', null, 'en'])).toHaveLength(1)
    expect(languages(made, ['en', 'fr', 'en', 7])).toHaveLength(1)
    expect(languages(made, ['en', 'fr', 'en', 'de'])).toHaveLength(0)
  })

  test('is another, and a missing one is what the policy says', () => {
    const made = (missing: 'include' | 'exclude') =>
      segment().group((g) => g.field('languages', isNot(['en'], { missing })))
    const lists = [['en'], ['fr'], [], 'en', undefined]
    expect(languages(made('exclude'), ...lists)).toEqual([['fr'], []])
    expect(languages(made('include'), ...lists)).toEqual([['fr'], [], 'en', undefined])
  })

  test('is not the set of its elements: order and repetition tell rules apart', () => {
    const hash = (...values: readonly [string, ...string[]]): string =>
      hashRule(segment().group((g) => g.field('languages', is(values))).definition.rule)
    expect(new Set([hash('en', 'fr'), hash('fr', 'en'), hash('en', 'fr', 'fr'), hash('en')]).size).toBe(4)
  })

  test('is refused where it cannot be meant', () => {
    const loose = is as (...values: readonly unknown[]) => never
    expect(issuesOf(() => segment().group((g) => g.field('languages', loose([]))))).toEqual([
      "field 'languages': found no values, expected at least one value; an empty list is written hasLength(0)",
    ])
    const [elements] = issuesOf(() => segment().group((g) => g.field('languages', loose(['en', 7]))))
    expect(elements).toBe("field 'languages': found 7, expected text")
    const [cased] = issuesOf(() =>
      segment().group((g) => g.field('languages', loose(['en'], { ignoringCase: true }))),
    )
    expect(cased).toContain('found ignoringCase on a list of text')
    const [state] = issuesOf(() => segment().group((g) => g.field('state', loose(['CA']))))
    expect(state).toContain("found is([…]) ('equals') on 'state', which is text, expected one of is, oneOf")
  })
})

test('text orders by code point', () => {
  const made = segment().group((g) => g.field('state', between('A', 'M')))
  expect(inState(made, 'A', 'M', 'MA', 'Z', 'a', 'É')).toEqual(['A', 'M'])
  // U+1F600 comes after U+FF5E, though its first UTF-16 unit is less.
  const beyond = segment().group((g) => g.field('state', greaterThan('\uff5e')))
  expect(inState(beyond, '\u{1f600}', '\uff5e')).toEqual(['\u{1f600}'])
})

describe('values of other types', () => {
  const shop = defineSchema({
    fields: { app: version(), orders: list(object({ sku: text(), quantity: integer() })) },
  })
  const { segment: start } = segmentry<SchemaOf<typeof shop>>(shop)
  const passes = (made: AnySegment, fields: object): boolean =>
    evaluate(made, { id: 'ann', fields: { ...fields } }, { schema: shop, now })

  test('versions order by precedence, and build metadata does not count', () => {
    const made = start().group((g) => g.field('app', atLeast('9.0.0')))
    const apps = ['9.0.0', '9.0.0+build.7', '10.0.0', '9.0.0-beta.1', '8.9.9', 'v9.0.0', '9.0', 9]
    expect(apps.filter((app) => passes(made, { app }))).toEqual(['9.0.0', '9.0.0+build.7', '10.0.0'])
  })

  test('tests of the parts of an item hold for the same item', () => {
    const made = start().group((g) =>
      g.field('orders', (item) => item.where('sku', 'A').where('quantity', greaterThan(2))),
    )
    expect(passes(made, { orders: [{ sku: 'A', quantity: 3 }] })).toBe(true)
    expect(passes(made, { orders: [{ sku: 'A', quantity: 1 }, { sku: 'B', quantity: 3 }, 'A'] })).toBe(false)
    const bare = start().group((g) => g.field('orders', (item) => item.where('sku', isMissing())))
    expect([passes(bare, { orders: [{}] }), passes(bare, { orders: ['A', null] })]).toEqual([true, false])
  })
})

test('a list has some element that passes a test', () => {
  const made = segment().group((g) => g.field('languages', hasSome(startsWith('en'))))
  const speaks = (languages: unknown): boolean => isIn(made, { fields: { languages } })
  expect([speaks(['de', 'en-GB']), speaks(['de']), speaks([7]), speaks([])]).toEqual([
    true,
    false,
    false,
    false,
  ])
})

test('two fields compare by value, and not at all when one is missing', () => {
  const same = segment().group((g) => g.compare('state', 'is', 'country'))
  const unlike = segment().group((g) => g.none((g) => g.compare('state', 'is', 'country')))
  const asked = (fields: object): readonly boolean[] =>
    [same, unlike].map((made) => isIn(made, { fields: { ...fields } }))
  expect(asked({ state: 'CA', country: 'CA' })).toEqual([true, false])
  expect(asked({ state: 'CA', country: 'ca' })).toEqual([false, true])
  expect(asked({ state: 'CA' })).toEqual([false, true])
  const longer = segment().group((g) => g.compare('visits', 'greaterThan', 'address.size.length'))
  expect(isIn(longer, { fields: { visits: 10, address: { size: { length: 9 } } } })).toBe(true)
  const [message] = issuesOf(() => segment().group((g) => g.compare('visits', 'is', 'spent')))
  expect(message).toContain("'spent'")
})

test('a tag in a window was given in it; without an instant it lies in none', () => {
  const made = segment().group((g) => g.tag('VIP', last('7 days')))
  const given = (at: string): boolean => isIn(made, { tags: [{ tag: 'VIP', at }] })
  expect([given(ago(6 * day)), given(ago(7 * day)), given(ago(-1))]).toEqual([true, false, false])
  expect(isIn(made, { tags: ['VIP'] })).toBe(false)
  expect(
    isIn(
      segment().group((g) => g.tag('VIP')),
      { tags: [{ tag: 'VIP', at: ago(7 * day) }] },
    ),
  ).toBe(true)
})

describe('a sequence', () => {
  const opened = (ms: number, campaign = 'spring') => happened('opened', ago(ms), { campaign })
  const purchase = (ms: number, amount = 10) => happened('purchase', ago(ms), { amount })

  test('goes forward only, and by id at one instant', () => {
    const made = segment().group((g) => g.sequence((s) => s.from('opened').followedBy('purchase')))
    expect(isIn(made, { events: [opened(2 * day), purchase(day)] })).toBe(true)
    expect(isIn(made, { events: [purchase(2 * day), opened(day)] })).toBe(false)
    const at = (id: string, name: string) => ({ id, name, at: ago(day) })
    expect(isIn(made, { events: [at('b', 'purchase'), at('a', 'opened')] })).toBe(true)
    expect(isIn(made, { events: [at('a', 'purchase'), at('b', 'opened')] })).toBe(false)
    const twice = segment().group((g) => g.sequence((s) => s.from('opened').followedBy('opened')))
    expect(isIn(twice, { events: [opened(day)] })).toBe(false)
  })

  test('within counts from the step before, of the whole from the first', () => {
    const steps = segment().group((g) =>
      g.sequence((s) =>
        s
          .from('opened')
          .followedBy('opened', { within: '2 days' })
          .followedBy('purchase', { within: '2 days' }),
      ),
    )
    const whole = segment().group((g) =>
      g.sequence((s) => s.from('opened').followedBy('opened').followedBy('purchase').within('3 days')),
    )
    const slow = { events: [opened(5 * day), opened(3 * day), purchase(day)] }
    expect([isIn(steps, slow), isIn(whole, slow)]).toEqual([true, false])
    const late = { events: [opened(5 * day), opened(3 * day), purchase(day - 1)] }
    expect(isIn(steps, late)).toBe(false)
  })

  test('from the first or the last event', () => {
    const from = (anchor: 'any' | 'first' | 'last') =>
      segment().group((g) =>
        g.sequence((s) => s.from('opened', { anchor }).followedBy('purchase', { within: '1 day' })),
      )
    const history = { events: [opened(9 * day), opened(5 * day), purchase(4.5 * day), opened(day)] }
    expect([isIn(from('any'), history), isIn(from('first'), history), isIn(from('last'), history)]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('from one of the first or last few', () => {
    const from = (anchor: { readonly last: number } | { readonly first: number }) =>
      segment().group((g) =>
        g.sequence((s) => s.from('opened', { anchor }).followedBy('purchase', { within: '1 day' })),
      )
    const history = {
      events: [opened(9 * day), opened(5 * day), purchase(4.5 * day), opened(2 * day), opened(day)],
    }
    const answers = [{ last: 2 }, { last: 3 }, { last: 9 }, { first: 1 }, { first: 2 }] as const
    expect(answers.map((anchor) => isIn(from(anchor), history))).toEqual([false, true, true, false, true])
    const one = segment().group((g) =>
      g.sequence((s) => s.from('opened', { anchor: 'last' }).followedBy('purchase', { within: '1 day' })),
    )
    expect(from({ last: 1 }).definition).toEqual(one.definition)
  })

  test('what never follows is known once its window has closed', () => {
    const made = segment().group((g) =>
      g.sequence((s) => s.from('opened').neverFollowedBy('purchase', { within: '3 days' })),
    )
    expect(isIn(made, { events: [opened(3 * day)] })).toBe(true)
    expect(isIn(made, { events: [opened(3 * day - 1)] })).toBe(false)
    expect(isIn(made, { events: [opened(5 * day), purchase(2 * day)] })).toBe(false)
    expect(isIn(made, { events: [opened(5 * day), purchase(2 * day - 1)] })).toBe(true)
    expect(isIn(made, {})).toBe(false)
  })

  test('by a property that the events share, and of events that are selected', () => {
    const same = segment().group((g) =>
      g.sequence((s) => s.from('opened').followedBy('opened').by('campaign')),
    )
    expect(isIn(same, { events: [opened(3 * day, 'a'), opened(2 * day, 'b')] })).toBe(false)
    expect(isIn(same, { events: [opened(3 * day, 'a'), opened(2 * day, 'b'), opened(day, 'a')] })).toBe(true)
    const large = segment().group((g) =>
      g.sequence((s) =>
        s.from('opened').followedBy('purchase', { of: (e) => e.where('amount', atLeast(100)) }),
      ),
    )
    expect(isIn(large, { events: [opened(2 * day), purchase(day, 99)] })).toBe(false)
    expect(isIn(large, { events: [opened(2 * day), purchase(day, 100)] })).toBe(true)
  })
})

describe('people by hand', () => {
  const note = { reason: 'asked', author: 'bob' }
  const california = segment().group((g) => g.field('state', 'CA'))

  test('out beats in beats the rule', () => {
    const made = california.includePeople(['ann', 'cy'], note).excludePeople(['cy', 'dee'], note)
    const asked = (id: string, state?: string): boolean =>
      isIn(made, { id, ...(state && { fields: { state } }) })
    expect([asked('ann'), asked('bob'), asked('cy', 'CA'), asked('dee', 'CA'), asked('eve', 'CA')]).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
  })

  test('stand outside the rule and its hash', () => {
    const made = california.includePeople(['ann'], note)
    expect(hashRule(made.definition.rule)).toBe(hashRule(california.definition.rule))
    expect(made.definition.included).toEqual([{ person: 'ann', ...note }])
  })

  test('as a filter they are part of the rule', () => {
    const made = segment().group((g) => g.none((g) => g.people('ann', 'bob')))
    expect([isIn(made, { id: 'ann' }), isIn(made, { id: 'Ann' })]).toEqual([false, true])
  })
})

describe('a reference', () => {
  const note = { reason: 'asked', author: 'bob' }
  const vip = segment().group((g) => g.tag('VIP'))

  test('is read with the lists of the other segment', () => {
    const listed = vip.includePeople(['ann'], note)
    const made = segment().group((g) => g.in(listed).field('state', 'CA'))
    expect(isIn(made, { id: 'ann', fields: { state: 'CA' } })).toBe(true)
    expect(isIn(made, { id: 'bob', fields: { state: 'CA' } })).toBe(false)
    const others = segment().group((g) => g.notIn(listed))
    expect([isIn(others, { id: 'ann' }), isIn(others, { id: 'bob' })]).toEqual([false, true])
  })

  test('means what the rule would mean in its place', () => {
    const rule = (made: AnySegment) => canonical(checkedRule(made, schema))
    const referring = segment().group((g) => g.in(vip).field('state', 'CA'))
    const spelled = segment().group((g) => g.tag('VIP').field('state', 'CA'))
    expect(rule(referring)).toEqual(rule(spelled))
  })

  test('counts towards the limits, each time it is made', () => {
    // Each refers to the one before ten times: 10, 100 and 1,000 filters.
    const reference = ({ definition }: AnySegment): Node => ({ kind: 'segment', of: definition })
    const tenTimes = (one: AnySegment): AnySegment => ({
      definition: { format: 1, rule: { kind: 'all', of: Array.from({ length: 10 }, () => reference(one)) } },
    })
    const hundred = tenTimes(tenTimes(vip))
    expect(isIn(hundred, { tags: ['VIP'] })).toBe(true)
    const thousand = tenTimes(hundred)
    expect(issuesOf(() => canonical(checkedRule(thousand, schema)))[0]).toContain(
      'found more than 500 filters',
    )
    const deep = Array.from({ length: 33 }).reduce<AnySegment>(
      (inner) => ({ definition: { format: 1, rule: { kind: 'not', of: reference(inner) } } }),
      vip,
    )
    expect(issuesOf(() => canonical(checkedRule(deep, schema)))[0]).toContain('found more than 32 levels')
  })

  test('in a circle is refused with the whole path', () => {
    const to = (key: string) => ({ format: 1, rule: { kind: 'segment', of: key } })
    const messages = issuesOf(() => decodeSegments({ a: to('b'), b: to('a') }, schema))
    expect(messages.join('\n')).toContain('a → b → a')
    expect(issuesOf(() => decodeSegments({ a: to('a') }, schema)).join('\n')).toContain('a → a')
    expect(issuesOf(() => decodeSegments({ a: to('vipp') }, schema)).join('\n')).toContain(
      "unknown segment 'vipp'",
    )
  })

  test('is stored by key and comes back', () => {
    const others = segment().group((g) => g.notIn(vip))
    const stored = encodeSegments({ vip, others })
    expect(stored.others.rule).toEqual({ kind: 'not', of: { kind: 'segment', of: 'vip' } })
    const back = decodeSegments(stored, schema)
    expect(isIn(back.others, { tags: ['VIP'] })).toBe(false)
  })
})

describe('a bucket', () => {
  test('is that of a known salt, from one share up to another', () => {
    expect(bucketOf('spring-2026', 'ann')).toBe(1588)
    const share = (from: number, to: number): boolean =>
      isIn(
        segment().group((g) => g.bucket('spring-2026', from, to)),
        { id: 'ann' },
      )
    expect([share(0, 50), share(50, 100), share(15.88, 15.89), share(15.89, 100), share(0, 15.88)]).toEqual([
      true,
      false,
      true,
      false,
      false,
    ])
  })

  test('holds about its share of people, and another salt draws anew', () => {
    const ids = Array.from({ length: 2_000 }, (_, i) => `person ${i}`)
    const first = ids.filter((id) => bucketOf('a', id) < 2_500)
    expect(first.length).toBeGreaterThan(420)
    expect(first.length).toBeLessThan(580)
    const both = first.filter((id) => bucketOf('b', id) < 2_500)
    expect(both.length).toBeGreaterThan(80)
    expect(both.length).toBeLessThan(175)
  })

  test('without a share is refused', () => {
    expect(issuesOf(() => segment().group((g) => g.bucket('a', 50, 50)))).toHaveLength(1)
    expect(issuesOf(() => segment().group((g) => g.bucket('', 0, 50)))).toHaveLength(1)
  })
})
