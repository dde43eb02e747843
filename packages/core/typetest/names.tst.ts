import { describe, expect, test } from 'tstyche'
import { defineSegments, evaluate, greaterThan, type Segment } from '../src/index.ts'
import { type Crm, open, type OpenCrm, schema, segment } from './crm.ts'

declare const name: string

test('a group of a tag and a field is a segment', () => {
  expect(segment().group(g => g.tag('VIP').field('state', 'CA'))).type.toBe<Segment<Crm>>() // prettier-ignore
})

describe('names', () => {
  test('known names compile', () => {
    segment().group((g) => g.field('address.city', 'Oakland').field('address.geo.zone', 3))
    segment().group((g) => g.event('opened').event('purchase', (e) => e.where('sku', 'A-1')))
  })

  test('an unknown name is reported with the near one', () => {
    // @ts-expect-error unknown field 'stat' - did you mean 'state'?
    segment().group((g) => g.field('stat', 'CA'))
    // @ts-expect-error unknown tag 'VIPP' - did you mean 'VIP'?
    segment().group((g) => g.tag('VIPP'))
    // @ts-expect-error unknown event 'opend' - did you mean 'opened'?
    segment().group((g) => g.event('opend'))
    // @ts-expect-error unknown property 'campain' - did you mean 'campaign'?
    segment().group((g) => g.event('opened', (e) => e.where('campain', 'x')))
  })

  test('without a near name, the name alone is reported', () => {
    // @ts-expect-error "unknown field 'zip'"
    segment().group((g) => g.field('zip', '94601'))
  })

  test('the longest shared beginning is the nearest', () => {
    // @ts-expect-error "unknown field 'balence' - did you mean 'balance'?"
    segment().group((g) => g.field('balence', 1))
    // @ts-expect-error "unknown field 'subscribe' - did you mean 'subscribed'?"
    segment().group((g) => g.field('subscribe', true))
  })

  test('the part of an object is checked like a field', () => {
    // @ts-expect-error unknown field 'address.cty' - did you mean 'address.city'?
    segment().group((g) => g.field('address.cty', 'Oakland'))
  })

  test('dynamic names are refused', () => {
    // @ts-expect-error Argument of type 'string' is not assignable
    segment().group((g) => g.field(name, 'CA'))
    // @ts-expect-error Argument of type 'string' is not assignable
    segment().group((g) => g.tag(name))
    // @ts-expect-error Argument of type 'string' is not assignable
    segment().group((g) => g.event(name))
  })

  test('any text is an open tag', () => {
    expect(open.segment().group((g) => g.tag('made up').tag(name))).type.toBe<Segment<OpenCrm>>()
  })
})

describe('sums', () => {
  test('decimals and integers have one', () => {
    segment().group((g) => g.event('purchase', (e) => e.sum('amount', greaterThan(500))))
    segment().group((g) => g.event('purchase', (e) => e.sum('units', greaterThan(5))))
  })

  test('other properties have none', () => {
    // @ts-expect-error unknown summable property 'weight'
    segment().group((g) => g.event('purchase', (e) => e.sum('weight', greaterThan(1))))
    // @ts-expect-error unknown summable property 'amont' - did you mean 'amount'?
    segment().group((g) => g.event('purchase', (e) => e.sum('amont', greaterThan(1))))
  })
})

describe('what is empty', () => {
  test('a group without a filter is no group', () => {
    // @ts-expect-error [a group needs at least one filter]
    segment().group((g) => g)
    // @ts-expect-error [a group needs at least one filter]
    segment().group((g) => g.tag('VIP').none((n) => n))
  })

  test('a segment without a group is no segment', () => {
    // @ts-expect-error 'definition' is missing in type 'EmptySegment<Crm>'
    defineSegments({ all: segment() })
    // @ts-expect-error 'definition' is missing in type 'EmptySegment<Crm>'
    defineSegments({ some: segment().exclude((g) => g.tag('churned')) })
    expect(
      segment()
        .exclude((g) => g.tag('churned'))
        .group((g) => g.everyone()),
    ).type.toBe<Segment<Crm>>()
  })

  test('readers refuse it too', () => {
    // @ts-expect-error 'EmptySegment<Crm>' is not assignable to parameter of type 'AnySegment'
    evaluate(segment(), { id: '1' }, { schema, now: new Date(0) })
  })
})
