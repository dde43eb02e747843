import { describe, expect, test } from 'vitest'
import {
  atLeast,
  ClockError,
  choice,
  decimal,
  DefinitionError,
  defineSchema,
  evaluate,
  type Evaluator,
  greaterThan,
  inProcess,
  integer,
  list,
  SchemaError,
  type SchemaOf,
  segmentry,
  text,
  timestamp,
} from '../src/index.ts'

// What the types refuse is refused at run time too, with a sentence.

const schema = defineSchema({
  fields: { state: text(), plan: choice('free', 'pro'), score: integer(), seen: timestamp() },
  tags: ['VIP'],
  events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
})
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
const now = '2026-11-24T00:00:00Z'
const everyone = segment().group((g) => g.everyone())

/** Anything, as a caller without types has it. */
const loose = (value: unknown): never => value as never

async function failure(run: () => unknown): Promise<Error> {
  try {
    await run()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}

describe('an evaluator in process', () => {
  const evaluator = inProcess(schema, [{ id: 'ann' }, { id: 'bob' }], { now })
  const collect = (page: object): Promise<string[]> => Array.fromAsync(evaluator.members(everyone, page))

  test('lists in pages and up to limits that can be', async () => {
    expect(await collect({ limit: 0 })).toEqual([])
    expect(await collect({ limit: 1, pageSize: 1 })).toEqual(['ann'])
    for (const [page, message] of [
      [{ pageSize: 0 }, 'pageSize is a whole number from 1, found 0'],
      [{ pageSize: 1.5 }, 'pageSize is a whole number from 1, found 1.5'],
      [{ limit: -1 }, 'limit is a whole number from 0, found -1'],
      [{ limit: '5' }, "limit is a whole number from 0, found '5'"],
    ] as const) {
      const error = await failure(() => collect(page))
      expect(error).toBeInstanceOf(RangeError)
      expect(error.message).toBe(message)
    }
  })

  test.each<readonly [string, (evaluator: Evaluator) => unknown, string]>([
    [
      'an unknown option',
      (e) => e.count(everyone, loose({ nwo: now })),
      "unknown option 'nwo' - did you mean 'now'?",
    ],
    [
      'an unknown option of a listing',
      () => collect({ limt: 1 }),
      "unknown option 'limt' - did you mean 'limit'?",
    ],
    ['a clock for options', (e) => e.count(everyone, loose(new Date())), 'found a Date for options'],
    [
      'no segment',
      (e) => e.count(loose(undefined)),
      'found undefined, expected a segment: segment().group(…)',
    ],
    [
      'no segment under a key',
      (e) => e.counts({ vip: loose(undefined) }),
      "found undefined under 'vip', expected a segment",
    ],
    [
      'a segment for segments',
      (e) => e.which(loose(everyone), ['ann']),
      'found a segment, expected segments by key',
    ],
    ['a number for a person', (e) => e.has(everyone, loose(42)), "found 42, expected such as '42'"],
    [
      'one person for a list',
      (e) => e.which({ everyone }, loose('ann')),
      "found 'ann', expected a list of people's ids",
    ],
    ['a person who is no text in a listing', () => collect({ after: 7 }), "found 7, expected such as '42'"],
  ])('refuses %s', async (_, run, message) => {
    const error = await failure(() => run(evaluator))
    expect(error).toBeInstanceOf(TypeError)
    expect(error.message).toContain(message)
  })

  test('refuses a default that is none', () => {
    expect(() => inProcess(schema, [], loose({ nwo: now }))).toThrow(
      "unknown option 'nwo' - did you mean 'now'?",
    )
  })
})

test('one person is not evaluated without a clock, nor with something else for one', () => {
  expect(() => evaluate(everyone, { id: 'ann' }, loose({ schema }))).toThrow(ClockError)
  expect(() => evaluate(everyone, { id: 'ann' }, loose({ schema, now: {} }))).toThrow(RangeError)
})

describe('the builder refuses', () => {
  interface Draft {
    readonly [method: string]: (...given: readonly unknown[]) => Draft
  }
  const build = (write: (g: Draft) => unknown) => () => segment().group(loose(write))

  test.each<readonly [string, (g: Draft) => unknown, string]>([
    [
      'a group without return',
      () => undefined,
      'found that the function in group(…) returns undefined, expected what the last call in it gives',
    ],
    [
      'a nested group without return',
      (g) => g['any']!(() => undefined),
      'the function in a group returns undefined',
    ],
    [
      'an event without return',
      (g) => g['event']!('opened', () => undefined),
      "the function in event('opened', …) returns undefined",
    ],
    [
      'options for a function',
      (g) => g['event']!('opened', { within: '30 days' }),
      "found an object in event('opened', …), expected a function",
    ],
    [
      'a second measure',
      (g) => g['event']!('purchase', (e: Draft) => e['sum']!('amount', greaterThan(1))['count']!(3)),
      "a second measure of event 'purchase'",
    ],
    [
      'an invalid date',
      (g) => g['field']!('seen', new Date('x')),
      'field \'seen\': found "Invalid Date", expected an instant',
    ],
    ['no name of a field', (g) => g['field']!(undefined, 'CA'), "unknown field 'undefined'"],
    ['no name of an event', (g) => g['event']!(undefined), "unknown event 'undefined'"],
    ['no value', (g) => g['field']!('plan', undefined), "field 'plan': found undefined"],
    [
      'what the top of a segment says too late',
      () => (everyone.top(1, 'score') as unknown as Draft)['group']!((g: unknown) => g),
      'found group(…) after .top(…) or .bottom(…), expected what a segment says before them',
    ],
    [
      'events of a ranking that are said too late',
      () => everyone.top(1, (r) => loose((r.event('opened') as unknown as Draft)['within']!('30 days'))),
      "found within(…) of a ranking, expected which events count inside event(…): r.event('opened', (e) =>",
    ],
    [
      'a field of an item',
      (g) => g['field']!('state', (item: Draft) => item['field']!('sku', 'A-1')),
      'found field(…) of an item, expected tests of its parts: (item) => item.where(',
    ],
    ['no segment', (g) => g['in']!(undefined), 'found undefined in in(…), expected a segment'],
    ['no segment to leave out', (g) => g['notIn']!('vip'), "found 'vip' in notIn(…), expected a segment"],
  ])('%s', async (_, write, message) => {
    const error = await failure(build(write))
    expect(error).toBeInstanceOf(DefinitionError)
    expect(error.message).toContain(message)
  })

  test('a group that is no function', () => {
    expect(() => segment().group(loose('VIP'))).toThrow("found 'VIP' in group(…), expected a function")
  })

  test.each<readonly [string, (g: Draft) => unknown, string]>([
    [
      'a field',
      (g) => g['field']!('plan', 'gold'),
      "field 'plan': found \"gold\", expected one of 'free', 'pro'",
    ],
    [
      'a property',
      (g) => g['event']!('purchase', (e: Draft) => e['where']!('amount', atLeast('x'))),
      "property 'amount' of event 'purchase': found \"x\"",
    ],
    [
      'a measure',
      (g) => g['event']!('purchase', (e: Draft) => e['sum']!('amount', greaterThan('x'))),
      "the sum of 'amount' of event 'purchase': found \"x\"",
    ],
    [
      'a count',
      (g) => g['event']!('opened', (e: Draft) => e['count']!(1.5)),
      "the count of event 'opened': found 1.5",
    ],
    ['a window', (g) => g['event']!('opened', (e: Draft) => e['within']!('30 dys')), "event 'opened': found"],
    [
      'a condition made of several',
      (g) => g['event']!('opened', (e: Draft) => e['stopped']!('30 dys')),
      "event 'opened': found",
    ],
    [
      'a comparison of two events',
      (g) => g['moreOften']!('opened', 'purchase', undefined, (e: Draft) => e['within']!('x')),
      "event 'purchase': found",
    ],
    ['a bucket', (g) => g['bucket']!('spring', 50, 10), "bucket 'spring': found"],
  ])('a wrong value, and names the filter: %s', async (_, write, message) => {
    expect((await failure(build(write))).message).toContain(message)
  })

  test('with the same path as ever', async () => {
    const error = (await failure(build((g) => g['field']!('plan', 'gold')))) as DefinitionError
    expect(error.issues.map(({ path }) => path)).toEqual([['test', 'value']])
    const named = (await failure(build((g) => g['field']!('stat', 'CA')))) as DefinitionError
    expect(named.issues.map(({ message }) => message)).toEqual([
      "unknown field 'stat' - did you mean 'state'?",
    ])
  })
})

test.each<readonly [string, () => unknown, string]>([
  [
    'a choice without values',
    () => (choice as () => unknown)(),
    "type 'choice()' cannot be declared: a choice has values of text",
  ],
  ['a choice of numbers', () => choice(loose(1)), "type 'choice(1)' cannot be declared"],
  [
    'a list of nothing',
    () => list(loose(text)),
    'found a function that was not called, expected a type such as text()',
  ],
  [
    'a field that is no field',
    () => defineSchema({ fields: { state: loose('text') } }),
    "field 'state' cannot be declared: found 'text', expected a type such as text()",
  ],
  [
    'a part that is no field',
    () => defineSchema({ fields: {}, events: { opened: { at: loose(text) } } }),
    "property 'at' cannot be declared: found a function that was not called",
  ],
  [
    'a misspelled key',
    () => defineSchema(loose({ feilds: {} })),
    "key 'feilds' cannot be declared: did you mean 'fields'?",
  ],
  ['no fields', () => defineSchema(loose({})), "key 'fields' cannot be declared: found undefined"],
  [
    'a tag for tags',
    () => defineSchema({ fields: {}, tags: loose('VIP') }),
    "key 'tags' cannot be declared: found 'VIP', expected a list of texts",
  ],
  [
    'an event without properties',
    () => defineSchema({ fields: {}, events: { opened: loose(true) } }),
    "event 'opened' cannot be declared: found true",
  ],
])('a schema refuses %s', async (_, make, message) => {
  const error = await failure(make)
  expect(error).toBeInstanceOf(SchemaError)
  expect(error.message).toContain(message)
})
