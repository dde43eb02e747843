import {
  type AnySegment,
  compileSegment,
  type Evaluator,
  instantText,
  type Person,
  preparePerson,
} from '@segmentry/core'
import { segmentFlow, type SplitPlan } from '@segmentry/flow'
import { openEvaluator } from '@segmentry/postgres'
import { changes, type Edition, type Moves, openReview, type Review } from '@segmentry/review'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clock } from './arbitrary.ts'
import { canAnswer } from './bound.ts'
import { type Backend, backends } from './database.ts'
import { createLayout, type Layout, layouts } from './layouts.ts'
import { fullPopulation, mixedSegment } from './rounds.ts'
import { schema } from './schema.ts'

// What a plan counts, compared with what is worked out one by one: for random editions of segments, of splits and of broadcasts, over random
// people.

const seed = Number(process.env['SEGMENTRY_SEED'] ?? Math.floor(Math.random() * 2 ** 24))
const names = Object.keys(backends) as readonly (keyof typeof backends)[]
const keys = ['a', 'b', 'c', 'd', 'e'] as const

interface Case {
  readonly before: Edition
  readonly after: Edition
  readonly people: readonly Person[]
  readonly now: number
}

/** Two editions that have some of their segments in common. */
function cases(layout: Layout): fc.Arbitrary<Case> {
  const asked = mixedSegment.filter((made) => canAnswer(layout, made.definition.rule))
  const some = fc.array(asked, { minLength: 6, maxLength: 6 })
  // Both sides take from one heap, so that segments stay, change, come, go and get other names.
  const picks = fc.array(fc.option(fc.nat(5), { freq: 6 }), {
    minLength: keys.length,
    maxLength: keys.length,
  })
  const split = fc.record({
    first: fc.nat(4),
    second: fc.nat(4),
    percents: fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 50 })),
    salt: fc.constantFrom('x', 'y'),
  })
  const side = (heap: readonly AnySegment[], picked: readonly (number | null)[], plan: Made): Edition => {
    const segments = Object.fromEntries(
      keys.flatMap((key, i) => (picked[i] === null ? [] : [[key, heap[picked[i]!]!] as const])),
    )
    const there = Object.keys(segments)
    if (there.length === 0) return { segments }
    const at = (place: number): string => there[place % there.length]!
    const one: SplitPlan = {
      branches: [
        { key: 'first', when: at(plan.first) },
        { key: 'some', percent: plan.percents[0] },
        { key: 'second', when: at(plan.second) },
        { key: 'more', percent: plan.percents[1] },
      ],
      otherwise: 'rest',
      salt: plan.salt,
    }
    const audience = {
      include: { one: segments[at(plan.first)]!, other: segments[at(plan.second)]! },
      exclude: { not: segments[there[0]!]! },
    }
    return {
      segments,
      splits: { welcome: one },
      broadcasts: { news: audience },
      flows: { hello: { on: 'entered', segment: there[0]! }, bye: { on: 'left', segment: there[0]! } },
    }
  }
  type Made = { readonly [K in 'first' | 'second']: number } & {
    readonly percents: readonly [number, number]
    readonly salt: string
  }
  return fc
    .tuple(some, picks, picks, split, split, fullPopulation({ storable: true }), clock)
    .map(([heap, was, is, one, other, people, now]) => ({
      before: side(heap, was, one),
      after: side(heap, is, other),
      people,
      now,
    }))
}

/** Whom a segment has, in the process and in SQL. */
type Held = (segment: AnySegment | undefined) => Promise<ReadonlySet<string>>

const without = (some: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...some].filter((id) => !others.has(id)))

const counts = (moves: Moves): Record<string, number | undefined> =>
  Object.fromEntries(
    (['before', 'after', 'enters', 'leaves', 'stays'] as const).map((name) => [name, moves[name]?.count]),
  )

function expectedMoves(
  was: ReadonlySet<string> | undefined,
  is: ReadonlySet<string> | undefined,
): Record<string, number | undefined> {
  const [then, since] = [was ?? new Set<string>(), is ?? new Set<string>()]
  return {
    before: was?.size,
    after: is?.size,
    enters: without(since, then).size,
    leaves: without(then, since).size,
    stays: then.size - without(then, since).size,
  }
}

