import type { INode } from 'n8n-workflow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Opened, openService, type Service } from '../setup/service.ts'
import { always, openStranger } from '../setup/stranger.ts'
import { type Outcome, runWorkflow } from './harness.ts'
import {
  byPercent,
  bySegment,
  ids,
  items,
  type Row,
  sink,
  type SplitSetting,
  splitWorkflow,
} from './workflow.ts'

// A failure is never a branch. Where n8n itself sends people on after one, it sends them out of output 0, which is
// everyone else: so nobody is taken for a VIP because a service was away.

let service: Opened
beforeAll(async () => void (service = await openService()))
afterAll(() => service[Symbol.asyncDispose]())

const rows = [bySegment('vip', 1), bySegment('west', 2)]
const people = items('ann', 'bob', 'cy')
const nowhere: Service = { url: 'http://127.0.0.1:1', key: 'none' }
const errorOutput: Partial<INode> = { onError: 'continueErrorOutput' }

const run = (setting: Partial<SplitSetting> = {}, of: Service = service, given = people): Promise<Outcome> =>
  runWorkflow(splitWorkflow(given, { rows, ...setting }), of)

const routed = (outcome: Outcome) => [0, 1, 2, 3].map((output) => ids(outcome.reached(sink(output))))
const nobody = [[], [], [], []]
const everybody = ['ann', 'bob', 'cy']

describe('a service that is away', () => {
  test('stops the workflow', async () => {
    const outcome = await run({}, nowhere)
    expect(outcome.error?.message).toBe('The service refused the connection - perhaps it is offline')
    expect(routed(outcome)).toEqual(nobody)
  })

  test('sends people to the error output where the node has one, and nobody anywhere else', async () => {
    const outcome = await run({ node: errorOutput }, nowhere)
    expect(outcome.error).toBeUndefined()
    expect(routed(outcome)).toEqual([[], [], [], everybody])
    for (const { json } of outcome.reached(sink(3))) expect(json['error']).toMatch(/refused the connection/)
  })

  test('leaves each item at the error output with all that it had', async () => {
    const file = { data: 'aGk=', mimeType: 'text/plain' }
    const given = [{ json: { id: 'ann', name: 'Ann' }, binary: { file } }]
    const outcome = await run({ node: errorOutput }, nowhere, given)
    expect(outcome.reached(sink(3))).toEqual([
      {
        json: { id: 'ann', name: 'Ann', error: expect.any(String) },
        binary: { file: expect.objectContaining({ mimeType: 'text/plain' }) },
        pairedItem: { item: 0 },
      },
    ])
  })

  test('is everyone else where the node is told to go on', async () => {
    const outcome = await run({ node: { onError: 'continueRegularOutput' } }, nowhere)
    expect(routed(outcome).slice(1)).toEqual([[], [], []])
    expect(outcome.reached(sink(0)).length).toBeGreaterThan(0)
  })
})

test('a node that is switched off sends everybody out of output 0, as everyone else', async () => {
  expect(routed(await run({ node: { disabled: true } }))).toEqual([everybody, [], [], []])
})

describe('what the service refuses', () => {
  test.each<[string, readonly Row[], Record<string, unknown>]>([
    [
      'a segment that there is not',
      [bySegment('wset', 1)],
      {
        httpCode: '422',
        message: "unknown segment 'wset' - did you mean 'west'?",
        description: expect.stringContaining('at branches.0.when'),
        context: expect.objectContaining({ code: 'unknown-segment', retryable: false }),
      },
    ],
    [
      'more than everybody',
      [byPercent(60, 1), byPercent(40.01, 2)],
      { httpCode: '400', message: expect.stringContaining('100.01 %') },
    ],
    ['no branches', [], { message: 'found no branches, expected at least one' }],
    ['a name twice', [bySegment('vip', 1, 'x'), bySegment('west', 2, 'x')], { httpCode: '400' }],
  ])('stops the workflow: %s', async (_, wrong, expected) => {
    const outcome = await run({ rows: wrong, parameters: { salt: 's' } })
    expect(outcome.error).toMatchObject({ name: 'NodeApiError', ...expected })
    expect(routed(outcome)).toEqual(nobody)
  })

  test('goes to the error output where there is one', async () => {
    const outcome = await run({ rows: [bySegment('wset', 1)], node: errorOutput })
    expect(routed(outcome)).toEqual([[], [], everybody, []])
  })

  test('does not show the key', async () => {
    const outcome = await run({}, { url: service.url, key: 'a-key-that-nobody-knows' })
    expect(outcome.error).toMatchObject({ httpCode: '401', context: { code: 'unauthorized' } })
    expect(JSON.stringify(outcome.run.data)).not.toContain('a-key-that-nobody-knows')
  })
})

