import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import {
  type BroadcastError,
  type BroadcastSettings,
  compileMessage,
  defineBroadcast,
  openBroadcasts,
  trackingLinks,
  unsubscribeLinks,
} from '../src/index.ts'
import { openCrm, person, schema, segments } from './crm.ts'
import { answers, gate, sendsAll } from './transports.ts'

// What broadcasts say of themselves to whoever looks.

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

  test('a changed definition is told part by part', async () => {
    const crm = await openCrm(backend, person('ann'))
    const first = news({
      audience: {
        include: { everyone: segments.everyone, pro: segments.pro },
        exclude: { churned: segments.churned, staff: segments.staff },
      },
      caps: [{ atMost: 1, per: 'day' }],
      holdOut: { percent: 0 },
      expires: '2 days',
    })
    const said = async (settings: Partial<BroadcastSettings>) => {
      const { audience, caps, holdOut, expires } = first
      const changed = news({
        audience,
        ...(caps && { caps }),
        holdOut: holdOut!,
        expires: expires!,
        ...settings,
      })
      const sending = crm.broadcasts.send(changed, { transport: sendsAll(), confirm: 1, links })
      const error = await sending.then(({ finished }) => finished).catch((one: BroadcastError) => one)
      return 'issues' in error
        ? error.issues.map(({ path, found, expected }) => `${path.join('.')}: ${found}, was ${expected}`)
        : error.state
    }
    expect(await said({})).toBe('done')
    expect(await said({ message: await says('Another text') })).toBe('done')
    const [head, ...parts] = (await said({
      audience: {
        include: { everyone: segments.everyone, pro: segments.vip, vip: segments.vip },
        exclude: { churned: segments.churned },
      },
      caps: [{ atMost: 2, per: 'day' }],
      topic: 'news',
    })) as readonly string[]
    expect(head).toMatch(
      /^: a definition that has changed since its audience was fixed at 20.*Z, was the one of then; a changed broadcast wants a new key$/,
    )
    expect(parts).toEqual([
      'caps: [{"atMost":2,"per":"day"}], was [{"atMost":1,"per":"day"}]',
      'audience.exclude.staff: no segment, was one',
      'audience.include.pro: a segment that means something else, was the one that it was',
      'audience.include.vip: a segment, was none',
      'topic: "news", was nothing',
    ])
    const { include } = first.audience
    const exclude = { staff: segments.staff, churned: segments.churned }
    expect((await said({ audience: { include, exclude } }))[1]).toBe(
      'audience.exclude: staff, churned, was the order churned, staff',
    )
    await crm.close()
  })

  test('who was not sent to when it was cancelled is told as such', async () => {
    const crm = await openCrm(backend, ...crowd(20))
    const held = gate()
    const sending = await crm.broadcasts.send(news(), { transport: held.transport, confirm: 20 })
    await held.reached(1)
    const cancelled = await crm.broadcasts.cancel('news')
    expect(cancelled).toMatchObject({ state: 'cancelled', pending: 0, inHand: 1, cancelled: 19 })
    held.open()
    const end = await sending.finished
    expect(end).toMatchObject({ people: 20, pending: 0, inHand: 0, sent: 1, cancelled: 19 })
    expect(end).not.toHaveProperty('nextAt')
    const statuses = await Promise.all(
      crowd(20).map(async ({ id }) => (await crm.broadcasts.recipient('news', id))!.status),
    )
    expect(statuses.filter((status) => status === 'cancelled')).toHaveLength(19)
    await crm.close()
  })

  test('what is in the hands of a worker that has not been seen is told, and until when', async () => {
    const crm = await openCrm(backend, ...crowd(8))
    const held = gate()
    const sending = await crm.broadcasts.send(news(), {
      transport: held.transport,
      confirm: 8,
      lease: '10 minutes',
    })
    await held.reached(1)
    const before = await crm.broadcasts.progress('news')
    expect(before).toMatchObject({ inHand: 8 })
    expect(before).not.toHaveProperty('unseen')
    const workers = sql.id(`${crm.store.source.people.table.split('.')[0]!}_broadcast`, 'workers')
    await sql`update ${workers} set seen_at = now() - interval '8 minutes'`.execute(backend.db)
    const { unseen } = await crm.broadcasts.progress('news')
    expect(unseen!.inHand).toBe(8)
    const left = Date.parse(unseen!.until) - Date.now()
    expect(left).toBeGreaterThan(100_000)
    expect(left).toBeLessThan(125_000)
    held.open()
    expect(await sending.finished).not.toHaveProperty('unseen')
    await crm.close()
  })

  test('a ledger of a newer version names the package to update', async () => {
    const crm = await openCrm(backend, person('ann'))
    const ledger = `${crm.store.source.people.table.split('.')[0]!}_broadcast`
    await sql`insert into ${sql.id(ledger, 'migrations')} values (99, 'later', 'x')`.execute(backend.db)
    await expect(openBroadcasts(crm.store.source, backend.connection, { schema: ledger })).rejects.toThrow(
      'Update @segmentry/broadcast to the version that made it.',
    )
    await crm.close()
  })

  test('what is asked after the end is told so', async () => {
    const crm = await openCrm(backend, person('ann'))
    await crm.close()
    const closed = { _tag: 'ClosedError', what: 'the ledger of broadcasts' }
    await expect(crm.broadcasts.plan(news())).rejects.toMatchObject(closed)
    await expect(crm.broadcasts.list()).rejects.toMatchObject(closed)
    const options = { transport: sendsAll(), confirm: 1 }
    await expect(crm.broadcasts.send(news(), options)).rejects.toMatchObject(closed)
    await expect(crm.broadcasts.suppress([{ address: 'a@example.com' }])).rejects.toMatchObject(closed)
  })

  test('shares that send to nobody are refused', () => {
    expect(() => news({ holdOut: { percent: 100 } })).toThrow(
      'found 100, expected a per cent below 100 with at most two decimals\n  at holdOut.percent',
    )
    expect(() => news({ variants: { a: 100, b: 0 } })).toThrow(
      'found 0, expected a per cent above 0 with at most two decimals\n  at variants.b',
    )
    expect(news({ holdOut: { percent: 0 }, variants: { a: 100 } }).key).toBe('news')
  })

  const says = (text: string) =>
    compileMessage(
      {
        from: 'Acme <news@acme.example>',
        subject: 'For {{ person.firstName }}',
        html: `<p>${text} {{ broadcast.key }} {{ variant }}</p><a href="https://acme.example/">Shop</a><a href="{{ unsubscribe.url }}">No more</a>`,
      },
      schema,
    )
  const secrets = ['a secret of at least 32 characters']
  const links = {
    unsubscribe: unsubscribeLinks({ url: 'https://acme.example/leave', secrets }),
    tracking: trackingLinks({ url: 'https://acme.example/t', secrets }),
  }

  test('a test is what somebody would receive, goes elsewhere, and leaves no trace', async () => {
    const crm = await openCrm(backend, person('ann', { firstName: 'Ann' }), person('bob'))
    const broadcast = news({ message: await says('Hello'), variants: { a: 50, b: 50 } })
    const transport = sendsAll({ batch: 3 })
    const to = ['me@acme.example', 'you@acme.example']
    const sent = await crm.broadcasts.test(broadcast, { transport, to, links })
    expect(sent.map((one) => [one.variant, one.to, one.person, one.outcome.status])).toEqual([
      ['a', 'me@acme.example', 'ann', 'sent'],
      ['a', 'you@acme.example', 'ann', 'sent'],
      ['b', 'me@acme.example', 'ann', 'sent'],
      ['b', 'you@acme.example', 'ann', 'sent'],
    ])
    const [one] = transport.seen
    expect(one).toMatchObject({
      subject: '[Test] For Ann',
      broadcast: 'test:news',
      headers: { 'X-Segmentry-Test': 'news' },
    })
    expect(one!.html).toContain('Hello news a')
    expect(new Set(transport.seen.map(({ key }) => key)).size).toBe(4)
    expect(await crm.broadcasts.list()).toEqual([])
    // Even once the broadcast is there, the links of a test are none of it.
    const { toSend } = await crm.broadcasts.plan(broadcast)
    const sending = await crm.broadcasts.send(broadcast, { transport: sendsAll(), confirm: toSend, links })
    await sending.finished
    expect(await crm.broadcasts.unsubscribe({ broadcast: 'test:news', person: 'ann' })).toBe('unknown')
    await crm.close()
  })

  test('a test that cannot be made is refused with why', async () => {
    const crm = await openCrm(backend, person('ann', { firstName: 'Ann' }), person('bob'))
    const broadcast = news({ message: await says('Hello') })
    const transport = sendsAll()
    const tried = (more: object, given = broadcast) =>
      crm.broadcasts.test(given, { transport, to: ['me@acme.example'], links, ...more })
    await expect(tried({ person: 'bob' })).rejects.toThrow("found 'bob', who has no firstName")
    await expect(tried({ person: 'zed' })).rejects.toThrow("found 'zed', who is not there")
    await expect(tried({ to: ['me', ''] })).rejects.toThrow(/found 'me'.*at to\.0.*found ''.*at to\.1/s)
    await expect(tried({ to: [] })).rejects.toThrow(
      'found an empty list, expected a list of 1 to 20 addresses',
    )
    await expect(tried({ links: undefined })).rejects.toThrow('links.unsubscribe')
    await expect(tried({ too: [] })).rejects.toThrow("unknown key 'too' - did you mean 'to'?")
    await expect(tried({}, news())).rejects.toThrow('no message')
    expect(transport.seen).toEqual([])
    const fails = answers(() => {
      throw new Error('the connection broke')
    })
    expect(await tried({ transport: fails })).toMatchObject([
      { outcome: { status: 'failed', class: 'unknown', reason: 'the connection broke' } },
    ])
    await crm.close()
  })
})
