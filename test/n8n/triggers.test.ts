import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describedNode } from './harness.ts'
import { deliver, type Live, openLive, signatureOf } from './live.ts'
import { type Listening, listening, polling } from './trigger.ts'

let live: Live
beforeEach(async () => void (live = await openLive()))
afterEach(() => live[Symbol.asyncDispose]())

const vipEntered = { segment: 'vip', event: 'entered' }
const movedPeople = (found: readonly unknown[] | null) => found?.map((item) => (item as { id: string }).id)

describe('the polling trigger', () => {
  test('begins with what happens from the first look on, and finds each movement once', async () => {
    live.movements.move('entered', 'vip', 'long ago')
    const { look } = polling(live, vipEntered)
    expect(await look()).toBeNull()
    live.movements.move('entered', 'vip', 'ann', 'bob')
    live.movements.move('left', 'vip', 'cy')
    live.movements.move('entered', 'west', 'dot')
    expect(await look()).toEqual([
      {
        id: 'ann',
        segment: 'vip',
        event: 'entered',
        at: '2026-11-24T00:00:00.000Z',
        transition: 'vip:ann:1',
      },
      {
        id: 'bob',
        segment: 'vip',
        event: 'entered',
        at: '2026-11-24T00:00:00.000Z',
        transition: 'vip:bob:2',
      },
    ])
    expect(await look()).toBeNull()
  })

  test('watches for those who left', async () => {
    const { look } = polling(live, { segment: 'vip', event: 'left' })
    await look()
    live.movements.move('entered', 'vip', 'ann')
    live.movements.move('left', 'vip', 'bob')
    expect(movedPeople(await look())).toEqual(['bob'])
  })

  test('reads all pages at one look, and leaves what is more than ten thousand to the next', async () => {
    const { look } = polling(live, vipEntered)
    await look()
    const many = Array.from({ length: 10_700 }, (_, i) => `p${i}`)
    live.movements.move('entered', 'vip', ...many)
    const looks = [await look(), await look(), await look()]
    expect(looks.map((found) => found?.length)).toEqual([10_000, 700, undefined])
    expect(looks.flatMap((found) => movedPeople(found) ?? [])).toEqual(many)
  })

  test('loses nothing when the service is away at one look', async () => {
    const service = { url: live.url, key: live.key }
    const { look } = polling(service, vipEntered)
    await look()
    live.movements.move('entered', 'vip', 'ann')
    service.key = 'a-key-that-nobody-knows'
    await expect(look()).rejects.toThrow('found a key that is not known')
    service.key = live.key
    expect(movedPeople(await look())).toEqual(['ann'])
  })

  test('takes a look again from its beginning when it failed between two pages', async () => {
    const { look } = polling(live, vipEntered)
    await look()
    const people = Array.from({ length: 600 }, (_, i) => `p${i}`)
    live.movements.move('entered', 'vip', ...people)
    const { movements } = live
    const read = movements.transitions.bind(movements)
    let pages = 0
    movements.transitions = (query) => {
      pages += 1
      return pages === 2 ? Promise.reject(new Error('the database went away')) : read(query)
    }
    await expect(look()).rejects.toMatchObject({ httpCode: '503' })
    expect(movedPeople(await look())).toEqual(people)
  })

  test('begins anew when it is told to watch another segment', async () => {
    const { look, watch } = polling(live, vipEntered)
    await look()
    live.movements.move('entered', 'west', 'ann')
    watch({ segment: 'west' })
    expect(await look()).toBeNull()
    live.movements.move('entered', 'west', 'bob')
    expect(movedPeople(await look())).toEqual(['bob'])
  })

  test('says which segment there is not', async () => {
    const { look } = polling(live, { segment: 'wset', event: 'entered' })
    await expect(look()).rejects.toMatchObject({
      message: "unknown segment 'wset' - did you mean 'west'?",
      context: { code: 'unknown-segment' },
    })
  })

  test('asks when it is to look, as other polling nodes do', () => {
    expect(describedNode('segmentPollingTrigger').properties.map(({ name }) => name)).toContain('pollTimes')
  })
})

