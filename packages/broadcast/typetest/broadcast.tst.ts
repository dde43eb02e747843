import { boolean, defineSchema, type SchemaOf, segmentry, text } from '@segmentry/core'
import { expect, test } from 'tstyche'
import { type Broadcasts, type BroadcastPlan, defineBroadcast } from '../src/index.ts'

const schema = defineSchema({ fields: { email: text(), zone: text(), optedOut: boolean() }, tags: ['VIP'] })
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
const vip = segment().group((g) => g.tag('VIP'))
declare const broadcasts: Broadcasts

test('a plan has the names of its broadcast', async () => {
  const news = defineBroadcast(schema, {
    key: 'news',
    audience: { include: { vip }, exclude: { staff: vip } },
    address: 'email',
    variants: { a: 50, b: 50 },
    time: { zone: 'zone', otherwise: 'UTC' },
  })
  const plan = await broadcasts.plan(news)
  expect(plan).type.toBe<BroadcastPlan<'vip', 'staff', 'a' | 'b'>>()
  expect(plan.included.vip).type.toBe<number>()
  expect(plan.included).type.not.toHaveProperty('staff')
})

test('a field that there is not, and a setting that there is not', () => {
  const audience = { include: { vip } }
  // @ts-expect-error unknown field 'emial' - did you mean 'email'?
  defineBroadcast(schema, { key: 'news', audience, address: 'emial' })
  // @ts-expect-error 'exlude' does not exist
  defineBroadcast(schema, { key: 'news', audience: { include: { vip }, exlude: { vip } }, address: 'email' })
  // @ts-expect-error "unsubscribed"
  defineBroadcast(schema, { key: 'news', audience, address: 'email', optOut: { field: 'unsubscribed' } })
  // @ts-expect-error Type '"week"' is not assignable to type '"day"'
  defineBroadcast(schema, { key: 'news', audience, address: 'email', caps: [{ atMost: 1, per: 'week' }] })
})
