import {
  defineSchema,
  defineSegments,
  type EvaluationOptions,
  type Evaluator,
  inProcess,
  type SchemaOf,
  segmentry,
  text,
} from '@segmentry/core'
import { expect, expectTypeOf, test } from 'vitest'
import { PersonNotFoundError, SplitError, splitBySegment } from '../src/index.ts'

const schema = defineSchema({ fields: { state: text() }, tags: ['VIP'], events: { opened: {} } })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const segments = defineSegments({
  vip: segment().group((g) => g.tag('VIP')),
  california: segment().group((g) => g.field('state', 'CA')),
})

const now = '2026-11-24T00:00:00Z'
const people = [
  { id: 'ann', tags: ['VIP'], fields: { state: 'CA' } },
  { id: 'bob', fields: { state: 'CA' } },
  { id: 'cy' },
]

/** An evaluator that tells how often it was asked. */
function counting(): { evaluator: Evaluator; asked: number[] } {
  const inner = inProcess(schema, people, { now })
  const asked: number[] = []
  const which: Evaluator['which'] = (all, ids, options?: EvaluationOptions) => {
    asked.push(ids.length)
    return inner.which(all, ids, options)
  }
  return { evaluator: { ...inner, which }, asked }
}

const plan = { branches: { vip: segments.vip, west: segments.california }, otherwise: 'everyone' } as const

test('the first segment that a person is in decides, in the order in which branches are written', async () => {
  const split = splitBySegment(counting().evaluator, plan)
  const decisions = await split.many(['ann', 'bob', 'cy'])
  expect(decisions.map(({ branch }) => branch)).toEqual(['vip', 'west', 'everyone'])
  expect(decisions[0]).toEqual({
    person: 'ann',
    branch: 'vip',
    index: 0,
    reason: 'segment',
    matched: ['vip', 'west'],
    version: split.version,
  })
  expect(decisions[2]).toMatchObject({ index: -1, reason: 'otherwise', matched: [] })
  const turned = splitBySegment(counting().evaluator, {
    branches: { west: segments.california, vip: segments.vip },
    otherwise: 'everyone',
  })
  expect((await turned.one('ann')).branch).toBe('west')
  expect(turned.version).toBe(
    splitBySegment(counting().evaluator, {
      branches: { west: segments.california, vip: segments.vip },
      otherwise: 'x',
    }).version,
  )
})

test('branch names are typed', async () => {
  const { branch } = await splitBySegment(counting().evaluator, plan).one('ann')
  expectTypeOf(branch).toEqualTypeOf<'vip' | 'west' | 'everyone'>()
})

test('many people are one question, repeated ids are answered where they stand', async () => {
  const { evaluator, asked } = counting()
  const decisions = await splitBySegment(evaluator, plan).many(['cy', 'ann', 'cy'])
  expect(decisions.map(({ person, branch }) => [person, branch])).toEqual([
    ['cy', 'everyone'],
    ['ann', 'vip'],
    ['cy', 'everyone'],
  ])
  expect(asked).toEqual([2])
  expect(await splitBySegment(evaluator, plan).many([])).toEqual([])
  expect(asked).toEqual([2])
})

test('a person the population does not have goes otherwise, and says so, or is an error that names the id', async () => {
  const { evaluator } = counting()
  expect(await splitBySegment(evaluator, plan).one('nobody')).toMatchObject({
    branch: 'everyone',
    index: -1,
    reason: 'not-found',
  })
  const strict = splitBySegment(evaluator, { ...plan, missing: 'error' })
  const error = await strict.many(['ann', 'nobody', 'none']).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(PersonNotFoundError)
  expect((error as Error).message).toBe(
    "the population has no person 'nobody', 'none'; use missing: 'otherwise' to route them like everyone else",
  )
})

test('a failure to evaluate is an error and never a branch', async () => {
  const failing: Evaluator = { ...counting().evaluator, which: () => Promise.reject(new Error('down')) }
  await expect(splitBySegment(failing, plan).one('ann')).rejects.toThrow('down')
})

test('a decision is plain JSON', async () => {
  const decision = await splitBySegment(counting().evaluator, plan).one('ann')
  expect(JSON.parse(JSON.stringify(decision))).toEqual(decision)
  expect(JSON.stringify(decision).length).toBeLessThan(200)
})

test('plans that no flow could follow are refused', () => {
  const { evaluator } = counting()
  const refused = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      expect(error).toBeInstanceOf(SplitError)
      return (error as Error).message
    }
    throw new Error('not refused')
  }
  expect(refused(() => splitBySegment(evaluator, { branches: {}, otherwise: 'x' }))).toBe(
    'cannot split: found no branches, expected at least one branch with a segment',
  )
  expect(
    refused(() => splitBySegment(evaluator, { branches: { x: segments.vip }, otherwise: 'x' })),
  ).toContain("found 'x' twice")
  expect(
    refused(() =>
      splitBySegment(evaluator, { branches: { b: segments.vip, 1: segments.vip }, otherwise: 'x' }),
    ),
  ).toContain("a branch named '1'")
})

/** What is thrown or rejected. */
const failure = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
  } catch (error) {
    return error
  }
  return undefined
}

test('what a plan says without types is checked', async () => {
  const { evaluator } = counting()
  const { vip } = segments
  const made = (wrong: object) => () => splitBySegment(evaluator, wrong as typeof plan)
  const refusals: readonly (readonly [object, string])[] = [
    [
      { branches: { vip } },
      "found undefined as 'otherwise', expected the name of the branch for everyone else",
    ],
    [
      { branches: { vip }, otherwise: 'x', mising: 'error' },
      "unknown key 'mising' - did you mean 'missing'?",
    ],
    [{ branches: { vip }, otherwise: 'x', missing: 'fail' }, "found 'fail' as 'missing'"],
    [{ branches: { vip: undefined }, otherwise: 'x' }, "found undefined as branch 'vip', expected a segment"],
    [{ otherwise: 'x' }, 'found no branches'],
  ]
  for (const [wrong, message] of refusals) {
    const error = await failure(made(wrong))
    expect(error).toBeInstanceOf(SplitError)
    expect((error as Error).message).toContain(message)
  }
  const split = splitBySegment(evaluator, plan)
  const person = 1 as unknown as string
  const error = await failure(() => split.one(person))
  expect(error).toBeInstanceOf(TypeError)
  expect((error as Error).message).toBe(
    "a person is given by an id, which is text: found 1, expected such as '42'",
  )
  await expect(split.one('ann', { nwo: now } as object)).rejects.toThrow(
    "unknown option 'nwo' - did you mean 'now'?",
  )
})

test('who was put in or taken out by hand is routed and versioned so', async () => {
  const { evaluator } = counting()
  const note = { reason: 'asked', author: 'eve' }
  const byHand = segments.vip.includePeople(['cy'], note)
  const split = splitBySegment(evaluator, { branches: { vip: byHand }, otherwise: 'x' })
  expect((await split.one('cy')).branch).toBe('vip')
  expect(split.version).not.toBe(
    splitBySegment(evaluator, { branches: { vip: segments.vip }, otherwise: 'x' }).version,
  )
})

test('the version changes with what a segment means and not with what it is called', () => {
  const { evaluator } = counting()
  const version = (vip: typeof segments.vip) =>
    splitBySegment(evaluator, { branches: { vip }, otherwise: 'x' }).version
  expect(version(segments.vip)).toBe(version(segments.vip.titled('Very important')))
  expect(version(segments.vip)).not.toBe(version(segments.california))
})