describe('an item that is about nobody', () => {
  test('goes to the error output alone, with what is wrong', async () => {
    const outcome = await run({ node: errorOutput }, service, items('ann', undefined, 'cy', { a: 1 }))
    expect(routed(outcome)).toEqual([['cy'], ['ann'], [], [undefined, { a: 1 }]])
    expect(outcome.reached(sink(3)).map(({ json }) => json['error'])).toEqual([
      "Item 1 is about nobody: found nothing in the field 'id', expected the ID of a person",
      'Item 3 is about nobody: found {"a":1} in the field \'id\', expected the ID of a person',
    ])
  })

  test('asks for nobody when all of them are', async () => {
    const before = service.requests.length
    const outcome = await run({ node: errorOutput }, service, items(undefined, undefined))
    expect(outcome.reached(sink(3))).toHaveLength(2)
    expect(service.requests.length).toBe(before)
  })
})

test('an item that failed before and was mended goes where its person belongs', async () => {
  const mended = [{ json: { id: 'ann', error: 'of another node' } }]
  expect(routed(await run({ node: errorOutput }, service, mended))).toEqual([[], ['ann'], [], []])
})

describe('a form that is not whole', () => {
  test('does not start: a branch without an output, or without a segment', async () => {
    for (const wrong of [[bySegment('vip', '')], [bySegment('', 1)]]) {
      const running = run({ rows: wrong })
      await expect(running).rejects.toThrow(/has issues/)
    }
  })

  test.each([
    [[bySegment('vip', 1), bySegment('west', 1)], "Output 1 is that of two branches, 'vip' and 'west'"],
    [[bySegment('vip', 51)], "Found 51 as the output of the branch 'vip', expected a number from 1 to 50"],
    [[bySegment('vip', 1.5)], "Found 1.5 as the output of the branch 'vip', expected a number from 1 to 50"],
  ])('stops the workflow', async (wrong, message) => {
    const outcome = await run({ rows: wrong })
    expect(outcome.error?.message).toBe(message)
    expect(routed(outcome)).toEqual(nobody)
  })
})

describe('a server that is no segment service', () => {
  const ann = { subject: 'ann', branch: 'vip', reason: 'segment' }
  test.each<[string, number, unknown, string]>([
    ['another one', 404, '<html>not here</html>', 'Found the answer 404 at'],
    ['none at all', 200, 'hello', 'did not decide for each of 3 people'],
    ['one that forgets people', 200, { decisions: [ann] }, 'did not decide for each of 3 people'],
    ['one that mixes people up', 200, { decisions: [ann, ann, ann] }, 'did not decide for each of 3 people'],
    [
      'one that invents branches',
      200,
      { decisions: everybody.map((subject) => ({ ...ann, subject, branch: 'gold' })) },
      'did not decide for each of 3 people',
    ],
  ])('routes nobody: %s', async (_, status, body, message) => {
    await using stranger = await openStranger(always(status, body))
    const outcome = await run({ node: errorOutput }, { url: stranger.url, key: 'k' })
    expect(routed(outcome)).toEqual([[], [], [], everybody])
    expect(outcome.reached(sink(3))[0]!.json['error']).toContain(message)
  })
})
