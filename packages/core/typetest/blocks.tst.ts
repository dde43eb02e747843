import { expect, test } from 'tstyche'
import { type Engagement, engagement, lifecycle, type Rfm, rfm, segmentry } from '../src/index.ts'
import { type Crm, schema } from './crm.ts'

const crm = segmentry<Crm>(schema)
const names = { sent: 'opened', opened: 'opened', clicked: 'opened', bounced: 'opened' } as const
const limits = { within: '365 days', recency: ['90 days'], frequency: [1], money: [50] } as const

test('the campaign is a property of the events', () => {
  expect(engagement(crm, { ...names, unsubscribed: 'opened', campaign: 'campaign' })).type.toBe<
    Engagement<Crm>
  >()
  // @ts-expect-error Type '"campain"' is not assignable
  engagement(crm, { ...names, unsubscribed: 'opened', campaign: 'campain' })
  // @ts-expect-error Type '"left"' is not assignable
  engagement(crm, { ...names, unsubscribed: 'left', campaign: 'campaign' })
})

test('the amount is a property of the event that has a sum', () => {
  expect(rfm(crm, { event: 'purchase', amount: 'amount', ...limits })).type.toBe<Rfm<Crm>>()
  expect(rfm(crm, { event: 'purchase', amount: 'units', ...limits })).type.toBe<Rfm<Crm>>()
  // @ts-expect-error Type '"amont"' is not assignable
  rfm(crm, { event: 'purchase', amount: 'amont', ...limits })
  // @ts-expect-error Type '"units"' is not assignable
  rfm(crm, { event: 'refund', amount: 'units', ...limits })
  // @ts-expect-error Type '"bought"' is not assignable
  rfm(crm, { event: 'bought', amount: 'amount', ...limits })
})

test('the event of a lifecycle is one of the schema', () => {
  // @ts-expect-error Type '"bought"' is not assignable
  lifecycle(crm, { event: 'bought', new: '14 days', active: '30 days', lost: '90 days' })
})
