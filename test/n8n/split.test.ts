import { bucketOf } from '@segmentry/core'
import { splitFixture } from '@segmentry/flow/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Outcome, runWorkflow } from './harness.ts'
import { type Opened, openService } from '../setup/service.ts'
import { byPercent, bySegment, ids, items, sink, type SplitSetting, splitWorkflow } from './workflow.ts'

let service: Opened
beforeAll(async () => void (service = await openService()))
afterAll(() => service[Symbol.asyncDispose]())

const { crowd } = splitFixture
const vipAndWest = [bySegment('vip', 1), bySegment('west', 2)]

const run = (of: Parameters<typeof splitWorkflow>[0], setting: SplitSetting): Promise<Outcome> =>
  runWorkflow(splitWorkflow(of, setting), service)

/** Who reached each end, from output 0 on. */
const routed = (outcome: Outcome, wires = 5) =>
  Array.from({ length: wires }, (_, i) => ids(outcome.reached(sink(i))))

test('each person leaves by the output of the first branch that fits, everyone else by output 0', async () => {
  const outcome = await run(items('ann', 'bob', 'cy', 'nobody', 'ann'), { rows: vipAndWest })
  expect(outcome.error).toBeUndefined()
  expect(routed(outcome)).toEqual([['cy', 'nobody'], ['ann', 'ann'], ['bob'], [], []])
})

test('the order of branches decides, not the numbers of their outputs', async () => {
  const outcome = await run(items('ann', 'bob'), { rows: vipAndWest.toReversed() })
  expect(routed(outcome)).toEqual([[], [], ['ann', 'bob'], [], []])
})

test('each of a thousand items comes out once, with all that it had, and the service is asked once', async () => {
  const binary = { file: { data: 'aGk=', mimeType: 'text/plain', fileName: 'hi.txt' } }
  const given = crowd.map((id, i) => ({ json: { id, place: i }, ...(i % 100 === 0 && { binary }) }))
  const [requests, asked] = [service.requests.length, service.asked()]
  const outcome = await run(given, {
    rows: [bySegment('west', 1), byPercent(50, 2)],
    parameters: { salt: 's' },
  })
  expect(service.requests.slice(requests)).toEqual(['POST /split'])
  expect(service.asked() - asked).toBe(1)

  const outputs = outcome.outputs('Split')
  expect(outputs.map((output) => output.length > 50)).toEqual([true, true, true])
  const all = outputs.flat()
  expect(all.map(({ json }) => json['place']).toSorted((a, b) => Number(a) - Number(b))).toEqual([
    ...crowd.keys(),
  ])
  for (const output of outputs) {
    const places = output.map(({ json }) => json['place'] as number)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  }
  for (const { json, binary: kept, pairedItem } of all) {
    const place = json['place'] as number
    expect(json).toEqual({ id: crowd[place], place })
    expect(pairedItem).toEqual({ item: place })
    expect(kept).toEqual(place % 100 === 0 ? expect.objectContaining({ file: expect.anything() }) : undefined)
  }
})

test('more people than the service takes at once are asked for in turn, at one instant', async () => {
  const many = Array.from({ length: 10_001 }, (_, i) => crowd[i % crowd.length])
  const before = service.requests.length
  const outcome = await run(items(...many), {
    rows: [bySegment('west', 1)],
    parameters: { options: { decisionField: 'decision' } },
  })
  expect(service.requests.length - before).toBe(2)
  const all = outcome.outputs('Split').flat()
  expect(all).toHaveLength(10_001)
  expect(new Set(all.map(({ json }) => (json['decision'] as { at: string }).at)).size).toBe(1)
})

test('no item is no request', async () => {
  const before = service.requests.length
  const outcome = await run([], { rows: vipAndWest })
  expect(outcome.error).toBeUndefined()
  expect(service.requests.length).toBe(before)
})

describe('wires', () => {
  const before = { rows: vipAndWest, wires: 3 } as const
  const people = items('ann', 'bob', 'cy', 'dot')

  test.each([
    ['a branch is added', [...vipAndWest, bySegment('engaged', 3)]],
    ['a branch is put before the others', [bySegment('engaged', 3), ...vipAndWest]],
  ])('stay when %s', async (_, rows) => {
    expect(routed(await run(people, before), 4)).toEqual([['cy', 'dot'], ['ann'], ['bob'], []])
    const outcome = await run(people, { rows, wires: 4 })
    expect(routed(outcome, 4)).toEqual([['cy'], ['ann'], ['bob'], ['dot']])
  })

  test('stay when a branch is removed: whom it took is everyone else, and nobody takes its output', async () => {
    const outcome = await run(people, { rows: vipAndWest.slice(1), wires: 3 })
    expect(routed(outcome, 3)).toEqual([['cy', 'dot'], [], ['ann', 'bob']])
  })
})

