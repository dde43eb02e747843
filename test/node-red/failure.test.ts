import { serve } from '@segmentry/flow/http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Opened, openService, type Service, serviceOf } from '../setup/service.ts'
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

// A failure is never a branch: who could not be asked about goes nowhere but to a Catch node.

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

const branches = [bySegment('vip'), bySegment('west')]
const everybody = ['ann', 'bob', 'cy']
const nobody = [[], [], [], []]

const deploy = (
  setting: Partial<SplitSetting> = {},
  of: Service = service,
  more: object = {},
): Promise<void> => red.deploy([serviceNode(of, more), ...splitTab({ branches, ...setting })])

const routed = (outcome: Outcome) => [0, 1, 2, 3].map((output) => ids(outcome.reached(sink(output))))
const errors = (outcome: Outcome) =>
  outcome.reached(caught()).map(({ error }) => {
    const { message, code, cause } = error as { message: string; code: string; cause: { retryable: boolean } }
    return { message, code, retryable: cause.retryable }
  })
const status = () => red.statuses('split').at(-1)

/** What a Catch node is told, once for each of three people. */
async function refused(of?: Service, setting?: Partial<SplitSetting>, more?: object) {
  const before = red.statuses('split').length
  await deploy(setting, of, more)
  await until(
    () =>
      red
        .statuses('split')
        .slice(before)
        .some((text) => text !== ''),
    'the node said something',
  )
  const deployed = status()
  const outcome = await red.send('split', ...about(...everybody))
  expect(routed(outcome)).toEqual(nobody)
  expect(ids(outcome.reached(caught()))).toEqual(everybody)
  const [first, ...others] = errors(outcome)
  expect(others).toEqual([first, first])
  expect(first!.message).toContain(status())
  // Whoever deploys has seen it before anybody came.
  expect(status()).toBe(deployed)
  return first!
}

describe('the service', () => {
  test('is away', async () => {
    const { url, ...gone } = await openStranger(always(200, {}))
    await gone[Symbol.asyncDispose]()
    expect(await refused({ url, key: 'k' })).toEqual({
      message: `SegmentryError: no answer of ${url}/split: connect ECONNREFUSED ${url.slice('http://'.length)}`,
      code: 'unavailable',
      retryable: true,
    })
  })

  test.each(['', 'segments.example.com', 'ftp://127.0.0.1', 'http://'])('is at no URL: %j', async (url) => {
    expect(await refused({ url, key: 'k' })).toEqual({
      message: `SegmentryError: found '${url}' as the URL of the service, expected one such as https://segments.example.com`,
      code: 'not-configured',
      retryable: false,
    })
  })

  test('does not know the key, which nobody is shown', async () => {
    const error = await refused({ url: service.url, key: 'a-key-that-nobody-knows' })
    expect(error).toMatchObject({ code: 'unauthorized', retryable: false })
    expect(error.message).toContain('found a key that is not known')
    const outcome = await red.send('split', ...about('ann'))
    expect(JSON.stringify(outcome.reached(caught()))).not.toContain('a-key-that-nobody-knows')
  })

  test('is not chosen', async () => {
    expect(await refused(service, { service: '' })).toEqual({
      message: 'SegmentryError: found no service, expected one to be chosen',
      code: 'not-configured',
      retryable: false,
    })
  })

  test('does not answer in time', async () => {
    await using stranger = await openStranger(() => undefined)
    expect(await refused({ url: stranger.url, key: 'k' }, {}, { timeout: 0.2 })).toEqual({
      message: `SegmentryError: no answer of ${stranger.url}/split in 0.2 s`,
      code: 'timeout',
      retryable: true,
    })
  })

  test.each<[string, number, unknown, string]>([
    ['fails', 500, 'oops', 'found the status 500 without what a segment service says'],
    [
      'is another one',
      404,
      '<html>not here</html>',
      'found the status 404 without what a segment service says',
    ],
    ['is a page', 200, 'hello', 'found the status 200 without what a segment service says'],
    ['says nothing', 200, null, 'found the status 200 without what a segment service says'],
    ['refuses in its own way', 400, { code: 'x', detail: 'y', issues: [1] }, 'found the status 400 without'],
  ])('%s', async (_, code, body, message) => {
    await using stranger = await openStranger(always(code, body))
    const error = await refused({ url: stranger.url, key: 'k' })
    expect(error).toMatchObject({ code: 'unavailable', retryable: code === 500 })
    expect(error.message).toContain(message)
  })

  const ann = { subject: 'ann', branch: 'vip', reason: 'segment' }
  test.each<[string, unknown]>([
    ['says nothing of decisions', undefined],
    ['says something else of them', 'soon'],
    ['says nothing of people', [null, null, null]],
    ['forgets people', [ann]],
    ['mixes people up', [ann, ann, ann]],
    ['invents branches', everybody.map((subject) => ({ ...ann, subject, branch: 'gold' }))],
  ])('%s', async (_, decisions) => {
    await using stranger = await openStranger(always(200, { decisions }))
    await deploy({}, { url: stranger.url, key: 'k' })
    const outcome = await red.send('split', ...about(...everybody))
    expect(routed(outcome)).toEqual(nobody)
    expect(errors(outcome)[2]).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('did not decide for each of 3 people'),
    })
  })

  test('goes away and comes back', async () => {
    const { service: ours, key } = serviceOf()
    const first = await serve(ours, { port: 0 })
    const port = Number(new URL(first.url).port)
    await deploy({}, { url: first.url, key })
    const send = () => red.send('split', ...about(...everybody))
    expect(routed(await send())).toEqual([['ann'], ['bob'], ['cy'], []])
    await first.close()
    expect(errors(await send())).toMatchObject([
      { code: 'unavailable' },
      { code: 'unavailable' },
      { code: 'unavailable' },
    ])
    const again = serviceOf()
    await using _ = await serve(again.service, { port })
    expect(routed(await send())).toEqual([['ann'], ['bob'], ['cy'], []])
    expect(status()).toBe('3 asked')
  })

  test('that does not answer holds up nobody for longer than twice its time', async () => {
    await using stranger = await openStranger(() => undefined)
    await deploy({ most: 10 }, { url: stranger.url, key: 'k' }, { timeout: 0.3 })
    const before = performance.now()
    const outcome = await red.send('split', ...about(...Array.from({ length: 100 }, (_, i) => `p${i}`)))
    expect(performance.now() - before).toBeLessThan(900)
    expect(errors(outcome).map(({ code }) => code)).toEqual(Array.from({ length: 100 }, () => 'timeout'))
  })
})

