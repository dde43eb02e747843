import { describe, expect, test } from 'tstyche'
import * as _ from '../src/index.ts'
import { segment } from './crm.ts'

// Each kind takes every operator that fits it, and refuses one that does not; the message names the kind's alias.

test('text', () => {
  segment().group((g) =>
    g
      .field('state', 'CA')
      .field('state', _.oneOf('CA', 'NY'))
      .field('state', _.contains('C'))
      .field('state', _.startsWith('C'))
      .field('state', _.endsWith('A'))
      .field('state', _.between('A', 'M'))
      .field('state', _.isBlank())
      .field('state', _.isMissing()),
  )
  // @ts-expect-error not assignable to parameter of type 'TextInput'
  segment().group((g) => g.field('state', 7))
  // @ts-expect-error not assignable to parameter of type 'TextInput'
  segment().group((g) => g.field('state', _.has('A')))
  // @ts-expect-error not assignable to parameter of type 'RequiredTextInput'
  segment().group((g) => g.field('email', true))
})

test('integer and number', () => {
  segment().group((g) =>
    g.field('visits', 3).field('visits', _.between(1, 5)).field('score', 0.5).field('score', _.atMost(1)),
  )
  // @ts-expect-error not assignable to parameter of type 'IntegerInput'
  segment().group((g) => g.field('visits', 'three'))
  // @ts-expect-error not assignable to parameter of type 'NumberInput'
  segment().group((g) => g.field('score', 'abc'))
  // @ts-expect-error not assignable to parameter of type 'NumberInput'
  segment().group((g) => g.field('score', _.contains('x')))
  // @ts-expect-error Type 'string' is not assignable to type 'number'
  segment().group((g) => g.field('score', _.greaterThan('5')))
  // @ts-expect-error not assignable to parameter of type 'RequiredIntegerInput'
  segment().group((g) => g.field('age', _.inLast('7 days')))
  // @ts-expect-error not assignable to parameter of type 'RequiredNumberInput'
  segment().group((g) => g.field('rating', false))
})

test('decimal', () => {
  segment().group((g) => g.field('spent', '19.99').field('spent', 20).field('spent', _.atLeast('0.01')))
  // @ts-expect-error not assignable to parameter of type 'DecimalInput'
  segment().group((g) => g.field('spent', true))
  // @ts-expect-error not assignable to parameter of type 'RequiredDecimalInput'
  segment().group((g) => g.field('balance', _.has(1)))
})

test('boolean', () => {
  segment().group((g) => g.field('subscribed', true).field('active', _.isNot(false)))
  // @ts-expect-error not assignable to parameter of type 'BooleanInput'
  segment().group((g) => g.field('subscribed', 'yes'))
  // @ts-expect-error not assignable to parameter of type 'RequiredBooleanInput'
  segment().group((g) => g.field('active', _.lessThan(1)))
})

test('date and timestamp', () => {
  segment().group((g) =>
    g
      .field('birthday', '2000-02-29')
      .field('birthday', _.before('2008-01-01'))
      .field('trialEndsAt', _.inNext('3 days'))
      .field('trialEndsAt', _.after(new Date(0))),
  )
  // @ts-expect-error not assignable to parameter of type 'DateInput'
  segment().group((g) => g.field('birthday', _.inLast('7 days')))
  // @ts-expect-error not assignable to parameter of type 'RequiredDateInput'
  segment().group((g) => g.field('joinedOn', new Date(0)))
  // @ts-expect-error not assignable to parameter of type 'TimestampInput'
  segment().group((g) => g.field('trialEndsAt', 5))
  // @ts-expect-error not assignable to parameter of type 'RequiredTimestampInput'
  segment().group((g) => g.field('createdAt', _.contains('2026')))
})

test('choice', () => {
  segment().group((g) => g.field('plan', 'pro').field('plan', _.oneOf('free', 'pro')))
  // @ts-expect-error Argument of type '"gold"' is not assignable to parameter of type 'ChoiceInput<
  segment().group((g) => g.field('plan', 'gold'))
  // @ts-expect-error Type '"gold"' is not assignable to type
  segment().group((g) => g.field('plan', _.oneOf('gold')))
  // @ts-expect-error not assignable to parameter of type 'RequiredChoiceInput<
  segment().group((g) => g.field('role', _.contains('own')))
})

test('list and object', () => {
  segment().group((g) =>
    g
      .field('home.city', 'Oakland')
      .field('languages', _.has('en'))
      .field('grades', _.has(1))
      .field('address', _.isPresent()),
  )
  // @ts-expect-error not assignable to parameter of type 'ListInput<string>'
  segment().group((g) => g.field('languages', _.has(1)))
  // @ts-expect-error not assignable to parameter of type 'RequiredListInput<number>'
  segment().group((g) => g.field('grades', 1))
  // @ts-expect-error not assignable to parameter of type
  segment().group((g) => g.field('address', 'Main Street'))
})

test('durations', () => {
  segment().group((g) => g.event('opened', (e) => e.within('30 days').never()))
  // @ts-expect-error `${number} days`
  segment().group((g) => g.event('opened', (e) => e.within('30 dayz')))
})

describe('a negative test', () => {
  test('of a required field needs no policy', () => {
    segment().group((g) =>
      g
        .field('email', _.isNot('a@example.org'))
        .field('email', _.doesNotContain('@'))
        .field('role', _.noneOf(['guest']))
        .field('grades', _.doesNotHave(1)),
    )
  })

  test('of an optional field or a property states one', () => {
    segment().group((g) =>
      g
        .field('state', _.isNot('CA', { missing: 'include' }))
        .field('plan', _.noneOf(['free'], { missing: 'exclude' }))
        .field('languages', _.doesNotHave('en', { missing: 'include' }))
        .event('opened', (e) => e.where('campaign', _.isNot('spring', { missing: 'exclude' }))),
    )
  })

  test('of an optional field without one is told what to add', () => {
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('state', _.isNot('CA')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('state', _.doesNotContain('CA')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('plan', _.noneOf(['free'])))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.field('languages', _.doesNotHave('en')))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.event('opened', (e) => e.where('campaign', _.isNot('spring'))))
    // @ts-expect-error add { missing: 'include' | 'exclude' }
    segment().group((g) => g.event('opened', (e) => e.where('device', _.isNot('phone'))))
  })
})

test('the operators say what they are', () => {
  expect(_.greaterThan(5)).type.toBe<_.Test<'greaterThan', number>>()
  expect(_.greaterThan('5')).type.toBe<_.Test<'greaterThan', string>>()
  expect(_.isNot('CA')).type.toBe<_.NeedsMissing<'isNot', 'CA'>>()
})
