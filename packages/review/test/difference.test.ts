import {
  changes,
  difference,
  differenceText,
  categoryOf,
  type Difference,
  type Segments,
} from '@segmentry/review'
import {
  atLeast,
  decimal,
  defineSchema,
  greaterThan,
  is,
  oneOf,
  type SchemaOf,
  segmentry,
  startsWith,
  text,
} from '@segmentry/core'
import { describe, expect, test } from 'vitest'

const schema = defineSchema({
  fields: { state: text(), spent: decimal(2) },
  tags: ['VIP', 'churned', 'staff'],
  events: { opened: { campaign: text() } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

/** What each change means. */
const differences = (before: Segments, after: Segments): readonly Difference[] =>
  changes(before, after).map((change) => difference(change, { before, after, schema }))

const only = (before: Segments[string], after: Segments[string]): Difference =>
  differences({ a: before }, { a: after })[0]!

const vip = segment().group((g) => g.tag('VIP'))
const by = { reason: 'asked', author: 'kim' }

describe('what a rule says otherwise', () => {
  test('filters about the same thing are compared; order is nothing', () => {
    const before = segment().group((g) =>
      g.tag('VIP').field('spent', greaterThan('500')).field('state', 'CA'),
    )
    const after = segment().group((g) =>
      g.field('state', oneOf('CA', 'NY')).field('spent', greaterThan('250')).tag('VIP'),
    )
    expect(only(before, after).said).toEqual([
      { kind: 'changed', what: 'filter', before: 'spent is more than 500', after: 'spent is more than 250' },
      { kind: 'changed', what: 'filter', before: "state is 'CA'", after: "state is one of 'CA', 'NY'" },
    ])
  })

  test('what has no counterpart was added or removed', () => {
    const before = segment().group((g) => g.tag('VIP').event('opened'))
    const after = segment().group((g) => g.tag('VIP').field('state', 'CA'))
    expect(only(before, after).said).toEqual([
      { kind: 'removed', what: 'filter', before: 'opened at least once' },
      { kind: 'added', what: 'filter', after: "state is 'CA'" },
    ])
  })

  test('groups that are most alike are compared', () => {
    const before = segment()
      .group((g) => g.tag('VIP').field('state', 'CA'))
      .group((g) => g.tag('churned').field('spent', greaterThan('9')))
    const after = segment()
      .group((g) => g.tag('churned').field('spent', greaterThan('5')))
      .group((g) => g.tag('staff'))
      .group((g) => g.field('state', 'CA').tag('VIP'))
    expect(only(before, after).said).toEqual([
      {
        kind: 'changed',
        what: 'filter',
        in: 'group 1',
        before: 'spent is more than 9',
        after: 'spent is more than 5',
      },
      { kind: 'added', what: 'group', after: 'tagged staff' },
    ])
  })

  test('exclusions are told apart from groups', () => {
    const plain = segment()
      .group((g) => g.tag('VIP'))
      .group((g) => g.field('state', 'CA'))
    const one = plain.exclude((g) => g.tag('staff').event('opened'))
    const two = plain
      .exclude((g) => g.tag('staff').event('opened', (e) => e.count(atLeast(3))))
      .exclude((g) => g.tag('churned'))
    expect(only(plain, one).said).toEqual([
      { kind: 'added', what: 'exclusion', after: 'tagged staff, and opened at least once' },
    ])
    expect(only(one, two).said).toEqual([
      {
        kind: 'changed',
        what: 'filter',
        in: 'exclusion 1',
        before: 'opened at least once',
        after: 'opened at least 3 times',
      },
      { kind: 'added', what: 'exclusion', after: 'tagged churned' },
    ])
  })

  test('a segment that it refers to', () => {
    const of = (inner: typeof vip): Segments => ({
      inner,
      outer: segment().group((g) => g.in(inner).field('state', 'CA')),
      far: segment().group((g) => g.tag('churned').in(segment().group((o) => o.in(inner)))),
    })
    const found = differences(of(vip), of(segment().group((g) => g.tag('VIP').tag('staff'))))
    expect(found.map(({ key, said, movement }) => [key, said, movement.category])).toEqual([
      [
        'far',
        [
          {
            kind: 'referred',
            what: 'filter',
            after: "in the segment (in the segment 'inner')",
            segments: ['inner'],
          },
        ],
        'narrowed',
      ],
      ['inner', [{ kind: 'added', what: 'filter', after: 'tagged staff' }], 'narrowed'],
      [
        'outer',
        [{ kind: 'referred', what: 'filter', after: "in the segment 'inner'", segments: ['inner'] }],
        'narrowed',
      ],
    ])
  })
})

test('people by hand and texts', () => {
  const before = vip.titled('Best').includePeople(['ann', 'bob', 'cem'], by)
  const after = vip
    .ownedBy('crm')
    .includePeople(['bob'], by)
    .includePeople(['cem'], { ...by, reason: 'paid' })
    .excludePeople(['dee'], by)
  const { lists, texts, said, movement } = only(before, after)
  expect(said).toEqual([])
  expect(lists).toEqual([
    {
      list: 'included',
      added: [],
      removed: [{ person: 'ann', ...by }],
      changed: [{ person: 'cem', author: 'kim', reason: 'paid' }],
    },
    { list: 'excluded', added: [{ person: 'dee', ...by }], removed: [], changed: [] },
  ])
  expect(texts).toEqual([
    { of: 'title', before: 'Best' },
    { of: 'owner', after: 'crm' },
  ])
  expect(movement).toEqual({ category: 'narrowed', by: 'proof' })
})

describe('what becomes of the members', () => {
  const wide = segment().group((g) => g.field('spent', greaterThan('250')))
  const narrow = segment().group((g) => g.field('spent', greaterThan('500')).tag('VIP'))
  test.each([
    ['widened', narrow, wide],
    ['narrowed', wide, narrow],
    [
      'moved',
      segment().group((g) => g.field('state', 'CA')),
      segment().group((g) => g.field('state', startsWith('N'))),
    ],
    ['unknown', vip, wide],
    [
      'same',
      segment().group((g) => g.field('state', oneOf('CA', 'NY'))),
      segment()
        .group((g) => g.field('state', 'CA'))
        .group((g) => g.field('state', is('NY'))),
    ],
  ] as const)('%s', (category, before, after) => expect(only(before, after).movement.category).toBe(category))

  test('what is added or removed', () => {
    expect(
      differences({ a: vip }, { b: wide }).map(({ kind, movement }) => [kind, movement.category]),
    ).toEqual([
      ['removed', 'narrowed'],
      ['added', 'widened'],
    ])
  })
})

test('what is counted speaks where nothing is proven, or shows the opposite', () => {
  const unknown = { category: 'unknown', by: 'nothing' } as const
  const proven = (category: 'same' | 'widened' | 'narrowed' | 'moved') => ({ category, by: 'proof' }) as const
  const refined = (movement: Parameters<typeof categoryOf>[0], enters: number, leaves: number) => {
    const { category, by: how } = categoryOf(movement, { enters, leaves })
    return `${category} by ${how}`
  }
  expect(refined(unknown, 1, 0)).toBe('widened by count')
  expect(refined(unknown, 0, 1)).toBe('narrowed by count')
  expect(refined(unknown, 1, 1)).toBe('moved by count')
  expect(refined(unknown, 0, 0)).toBe('same by count')
  expect(refined(proven('widened'), 3, 0)).toBe('widened by proof')
  expect(refined(proven('widened'), 0, 0)).toBe('widened by proof')
  expect(refined(proven('moved'), 3, 0)).toBe('moved by proof')
  expect(refined(proven('widened'), 3, 1)).toBe('moved by count')
  expect(refined(proven('same'), 0, 1)).toBe('narrowed by count')
})

test('both as code, line by line', () => {
  const before = segment()
    .titled('People who are worth a call, and whom nobody has called')
    .group((g) => g.tag('VIP').field('spent', greaterThan('500')))
  const after = segment()
    .titled('People who are worth a call, and whom nobody has called')
    .group((g) => g.tag('VIP').field('spent', greaterThan('250')))
  expect(only(before, after).code).toBe(
    [
      '@@ -1,3 +1,3 @@',
      ' segment()',
      "   .titled('People who are worth a call, and whom nobody has called')",
      "-  .group((g) => g.tag('VIP').field('spent', greaterThan(500)))",
      "+  .group((g) => g.tag('VIP').field('spent', greaterThan(250)))",
    ].join('\n'),
  )
  expect(differences({}, { vip })[0]?.code).toBe("@@ -0,0 +1,1 @@\n+segment().group((g) => g.tag('VIP'))")
  expect(differences({ vip }, {})[0]?.code).toBe("@@ -1,1 +0,0 @@\n-segment().group((g) => g.tag('VIP'))")
  expect(differences({ vip }, { gold: vip })[0]?.code).toBe('')
})

test('the segments that are made of it', () => {
  const of = (inner: typeof vip): Segments => {
    const outer = segment().group((g) => g.in(inner).field('state', 'CA'))
    return { inner, outer, outmost: segment().group((g) => g.notIn(outer)) }
  }
  const found = differences(of(vip), of(segment().group((g) => g.tag('staff'))))
  expect(found.map(({ key, includedBy }) => [key, includedBy])).toEqual([
    ['inner', { directly: ['outer'], indirectly: ['outmost'] }],
    ['outer', { directly: ['outmost'], indirectly: [] }],
    ['outmost', { directly: [], indirectly: [] }],
  ])
  const removed = differences({ ...of(vip) }, {}).find(({ key }) => key === 'inner')
  expect(removed?.includedBy.directly).toEqual(['outer'])
})

test('as text', () => {
  const before = segment()
    .titled('Best')
    .group((g) => g.tag('VIP').field('spent', greaterThan('250')))
    .group((g) => g.tag('staff'))
    .includePeople(['ann'], by)
  const after = segment()
    .group((g) => g.tag('VIP').field('spent', greaterThan('500')))
    .exclude((g) => g.tag('churned').event('opened'))
  const outer = (inner: typeof vip) => segment().group((g) => g.in(inner).field('state', 'CA'))
  const found = differences({ best: before, outer: outer(before) }, { best: after, outer: outer(after) })
  expect(found.map(differenceText)).toEqual([
    [
      'best was changed; no one enters, some may leave',
      '  ~ spent is more than 250 → spent is more than 500',
      '  - group: tagged staff',
      '  + exclusion: tagged churned, and opened at least once',
      '  - included by hand: ann (asked, by kim)',
      '  - title: Best',
      '  also moves: outer',
    ].join('\n'),
    "outer was changed; no one enters, some may leave\n  ~ in the segment 'best', as best was changed",
  ])
})

test('what a segment was may not suit the schema any more', () => {
  const old = { definition: { format: 1, rule: { kind: 'tag', tag: 'gone' } } } as const
  const [change] = differences({ a: old }, { a: vip })
  expect(change).toMatchObject({ said: [], movement: { category: 'unknown', by: 'nothing' } })
  expect(change?.unreadable).toMatchObject([{ code: 'unknown-tag' }])
  expect(change?.code).toBe("@@ -0,0 +1,1 @@\n+segment().group((g) => g.tag('VIP'))")
  expect(differenceText(change!)).toContain(
    "  what it was does not suit the schema any more: unknown tag 'gone'",
  )
  expect(differences({ a: old }, {})[0]).toMatchObject({
    kind: 'removed',
    movement: { category: 'narrowed' },
  })
  expect(() => differences({ a: vip }, { a: old })).toThrow("unknown tag 'gone'")
})
