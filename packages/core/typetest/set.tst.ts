import { describe, expect, test } from 'tstyche'
import * as _ from '../src/index.ts'
import { type Crm, schema, segment } from './crm.ts'

declare const name: string
declare const evaluator: _.Evaluator

const everyone = segment().group((g) => g.everyone())
const best = everyone.top(100, 'spent')
const now = new Date(0)

describe('the top of a segment', () => {
  test('is made of a field whose values order', () => {
    expect(everyone.top(100, 'spent')).type.toBe<_.SetSegment<Crm>>()
    expect(everyone.bottom(1, 'address.geo.zone')).type.toBe<_.SetSegment<Crm>>()
    everyone.top(9, 'visits')
    everyone.top(9, 'rating')
    everyone.top(9, 'birthday')
    everyone.top(9, 'createdAt')
    everyone.top(9, 'api')
  })

  test('is made of what is made of events', () => {
    expect(
      everyone.top(100, (r) =>
        r.event('purchase', (e) => e.within('90 days').where('sku', 'A-1')).sum('amount'),
      ),
    ).type.toBe<_.SetSegment<Crm>>()
    everyone.top(9, (r) => r.event('opened').count())
    everyone.top(9, (r) => r.event('purchase').average('units'))
    everyone.bottom(9, (r) => r.event('purchase').min('weight'))
    everyone.top(9, (r) => r.event('purchase').max('amount'))
    everyone.top(9, (r) => r.event('opened').distinct('campaign'))
    everyone.top(9, (r) => r.event('purchase').first('amount'))
    everyone.top(9, (r) => r.event('purchase').last('units'))
    everyone.bottom(9, (r) => r.event('opened').firstAt())
    everyone.top(9, (r) => r.event('opened').lastAt())
    everyone.top(9, (r) => r.event('opened').activeOn('day', { zone: 'UTC' }))
  })

  test('is not made of what has no order, or that of text', () => {
    // @ts-expect-error unknown ordered field 'state'
    everyone.top(9, 'state')
    // @ts-expect-error unknown ordered field 'plan'
    everyone.top(9, 'plan')
    // @ts-expect-error unknown ordered field 'active'
    everyone.bottom(9, 'active')
    // @ts-expect-error unknown ordered field 'languages'
    everyone.top(9, 'languages')
    // @ts-expect-error unknown ordered field 'address'
    everyone.top(9, 'address')
    // @ts-expect-error unknown ordered property 'sku'
    everyone.top(9, (r) => r.event('purchase').max('sku'))
    // @ts-expect-error unknown ordered property 'campaign'
    everyone.top(9, (r) => r.event('opened').last('campaign'))
    // @ts-expect-error unknown summable property 'weight'
    everyone.top(9, (r) => r.event('purchase').sum('weight'))
  })

  test('says which names are unknown', () => {
    // @ts-expect-error unknown ordered field 'spend' - did you mean 'spent'?
    everyone.top(9, 'spend')
    // @ts-expect-error unknown event 'purchased' - did you mean 'purchase'?
    everyone.top(9, (r) => r.event('purchased').count())
    // @ts-expect-error unknown summable property 'amont' - did you mean 'amount'?
    everyone.top(9, (r) => r.event('purchase').sum('amont'))
    // @ts-expect-error not assignable to parameter of type
    everyone.top(9, name)
  })

  test('is made of something', () => {
    // @ts-expect-error Expected 2 arguments, but got 1
    everyone.top(9)
    // @ts-expect-error [what people are ranked by]
    everyone.top(9, (r) => r)
    // @ts-expect-error [what people are ranked by]
    everyone.top(9, (r) => r.event('opened'))
    // @ts-expect-error Property 'top' does not exist on type 'EmptySegment<Crm>'
    segment().top(9, 'spent')
    // @ts-expect-error Property 'count' does not exist on type 'RankingBuilder<Crm>'
    everyone.top(9, (r) => r.count())
  })

  test('selects events, and makes one thing of them', () => {
    // @ts-expect-error Type 'EventCondition' is missing the following properties from type 'EventBuilder<
    everyone.top(9, (r) => r.event('opened', (e) => e.count(3)).count())
    // @ts-expect-error Property 'sum' does not exist on type 'FinishedRanking'
    everyone.top(9, (r) => r.event('purchase').count().sum('amount'))
  })

  test('is whole: nothing is added to it', () => {
    // @ts-expect-error Property 'titled' does not exist on type 'SetSegment<Crm>'
    best.titled('best')
    // @ts-expect-error Property 'exclude' does not exist on type 'SetSegment<Crm>'
    best.exclude
    // @ts-expect-error Type 'Top' has no call signatures
    best.top(9, 'visits')
  })
})

describe('who is counted and listed together', () => {
  test('is counted, listed, described, and written down', () => {
    expect(evaluator.count(best)).type.toBe<Promise<number>>()
    expect(evaluator.counts({ best, everyone })).type.toBe<
      Promise<Readonly<Record<'best' | 'everyone', number>>>
    >()
    expect(evaluator.members(best, { limit: 3 })).type.toBe<AsyncIterable<string>>()
    _.describe(best, schema)
    _.dependencies(best, everyone)
    _.hashSetSegment(best)
    expect(_.decodeSetSegment(_.encodeSetSegment(best), schema)).type.toBe<_.AnySetSegment>()
  })

  test('is not asked about one person', () => {
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.evaluate(best, { id: '1' }, { schema, now })
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.evaluateAll({ best }, { id: '1' }, { schema, now })
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.compileSegment(best, schema)
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.compileSegments({ best }, schema)
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.nextChangeAt(best, { id: '1' }, { schema, now })
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.compileNextChange(best, schema)
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.explainPerson(best, { id: '1' }, { schema, now })
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    evaluator.has(best, '1')
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    evaluator.which({ best }, ['1'])
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    evaluator.explain(best, '1')
  })

  test('stands in no other segment, nor among those of a registry', () => {
    // @ts-expect-error not assignable to parameter of type 'Segment<Crm>'
    segment().group((g) => g.in(best))
    // @ts-expect-error not assignable to parameter of type 'Segment<Crm>'
    segment().group((g) => g.notIn(best))
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.defineSegments({ best })
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.encodeSegment(best)
    // @ts-expect-error 'definition' is missing in type 'SetSegment<Crm>'
    _.encodeSegments({ best })
    // @ts-expect-error 'definition' is missing in type 'AnySetSegment'
    _.evaluate(_.decodeSetSegment({}, schema), { id: '1' }, { schema, now })
  })
})
