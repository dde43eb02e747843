import * as core from '@segmentry/core'
import { describe, expect, test } from 'vitest'
import { schema } from '../conformance/schema.ts'
import { answerOrRefusal, oddities } from './material.ts'

// What callers without types hand to the builder: it says what is wrong, or makes a segment that every reader takes.

interface Draft {
  readonly [method: string]: (...given: readonly unknown[]) => Draft
}
const { segment } = core.segmentry<never>(schema)
const start = segment as unknown as () => Draft
const now = '2026-11-24T09:30:00Z'
const ann: core.Person = {
  id: 'ann',
  fields: { state: 'CA' },
  tags: ['VIP'],
  events: [{ id: '1', name: 'opened', at: '2026-11-01T00:00:00Z', properties: { campaign: 'x' } }],
}

// An argument is code, not data: what throws by itself when it is looked at is left out.
const odd: Readonly<Record<string, () => unknown>> = Object.fromEntries([
  ...Object.entries(oddities).filter(([name]) => !/getter|proxy/.test(name)),
  ...(
    [
      { op: 'is' },
      { op: 'oneOf' },
      { op: 'nonsense' },
      { op: 'some' },
      { op: 'item' },
      { op: 'during', window: 5 },
      { op: 'weekday', days: 5, zone: 5 },
      { op: Symbol('x') },
      { op: 'matches', pattern: 5 },
      { over: 'clock' },
      { over: 'calendar', unit: 'age', from: 0, to: 0, zone: 'UTC' },
      { definition: 5 },
      { zone: ['utc'] },
      -1,
      'x',
    ] as const
  ).map((value) => [JSON.stringify(value), () => value]),
])

const readers: readonly ((one: core.AnySegment) => unknown)[] = [
  (one) => core.evaluate(one, ann, { schema, now }),
  (one) => core.describe(one, schema),
  (one) => core.explainPerson(one, ann, { schema, now }),
  (one) => core.nextChangeAt(one, ann, { schema, now }),
  (one) => core.dependencies(one),
  (one) => core.decodeSegment(core.encodeSegment(one), schema),
]

/** Whatever it is built of: a refusal that says why, or a segment that each reader takes. */
async function build(make: () => unknown): Promise<void> {
  const made = await answerOrRefusal(make)
  if (made instanceof Error) return
  const definition = await answerOrRefusal(() => (made as core.AnySegment).definition)
  if (definition instanceof Error) return
  for (const read of readers) await answerOrRefusal(() => read(made as core.AnySegment))
}
const group = (write: (g: Draft) => unknown): Promise<void> => build(() => start()['group']!(write))

/** Arguments that are fine, in the place of which something odd stands. */
const groups: Readonly<Record<string, readonly unknown[]>> = {
  tag: ['VIP', core.last('1 day')],
  anyTag: ['VIP', 'churned'],
  noTag: ['VIP', 'churned'],
  field: ['state', 'CA'],
  compare: ['visits', 'is', 'seats'],
  event: ['opened', (e: unknown) => e],
  moreOften: ['opened', 'purchase', (e: unknown) => e, (e: unknown) => e],
  sequence: [(s: Draft) => s['from']!('opened')['followedBy']!('purchase')],
  in: [{ definition: { format: 1, rule: { kind: 'everyone' } } }],
  near: [{ latitude: 'lat', longitude: 'lon' }, { latitude: 1, longitude: 2 }, { meters: 10 }],
  people: ['ann', 'bob'],
  bucket: ['salt', 0, 50],
  any: [(g: Draft) => g['tag']!('VIP')],
}
const events: Readonly<Record<string, readonly unknown[]>> = {
  within: ['1 day'],
  during: [core.today()],
  at: [core.onWeekday([1])],
  where: ['sku', 'a'],
  count: [3],
  sum: ['amount', core.atLeast(1)],
  average: ['amount', core.atLeast(1)],
  min: ['amount', core.atLeast(1)],
  distinct: ['sku', 1],
  last: ['sku', 'a'],
  lastAt: [core.inLast('1 day')],
  every: ['sku', 'a', { ofNone: 'include' }],
  activeOn: ['week', 1, { zone: 'UTC' }],
  stopped: ['1 day'],
  resumed: ['1 day', { after: '2 days' }],
}
const steps: Readonly<Record<string, readonly unknown[]>> = {
  from: ['opened', { anchor: { last: 2 } }],
  followedBy: ['opened', { within: '1 day', of: (e: unknown) => e }],
  neverFollowedBy: ['opened', { within: '1 day' }],
  within: ['1 day'],
  by: ['campaign'],
}
const operators: Readonly<Record<string, readonly unknown[]>> = {
  is: ['CA', { ignoringCase: true }],
  isNot: ['CA', { missing: 'include' }],
  oneOf: ['CA'],
  noneOf: [['CA'], { missing: 'include' }],
  between: [1, 2],
  before: [now],
  inLast: ['1 day'],
  onWeekday: [[1], { zone: 'UTC' }],
  betweenHours: [1, 2, { zone: 'UTC' }],
  anniversary: [core.today(), { leapDay: '03-01' }],
  contains: ['a', { ignoringCase: true }],
  doesNotMatch: ['a', { missing: 'include' }],
  hasEmailDomain: ['example.com'],
  has: ['a'],
  hasAll: ['a'],
  hasNone: [['a'], { missing: 'include' }],
  hasSome: [core.is('a')],
  hasLength: [1],
}
const windows: Readonly<Record<string, readonly unknown[]>> = {
  last: ['1 day'],
  ago: ['1 day', '2 days'],
  since: [now, now],
  calendar: ['day', 0, 0, { zone: 'UTC' }],
  today: [{ zone: 'UTC' }],
}

