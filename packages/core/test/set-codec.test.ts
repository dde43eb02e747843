import { describe, expect, test } from 'vitest'
import {
  decodeSegment,
  decodeSegments,
  decodeSetSegment,
  DefinitionError,
  encodeSetSegment,
  hashSetSegment,
  isSegment,
  isSetSegment,
} from '../src/index.ts'
import { schema, segment } from './people.ts'

const everyone = segment().group((g) => g.everyone())

describe('as data', () => {
  const best = everyone
    .titled('Best')
    .ownedBy('shop')
    .top(10, (r) => r.event('purchase', (e) => e.within('90 days').where('sku', 'A-1')).sum('amount'))
  const data = {
    format: 1,
    title: 'Best',
    owner: 'shop',
    rule: { kind: 'everyone' },
    top: {
      count: 10,
      order: 'most',
      by: {
        kind: 'event',
        event: 'purchase',
        at: [{ op: 'during', window: { over: 'clock', after: '-90 days', until: 'now' } }],
        where: [{ property: 'sku', test: { op: 'is', value: 'A-1' } }],
        measure: { of: 'sum', property: 'amount' },
      },
    },
  }

  test('it is what the segment is, and its top', () => {
    expect(JSON.parse(JSON.stringify(best))).toEqual(data)
    expect(JSON.parse(encodeSetSegment(best))).toEqual(data)
    const decoded = decodeSetSegment(encodeSetSegment(best), schema)
    expect(JSON.parse(encodeSetSegment(decoded))).toEqual(data)
    expect(Object.isFrozen(best) && Object.isFrozen(best.top.by)).toBe(true)
    expect(
      Object.isFrozen(decoded) && Object.isFrozen(decoded.top.by) && Object.isFrozen(decoded.whole),
    ).toBe(true)
    expect([isSetSegment(best), isSegment(best), isSetSegment(everyone)]).toEqual([true, false, false])
  })

  test('it may refer to segments by key', () => {
    const vip = segment().group((g) => g.tag('VIP'))
    const stored = { format: 1, rule: { kind: 'segment', of: 'vip' }, top: data.top }
    expect(decodeSetSegment(stored, schema, { segments: { vip } }).whole.rule).toEqual({
      kind: 'segment',
      of: vip.definition,
    })
  })

  test.each<readonly [string, object, readonly [path: string, message: string][]]>([
    [
      'nothing that is taken',
      { top: undefined },
      [['top', "found nothing, expected the key 'top': decodeSegment reads a segment without it"]],
    ],
    ['what is no top', { top: 10 }, [['top', 'found 10, expected an object with count, order and by']]],
    ['a key of its own', { top: { ...data.top, ties: 'all' } }, [['top.ties', "unknown key 'ties'"]]],
    [
      'another order',
      { top: { ...data.top, order: 'best' } },
      [['top.order', `found "best", expected one of 'most', 'least'`]],
    ],
    [
      'no number',
      { top: { ...data.top, count: 0 } },
      [['top.count', 'found 0, expected a whole number of people from 1 to 100000']],
    ],
    [
      'half a person',
      { top: { ...data.top, count: 1.5 } },
      [['top.count', 'found 1.5, expected a whole number of people from 1 to 100000']],
    ],
    [
      'too many',
      { top: { ...data.top, count: 100_001 } },
      [['top.count', 'found 100001, expected a whole number of people from 1 to 100000']],
    ],
    [
      'a ranking by what is none',
      { top: { ...data.top, by: { kind: 'tag', tag: 'VIP' } } },
      [['top.by.kind', 'found "tag", expected one of field, event']],
    ],
    [
      'a ranking by text',
      { top: { ...data.top, by: { kind: 'field', field: 'state' } } },
      [['top.by.field', "found 'state', which is text, expected a number, a version, a date or an instant"]],
    ],
    [
      'a ranking by an unknown field',
      { top: { ...data.top, by: { kind: 'field', field: 'spend' } } },
      [['top.by.field', "unknown field 'spend' - did you mean 'spent'?"]],
    ],
    [
      'a measure with a test',
      {
        top: {
          ...data.top,
          by: { kind: 'event', event: 'purchase', measure: { of: 'count', test: { op: 'is', value: 1 } } },
        },
      },
      [['top.by.measure.test', "unknown key 'test'"]],
    ],
    [
      'the first of what has no order',
      {
        top: {
          ...data.top,
          by: { kind: 'event', event: 'purchase', measure: { of: 'first', property: 'sku' } },
        },
      },
      [
        [
          'top.by.measure.property',
          "found the first 'sku', which is text, expected a number, a version, a date or an instant",
        ],
      ],
    ],
    [
      'several faults, all at once',
      { rule: { kind: 'field', field: 'stat', test: { op: 'present' } }, top: { ...data.top, count: -1 } },
      [
        ['rule.field', "unknown field 'stat' - did you mean 'state'?"],
        ['top.count', 'found -1, expected a whole number of people from 1 to 100000'],
      ],
    ],
  ])('refuses %s', (_, change, expected) => {
    const issues = refused(() => decodeSetSegment({ ...data, ...change }, schema))
    expect(issues.map(({ path, message }) => [path.join('.'), message])).toEqual(expected)
  })

  test('what reads segments says what reads the top of one', () => {
    const message =
      'found the top of a segment, expected a segment, which can be asked of one person: decodeSetSegment reads the top of one'
    const read = (run: () => unknown) =>
      refused(run).map((issue) => [issue.code, issue.path.join('.'), issue.message])
    expect(read(() => decodeSegment(data, schema))).toEqual([['set-segment', 'top', message]])
    expect(read(() => decodeSegments({ best: data }, schema))).toEqual([['set-segment', 'best.top', message]])
    expect(read(() => decodeSegment({ format: 1, rule: { kind: 'segment', of: data } }, schema))).toEqual([
      ['set-segment', 'rule.of.top', message],
    ])
  })
})

function refused(run: () => unknown): DefinitionError['issues'] {
  try {
    run()
  } catch (error) {
    if (error instanceof DefinitionError) return error.issues
    throw error
  }
  throw new Error('nothing was refused')
}

test('its hash is that of what it means', () => {
  const vip = segment().group((g) => g.tag('VIP'))
  const hash = hashSetSegment(vip.top(10, 'spent'))
  expect(hashSetSegment(vip.titled('VIP').top(10, 'spent'))).toBe(hash)
  expect(
    hashSetSegment(
      segment()
        .group((g) => g.all((a) => a.tag('VIP').tag('VIP')))
        .top(10, 'spent'),
    ),
  ).toBe(hash)
  const note = { reason: 'asked', author: 'ann' }
  const others = [
    vip.top(11, 'spent'),
    vip.bottom(10, 'spent'),
    vip.top(10, 'visits'),
    vip.includePeople(['cid'], note).top(10, 'spent'),
    everyone.top(10, 'spent'),
  ].map(hashSetSegment)
  expect(new Set([hash, ...others]).size).toBe(6)
  const by = (...skus: readonly string[]) =>
    everyone.top(1, (r) =>
      r.event('purchase', (e) => skus.reduce((some, sku) => some.where('sku', sku), e)).count(),
    )
  expect(hashSetSegment(by('A', 'B'))).toBe(hashSetSegment(by('B', 'A')))
})
