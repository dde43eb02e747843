import {
  type AnySegment,
  defineSchema,
  defineSegments,
  evaluate,
  inProcess,
  integer,
  isMissing,
  type SchemaOf,
  segmentry,
  SetSegmentError,
  text,
} from '@segmentry/core'
import { expect, test } from 'vitest'
import { AudienceError, planBroadcast } from '../src/index.ts'

const schema = defineSchema({ fields: { state: text(), email: text() }, tags: ['VIP', 'churned', 'staff'] })
interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)

const segments = defineSegments({
  vip: segment().group((g) => g.tag('VIP')),
  california: segment().group((g) => g.field('state', 'CA')),
  churned: segment().group((g) => g.tag('churned')),
  unreachable: segment().group((g) => g.field('email', isMissing())),
})

const now = '2026-11-24T00:00:00Z'
const states = ['CA', 'NY', undefined]
const people = Array.from({ length: 240 }, (_, i) => ({
  id: String(i).padStart(3, '0'),
  fields: { state: states[i % 3], ...(i % 5 > 0 && { email: `p${i}@example.test` }) },
  tags: [...(i % 4 === 0 ? ['VIP'] : []), ...(i % 7 === 0 ? ['churned'] : [])],
}))
const evaluator = inProcess(schema, people, { now })

test('counts are by reason, disjoint, and add up to those considered', async () => {
  const plan = await planBroadcast(evaluator, {
    include: { vip: segments.vip, california: segments.california },
    exclude: { churned: segments.churned, unreachable: segments.unreachable },
  })
  const meant = people.filter(({ tags, fields }) => tags.includes('VIP') || fields.state === 'CA')
  const churned = meant.filter(({ tags }) => tags.includes('churned'))
  const unreachable = meant.filter(({ tags, fields }) => !tags.includes('churned') && !('email' in fields))
  expect(plan.considered).toBe(meant.length)
  expect(plan.excluded).toEqual({ churned: churned.length, unreachable: unreachable.length })
  expect(plan.toSend).toBe(meant.length - churned.length - unreachable.length)
  expect(plan.included).toEqual({ vip: 60, california: 80 })
})

test('the audience is a segment of those who would receive it, and the sample its first people', async () => {
  const plan = await planBroadcast(
    evaluator,
    { include: { vip: segments.vip }, exclude: { churned: segments.churned } },
    { sampleSize: 3 },
  )
  const members = await Array.fromAsync(evaluator.members(plan.audience))
  expect(members).toHaveLength(plan.toSend)
  expect(plan.sample).toEqual(members.slice(0, 3))
  for (const person of people) {
    expect(evaluate(plan.audience, person, { schema, now })).toBe(
      person.tags.includes('VIP') && !person.tags.includes('churned'),
    )
  }
})

test('nothing to exclude is fine, nobody to include is an error', async () => {
  const plan = await planBroadcast(evaluator, { include: { vip: segments.vip } }, { sampleSize: 0 })
  expect(plan).toMatchObject({ considered: 60, toSend: 60, excluded: {}, sample: [] })
  await expect(planBroadcast(evaluator, { include: {} })).rejects.toThrow(AudienceError)
})

test('an excluded segment that cannot be evaluated fails the plan', async () => {
  const broken = { definition: { format: 1, rule: { kind: 'tag', tag: 'chrned' } } } as const
  await expect(
    planBroadcast(evaluator, { include: { vip: segments.vip }, exclude: { broken } }),
  ).rejects.toThrow("unknown tag 'chrned' - did you mean 'churned'?")
})

test('an audience with a key that means nothing is refused, and nobody is let through', async () => {
  const { vip, churned } = segments
  const refusals: readonly (readonly [unknown, string])[] = [
    [{ include: { vip }, excluded: { churned } }, "unknown key 'excluded' - did you mean 'exclude'?"],
    [
      { include: { vip }, exclude: { churned: undefined } },
      "undefined as 'exclude.churned', expected a segment",
    ],
    [{ include: vip }, "a segment as 'include', expected segments by name"],
    [{}, 'no included segment'],
    [undefined, 'found undefined'],
  ]
  for (const [wrong, message] of refusals) {
    const error = await planBroadcast(evaluator, wrong as never).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AudienceError)
    expect((error as Error).message).toContain(message)
  }
  const include = { vip }
  await expect(planBroadcast(evaluator, { include }, { nwo: now } as object)).rejects.toThrow(
    "unknown option 'nwo' - did you mean 'now'?",
  )
  await expect(planBroadcast(evaluator, { include }, { sampleSize: -1 })).rejects.toThrow(RangeError)
})

test('people put in or taken out by hand are so in a plan', async () => {
  const note = { reason: 'asked', author: 'eve' }
  const plan = await planBroadcast(
    evaluator,
    {
      include: { vip: segments.vip.includePeople(['001'], note).excludePeople(['000'], note) },
      exclude: { churned: segments.churned.includePeople(['004'], note) },
    },
    { sampleSize: 240 },
  )
  expect(plan.included).toEqual({ vip: 60 })
  expect(plan.sample).toContain('001')
  expect(plan.sample).not.toContain('000')
  expect(plan.sample).not.toContain('004')
  expect(plan.considered).toBe(plan.toSend + plan.excluded.churned)
})

test('the top of a segment, which cannot be joined with others, is refused', async () => {
  const aged = defineSchema({ fields: { age: integer() } })
  const oldest = segmentry<SchemaOf<typeof aged>>(aged)
    .segment()
    .group((g) => g.everyone())
    .top(10, 'age') as unknown as AnySegment
  const { vip } = segments
  await expect(planBroadcast(evaluator, { include: { oldest } })).rejects.toThrow(SetSegmentError)
  await expect(planBroadcast(evaluator, { include: { vip }, exclude: { oldest } })).rejects.toThrow(
    "found the top 10 of a segment as 'exclude.oldest', expected a segment",
  )
})
