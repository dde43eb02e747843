import { describe, expect, test } from 'tstyche'
import * as _ from '../src/index.ts'
import { type Crm, segment } from './crm.ts'

declare const name: string

describe('measures of events', () => {
  test('what is right compiles', () => {
    expect(
      segment().group((g) =>
        g
          .event('purchase', (e) => e.average('amount', _.atLeast('19.999')))
          .event('purchase', (e) => e.average('units', _.isMissing()))
          .event('purchase', (e) => e.min('weight', _.lessThan(2)))
          .event('purchase', (e) => e.max('units', 5))
          .event('purchase', (e) => e.distinct('sku', _.atLeast(3)))
          .event('purchase', (e) => e.first('sku', 'A-1'))
          .event('purchase', (e) => e.last('sku', _.isNot('A-1', { missing: 'exclude' })))
          .event('opened', (e) => e.firstAt(_.inLast('7 days')))
          .event('opened', (e) => e.lastAt(_.during(_.thisWeek({ zone: 'UTC' }))))
          .event('opened', (e) => e.every('campaign', _.startsWith('s'), { ofNone: 'exclude' }))
          .event('opened', (e) => e.within('30 days').activeOn('day', _.atLeast(3), { zone: 'UTC' }))
          .event('opened', (e) => e.activeOn('week', 2, { weekStart: 7 }))
          .event('opened', (e) => e.stopped('30 days'))
          .event('opened', (e) => e.resumed('7 days', { after: '90 days' })),
      ),
    ).type.toBe<_.Segment<Crm>>()
  })

  test('an unknown property is reported', () => {
    // @ts-expect-error unknown property 'skew' - did you mean 'sku'?
    segment().group((g) => g.event('purchase', (e) => e.where('skew', 'A-1')))
    // @ts-expect-error unknown property 'amont' - did you mean 'amount'?
    segment().group((g) => g.event('purchase', (e) => e.first('amont', 1)))
    // @ts-expect-error unknown property 'price'
    segment().group((g) => g.event('purchase', (e) => e.distinct('price', _.atLeast(2))))
    // @ts-expect-error unknown property 'unit' - did you mean 'units'?
    segment().group((g) => g.event('purchase', (e) => e.every('unit', 1, { ofNone: 'include' })))
    // @ts-expect-error Argument of type 'string' is not assignable
    segment().group((g) => g.event('purchase', (e) => e.last(name, 'A-1')))
  })

  test('what has no order has no least and no greatest', () => {
    // @ts-expect-error unknown ordered property 'sku'
    segment().group((g) => g.event('purchase', (e) => e.min('sku', 'A-1')))
    // @ts-expect-error unknown ordered property 'campaign'
    segment().group((g) => g.event('opened', (e) => e.max('campaign', 'spring')))
  })

  test('text and doubles have no sum and no average', () => {
    // @ts-expect-error unknown summable property 'sku'
    segment().group((g) => g.event('purchase', (e) => e.sum('sku', _.greaterThan(1))))
    // @ts-expect-error unknown summable property 'sku'
    segment().group((g) => g.event('purchase', (e) => e.average('sku', _.greaterThan(1))))
    // @ts-expect-error unknown summable property 'weight'
    segment().group((g) => g.event('purchase', (e) => e.average('weight', _.greaterThan(1))))
  })

  test('the test is one of the property', () => {
    // @ts-expect-error not assignable to parameter of type 'TextInput'
    segment().group((g) => g.event('purchase', (e) => e.first('sku', 1)))
    // @ts-expect-error not assignable to parameter of type 'DecimalInput'
    segment().group((g) => g.event('purchase', (e) => e.max('amount', true)))
    // @ts-expect-error not assignable to parameter of type 'CountInput'
    segment().group((g) => g.event('purchase', (e) => e.count('many')))
    // @ts-expect-error not assignable to parameter of type 'TimestampInput'
    segment().group((g) => g.event('purchase', (e) => e.firstAt(_.contains('2026'))))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.event('purchase', (e) => e.last('sku', _.isNot('A-1'))))
  })

  test('every says what it means of no events', () => {
    // @ts-expect-error Expected 3 arguments, but got 2
    segment().group((g) => g.event('purchase', (e) => e.every('sku', 'A-1')))
  })

  test('which events count is said before what is made of them', () => {
    // @ts-expect-error Property 'within' does not exist on type 'EventCondition'
    segment().group((g) => g.event('opened', (e) => e.count(3).within('30 days')))
    // @ts-expect-error Property 'where' does not exist on type 'EventCondition'
    segment().group((g) => g.event('opened', (e) => e.never().where('campaign', 'spring')))
    // @ts-expect-error Property 'sum' does not exist on type 'EventCondition'
    segment().group((g) => g.event('purchase', (e) => e.count(3).sum('amount', _.greaterThan(1))))
  })

  test('units and days are known', () => {
    // @ts-expect-error is not assignable to parameter of type '"
    segment().group((g) => g.event('opened', (e) => e.activeOn('fortnight', 2)))
    // @ts-expect-error Property 'after' is missing
    segment().group((g) => g.event('opened', (e) => e.resumed('7 days', {})))
  })
})