async function check(review: Review, evaluator: Evaluator, one: Case): Promise<void> {
  const { before, after, people, now } = one
  const at = instantText(now)
  const plan = await review.plan(before, after, { now: at, samples: 2 })
  expect(plan.people).toBe(people.length)
  const prepared = people.map((person) => preparePerson(schema, person))
  const held: Held = async (segment) => {
    if (segment === undefined) return new Set()
    const isMember = compileSegment(segment, schema)
    const mine = prepared.filter((person) => isMember(person, now)).map(({ id }) => id)
    const found = await evaluator.which(
      { segment },
      people.map(({ id }) => id),
      { now: at },
    )
    expect(found.filter(({ segments }) => segments.length > 0).map(({ person }) => person)).toEqual(mine)
    return new Set(mine)
  }
  const found = changes(before.segments, after.segments)
  expect(plan.changes.map(({ difference: { kind, key } }) => [kind, key])).toEqual(
    found.map(({ kind, key }) => [kind, key]),
  )
  for (const [i, planned] of plan.changes.entries()) {
    const change = found[i]!
    const [was, is] = [
      'before' in change ? await held(change.before) : undefined,
      'after' in change ? await held(change.after) : undefined,
    ]
    expect(counts(planned)).toEqual(expectedMoves(was, is))
    if (was === undefined || is === undefined) continue
    const [entered, left] = [without(is, was), without(was, is)]
    expect(planned.entering.length).toBe(Math.min(2, entered.size))
    expect(planned.leaving.length).toBe(Math.min(2, left.size))
    for (const { person, because } of planned.entering) {
      expect(entered.has(person)).toBe(true)
      expect(because).not.toEqual([])
    }
    for (const { person, because } of planned.leaving) {
      expect(left.has(person)).toBe(true)
      expect(because).not.toEqual([])
    }
  }
  for (const { name, on, starts } of plan.flows) {
    const segment = after.flows![name]!.segment
    const change = plan.changes.find(({ difference }) => difference.key === segment)!
    expect(starts.count).toBe((on === 'entered' ? change.enters : change.leaves)!.count)
  }
  await checkBroadcast(plan.broadcasts, before, after, held)
  await checkSplit(plan.splits, evaluator, one, at)
}

async function checkBroadcast(
  found: readonly Moves[],
  before: Edition,
  after: Edition,
  held: Held,
): Promise<void> {
  const meant = async ({ broadcasts }: Edition): Promise<ReadonlySet<string> | undefined> => {
    const news = broadcasts?.['news']
    if (news === undefined) return undefined
    // The cases have no top lists.
    const asRules = (of: Readonly<Record<string, unknown>>) => of as Readonly<Record<string, AnySegment>>
    const sets = (segments: Readonly<Record<string, AnySegment>>) =>
      Promise.all(Object.values(segments).map(held))
    const inside = new Set((await sets(asRules(news.include))).flatMap((one) => [...one]))
    const outside = new Set((await sets(asRules(news.exclude ?? {}))).flatMap((one) => [...one]))
    return without(inside, outside)
  }
  const [was, is] = [await meant(before), await meant(after)]
  const [news] = found
  const expected = expectedMoves(was, is)
  if (news === undefined) expect([expected['enters'], expected['leaves']]).toEqual([0, 0])
  else expect(counts(news)).toEqual(expected)
}

async function checkSplit(
  found: Awaited<ReturnType<Review['plan']>>['splits'],
  evaluator: Evaluator,
  { before, after, people }: Case,
  at: string,
): Promise<void> {
  const decided = async ({ segments, splits }: Edition): Promise<ReadonlyMap<string, string> | undefined> => {
    const split = splits?.['welcome']
    if (split === undefined) return undefined
    const subjects = people.map(({ id }) => id)
    const decisions = await segmentFlow(evaluator, segments).split({ ...split, subjects, at })
    return new Map(decisions.map(({ subject, branch }) => [subject, branch]))
  }
  const [was, is] = [await decided(before), await decided(after)]
  const moved = people.filter(({ id }) => was?.get(id) !== is?.get(id)).length
  const [welcome] = found
  if (welcome === undefined) return expect(moved).toBe(0)
  const number = (side: ReadonlyMap<string, string> | undefined, key: string): number | undefined =>
    side && [...side.values()].filter((branch) => branch === key).length
  for (const { key, before: then, after: since } of welcome.branches) {
    expect([key, then?.count, since?.count]).toEqual([key, number(was, key), number(is, key)])
  }
  if (was && is) expect(welcome.moves?.count).toBe(moved)
}

describe.each(names)('on %s', (backendName) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[backendName]()
  })
  afterAll(() => backend.close())

  test.each(layouts.map((layout) => [layout.name, layout] as const))(
    '%s: a plan counts what is worked out one by one',
    async (_, layout) => {
      await createLayout(backend.db, layout)
      const review = await openReview(layout.source, backend.connection)
      const evaluator = await openEvaluator(layout.source, backend.connection)
      await fc.assert(
        fc.asyncProperty(cases(layout), async (one) => {
          await layout.clear.execute(backend.db)
          for (const statement of layout.fill(one.people)) await statement.execute(backend.db)
          await check(review, evaluator, one)
        }),
        { numRuns: backendName === 'postgres' ? 30 : 10, seed },
      )
    },
    300_000,
  )
})
