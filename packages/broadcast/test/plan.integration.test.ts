import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { defineBroadcast } from '../src/index.ts'
import { openCrm, person, schema, segments } from './crm.ts'

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  const news = (settings: object = {}) =>
    defineBroadcast(schema, {
      key: 'news',
      audience: { include: { vip: segments.vip, pro: segments.pro }, exclude: { churned: segments.churned } },
      address: 'email',
      ...settings,
    })

  test('everybody who is meant is counted once, by the first reason that holds', async () => {
    const crm = await openCrm(
      backend,
      person('ann', { plan: 'pro' }, 'vip'),
      person('bob', { plan: 'pro' }),
      person('cid', {}, 'vip', 'churned'),
      person('dan', { plan: 'pro', email: null }),
      person('eve', { plan: 'pro', email: 'eve at home' }),
      person('fay', { plan: 'pro', email: ' ANN@example.com ' }),
      person('gus', { plan: 'free' }),
      person('hal', { plan: 'free', email: 'Bob@Example.com' }, 'churned'),
    )
    const plan = await crm.broadcasts.plan(news())
    expect(plan).toMatchObject({
      considered: 6,
      toSend: 1,
      included: { vip: 2, pro: 5 },
      excluded: { churned: 2 },
      samples: {
        toSend: ['ann'],
        excluded: ['bob', 'cid'],
        duplicate: ['fay'],
        'no-address': ['dan'],
        'bad-address': ['eve'],
      },
    })
    await crm.close()
  })
})