describe('events of several names', () => {
  test('what they have in common compiles', () => {
    expect(
      segment().group((g) =>
        g
          .event(['opened', 'purchase'], (e) => e.within('30 days').count(_.atLeast(3)))
          .event(['purchase', 'refund'], (e) => e.where('sku', 'A-1').sum('amount', _.greaterThan(5)))
          .event(['purchase', 'refund'], (e) => e.max('amount', _.atLeast(5)))
          .event(['opened'], (e) => e.where('campaign', 'spring'))
          .moreOften(['purchase', 'refund'], 'opened', (e) => e.where('sku', 'A-1'))
          .sequence((s) =>
            s
              .from(['purchase', 'refund'], { of: (e) => e.where('sku', 'A-1') })
              .followedBy(['opened', 'refund'], { within: '1 day' }),
          ),
      ),
    ).type.toBe<_.Segment<Crm>>()
    segment()
      .group((g) => g.everyone())
      .top(3, (r) => r.event(['purchase', 'refund'], (e) => e.where('sku', 'A-1')).sum('amount'))
  })

  test('an unknown name is reported', () => {
    // @ts-expect-error unknown event 'opend' - did you mean 'opened'?
    segment().group((g) => g.event(['opend', 'purchase']))
    // @ts-expect-error unknown event 'refunds' - did you mean 'refund'?
    segment().group((g) => g.sequence((s) => s.from(['refunds']).followedBy('opened')))
    // @ts-expect-error 'within' does not exist in type
    segment().group((g) => g.sequence((s) => s.from('opened', { within: '1 day' }).followedBy('opened')))
    // @ts-expect-error unknown event 'purchased' - did you mean 'purchase'?
    segment().group((g) => g.moreOften(['opened', 'purchased'], 'refund'))
  })

  test('what only some of them have, or with another type, is no property', () => {
    // @ts-expect-error unknown property 'campaign'
    segment().group((g) => g.event(['opened', 'purchase'], (e) => e.where('campaign', 'spring')))
    // @ts-expect-error unknown property 'units'
    segment().group((g) => g.event(['purchase', 'refund'], (e) => e.where('units', 3)))
    // @ts-expect-error unknown summable property 'units'
    segment().group((g) => g.event(['purchase', 'refund'], (e) => e.sum('units', _.is(3))))
    // @ts-expect-error not assignable to parameter of type 'TextInput'
    segment().group((g) => g.event(['purchase', 'refund'], (e) => e.where('sku', 3)))
    const everyone = segment().group((g) => g.everyone())
    // @ts-expect-error unknown summable property 'units'
    everyone.top(3, (r) => r.event(['purchase', 'refund']).sum('units'))
  })
})

