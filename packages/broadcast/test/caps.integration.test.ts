import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { type BroadcastSettings, defineBroadcast } from '../src/index.ts'
import { openCrm, person, schema, segments } from './crm.ts'
import { gate, sendsAll } from './transports.ts'

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  const broadcast = (key: string, settings: Partial<BroadcastSettings> = {}) =>
    defineBroadcast(schema, {
      key,
      audience: { include: { everyone: segments.everyone } },
      address: 'email',
      ...(settings as object),
    })
  const cap = { caps: [{ atMost: 1, within: '1 day' }] } as const

  test('an address is written to as often as a cap allows, over all broadcasts of a channel', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    const { broadcasts } = crm
    const transport = sendsAll()
    const vip = defineBroadcast(schema, {
      key: 'one',
      audience: { include: { vip: segments.vip } },
      address: 'email',
    })
    await crm.add(person('cid', {}, 'vip'))
    await (
      await broadcasts.send(vip, { transport, confirm: 1 })
    ).finished
    const second = await broadcasts.plan(broadcast('two', cap))
    expect([second.toSend, second.samples.capped]).toEqual([2, ['cid']])
    const other = await broadcasts.plan(broadcast('three', { ...cap, channel: 'push' }))
    expect(other.toSend).toBe(3)
    const twice = await broadcasts.plan(broadcast('four', { caps: [{ atMost: 2, within: '1 day' }] }))
    expect(twice.toSend).toBe(3)
    await crm.close()
  })

  test('what another broadcast has sent since the plan counts at hand-over', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    const { broadcasts } = crm
    const held = gate()
    const slow = await broadcasts.send(broadcast('slow', cap), { transport: held.transport, confirm: 2 })
    await held.reached(1)
    await (
      await broadcasts.send(broadcast('quick'), { transport: sendsAll(), confirm: 2 })
    ).finished
    held.open()
    const progress = await slow.finished
    expect(progress).toMatchObject({ sent: 1, skipped: 1 })
    const rows = await Promise.all(['ann', 'bob'].map((one) => broadcasts.recipient('slow', one)))
    expect(new Set(rows.map((row) => row?.reason))).toEqual(new Set(['capped', undefined]))
    await crm.close()
  })

  test('the last place below a cap is that of the broadcast with the higher priority', async () => {
    const crm = await openCrm(backend, person('ann'))
    const { broadcasts } = crm
    const held = gate()
    const urgent = broadcast('urgent', {
      ...cap,
      priority: 10,
      time: { otherwise: 'UTC', at: '00:00', on: '2100-01-01' },
    })
    const first = await broadcasts.send(urgent, { transport: held.transport, confirm: 1 })
    const plan = await broadcasts.plan(broadcast('news', cap))
    expect(plan.leftOut).toMatchObject({ outranked: 1, capped: 0 })
    expect((await broadcasts.plan(broadcast('urgent-too', { ...cap, priority: 10 }))).toSend).toBe(1)
    await first.stop()
    await broadcasts.cancel('urgent')
    expect((await broadcasts.plan(broadcast('news', cap))).toSend).toBe(1)
    await crm.close()
  })
})
