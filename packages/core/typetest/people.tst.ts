import { describe, expect, test } from 'tstyche'
import * as _ from '../src/index.ts'
import { type Crm, open, segment } from './crm.ts'

describe('a sequence', () => {
  test('of two steps or more compiles', () => {
    expect(
      segment().group((g) =>
        g
          .sequence((s) => s.from('opened').followedBy('purchase'))
          .sequence((s) =>
            s
              .from('opened', { anchor: 'first', of: (e) => e.where('campaign', 'spring') })
              .followedBy('opened', { within: '1 day' })
              .followedBy('purchase', { of: (e) => e.where('amount', _.atLeast(10)).within('30 days') })
              .within('7 days'),
          )
          .sequence((s) => s.from('opened').neverFollowedBy('purchase', { within: '3 days' }))
          .sequence((s) => s.from('opened').followedBy('opened').by('campaign')),
      ),
    ).type.toBe<_.Segment<Crm>>()
  })

  test('needs two steps', () => {
    // @ts-expect-error [a sequence needs two steps]
    segment().group((g) => g.sequence((s) => s.from('opened')))
    // @ts-expect-error [a sequence needs two steps]
    segment().group((g) => g.sequence((s) => s))
  })

  test('ends with what never happens', () => {
    segment().group((g) =>
      // @ts-expect-error Property 'followedBy' does not exist on type 'SequenceEnd<Crm, never>'
      g.sequence((s) => s.from('opened').neverFollowedBy('purchase').followedBy('opened')),
    )
  })

  test('an unknown name is reported', () => {
    // @ts-expect-error unknown event 'opend' - did you mean 'opened'?
    segment().group((g) => g.sequence((s) => s.from('opend').followedBy('purchase')))
    // @ts-expect-error unknown event 'purchased' - did you mean 'purchase'?
    segment().group((g) => g.sequence((s) => s.from('opened').followedBy('purchased')))
    segment().group((g) =>
      g.sequence((s) =>
        // @ts-expect-error unknown property 'skew' - did you mean 'sku'?
        s.from('opened').followedBy('purchase', { of: (e) => e.where('skew', 'A-1') }),
      ),
    )
  })

  test('a step selects events, and makes nothing of them', () => {
    segment().group((g) =>
      g.sequence((s) =>
        // @ts-expect-error Type 'EventCondition' is missing the following properties
        s.from('opened').followedBy('purchase', { of: (e) => e.count(3) }),
      ),
    )
    // @ts-expect-error `${number} days`
    segment().group((g) => g.sequence((s) => s.from('opened').followedBy('opened', { within: '1 month' })))
    // @ts-expect-error '"middle"' is not assignable to type
    segment().group((g) => g.sequence((s) => s.from('opened', { anchor: 'middle' }).followedBy('opened')))
    segment().group((g) => g.sequence((s) => s.from('opened', { anchor: { last: 5 } }).followedBy('opened')))
    // @ts-expect-error 'lst' does not exist in type
    segment().group((g) => g.sequence((s) => s.from('opened', { anchor: { lst: 5 } }).followedBy('opened')))
  })
})

describe('other segments and people', () => {
  const vip = segment().group((g) => g.tag('VIP'))
  const note = { reason: 'asked', author: 'bob' }

  test('of the same schema compile', () => {
    expect(
      segment().group((g) => g.in(vip).notIn(vip).people('ann', 'bob').bucket('spring', 0, 50)),
    ).type.toBe<_.Segment<Crm>>()
    expect(vip.includePeople(['ann'], note).excludePeople(['bob'], note)).type.toBe<_.Segment<Crm>>()
  })

  test('of another schema are refused', () => {
    // @ts-expect-error not assignable to parameter of type 'Segment<OpenCrm>'
    open.segment().group((g) => g.in(vip))
    // @ts-expect-error not assignable to parameter of type 'Segment<OpenCrm>'
    open.segment().group((g) => g.notIn(vip))
  })

  test('that are no segments yet are refused', () => {
    // @ts-expect-error not assignable to parameter of type 'Segment<Crm>'
    segment().group((g) => g.in(segment()))
    // @ts-expect-error not assignable to parameter of type 'Segment<Crm>'
    segment().group((g) => g.in('vip'))
  })

  test('a list by hand says why and by whom', () => {
    // @ts-expect-error Property 'author' is missing
    vip.includePeople(['ann'], { reason: 'asked' })
    // @ts-expect-error Expected 2 arguments, but got 1
    vip.excludePeople(['ann'])
  })

  test('several tags at once', () => {
    segment().group((g) => g.anyTag('VIP', 'churned').allTags('VIP').noTag('churned'))
    // @ts-expect-error '"VIPP"' is not assignable to parameter of type '"VIP" | "churned"'
    segment().group((g) => g.anyTag('VIP', 'VIPP'))
    // @ts-expect-error Expected at least 1 arguments, but got 0
    segment().group((g) => g.noTag())
  })
})

test('what all steps share is a property of each of their events', () => {
  segment().group((g) => g.sequence((s) => s.from('opened').followedBy('opened').by('campaign')))
  segment().group((g) =>
    // @ts-expect-error unknown property of all steps 'campain' - did you mean 'campaign'?
    g.sequence((s) => s.from('opened').followedBy('opened').by('campain')),
  )
  segment().group((g) =>
    // @ts-expect-error unknown property of all steps 'campaign'
    g.sequence((s) => s.from('opened').followedBy('purchase').by('campaign')),
  )
})

test('a place names two fields', () => {
  segment().group((g) =>
    g.near({ latitude: 'score', longitude: 'rating' }, { latitude: 1, longitude: 2 }, { miles: 3 }),
  )
  segment().group((g) =>
    // @ts-expect-error unknown field 'scoer' - did you mean 'score'?
    g.near({ latitude: 'scoer', longitude: 'rating' }, { latitude: 1, longitude: 2 }, { miles: 3 }),
  )
  segment().group((g) =>
    // @ts-expect-error field 'state' is no number()
    g.near({ latitude: 'state', longitude: 'rating' }, { latitude: 1, longitude: 2 }, { miles: 3 }),
  )
})
