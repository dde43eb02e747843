import {
  type AnySegment,
  defineSchema,
  type Duration,
  evaluate,
  explainPerson,
  format,
  inProcess,
  nextChangeAt,
  type Node,
  text,
} from '@segmentry/core'
import { openEvaluator, openStore, type PostgresEvaluator } from '@segmentry/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../conformance/database.ts'

// Sequences that are legal and hard: ten steps among thousands of events, of which the last step is only possible before the others.
// What tries one way after the other is never done; the database gives up after a minute, and a process after the test's time.

const schema = defineSchema({
  fields: {},
  events: { a: { key: text() }, m: { key: text() }, z: { key: text() } },
})
const now = new Date('2026-11-24T00:00:00.000Z')
const statementTimeout = '60 seconds'
const minute = 60_000

/** So many events, one a minute, after one that would have been the last step. */
const person = (id: string, count: number, name = 'a') => ({
  id,
  events: [
    { id: `${id}-z`, name: 'z', at: at(count + 1), properties: { key: 'k' } },
    ...Array.from({ length: count }, (_, i) => ({
      id: `${id}-${i}`,
      name,
      at: at(i + 1),
      properties: { key: 'k' },
    })),
  ],
})
const at = (minutes: number): string => new Date(now.getTime() - minutes * minute).toISOString()

const crowd = [person('small', 60), person('middle', 1_500), person('large', 3_000)]
const all = crowd.map(({ id }) => id)
/** Somebody with so many events that a look at each for each other one is 2.5 milliards of them. */
const huge = person('huge', 50_000, 'm')

type Sequence = Extract<Node, { readonly kind: 'sequence' }>

const sequence = (more: Partial<Sequence>, steps: Sequence['steps']): AnySegment => ({
  definition: { format, rule: { kind: 'sequence', anchor: 'any', steps, ...more } },
})
const steps = (count: number, within?: Duration): Sequence['steps'] =>
  Array.from({ length: count }, (_, i) => ({ event: 'a', ...(i > 0 && within && { within }) }))

const impossible = {
  'ten steps': sequence({}, [...steps(9), { event: 'z' }]),
  'two steps': sequence({}, [...steps(1), { event: 'z' }]),
  'ten steps, each near': sequence({}, [...steps(9, '1 hour'), { event: 'z', within: '1 hour' }]),
  'ten steps in so much time': sequence({ within: '30 days' }, [...steps(9, '2 hours'), { event: 'z' }]),
  'ten steps of the same': sequence({ by: 'key', within: '1 day' }, [...steps(9, '1 hour'), { event: 'z' }]),
  'ten steps from many of the last': sequence({ anchor: 'last', anchors: 1000 }, [
    ...steps(9, '1 hour'),
    { event: 'z' },
  ]),
  'nine steps that are followed': sequence({ within: '3 hours' }, [
    ...steps(9, '1 hour'),
    {
      event: 'a',
      within: '2 minutes',
      never: true,
      where: [{ property: 'key', test: { op: 'is', value: 'k' } }],
    },
  ]),
} satisfies Readonly<Record<string, AnySegment>>

const ofMany = {
  'two steps': sequence({}, [{ event: 'm' }, { event: 'z' }]),
  'two steps of the same': sequence({ by: 'key' }, [{ event: 'm' }, { event: 'z' }]),
  'two steps in so much time': sequence({ within: '60 days' }, [
    { event: 'm' },
    { event: 'm' },
    { event: 'z' },
  ]),
  'one that is followed': sequence({}, [
    { event: 'm' },
    {
      event: 'm',
      within: '2 minutes',
      never: true,
      where: [{ property: 'key', test: { op: 'is', value: 'k' } }],
    },
  ]),
} satisfies Readonly<Record<string, AnySegment>>
// Every event is followed but one at the very end of the sequence's three hours, which only they have who did that long enough.
const members = (made: AnySegment): readonly string[] =>
  made === impossible['nine steps that are followed'] ? ['large', 'middle'] : []
const cases = Object.entries(impossible)
const casesOfMany = Object.entries(ofMany)

test.each(cases)('in process: %s', (_, made) => {
  for (const one of [
    ...crowd,
    { ...huge, events: huge.events.map((event) => ({ ...event, name: event.name === 'm' ? 'a' : 'z' })) },
  ]) {
    expect(evaluate(made, one, { schema, now })).toBe(
      made === impossible['nine steps that are followed'] && one.id !== 'small',
    )
    expect(explainPerson(made, one, { schema, now }).reason!.finding).toMatch(/^found a (with key 'k' )?at /)
  }
})

test('when what is not followed by anything changes, of somebody with 50,000 events', () => {
  const notFollowed = (within: Duration) =>
    sequence({}, [{ event: 'm' }, { event: 'z', within, never: true }])
  // It is so of the oldest for good; or of none yet, and first of the oldest.
  expect(nextChangeAt(notFollowed('1 day'), huge, { schema, now })).toBeUndefined()
  expect(nextChangeAt(notFollowed('60 days'), huge, { schema, now })?.toISOString()).toBe(
    new Date(now.getTime() + 60 * 86_400_000 - 50_000 * minute).toISOString(),
  )
})

test('when somebody with 4,000 events leaves a window', () => {
  const one = person('active', 4_000)
  const recent: AnySegment = {
    definition: {
      format,
      rule: {
        kind: 'event',
        event: 'a',
        at: [{ op: 'during', window: { over: 'clock', after: '-30 days', until: 'now' } }],
        measure: { of: 'count', test: { op: 'atLeast', value: 1 } },
      },
    },
  }
  expect(nextChangeAt(recent, one, { schema, now })?.toISOString()).toBe(
    new Date(now.getTime() + 30 * 86_400_000 - minute).toISOString(),
  )
})

test('in process, the way that is there is found', async () => {
  const done = sequence({ within: '3 hours' }, steps(10, '1 hour'))
  expect(await Array.fromAsync(inProcess(schema, crowd, { now }).members(done))).toEqual(all.toSorted())
})

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  let backend: Backend
  let modes: Readonly<Record<'set' | 'point', PostgresEvaluator>>

  beforeAll(async () => {
    backend = await backends[backendName]()
    const store = await openStore(schema, backend.connection)
    await store.ingest({
      people: [...crowd, huge].map(({ id }) => ({ id })),
      events: [...crowd, huge].flatMap(({ id, events }) => events.map((event) => ({ ...event, person: id }))),
    })
    await store.analyze()
    modes = {
      set: await openEvaluator(store.source, backend.connection, { mode: 'set', statementTimeout }),
      point: await openEvaluator(store.source, backend.connection, { mode: 'point', statementTimeout }),
    }
  })
  afterAll(() => backend.close())

  test.each([...cases, ...casesOfMany.map(([name, made]) => [`${name}, of 50,000 events`, made] as const)])(
    '%s',
    async (_, made) => {
      for (const evaluator of Object.values(modes)) {
        expect(await Array.fromAsync(evaluator.members(made, { now }))).toEqual(members(made))
      }
    },
  )

  test('the way that is there is found', async () => {
    const done = sequence({ within: '3 hours' }, steps(10, '1 hour'))
    for (const evaluator of Object.values(modes)) {
      expect((await Array.fromAsync(evaluator.members(done, { now }))).toSorted()).toEqual(all.toSorted())
    }
  })
})