describe('ids', () => {
  const nested = [{ json: { customer: { id: 'ann' } } }, { json: { 'customer.id': 'bob' } }]

  test('are read from a field, also from one inside another or with a dot in its name', async () => {
    const outcome = await run(nested, { rows: vipAndWest, parameters: { personId: 'customer.id' } })
    expect(outcome.outputs('Split').map((output) => output.length)).toEqual([0, 1, 1])
  })

  test('may come from an expression, which is evaluated for each item', async () => {
    const outcome = await run(items('ANN', 'BOB'), {
      rows: vipAndWest,
      parameters: { personId: '={{ $json.id.toLowerCase() }}' },
    })
    expect(routed(outcome, 3)).toEqual([[], ['ANN'], ['BOB']])
  })

  test('are not evaluated when they are a field, so that a thousand cost what one costs', async () => {
    const evaluations = async (count: number, personId: string): Promise<number> => {
      const of = items(...crowd.slice(0, count))
      return (await run(of, { rows: vipAndWest, parameters: { personId } })).evaluations
    }
    expect(await evaluations(1_000, 'id')).toBe(await evaluations(1, 'id'))
    expect(await evaluations(20, '={{ $json.id }}')).toBe((await evaluations(1, '={{ $json.id }}')) + 19)
  })

  test('are text or numbers: an item that is about nobody stops the node, by its place and what it has', async () => {
    const outcome = await run(items(42, 'ann', null), { rows: vipAndWest })
    expect(outcome.error?.message).toBe(
      "Item 2 is about nobody: found null in the field 'id', expected the ID of a person",
    )
    expect(routed(outcome)).toEqual([[], [], [], [], []])
  })
})

describe('percent branches', () => {
  const rows = [byPercent(30, 1), byPercent(20, 2)]

  test('draw by the salt that the form shows: the same people in a workflow and in its copy', async () => {
    const draw = async (salt: string, id: string) =>
      routed(await run(items(...crowd), { rows, parameters: { salt }, node: { id } }), 3)
    const outputOf = (id: string): number => {
      const number = bucketOf('welcome-2026', id)
      if (number < 3_000) return 1
      return number < 5_000 ? 2 : 0
    }
    const expected = [0, 1, 2].map((output) => crowd.filter((id) => outputOf(id) === output))
    expect(expected.every((people) => people.length > 100)).toBe(true)
    expect(await draw('welcome-2026', 'one')).toEqual(expected)
    expect(await draw('welcome-2026', 'a copy')).toEqual(expected)
    expect(await draw('another', 'one')).not.toEqual(expected)
  })

  test('need a salt', async () => {
    const outcome = await run(items('ann'), { rows })
    expect(outcome.error?.message).toBe(
      "found no salt, expected a salt to draw percent branches by, such as salt: 'welcome-2026'",
    )
  })
})

describe('people whom the service does not know', () => {
  const some = items('nobody', 'ann')

  test('go with everyone else', async () => {
    expect(routed(await run(some, { rows: vipAndWest }), 3)).toEqual([['nobody'], ['ann'], []])
  })

  test.each([
    ['an output of their own', 3, [[], ['ann'], [], ['nobody']]],
    ['that of a branch', 2, [[], ['ann'], ['nobody'], []]],
  ])('have %s', async (_, missingOutput, expected) => {
    const parameters = { missing: 'output', missingOutput }
    expect(routed(await run(some, { rows: vipAndWest, parameters }), 4)).toEqual(expected)
  })

  test('are an error, each for itself', async () => {
    const parameters = { missing: 'error' }
    const stopped = await run(some, { rows: vipAndWest, parameters })
    expect(stopped.error?.message).toBe("The segment service does not know the person 'nobody' of item 0")
    expect(routed(stopped)).toEqual([[], [], [], [], []])
    const split = await run(some, { rows: vipAndWest, parameters, node: { onError: 'continueErrorOutput' } })
    expect(routed(split, 4)).toEqual([[], ['ann'], [], ['nobody']])
  })
})

test('a decision is put where it is wanted, and nowhere unless told', async () => {
  const outcome = await run(items('ann'), {
    rows: [bySegment('vip', 1, 'Best'), bySegment('west', 2)],
    parameters: { options: { decisionField: 'why', at: splitFixture.now } },
  })
  expect(outcome.reached(sink(1))[0]!.json).toEqual({
    id: 'ann',
    why: {
      subject: 'ann',
      branch: 'Best',
      index: 0,
      reason: 'segment',
      matched: ['Best', 'west'],
      at: splitFixture.now,
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  })
})
