import { changes } from '@segmentry/review'
import { defineSchema, number, segmentry, type SchemaOf, text } from '@segmentry/core'
import { expect, test } from 'vitest'

const schema = defineSchema({ fields: { state: text(), spent: number() }, tags: ['VIP', 'churned'] })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const vip = segment().group((g) => g.tag('VIP'))
const california = segment().group((g) => g.tag('VIP').field('state', 'CA'))

const told = (before: Parameters<typeof changes>[0], after: Parameters<typeof changes>[1]) =>
  changes(before, after).map((one) =>
    [one.kind, 'from' in one ? `${one.from} → ${one.key}` : one.key, 'what' in one ? one.what : '']
      .join(' ')
      .trim(),
  )

test('nothing changed', () => expect(told({ vip, california }, { california, vip })).toEqual([]))

test('how a rule is written is no change', () => {
  const reordered = segment().group((g) => g.field('state', 'CA').tag('VIP'))
  const nested = segment().group((g) => g.tag('VIP').any((a) => a.field('state', 'CA')))
  expect(told({ a: california, b: california }, { a: reordered, b: nested })).toEqual([])
})

test('added, removed, changed and renamed, in the order of keys', () => {
  expect(
    told(
      { a: vip, b: california, c: segment().group((g) => g.tag('churned')) },
      { b: vip, d: segment().group((g) => g.tag('churned')), e: segment().group((g) => g.everyone()) },
    ),
  ).toEqual(['removed a', 'changed b rule', 'renamed c → d', 'added e'])
})

test('a title is a change of the text alone', () => {
  expect(
    told(
      { vip },
      {
        vip: segment()
          .titled('Very important')
          .group((g) => g.tag('VIP')),
      },
    ),
  ).toEqual(['changed vip text'])
})

test('who is in by hand is the rule, why is text', () => {
  const by = (reason: string) => vip.includePeople(['ann'], { reason, author: 'kim' })
  expect(told({ vip }, { vip: by('asked') })).toEqual(['changed vip rule'])
  expect(told({ vip: by('asked') }, { vip: by('paid') })).toEqual(['changed vip text'])
})

test('what refers to a changed segment has changed too', () => {
  const of = (inner: typeof vip) => ({ inner, outer: segment().group((g) => g.notIn(inner)) })
  expect(told(of(vip), of(california))).toEqual(['changed inner rule', 'changed outer rule'])
})

test('of several that could be the renamed one, the one with the same texts is', () => {
  const titled = segment()
    .titled('Very important')
    .group((g) => g.tag('VIP'))
  expect(told({ old: titled }, { a: vip, b: titled })).toEqual(['added a', 'renamed old → b'])
})
