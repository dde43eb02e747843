import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Opened, openService } from '../setup/service.ts'
import { openStranger, type Stranger } from '../setup/stranger.ts'
import { about, bySegment, caught, ids, serviceNode, sink, splitTab } from './flow.ts'
import { type Deployment, type NodeRed, openNodeRed, until } from './harness.ts'

// Nobody is lost without a word when a node stops: who has no answer yet fails.

let service: Opened
let red: NodeRed
let slow: Stranger
let waiting: (() => void)[] = []
beforeAll(async () => {
  service = await openService()
  red = await openNodeRed()
  slow = await openStranger((request, response) => {
    request.resume()
    waiting.push(() => {
      const decisions = [{ subject: 'ann', branch: 'vip', reason: 'segment', at: '' }]
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ decisions }))
    })
  })
})
afterAll(async () => {
  await slow[Symbol.asyncDispose]()
  await red[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

const branches = [bySegment('vip')]
const nodes = (url: string, name = '', wait = 0) => [
  serviceNode({ url, key: service.key }),
  ...splitTab({ branches, name, wait }),
]
const stops = ['Stopped with 1 messages that had no answer yet: they have failed']

describe.each<Deployment>(['full', 'flows', 'nodes'])('a deployment of %s', (how) => {
  beforeEach(async () => {
    waiting = []
    await red.deploy(nodes(slow.url))
    await until(() => waiting.length === 1, 'the deployment had asked')
  })

  test('while the service is asked', async () => {
    const [log, reached, failed] = [red.log.length, red.reached(sink(0)).length, red.reached(caught()).length]
    red.begin('split', ...about('ann'))
    await until(() => waiting.length === 2, 'the service was asked')
    const before = performance.now()
    await red.deploy(nodes(slow.url, 'changed'), how)
    expect(performance.now() - before).toBeLessThan(2_000)
    expect(red.log.slice(log)).toEqual(stops)
    // An answer that comes late is nobody's.
    for (const answer of waiting.splice(0)) answer()
    await red.deploy(nodes(service.url, 'changed again'), how)
    expect(red.reached(sink(0)).slice(reached)).toEqual([])
    // Where only the node itself is started anew, its Catch node runs on and has told.
    const told = red.reached(caught()).slice(failed)
    if (how === 'nodes')
      expect(told.map(({ error }) => (error as { code: string }).code)).toEqual(['stopped'])

    expect(ids((await red.send('split', ...about('ann'))).reached(sink(0)))).toEqual(['ann'])
  })

  test('while somebody waits for others', async () => {
    await red.deploy(nodes(slow.url, '', 60_000))
    const [log, requests] = [red.log.length, waiting.length]
    red.begin('split', ...about('ann'))
    await red.deploy(nodes(service.url, 'changed'), how)
    expect(red.log.slice(log)).toEqual(stops)
    expect(waiting.length).toBeLessThanOrEqual(requests + 1)
    expect(ids((await red.send('split', ...about('ann'))).reached(sink(0)))).toEqual(['ann'])
  })
})

test('a stop with nobody waiting says nothing', async () => {
  await red.deploy(nodes(service.url))
  const log = red.log.length
  await red.deploy(nodes(service.url, 'changed'))
  await red.deploy([])
  expect(red.log.slice(log)).toEqual([])
})