describe('windows', () => {
  test('an instant lies in every window, a date in those of a calendar', () => {
    segment().group((g) =>
      g
        .field('trialEndsAt', _.during(_.ahead('7 days', '14 days')))
        .field('trialEndsAt', _.during(_.since(new Date(0), '2026-01-01T00:00:00Z')))
        .field('trialEndsAt', _.during(_.thisMonth({ zone: 'UTC', soFar: true })))
        .field('birthday', _.during(_.thisQuarter({ zone: 'UTC', yearStart: 7 })))
        .field('birthday', _.anniversary(_.calendar('day', 0, 6, { zone: 'UTC' }), { leapDay: '02-28' }))
        .field('birthday', _.onWeekday([6, 7]))
        .field('createdAt', _.inMonth([12], { zone: 'UTC' }))
        .field('createdAt', _.betweenHours(22, 6, { zone: 'UTC' }))
        .tag('VIP', _.last('7 days'))
        .event('opened', (e) => e.during(_.until('2026-01-01T00:00:00Z')).at(_.onWeekday([1]))),
    )
  })

  test('a date has no time of day', () => {
    // @ts-expect-error not assignable to parameter of type 'DateInput'
    segment().group((g) => g.field('birthday', _.during(_.last('7 days'))))
    // @ts-expect-error not assignable to parameter of type 'RequiredDateInput'
    segment().group((g) => g.field('joinedOn', _.during(_.since('2026-01-01T00:00:00Z'))))
    // @ts-expect-error not assignable to parameter of type 'DateInput'
    segment().group((g) => g.field('birthday', _.betweenHours(9, 17)))
  })

  test('other fields lie in no window', () => {
    // @ts-expect-error not assignable to parameter of type 'IntegerInput'
    segment().group((g) => g.field('visits', _.during(_.today())))
    // @ts-expect-error not assignable to parameter of type 'TextInput'
    segment().group((g) => g.field('state', _.onWeekday([1])))
  })

  test('an anniversary falls in a calendar', () => {
    // @ts-expect-error not assignable to parameter of type 'CalendarWindow'
    segment().group((g) => g.field('birthday', _.anniversary(_.last('7 days'))))
    // @ts-expect-error '"02-29"' is not assignable to type 'LeapDay | undefined'
    segment().group((g) => g.field('birthday', _.anniversary(_.today(), { leapDay: '02-29' })))
  })
})

describe('text and lists', () => {
  test('what is right compiles', () => {
    segment().group((g) =>
      g
        .field('state', _.is('ca', { ignoringCase: true }))
        .field('state', _.doesNotStartWith('C', { missing: 'include', ignoringCase: true }))
        .field('email', _.doesNotEndWith('.edu'))
        .field('email', _.hasEmailDomain('example.com', 'example.org'))
        .field('state', _.matches('C?', { ignoringCase: true }))
        .field('email', _.doesNotMatch('*@*'))
        .field('languages', _.hasAny('en', 'fr'))
        .field('languages', _.hasAll('en'))
        .field('languages', _.hasNone(['en'], { missing: 'include' }))
        .field('languages', _.is(['en', 'fr']))
        .field('languages', _.isNot(['en'], { missing: 'include' }))
        .field('grades', _.isNot([1, 2]))
        .field('languages', _.hasLength(_.atLeast(2)))
        .field('grades', _.hasNone([1, 2]))
        .field('grades', _.hasLength(0))
        .field('grades', _.hasSome(_.greaterThan(3)))
        .field('languages', _.hasSome(_.startsWith('e'))),
    )
  })

  test('elements are of the type of the list', () => {
    // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
    segment().group((g) => g.field('languages', _.hasAny(1, 2)))
    // @ts-expect-error not assignable to parameter of type 'RequiredListInput<number>'
    segment().group((g) => g.field('grades', _.hasAll('one')))
    // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
    segment().group((g) => g.field('languages', _.is(['en', 7])))
    // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
    segment().group((g) => g.field('languages', _.is('en')))
    // @ts-expect-error not assignable to parameter of type 'TextInput'
    segment().group((g) => g.field('state', _.is(['CA'])))
    // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
    segment().group((g) => g.field('languages', _.hasSome(_.greaterThan(3))))
    // @ts-expect-error not assignable to parameter of type 'TextInput'
    segment().group((g) => g.field('state', _.hasAny('CA')))
    // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
    segment().group((g) => g.field('languages', _.contains('e')))
  })

  test('a negative test of what may be missing states a policy', () => {
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('languages', _.hasNone(['en'])))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('languages', _.isNot(['en'])))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('state', _.doesNotStartWith('C')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('state', _.doesNotMatch('C?')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.event('opened', (e) => e.where('campaign', _.doesNotEndWith('g'))))
  })

  test('nothing is empty', () => {
    // @ts-expect-error Expected at least 1 arguments, but got 0
    segment().group((g) => g.field('languages', _.hasAny()))
    // @ts-expect-error Source has 0 element(s) but target requires 1
    segment().group((g) => g.field('languages', _.hasNone([], { missing: 'include' })))
    expect(_.is).type.not.toBeCallableWith([])
    expect(_.isNot).type.not.toBeCallableWith([], { missing: 'include' })
    // @ts-expect-error Expected at least 1 arguments, but got 0
    segment().group((g) => g.people())
  })
})