describe('the trigger', () => {
  const entered = (...subjects: readonly string[]): string =>
    JSON.stringify({
      ...vipEntered,
      transitions: subjects.map((subject, i) => ({ id: `t${i}`, subject, at: '2026-11-24T00:00:00.000Z' })),
    })

  const subscribed = async (): Promise<[Listening, Parameters<typeof deliver>[0]]> => {
    const trigger = await listening(live, vipEntered)
    await trigger.create()
    return [trigger, [...live.subscriptions.values()][0]!]
  }

  test('subscribes when the workflow is switched on, and once', async () => {
    await using trigger = await listening(live, vipEntered)
    expect(await trigger.checkExists()).toBe(false)
    expect(await trigger.create()).toBe(true)
    expect(await trigger.checkExists()).toBe(true)
    expect([...live.subscriptions.values()]).toEqual([
      {
        ...vipEntered,
        url: `${trigger.url}/webhook/a-hook/segment`,
        secret: expect.stringMatching(/^whsec_.{44}$/),
      },
    ])
  })

  test('subscribes again when it watches something else, or when the service has forgotten it', async () => {
    await using trigger = await listening(live, vipEntered)
    await trigger.create()
    trigger.watch({ event: 'left' })
    expect(await trigger.checkExists()).toBe(false)
    trigger.watch({ event: 'entered' })
    expect(await trigger.checkExists()).toBe(true)
    live.subscriptions.clear()
    expect(await trigger.checkExists()).toBe(false)
  })

  test('ends its subscription when the workflow is switched off, also one that is gone already', async () => {
    await using trigger = await listening(live, vipEntered)
    await trigger.create()
    expect(await trigger.delete()).toBe(true)
    expect(live.subscriptions.size).toBe(0)
    expect(trigger.memory).toEqual({})
    await trigger.create()
    live.subscriptions.clear()
    expect(await trigger.delete()).toBe(true)
  })

  test('is not switched on, and not off, when the service refuses', async () => {
    await using stranger = await listening({ url: live.url, key: 'a-key-that-nobody-knows' }, vipEntered)
    await expect(stranger.create()).rejects.toMatchObject({ httpCode: '401' })
    expect(stranger.memory).toEqual({})
  })

  test('starts one workflow for all people of a delivery', async () => {
    const [trigger, subscription] = await subscribed()
    const response = await deliver(subscription, entered('ann', 'bob'))
    expect(response.status).toBe(200)
    expect(trigger.started.map((items) => items.map(({ json }) => json))).toEqual([
      [
        { id: 'ann', segment: 'vip', event: 'entered', at: '2026-11-24T00:00:00.000Z', transition: 't0' },
        { id: 'bob', segment: 'vip', event: 'entered', at: '2026-11-24T00:00:00.000Z', transition: 't1' },
      ],
    ])
    await trigger[Symbol.asyncDispose]()
  })

  test('takes one of several signatures, as when a secret is changed', async () => {
    const [trigger, subscription] = await subscribed()
    const signature = signatureOf(subscription.secret, entered('ann'))
    const headers = { 'webhook-signature': `v1,bm90IHRoaXMgb25l v2,xxx ${signature}` }
    expect((await deliver(subscription, entered('ann'), { headers })).status).toBe(200)
    await trigger[Symbol.asyncDispose]()
  })

  test.each<[string, Parameters<typeof deliver>[2]]>([
    ['signed with another secret', { secret: `whsec_${'A'.repeat(44)}` }],
    ['not signed', { headers: { 'webhook-signature': '' } }],
    ['signed in another way', { headers: { 'webhook-signature': 'v1a,AAAA' } }],
    ['with another id than was signed', { headers: { 'webhook-id': 'msg_2' } }],
    ['recorded ten minutes ago', { secondsAgo: 600 }],
    ['from the future', { secondsAgo: -600 }],
    ['without a time', { headers: { 'webhook-timestamp': 'now' } }],
  ])('answers 401 to a delivery %s, and starts nothing', async (_, signing) => {
    const [trigger, subscription] = await subscribed()
    expect((await deliver(subscription, entered('ann'), signing)).status).toBe(401)
    expect(trigger.started).toEqual([])
    await trigger[Symbol.asyncDispose]()
  })

  test('answers 401 when it is not subscribed', async () => {
    const [trigger, subscription] = await subscribed()
    await trigger.delete()
    expect((await deliver(subscription, entered('ann'))).status).toBe(401)
    await trigger[Symbol.asyncDispose]()
  })

  test('answers 400 to what is signed and says nothing of people', async () => {
    const [trigger, subscription] = await subscribed()
    expect((await deliver(subscription, '{}')).status).toBe(400)
    expect(trigger.started).toEqual([])
    await trigger[Symbol.asyncDispose]()
  })
})