test.each([0, -1, '', 'soon', 1e9])(
  'a timeout that cannot be is ten seconds, or a day: %j',
  async (timeout) => {
    await deploy({}, service, { timeout })
    expect(routed(await red.send('split', ...about(...everybody)))).toEqual([['ann'], ['bob'], ['cy'], []])
  },
)

describe('a form that no service can follow', () => {
  test.each<[string, Partial<SplitSetting>, string, string]>([
    [
      'a segment that was removed',
      { branches: [bySegment('wset')] },
      'unknown-segment',
      "unknown segment 'wset' - did you mean 'west'?",
    ],
    ['no branches', { branches: [] }, 'bad-request', 'found no branches, expected at least one'],
    ['a branch without a segment', { branches: [bySegment('')] }, 'bad-request', 'branches.0'],
    ['a percentage without a salt', { branches: [byPercent(50)] }, 'bad-request', 'no salt'],
    [
      'more than everybody',
      { branches: [byPercent(60), byPercent(40.01)], salt: 's' },
      'bad-request',
      '100.01 %',
    ],
    ['a branch twice', { branches: [bySegment('vip'), bySegment('vip')] }, 'bad-request', "'vip' twice"],
    ['a branch that is everyone else', { otherwise: 'vip' }, 'bad-request', "'vip' twice"],
    ['a clock that is none', { at: 'yesterday' }, 'bad-request', 'at at'],
    [
      'an output too few, as in a flow that was written by hand',
      { outputs: 2 },
      'not-configured',
      'found 2 outputs for 3 branches: open it, and press Done',
    ],
    ['no property', { property: undefined }, 'not-configured', 'found a node that lacks something'],
    [
      'a row that is none',
      { branches: [null as never] },
      'not-configured',
      'found a node that lacks something',
    ],
  ])('%s', async (_, setting, code, message) => {
    const error = await refused(service, setting)
    expect(error).toMatchObject({ code, retryable: false })
    expect(error.message).toContain(message)
  })
})

test('without a Catch node, what failed is in the log, and without a stack', async () => {
  const nodes = splitTab({ branches: [bySegment('wset')] }).filter(({ type }) => type !== 'catch')
  await red.deploy([serviceNode(service), ...nodes])
  const before = red.log.length
  await red.send('split', ...about('ann'))
  expect(red.log.slice(before).join('\n')).toContain("SegmentryError: unknown segment 'wset'")
  expect(red.log.slice(before).join('\n')).not.toContain('.js:')
})