test('the parts of an item are checked like properties', () => {
  segment().group((g) =>
    g
      .field('orders', (item) => item.where('sku', 'A-1').where('quantity', _.greaterThan(2)))
      .field('orders', _.hasLength(_.atLeast(2))),
  )
  // @ts-expect-error unknown part 'skew' - did you mean 'sku'?
  segment().group((g) => g.field('orders', (item) => item.where('skew', 'A-1')))
  // @ts-expect-error not assignable to parameter of type 'IntegerInput'
  segment().group((g) => g.field('orders', (item) => item.where('quantity', 'two')))
  // @ts-expect-error add { missing: 'include' | 'exclude' }
  segment().group((g) => g.field('orders', (item) => item.where('sku', _.isNot('A-1'))))
  // @ts-expect-error not assignable to parameter of type 'ItemsInput<
  segment().group((g) => g.field('orders', _.has('A-1')))
})

test('a version orders as versions do', () => {
  segment().group((g) =>
    g
      .field('app', '1.2.3')
      .field('app', _.atLeast('2.0.0-beta.1'))
      .field('app', _.between('1.0.0', '1.9.9'))
      .field('app', _.isNot('1.0.0', { missing: 'include' }))
      .field('api', _.noneOf(['1.0.0', '1.0.1'])),
  )
  // @ts-expect-error not assignable to parameter of type 'VersionInput'
  segment().group((g) => g.field('app', 2))
  // @ts-expect-error not assignable to parameter of type 'VersionInput'
  segment().group((g) => g.field('app', _.startsWith('2.')))
  // @ts-expect-error add { missing: 'include' | 'exclude' }
  segment().group((g) => g.field('app', _.isNot('1.0.0')))
})

describe('two fields and two events', () => {
  test('what is right compiles', () => {
    segment().group((g) =>
      g.compare('spent', 'greaterThan', 'balance').compare('state', 'is', 'address.city'),
    )
    segment().group((g) =>
      g.moreOften(
        'purchase',
        'opened',
        (e) => e.where('sku', 'A-1'),
        (e) => e.within('30 days').where('campaign', 'spring'),
      ),
    )
  })

  test('an unknown name is reported', () => {
    // @ts-expect-error unknown field 'spend' - did you mean 'spent'?
    segment().group((g) => g.compare('spend', 'is', 'balance'))
    // @ts-expect-error unknown field 'balence' - did you mean 'balance'?
    segment().group((g) => g.compare('spent', 'is', 'balence'))
    // @ts-expect-error is not assignable to parameter of type '"
    segment().group((g) => g.compare('spent', 'differs', 'balance'))
    // @ts-expect-error field 'state' is of another type than 'spent'
    segment().group((g) => g.compare('spent', 'is', 'state'))
    // @ts-expect-error unknown event 'opend' - did you mean 'opened'?
    segment().group((g) => g.moreOften('purchase', 'opend'))
    // @ts-expect-error unknown event 'purchased' - did you mean 'purchase'?
    segment().group((g) => g.moreOften('purchased', 'opened'))
    // @ts-expect-error unknown property 'campaign'
    segment().group((g) => g.moreOften('purchase', 'opened', (e) => e.where('campaign', 'spring')))
  })
})
