import {
  type AnySegment,
  compileSegment,
  defineSchema,
  type Duration,
  explainPerson,
  format,
  integer,
  type NodeOf,
  type Person,
  preparePerson,
  type Step,
  text,
} from '@segmentry/core'
import { openEvaluator, openStore, type PostgresEvaluator } from '@segmentry/postgres'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from './database.ts'
import { isMember } from './reference.ts'

// Sequences among events that lie so close that ways cross, instants are shared and windows end at an event. The reference tries
// every way; what looks at each event once must find the same people.

const schema = defineSchema({
  fields: {},
  events: {
    a: { size: integer(), key: text() },
    b: { size: integer(), key: text() },
    c: { size: integer(), key: text() },
    d: {},
  },
})
const base = Date.parse('2026-11-24T09:30:00.000Z')
const now = base + 14_000

const name = fc.constantFrom('a', 'a', 'b', 'c')
const seconds = (most: number): fc.Arbitrary<Duration> =>
  fc.integer({ min: 1, max: most }).map((n): Duration => (n === 1 ? '1 second' : `${n} seconds`))

const anyStep: fc.Arbitrary<Step> = fc
  .record({
    event: fc.oneof({ weight: 4, arbitrary: name }, fc.constant(['a', 'b'])),
    within: fc.option(seconds(5), { nil: undefined }),
    size: fc.constantFrom(undefined, undefined, 1),
  })
  .map(({ event, within, size }) => ({
    event,
    ...(within !== undefined && { within }),
    ...(size !== undefined && { where: [{ property: 'size', test: { op: 'is', value: size } }] }),
  }))

const anySequence: fc.Arbitrary<NodeOf<'sequence'>> = fc
  .record({
    steps: fc.array(anyStep, { minLength: 2, maxLength: 5 }),
    anchor: fc.constantFrom('any', 'any', 'first', 'last'),
    anchors: fc.constantFrom(1, 2, 3),
    within: fc.option(seconds(10), { nil: undefined }),
    never: fc.boolean(),
    by: fc.constantFrom(undefined, undefined, 'key'),
  })
  .map(({ steps: [start, ...later], anchor, anchors, within, never, by }) => {
    const { within: _, ...first } = start!
    const last = later.at(-1)!
    const closing: Step = {
      ...last,
      ...(within === undefined && { within: last.within ?? '3 seconds' }),
      never,
    }
    return {
      kind: 'sequence',
      anchor,
      ...(anchor !== 'any' && anchors > 1 && { anchors }),
      steps: [first, ...later.slice(0, -1), never ? closing : last],
      ...(within !== undefined && { within }),
      ...(by !== undefined && { by }),
    }
  })

const segment = anySequence.map((rule): AnySegment => ({ definition: { format, rule } }))

/** Up to eleven events in fifteen seconds; some share an instant, and their ids decide. */
const events = fc.array(
  fc.record({
    name,
    second: fc.integer({ min: 0, max: 14 }),
    rank: fc.integer({ min: 0, max: 9 }),
    size: fc.constantFrom(1, 1, 2),
    key: fc.constantFrom('x', 'x', 'y', null),
  }),
  { maxLength: 11 },
)

const person = (id: string, list: fc.Arbitrary<typeof events extends fc.Arbitrary<infer T> ? T : never>) =>
  list.map((made): Person => ({
    id,
    events: made.map(({ name: called, second, rank, ...properties }, i) => ({
      id: `${rank}-${id}-${i}`,
      name: called,
      at: new Date(base + second * 1000).toISOString(),
      properties,
    })),
  }))

/** Somebody with events at these seconds, by name. */
const timed = (id: string, at: Readonly<Record<string, readonly number[]>>): Person => ({
  id,
  events: Object.entries(at).flatMap(([called, list]) =>
    list.map((second) => ({
      id: `${id}-${called}${second}`,
      name: called,
      at: new Date(base + second * 1000).toISOString(),
    })),
  ),
})

const unfollowed = (b: Duration, c: Duration, within: Duration): AnySegment => ({
  definition: {
    format,
    rule: {
      kind: 'sequence',
      anchor: 'any',
      steps: [
        { event: 'a' },
        { event: 'b', within: b },
        { event: 'c', within: c },
        { event: 'd', never: true },
      ],
      within,
    },
  },
})