const withOdd = (given: readonly unknown[], value: () => unknown): readonly (readonly unknown[])[] => [
  ...given.map((_, i) => given.map((one, j) => (i === j ? value() : one))),
  [...given, value()],
]

describe.each(Object.keys(odd))('%s', (name) => {
  const value = odd[name]!
  const all = (calls: Readonly<Record<string, readonly unknown[]>>) =>
    Object.entries(calls).flatMap(([method, given]) =>
      withOdd(given, value).map((args) => [method, args] as const),
    )

  test('in a group', async () => {
    for (const [method, args] of all(groups)) await group((g) => g[method]!(...args))
    for (const field of schema.fields.keys()) await group((g) => g['field']!(field, value()))
  })

  test('in a condition on events', async () => {
    for (const [method, args] of all(events)) {
      await group((g) => g['event']!('purchase', (e: Draft) => e[method]!(...args)))
    }
  })

  test('in a sequence', async () => {
    for (const [method, args] of all(steps)) {
      await group((g) =>
        g['sequence']!((s: Draft) => {
          const from = method === 'from' ? s : s['from']!('opened')['followedBy']!('opened')
          const made = from[method]!(...args)
          return method === 'from' ? made['followedBy']!('opened') : made
        }),
      )
    }
  })

  test('in an operator and in a window', async () => {
    const make = core as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
    for (const [method, args] of all(operators)) {
      for (const field of ['state', 'birthday', 'seenAt', 'languages', 'visits']) {
        await group((g) => g['field']!(field, make[method]!(...args)))
      }
    }
    for (const [method, args] of all(windows)) {
      await group((g) => g['field']!('seenAt', core.during(make[method]!(...args) as core.Window)))
    }
  })

  test('in a segment, and in place of one, of a schema, of options', async () => {
    const everyone = start()['group']!((g: Draft) => g['everyone']!())
    const one = everyone as unknown as core.AnySegment
    for (const method of ['titled', 'described', 'ownedBy', 'group', 'exclude']) {
      await build(() => everyone[method]!(value()))
    }
    const note = { reason: 'asked', author: 'bob' }
    await build(() => everyone['includePeople']!(value(), note))
    await build(() => everyone['includePeople']!([value()], note))
    await build(() => everyone['includePeople']!(['ann'], value()))
    await build(() => everyone['includePeople']!(['ann'], { ...note, reason: value() }))
    const any = value as () => never
    const calls: readonly (() => unknown)[] = [
      ...readers.map((read) => () => read(any())),
      () => core.defineSegments(any()),
      () => core.defineSegments({ one: any() } as never),
      () => core.encodeSegments(any()),
      () => core.decodeSegments(any(), schema),
      () => core.decodeSegment('{}', any()),
      () => core.segmentry(any()),
      () => core.describe(one, any()),
      () => core.evaluate(one, ann, any()),
      () => core.evaluate(one, ann, { schema, now: any() }),
      () => core.evaluateAll(any(), ann, { schema, now }),
      () => core.inProcess(any(), []),
      () => core.inProcess(schema, any()),
      () => core.inProcess(schema, [], any()),
      () => core.inProcess(schema, [ann], { now }).which(any(), ['ann']),
      () => core.inProcess(schema, [ann], { now }).which({ one }, any()),
      () => core.inProcess(schema, [ann], { now }).has(one, any()),
      () => core.inProcess(schema, [ann], { now }).count(one, any()),
      () => Array.fromAsync(core.inProcess(schema, [ann], { now }).members(one, any())),
      () => core.defineSchema(any()),
      () => core.defineSchema({ fields: any() }),
      () => core.defineSchema({ fields: { state: any() } }),
      () => core.defineSchema({ fields: {}, tags: any() }),
      () => core.defineSchema({ fields: {}, tags: [any()] }),
      () => core.defineSchema({ fields: {}, events: any() }),
      () => core.defineSchema({ fields: {}, zone: any() }),
      () => core.defineSchema({ fields: {}, yearStart: any() }),
      () => core.choice(any()),
      () => core.decimal(any()),
      () => core.list(any()),
    ]
    for (const call of calls) await answerOrRefusal(call)
  })
})

test('options with a key that means nothing are refused, not read without it', () => {
  const make = core as unknown as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
  const calls: readonly (() => unknown)[] = [
    () => make['contains']!('a', { ignoreCase: true }),
    () => make['isNot']!('a', { missing: 'include', ignoreCase: true }),
    () => make['onWeekday']!([1], { zoen: 'UTC' }),
    () => make['anniversary']!(core.today(), { leapday: '02-28' }),
    () => make['today']!({ zoen: 'UTC' }),
    () =>
      start()['group']!((g: Draft) =>
        g['event']!('opened', (e: Draft) => e['activeOn']!('day', 1, { zoen: 'UTC' })),
      ),
    () =>
      start()['group']!((g: Draft) =>
        g['sequence']!((s: Draft) => s['from']!('opened', { whitin: '1 day' })),
      ),
  ]
  for (const call of calls) expect(call).toThrow(/^unknown option '.*' - did you mean '.*'\?/)
})
