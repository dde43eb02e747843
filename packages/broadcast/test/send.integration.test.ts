import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { type BroadcastSettings, defineBroadcast, type Outcome, type Transport } from '../src/index.ts'
import { openCrm, person, schema, segments } from './crm.ts'
import { answers, gate, sendsAll } from './transports.ts'

const failed = (kind: 'retry' | 'recipient' | 'sender' | 'unknown', more: object = {}): Outcome => ({
  status: 'failed',
  class: kind,
  reason: `it is ${kind}`,
  ...more,
})
const quick = { first: '1 second', longest: '1 second' } as const

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  const news = (settings: Partial<BroadcastSettings> = {}) =>
    defineBroadcast(schema, {
      key: 'news',
      audience: { include: { everyone: segments.everyone } },
      address: 'email',
      ...(settings as object),
    })
  const crowd = (size: number) => Array.from({ length: size }, (_, i) => person(`p${i}`))

  test('everybody is sent one message, by any number of workers', async () => {
    const people = crowd(400)
    const crm = await openCrm(backend, ...people)
    const transport = sendsAll({ batch: 3, concurrency: 2 })
    const sendings = await Promise.all(
      [1, 2, 3].map(() => crm.broadcasts.send(news(), { transport, confirm: 400 })),
    )
    const ends = await Promise.all(sendings.map(({ finished }) => finished))
    expect(ends[0]).toMatchObject({ state: 'done', people: 400, sent: 400, pending: 0, inHand: 0 })
    expect(transport.seen.map((one) => one.person).toSorted()).toEqual(people.map(({ id }) => id).toSorted())
    expect(new Set(transport.seen.map(({ key }) => key)).size).toBe(400)
    expect(await crm.broadcasts.recipient('news', 'p7')).toMatchObject({
      status: 'sent',
      message: 'id-p7',
      address: 'p7@example.com',
      attempts: [],
    })
    await crm.close()
  })

  test('progress adds up, and ends with the end', async () => {
    const crm = await openCrm(backend, ...crowd(5))
    const held = gate()
    const sending = await crm.broadcasts.send(news(), { transport: held.transport, confirm: 5 })
    const states: string[] = []
    for await (const { state, people, pending, inHand, sent } of sending) {
      expect(pending + inHand + sent).toBe(people)
      states.push(state)
      held.open()
    }
    expect([states[0], states.at(-1)]).toEqual(['sending', 'done'])
    await crm.close()
  })

  test('what may pass is tried again later, and each attempt is kept', async () => {
    const crm = await openCrm(backend, person('ann'))
    const transport = answers((_, time) => (time < 3 ? failed('retry', { code: '451' }) : { status: 'sent' }))
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 1, retries: quick })
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 1 })
    const row = await crm.broadcasts.recipient('news', 'ann')
    expect(row?.attempts).toMatchObject([
      { class: 'retry', code: '451', reason: 'it is retry' },
      { class: 'retry' },
    ])
    const [first, second] = row!.attempts.map(({ at }) => Date.parse(at))
    expect(second! - first!).toBeGreaterThanOrEqual(500)
    await crm.close()
  })

  test('what never passes is given up after so many attempts', async () => {
    const crm = await openCrm(backend, person('ann'))
    const transport = answers(() => failed('retry'))
    const sending = await crm.broadcasts.send(news(), {
      transport,
      confirm: 1,
      retries: { ...quick, attempts: 2 },
    })
    expect(await sending.finished).toMatchObject({ state: 'done', failed: 1 })
    expect(transport.seen).toHaveLength(2)
    expect(await crm.broadcasts.recipient('news', 'ann')).toMatchObject({
      status: 'failed',
      reason: 'gave-up',
    })
    await crm.close()
  })

  test('a provider is not asked again before the time it asked for', async () => {
    const crm = await openCrm(backend, person('ann'))
    const transport = answers((_, time) =>
      time === 1 ? failed('retry', { waitMs: 2_000 }) : { status: 'sent' },
    )
    const began = Date.now()
    await (
      await crm.broadcasts.send(news(), { transport, confirm: 1, retries: quick })
    ).finished
    expect(Date.now() - began).toBeGreaterThanOrEqual(2_000)
    await crm.close()
  })

  test('an address that will never work is not written to again, by any broadcast', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    const transport = answers(({ person: one }) => (one === 'ann' ? failed('recipient') : { status: 'sent' }))
    const sending = await crm.broadcasts.send(news({ topic: 'news' }), { transport, confirm: 2 })
    expect(await sending.finished).toMatchObject({ state: 'done', failed: 1, sent: 1 })
    expect(await crm.broadcasts.suppressions('ANN@example.com')).toMatchObject([
      { reason: 'refused', channel: 'email', detail: 'it is recipient' },
    ])
    const plan = await crm.broadcasts.plan(news({ key: 'other', topic: 'tips' }))
    expect([plan.samples.toSend, plan.suppressed]).toEqual([['bob'], { refused: 1 }])
    await crm.close()
  })

  test('when nobody would receive it, the broadcast pauses, and nobody has lost an attempt', async () => {
    const crm = await openCrm(backend, ...crowd(20))
    let isBroken = true
    const transport = answers(() => (isBroken ? failed('sender') : { status: 'sent' }))
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 20, retries: { attempts: 1 } })
    expect(await sending.finished).toMatchObject({
      state: 'paused',
      reason: 'it is sender',
      pending: 20,
      inHand: 0,
    })
    expect(transport.seen).toHaveLength(1)
    isBroken = false
    const still = await crm.broadcasts.send(news(), { transport, confirm: 20 })
    expect(await still.finished).toMatchObject({ state: 'paused', sent: 0 })
    await crm.broadcasts.resume('news')
    const again = await crm.broadcasts.send(news(), { transport, confirm: 20 })
    expect(await again.finished).toMatchObject({ state: 'done', sent: 20 })
    await crm.close()
  })

  test('too many refusals pause it', async () => {
    const crm = await openCrm(backend, ...crowd(300))
    const transport = answers(({ person: one }) =>
      Number(one.slice(1)) % 5 === 0 ? failed('recipient') : { status: 'sent' },
    )
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 300 })
    const progress = await sending.finished
    expect(progress).toMatchObject({ state: 'paused' })
    expect(progress.reason).toMatch(/^2\d % of the messages were refused for good$/)
    expect(progress.pending).toBeGreaterThan(150)
    await crm.close()
  })

  test('of what nobody knows whether it was delivered is named, and sent again only when told', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'), person('cid'))
    const { broadcasts } = crm
    const transport = answers(({ person: one }, time) => {
      if (one === 'ann' && time === 1) return failed('unknown')
      if (one === 'bob' && time === 1) throw new Error('the connection broke')
      return { status: 'sent' }
    })
    const sending = await broadcasts.send(news(), { transport, confirm: 3 })
    expect(await sending.finished).toMatchObject({ state: 'done', unknown: 2, sent: 1 })
    expect(await broadcasts.recipient('news', 'bob')).toMatchObject({
      status: 'unknown',
      detail: 'the connection broke',
    })
    expect(await broadcasts.resolveUnknown('news', 'sent', ['ann'])).toBe(1)
    expect(await broadcasts.resolveUnknown('news', 'resend')).toBe(1)
    const again = await broadcasts.send(news(), { transport, confirm: 3 })
    expect(await again.finished).toMatchObject({ state: 'done', unknown: 0, sent: 3 })
    expect(transport.seen.map((one) => one.person).toSorted()).toEqual(['ann', 'bob', 'bob', 'cid'])
    await crm.close()
  })

  test('a provider that remembers keys is asked again with the same one', async () => {
    const crm = await openCrm(backend, person('ann'))
    const transport = answers((_, time) => (time === 1 ? failed('unknown') : { status: 'sent' }), {
      remembersMs: 3_600_000,
    })
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 1, retries: quick })
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 1, unknown: 0 })
    expect(transport.seen).toHaveLength(2)
    expect(transport.seen[0]!.key).toBe(transport.seen[1]!.key)
    await crm.close()
  })

  test('and is not once it may have forgotten', async () => {
    const crm = await openCrm(backend, person('ann'))
    // A minute of it is kept for its clock.
    const transport = answers(() => failed('unknown'), { remembersMs: 60_000 })
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 1, retries: quick })
    expect(await sending.finished).toMatchObject({ state: 'done', unknown: 1 })
    expect(transport.seen).toHaveLength(1)
    await crm.close()
  })

  test.each([
    ['too few', [{ status: 'sent' }], /answered 1 outcomes, expected 2/],
    [
      'a status that there is not',
      [{ status: 'sender' }, { status: 'sent' }],
      /answered the status 'sender'/,
    ],
    [
      'a class that there is not',
      [{ status: 'failed', class: 'x', reason: '' }, null],
      /answered the class 'x'/,
    ],
    ['nothing', undefined, /answered undefined, expected a list/],
  ])('a transport that tells %s has told nothing', async (_, outcomes, said) => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    const transport = {
      name: 'test',
      batch: 2,
      concurrency: 1,
      bare: true,
      send: () => Promise.resolve(outcomes as never),
    }
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 2 })
    expect(await sending.finished).toMatchObject({
      unknown: 2,
      sent: 0,
      lastFailure: { class: 'unknown', reason: expect.stringMatching(said) as string },
    })
    await crm.close()
  })

  test('a gated transport asks before it delivers, and what it did not ask for was never handed over', async () => {
    const crm = await openCrm(backend, ...crowd(40))
    const states: (string | undefined)[] = []
    const transport: Transport = {
      name: 'gated',
      batch: 1,
      concurrency: 5,
      bare: true,
      gated: true,
      send: async ([message], _, ask) => {
        const before = await crm.broadcasts.recipient('news', message!.person)
        if (!(await ask!(message!))) return [failed('retry')]
        const after = await crm.broadcasts.recipient('news', message!.person)
        states.push(`${before?.status} ${after?.status}`)
        return [{ status: 'sent' }]
      },
    }
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 40 })
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 40 })
    expect(states).toEqual(Array.from({ length: 40 }, () => 'claimed handed'))
    await crm.close()
  })

  test('a gated transport that fails while it waits at the gate tries again', async () => {
    const crm = await openCrm(backend, ...crowd(3))
    const asked: string[] = []
    const transport: Transport = {
      name: 'gated',
      batch: 1,
      concurrency: 3,
      bare: true,
      gated: true,
      send: async ([message], _, ask) => {
        const isFirst = !asked.includes(message!.person)
        asked.push(message!.person)
        const allowed = ask!(message!)
        return isFirst || !(await allowed) ? [failed('retry')] : [{ status: 'sent' }]
      },
    }
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 3, retries: quick })
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 3, inHand: 0 })
    expect(asked).toHaveLength(6)
    await crm.close()
  })

  test('a gated transport is told when a message is not to be delivered any more', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    let delivered = 0
    const transport: Transport = {
      name: 'gated',
      batch: 1,
      concurrency: 2,
      bare: true,
      gated: true,
      send: async ([message], _, ask) => {
        if (message!.person === 'bob') await crm.broadcasts.suppress([{ address: 'bob@example.com' }])
        if (!(await ask!(message!))) return [failed('unknown')]
        delivered += 1
        return [{ status: 'sent' }]
      },
    }
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 2 })
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 1, skipped: 1, unknown: 0 })
    expect(delivered).toBe(1)
    await crm.close()
  })

  test('paused by hand, it waits; stopped, it gives back what it has claimed; cancelled, it is over', async () => {
    const crm = await openCrm(backend, ...crowd(50))
    const { broadcasts } = crm
    const held = gate()
    const sending = await broadcasts.send(news(), { transport: held.transport, confirm: 50 })
    await held.reached(1)
    await broadcasts.pause('news', 'a typo')
    held.open()
    expect(await sending.finished).toMatchObject({ state: 'paused', reason: 'a typo', inHand: 0 })
    await broadcasts.resume('news')
    const slow = gate()
    const second = await broadcasts.send(news(), { transport: slow.transport, confirm: 50 })
    await slow.reached(1)
    const stopped = second.stop()
    slow.open()
    expect(await stopped).toMatchObject({ state: 'sending', inHand: 0 })
    expect(await broadcasts.cancel('news')).toMatchObject({ state: 'cancelled' })
    const third = await broadcasts.send(news(), { transport: sendsAll(), confirm: 50 })
    expect(await third.finished).toMatchObject({ state: 'cancelled' })
    await expect(broadcasts.resume('news')).rejects.toMatchObject({ code: 'wrong-state' })
    await crm.close()
  })

  test('an address that was suppressed since is left out at hand-over', async () => {
    const crm = await openCrm(backend, person('ann'), person('bob'))
    const { broadcasts } = crm
    const held = gate()
    const sending = await broadcasts.send(news({ topic: 'news' }), { transport: held.transport, confirm: 2 })
    await held.reached(1)
    await broadcasts.suppress([{ address: 'Bob@example.com ', topic: 'news', reason: 'unsubscribed' }])
    held.open()
    expect(await sending.finished).toMatchObject({ sent: 1, skipped: 1 })
    expect(await broadcasts.recipient('news', 'bob')).toMatchObject({
      status: 'skipped',
      reason: 'suppressed',
    })
    await crm.close()
  })

  test('the pace is that of all workers together', async () => {
    const crm = await openCrm(backend, ...crowd(30))
    const transport = sendsAll({ concurrency: 4 })
    const pace = { atMost: 10, per: 'second' } as const
    const began = Date.now()
    const sendings = await Promise.all(
      [1, 2].map(() => crm.broadcasts.send(news(), { transport, confirm: 30, pace })),
    )
    await Promise.all(sendings.map(({ finished }) => finished))
    // The first second's worth may go at once, or has been saved up while the audience was fixed.
    expect(Date.now() - began).toBeGreaterThanOrEqual(1_900)
    expect(transport.seen).toHaveLength(30)
    await crm.close()
  })

  test('a warm-up lets so many through on the first day', async () => {
    const crm = await openCrm(backend, ...crowd(12))
    const transport = sendsAll()
    const sending = await crm.broadcasts.send(news(), { transport, confirm: 12, pace: { warmUp: [5, 10] } })
    while (transport.seen.length < 5) await new Promise((resolve) => setTimeout(resolve, 20))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(await sending.stop()).toMatchObject({ state: 'sending', sent: 5, pending: 7 })
    await crm.close()
  })

  test('nobody is sent anything when the count has moved', async () => {
    const crm = await openCrm(backend, ...crowd(100))
    const transport = sendsAll()
    const { toSend } = await crm.broadcasts.plan(news())
    await crm.add(...Array.from({ length: 3 }, (_, i) => person(`new${i}`)))
    await expect(crm.broadcasts.send(news(), { transport, confirm: toSend })).rejects.toThrow(
      "broadcast 'news': found 103 people to send to, expected 100, as confirmed. Nobody was sent anything: plan again, and confirm what it says",
    )
    await expect(
      crm.broadcasts.send(news(), { transport, confirm: toSend, tolerance: 0.02 }),
    ).rejects.toMatchObject({ code: 'count-moved' })
    expect(await crm.broadcasts.list()).toEqual([])
    const sending = await crm.broadcasts.send(news(), { transport, confirm: toSend, tolerance: 0.03 })
    expect(await sending.finished).toMatchObject({ sent: 103 })
    await crm.close()
  })

  test('a broadcast whose audience was fixed keeps its definition', async () => {
    const crm = await openCrm(backend, person('ann'))
    await (
      await crm.broadcasts.send(news(), { transport: sendsAll(), confirm: 1 })
    ).finished
    const changed = news({ audience: { include: { vip: segments.vip } } })
    await expect(crm.broadcasts.send(changed, { transport: sendsAll(), confirm: 0 })).rejects.toMatchObject({
      code: 'changed',
    })
    await crm.close()
  })

  test('a segment that cannot be evaluated lets nobody through', async () => {
    const crm = await openCrm(backend, person('ann'))
    const broken = { definition: { format: 1, rule: { kind: 'tag', tag: 'no-such-tag' } } }
    const audience = { include: { everyone: segments.everyone }, exclude: { broken } } as never
    await expect(crm.broadcasts.plan(news({ audience }))).rejects.toMatchObject({
      code: 'broken-segment',
      issues: [{ path: ['audience', 'exclude', 'broken'] }],
    })
    await expect(
      crm.broadcasts.send(news({ audience }), { transport: sendsAll(), confirm: 1 }),
    ).rejects.toMatchObject({ code: 'broken-segment' })
    await crm.close()
  })

  test('who has no choice has to be decided about', async () => {
    const crm = await openCrm(backend, person('ann', { optedOut: false }), person('bob'))
    const optOut = { field: 'optedOut' } as const
    const plan = await crm.broadcasts.plan(news({ optOut }))
    expect(plan).toMatchObject({ toSend: 1, leftOut: { undecided: 1 }, samples: { undecided: ['bob'] } })
    expect(plan.undecided).toEqual([
      "1 person has no value in 'optedOut': say optOut.missing: 'send' or 'skip'",
    ])
    await expect(
      crm.broadcasts.send(news({ optOut }), { transport: sendsAll(), confirm: 1 }),
    ).rejects.toThrow("no choice for 1 person who has no value in 'optedOut'")
    const skipped = news({ key: 'skip', optOut: { ...optOut, missing: 'skip' } })
    const skip = await crm.broadcasts.plan(skipped)
    expect(skip.undecided).toEqual([])
    const sending = await crm.broadcasts.send(skipped, { transport: sendsAll(), confirm: 1 })
    expect(await sending.finished).toMatchObject({ sent: 1, skipped: 1, reasons: { undecided: 1 } })
    expect((await crm.broadcasts.plan(skipped)).frozenAt).toBeDefined()
    const all = await crm.broadcasts.plan(news({ optOut: { ...optOut, missing: 'send' } }))
    expect([skip.toSend, all.toSend]).toEqual([1, 2])
    await crm.close()
  })

  test('a worker goes on when the database comes back', async () => {
    if (!('pool' in backend.connection)) return
    const crm = await openCrm(backend, ...crowd(40))
    const held = gate({ concurrency: 2 })
    const sending = await crm.broadcasts.send(news(), { transport: held.transport, confirm: 40 })
    await held.reached(2)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
      .execute(backend.db)
      .catch(() => undefined)
    held.open()
    expect(await sending.finished).toMatchObject({ state: 'done', sent: 40, unknown: 0 })
    expect(held.transport.seen).toHaveLength(40)
    await crm.close()
  })
})
