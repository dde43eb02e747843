import { text } from 'node:stream/consumers'
import { splitFixture } from '@segmentry/flow/testing'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Opened, openService } from '../setup/service.ts'
import { always, openStranger } from '../setup/stranger.ts'
import {
  about,
  byPercent,
  bySegment,
  caught,
  ids,
  serviceNode,
  sink,
  type SplitSetting,
  splitTab,
} from './flow.ts'
import { type NodeRed, openNodeRed, type Outcome, until } from './harness.ts'

let service: Opened
let red: NodeRed
beforeAll(async () => {
  service = await openService()
  red = await openNodeRed()
})
afterAll(async () => {
  await red[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const { crowd } = splitFixture
const branches = [bySegment('vip'), bySegment('west')]

async function deploy(setting: Partial<SplitSetting> = {}): Promise<void> {
  const before = service.requests.length
  await red.deploy([serviceNode(service), ...splitTab({ branches, ...setting })])
  // It asks for nobody, and that is not to be taken for what a test asks.
  await until(() => service.requests.length > before, 'the deployment had asked')
}

/** Who reached each end, and what was caught. */
const routed = (outcome: Outcome) => [0, 1, 2, 3].map((output) => ids(outcome.reached(sink(output))))
const errors = (outcome: Outcome) =>
  outcome.reached(caught()).map(({ error }) => error as { readonly message: string; readonly code: string })

/** How often the evaluator was asked; a deployment asks the service for nobody, which asks no evaluator. */
const asked = async (run: () => Promise<unknown>): Promise<number> => {
  const before = service.asked()
  await run()
  return service.asked() - before
}

const badIds = [
  'nobody',
  '\0',
  'no\0body',
  '\uD800',
  '-1',
  '42',
  "'; drop table people; --",
  'x'.repeat(5_000),
]

describe('one person', () => {
  beforeEach(() => deploy())

  test('leaves by the first branch that fits, everyone else by the output after them', async () => {
    const outcome = await red.send('split', ...about('ann', 'bob', 'cy', 'nobody', 'ann'))
    expect(errors(outcome)).toEqual([])
    expect(routed(outcome)).toEqual([['ann', 'ann'], ['bob'], ['cy', 'nobody'], []])
  })

  test('leaves with the whole message, which is the one that came', async () => {
    const file = Buffer.from('hi')
    const message = {
      payload: { id: 'ann', file },
      topic: 'x',
      res: { own: () => 1 },
      parts: { id: 'p', index: 0 },
    }
    const [left] = (await red.send('split', message)).reached(sink(0))
    expect(left).toBe(message)
    expect(left).toEqual({ ...message, _msgid: expect.any(String) })
    expect((left!['payload'] as { file: Buffer }).file).toBe(file)
  })

  test('is nobody that the service knows: then everyone else', async () => {
    const outcome = await red.send('split', ...about('ann', ...badIds, 'bob'))
    expect(routed(outcome)).toEqual([['ann'], ['bob'], badIds, []])
  })

  test.each([
    [undefined, 'nothing'],
    ['', 'empty text'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [{ name: 'ann', age: 3 }, 'an object with name, age'],
    [Buffer.from('ann'), 'an object with'],
  ])('without an ID fails alone: %j', async (id, found) => {
    const outcome = await red.send('split', ...about('ann', id, 'cy'))
    expect(routed(outcome)).toEqual([['ann'], [], ['cy'], []])
    expect(errors(outcome)).toEqual([
      expect.objectContaining({
        code: 'no-person',
        message: expect.stringMatching(
          new RegExp(`found ${found}.* in msg\\.payload\\.id, expected the ID of a person`),
        ),
      }),
    ])
  })

  test('fails alone where the message has no such property at all', async () => {
    const outcome = await red.send('split', { payload: 'ann' }, {}, { payload: null }, ...about('ann'))
    expect(routed(outcome)).toEqual([['ann'], [], [], []])
    expect(errors(outcome)).toHaveLength(3)
  })

  test.each([
    ['', 'zero-length'],
    ['payload[msg.which]', 'found no way to msg.payload[msg.which]'],
    ['payload.', 'unterminated expression'],
  ])('fails where the path leads nowhere: %j', async (property, message) => {
    await deploy({ property })
    const outcome = await red.send('split', ...about('ann'))
    expect(routed(outcome)).toEqual([[], [], [], []])
    expect(errors(outcome)).toMatchObject([{ code: 'no-person', message: expect.stringContaining(message) }])
  })

  test('may have a number as ID, of any size', async () => {
    const outcome = await red.send('split', ...about(42, 42n, -1))
    expect(routed(outcome)[2]).toEqual([42, 42n, -1])
  })
})

test.each<[string, object]>([
  ['topic', { topic: 'ann' }],
  ['msg.payload', { payload: 'ann' }],
  ['req.params["person id"]', { req: { params: { 'person id': 'ann' } } }],
  ['payload[0].id', { payload: [{ id: 'ann' }, { id: 'bob' }] }],
  ['people[msg.which]', { which: 'first', people: { first: 'ann' } }],
])('the ID may be anywhere: %s', async (property, message) => {
  await deploy({ property })
  expect((await red.send('split', message)).reached(sink(0))).toEqual([expect.objectContaining(message)])
})

describe('a list of people', () => {
  test('is divided: each output has those who take it, in their order', async () => {
    await deploy()
    const payload = ['cy', 'ann', 'bob', 'ann'].map((id, place) => ({ id, place }))
    const outcome = await red.send('split', { payload, topic: 'x' })
    const [vip, west, others] = [0, 1, 2].map((output) => outcome.reached(sink(output)))
    expect(vip).toEqual([
      {
        payload: [
          { id: 'ann', place: 1 },
          { id: 'ann', place: 3 },
        ],
        topic: 'x',
        _msgid: expect.any(String),
      },
    ])
    expect(west).toMatchObject([{ payload: [{ id: 'bob', place: 2 }], topic: 'x' }])
    expect(others).toMatchObject([{ payload: [{ id: 'cy', place: 0 }], topic: 'x' }])
    expect(payload).toHaveLength(4)
  })

  test.each([
    ['payload', { payload: ['ann', 'cy'] }, { payload: ['ann'] }],
    [
      'payload.people.id',
      { payload: { day: 1, people: [{ id: 'ann' }, { id: 'cy' }] } },
      { payload: { day: 1, people: [{ id: 'ann' }] } },
    ],
    ['payload[1].id', { payload: [1, { id: 'ann' }] }, { payload: [1, { id: 'ann' }] }],
    ['rows[0].people', { rows: [{ people: ['ann', 'cy'] }, 2] }, { rows: [{ people: ['ann'] }, 2] }],
  ])('may be anywhere on the way to the ID: msg.%s', async (property, message, left) => {
    await deploy({ property })
    expect((await red.send('split', message)).reached(sink(0))).toEqual([
      { ...left, _msgid: expect.any(String) },
    ])
  })

  test('is routed as a whole or not at all', async () => {
    await deploy()
    const outcome = await red.send(
      'split',
      { payload: [{ id: 'ann' }, { id: '' }] },
      { payload: [[{ id: 'ann' }]] },
    )
    expect(routed(outcome)).toEqual([[], [], [], []])
    expect(errors(outcome).map(({ message }) => message)).toEqual([
      expect.stringContaining('found empty text in msg.payload.id of person 1 of the list'),
      expect.stringContaining('found nothing in msg.payload.id of person 0 of the list'),
    ])
  })

  test('that is empty leads nowhere, and is no error', async () => {
    await deploy()
    const outcome = await red.send('split', { payload: [] })
    expect(routed(outcome)).toEqual([[], [], [], []])
    expect(errors(outcome)).toEqual([])
  })

  test('of more people than the service takes at once is asked for in turn, at one instant', async () => {
    await deploy({ decision: 'decisions' })
    const payload = Array.from({ length: 10_001 }, (_, i) => ({ id: crowd[i % crowd.length] }))
    const before = service.requests.length
    const outcome = await red.send('split', { payload })
    expect(service.requests.length - before).toBe(2)
    const left = [1, 2].flatMap((output) => outcome.reached(sink(output)))
    expect(left.flatMap((message) => message['payload'])).toHaveLength(10_001)
    const decisions = left.flatMap((message) => message['decisions'] as { at: string }[])
    expect(decisions).toHaveLength(10_001)
    expect(new Set(decisions.map(({ at }) => at)).size).toBe(1)
  })
})

describe('messages that come together are one question', () => {
  test.each([200, 1_000])('%i of them', async (many) => {
    await deploy()
    const before = service.requests.length
    const people = crowd.slice(0, many)
    const count = await asked(async () => {
      const outcome = await red.send('split', ...about(...people))
      expect(routed(outcome)).toEqual([
        [],
        people.filter((_, i) => i % 10 === 0),
        people.filter((_, i) => i % 10 !== 0),
        [],
      ])
    })
    expect(count).toBe(1)
    expect(service.requests.length - before).toBe(1)
  })

  test('not more than are to be asked for at once, in the order in which they came', async () => {
    await deploy({ most: 100, decision: 'decision' })
    const before = service.requests.length
    const outcome = await red.send('split', ...about(...crowd.slice(0, 950)))
    expect(service.requests.length - before).toBe(10)
    const left = ids(outcome.reached(sink(2)))
    expect(left).toEqual(crowd.slice(0, 950).filter((_, i) => i % 10 !== 0))
  })

  test('who comes while the service is asked waits for the next question', async () => {
    const held: { readonly subjects: readonly string[]; readonly answer: () => void }[] = []
    await using slow = await openStranger(async (request, response) => {
      const { subjects } = JSON.parse(await text(request)) as { subjects: string[] }
      const decisions = subjects.map((subject) => ({ subject, branch: 'vip', reason: 'segment', at: '' }))
      const answer = (): void => always(200, { decisions })(request, response)
      if (subjects.length === 0) answer()
      else held.push({ subjects, answer })
    })
    await red.deploy([serviceNode({ url: slow.url, key: service.key }), ...splitTab({ branches, wait: 0 })])
    const sent = [red.send('split', ...about('a'))]
    await until(() => held.length === 1, 'the service was asked')
    for (const id of ['b', 'c', 'd']) {
      sent.push(red.send('split', ...about(id)))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(held.map(({ subjects }) => subjects)).toEqual([['a']])
    held[0]!.answer()
    await until(() => held.length === 2, 'the service was asked again')
    expect(held[1]!.subjects).toEqual(['b', 'c', 'd'])
    held[1]!.answer()
    await Promise.all(sent)
    expect(ids(red.reached(sink(0)).slice(-4))).toEqual(['a', 'b', 'c', 'd'])
  })

  test('lists and single people, each with its own', async () => {
    await deploy()
    const outcome = await red.send(
      'split',
      ...about('ann'),
      { payload: [{ id: 'bob' }, { id: 'ann' }] },
      ...about('cy'),
    )
    expect(outcome.reached(sink(0)).map(({ payload }) => payload)).toEqual([{ id: 'ann' }, [{ id: 'ann' }]])
    expect(outcome.reached(sink(1)).map(({ payload }) => payload)).toEqual([[{ id: 'bob' }]])
  })
})

test('two flows with the same service do not meet each other', async () => {
  await red.deploy([
    serviceNode(service),
    ...splitTab({ branches }),
    ...splitTab({ branches: [bySegment('west')] }, ' b'),
  ])
  const [one, other] = await Promise.all([
    red.send('split', ...about('ann', 'cy', 'bob')),
    red.send('split b', ...about('ann', 'cy', 'bob')),
  ])
  expect(routed(one)).toEqual([['ann'], ['bob'], ['cy'], []])
  expect([0, 1].map((output) => ids(other.reached(sink(output, ' b'))))).toEqual([['ann', 'bob'], ['cy']])
})

describe('people not found', () => {
  const send = () => red.send('split', ...about('ann', 'nobody', 'cy'))

  test('take a branch of their own, by an output after everyone else', async () => {
    await deploy({ missing: 'branch', missingBranch: 'strangers', outputs: 4, decision: 'decision' })
    const outcome = await send()
    expect(routed(outcome)).toEqual([['ann'], [], ['cy'], ['nobody']])
    expect(outcome.reached(sink(3))).toMatchObject([
      { decision: { branch: 'strangers', reason: 'not-found' } },
    ])
  })

  test('take the branch of others', async () => {
    await deploy({ missing: 'branch', missingBranch: 'west' })
    expect(routed(await send())).toEqual([['ann'], ['nobody'], ['cy'], []])
  })

  test('are an error of their own message, or of the list that they are in', async () => {
    await deploy({ missing: 'error' })
    const outcome = await send()
    expect(routed(outcome)).toEqual([['ann'], [], ['cy'], []])
    expect(errors(outcome)).toMatchObject([
      { code: 'person-not-found', message: expect.stringContaining("does not know the person 'nobody'") },
    ])
    expect(routed(await red.send('split', { payload: [{ id: 'ann' }, { id: 'nobody' }] }))).toEqual([
      [],
      [],
      [],
      [],
    ])
  })
})

test('shares are those of the salt, also in another flow', async () => {
  const shares = { branches: [byPercent(50), bySegment('west')], salt: 'spring' }
  await deploy(shares)
  const half = routed(await red.send('split', ...about(...crowd)))[0]!
  expect(half.length).toBeGreaterThan(400)
  await deploy({ ...shares, branches: [byPercent(50, 'half')] })
  expect(routed(await red.send('split', ...about(...crowd)))[0]).toEqual(half)
  await deploy({ ...shares, salt: 'autumn' })
  expect(routed(await red.send('split', ...about(...crowd)))[0]).not.toEqual(half)
})

test('the node says below itself what it does', async () => {
  await deploy()
  const before = red.statuses('split').length
  await red.send('split', ...about('ann', 'bob'), ...about(undefined))
  expect(red.statuses('split').slice(before)).toEqual([
    expect.stringContaining('found nothing in msg.payload.id'),
    'asking 2',
    '2 asked',
  ])
})
