import {
  choice,
  defineSchema,
  defineSegments,
  type Person,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'

// The people and segments that every adapter is tried with.

const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), email: text().sensitive() },
  tags: ['VIP'],
  events: { opened: { campaign: text() } },
})
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)

const segments = defineSegments({
  vip: segment()
    .titled('Our best')
    .described('Whom we call by name.')
    .group((g) => g.tag('VIP')),
  west: segment().group((g) => g.field('state', 'CA')),
  pro: segment().group((g) => g.field('plan', 'pro')),
  engaged: segment().group((g) => g.event('opened', (e) => e.within('30 days'))),
})

const now = '2026-11-24T00:00:00.000Z'
const ninetyDaysAgo = '2026-08-26T00:00:00.000Z'

const named: readonly Person[] = [
  { id: 'ann', tags: ['VIP'], fields: { state: 'CA', plan: 'pro', email: 'ann@example.com' } },
  { id: 'bob', fields: { state: 'CA', plan: 'free' } },
  { id: 'cy', fields: { plan: 'free' } },
  { id: 'dot', events: [{ id: 'e1', name: 'opened', at: '2026-11-20T09:00:00Z' }] },
  { id: 'eve', events: [{ id: 'e2', name: 'opened', at: '2026-08-20T09:00:00Z' }] },
  { id: '__proto__', tags: ['VIP'] },
  { id: 'a/b?c=d&e f%2F', tags: ['VIP'] },
]

/** A thousand more, every tenth of them from California. */
const crowd = Array.from({ length: 1_000 }, (_, i): Person => ({
  id: `p${i}`,
  fields: { state: i % 10 === 0 ? 'CA' : 'NY', plan: 'free' },
}))

/** What the cases of {@link testSplitAdapter} are about. */
export const splitFixture = {
  schema,
  segments,
  people: [...named, ...crowd],
  /** The clock of the cases, and a day on which others had opened something. */
  now,
  ninetyDaysAgo,
  crowd: crowd.map(({ id }) => id),
} as const

/** What an adapter is opened on. */
export type SplitFixture = typeof splitFixture