/** What random events are rarely like: the window of a step that never comes would close too soon with an anchor that does not lead there. */
const rare = [
  [
    'an anchor that leads nowhere, between others that lead there',
    unfollowed('2 seconds', '7 seconds', '7 seconds'),
    timed('nowhere', { a: [0, 2, 6], b: [1, 7], c: [8], d: [10] }),
  ],
  [
    'an anchor that leads elsewhere, before those that lead there',
    unfollowed('2 seconds', '2 seconds', '5 seconds'),
    timed('elsewhere', { a: [0, 3], b: [1, 4], c: [2, 5], d: [4, 6] }),
  ],
] as const

test.each(rare)('in process, %s', (_, made, one) => {
  expect(isMember(made, schema, one, now)).toBe(false)
  expect(compileSegment(made, schema)(preparePerson(schema, one), now)).toBe(false)
  // It is that step which decides.
  const without = { ...one, events: one.events!.filter((event) => event.name !== 'd') }
  expect(isMember(made, schema, without, now)).toBe(true)
  expect(compileSegment(made, schema)(preparePerson(schema, without), now)).toBe(true)
})

test('in process, a sequence holds where some way of choosing its events is found', () => {
  let [members, others] = [0, 0]
  fc.assert(
    fc.property(segment, fc.array(person('p', events), { minLength: 8, maxLength: 8 }), (made, people) => {
      const compiled = compileSegment(made, schema)
      for (const one of people) {
        const expected = isMember(made, schema, one, now)
        expect(compiled(preparePerson(schema, one), now)).toBe(expected)
        const { steps } = made.definition.rule as NodeOf<'sequence'>
        const { matched, found } = explainPerson(made, one, { schema, now: new Date(now) }).reason!
        const happen = steps.filter(({ never }) => never !== true)
        expect(matched).toBe(expected)
        if (expected || happen.length === steps.length) {
          expect((found as readonly string[]).length === happen.length).toBe(expected)
        }
        if (expected) members += 1
        else others += 1
      }
    }),
    { numRuns: Number(process.env['SEGMENTRY_SEQUENCES'] ?? 1500) },
  )
  const share = members / (members + others)
  expect(share).toBeGreaterThan(0.1)
  expect(share).toBeLessThan(0.9)
})

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (backendName) => {
  const random = fc.sample(fc.tuple(...Array.from({ length: 100 }, (_, i) => person(`p${i}`, events))), {
    numRuns: 1,
    seed: 1,
  })[0]!
  const population = [...random, ...rare.map(([, , one]) => one)]
  let backend: Backend
  let modes: Readonly<Record<'set' | 'point', PostgresEvaluator>>

  beforeAll(async () => {
    backend = await backends[backendName]()
    const store = await openStore(schema, backend.connection)
    await store.ingest({
      people: population.map(({ id }) => ({ id })),
      events: population.flatMap(({ id, events: list }) => list!.map((event) => ({ ...event, person: id }))),
    })
    await store.analyze()
    modes = {
      set: await openEvaluator(store.source, backend.connection, { mode: 'set' }),
      point: await openEvaluator(store.source, backend.connection, { mode: 'point' }),
    }
  })
  afterAll(() => backend.close())

  test.each(rare)('%s', async (_, made, { id }) => {
    for (const evaluator of Object.values(modes)) {
      const found = await Array.fromAsync(evaluator.members(made, { now: new Date(now) }))
      expect(found).not.toContain(id)
    }
  })

  test('SQL finds whom the process finds, in both modes', async () => {
    await fc.assert(
      fc.asyncProperty(segment, async (made) => {
        const compiled = compileSegment(made, schema)
        const expected = population
          .filter((one) => compiled(preparePerson(schema, one), now))
          .map(({ id }) => id)
          .toSorted()
        for (const evaluator of Object.values(modes)) {
          const found = await Array.fromAsync(evaluator.members(made, { now: new Date(now) }))
          expect(found.toSorted()).toEqual(expected)
        }
      }),
      { numRuns: Number(process.env['SEGMENTRY_SEQUENCES'] ?? 100) },
    )
  })
})
