import { describe, expect, test } from 'vitest'
import { bentoTag, createBentoBroadcast } from '../../src/transport/http/index.ts'
import { openBento } from '../servers/bento.ts'
import { going, outgoing } from './outgoing.ts'

const site = { publishableKey: 'pk', secretKey: 'a-secret-of-the-site', siteUuid: 'site' }

describe('a tag', () => {
  test('is given by an import of addresses, and of nothing else', async () => {
    await using server = await openBento(site)
    const transport = bentoTag({ ...site, tag: 'spring', url: server.url })
    const { html: _, ...bare } = outgoing({ from: '', subject: '', text: '' })
    expect(await transport.send([bare, outgoing({ to: 'Ann@bücher.example' })], going)).toEqual([
      { status: 'sent' },
      { status: 'sent' },
    ])
    expect(server.asked.map(({ path, body }) => [path, JSON.parse(body) as unknown])).toEqual([
      [
        '/batch/subscribers',
        {
          site_uuid: 'site',
          subscribers: [
            { email: bare.to, tags: 'spring' },
            { email: 'Ann@xn--bcher-kva.example', tags: 'spring' },
          ],
        },
      ],
    ])
    expect(server.asked[0]!.headers['user-agent']).toBe('segmentry')
  })

  test('is not given to those whom Bento refuses, and it is found out who they are', async () => {
    await using server = await openBento(site)
    const transport = bentoTag({ ...site, tag: 'spring', url: server.url })
    const wrong = new Set([3, 64, 65, 99])
    const messages = Array.from({ length: 100 }, (_, i) =>
      outgoing(wrong.has(i) ? { to: `x${i}@refused.example` } : {}),
    )
    const outcomes = await transport.send(messages, going)
    expect(outcomes.map((one) => (one.status === 'sent' ? 'sent' : one.class))).toEqual(
      messages.map((_, i) => (wrong.has(i) ? 'recipient' : 'sent')),
    )
    expect(server.people.size).toBe(96)
    expect(server.asked.length).toBeLessThan(45)
  })

  test.each([
    [{ results: 1, failed: 0 }],
    [{ results: 2, failed: 1 }],
    [{ results: 0 }],
    [{ results: '2', failed: 0 }],
    [{ failed: 2 }],
  ])('of which %j is said of two people is of nobody known', async (body) => {
    await using server = await openBento(site)
    server.fail({ status: 200, body })
    const transport = bentoTag({ ...site, tag: 'spring', url: server.url, repeats: 0 })
    expect(await transport.send([outgoing(), outgoing()], going)).toMatchObject([
      { class: 'unknown' },
      { class: 'unknown' },
    ])
  })

  test('waits a minute when too much was asked, as Bento does not say how long', async () => {
    await using server = await openBento(site)
    server.fail({ status: 429, body: { error: 'Rate limit exceeded' } })
    const [outcome] = await bentoTag({ ...site, tag: 'spring', url: server.url }).send([outgoing()], going)
    expect(outcome).toEqual({
      status: 'failed',
      class: 'retry',
      reason: 'the status 429: Rate limit exceeded',
      code: '429',
      waitMs: 60_000,
    })
  })

  test('is asked for as many people as Bento takes in a second', () => {
    const transport = bentoTag({ ...site, tag: 'spring' })
    expect([transport.batch, transport.concurrency, transport.perSecond]).toEqual([1_000, 1, 1_000])
    expect(() => bentoTag({ ...site, tag: 'a,b' })).toThrow(
      "bento: found a comma as 'tag', expected one tag: Bento would make several of it",
    )
  })
})

describe('a broadcast', () => {
  const broadcast = {
    name: 'Spring',
    subject: 'Spring has come',
    content: '<p>Hi {{ visitor.first_name }}</p>',
    from: 'Ann <ann@shop.example>',
    tag: 'spring',
    withoutTags: ['vip', 'staff'],
    perHour: 1_000,
  }

  test('is made as a draft for who has the tag', async () => {
    await using server = await openBento(site)
    const made = await createBentoBroadcast({ ...site, url: server.url }, broadcast)
    expect(made).toEqual({ id: '1', url: 'https://app.bentonow.com/broadcasts/1' })
    expect(server.broadcasts).toEqual([
      {
        name: 'Spring',
        subject: 'Spring has come',
        content: '<p>Hi {{ visitor.first_name }}</p>',
        type: 'raw',
        from: { email: 'ann@shop.example', name: 'Ann' },
        inclusive_tags: 'spring',
        exclusive_tags: 'vip,staff',
        batch_size_per_hour: 1_000,
      },
    ])
  })

  test('that is refused within success, or by a status, is an error that says why', async () => {
    await using server = await openBento(site)
    const account = { ...site, url: server.url }
    await expect(
      createBentoBroadcast(account, { ...broadcast, from: 'bob@shop.example' }),
    ).rejects.toMatchObject({
      message:
        'bento: found a broadcast that Bento refused: Author is not authorized, expected the draft of a broadcast',
      class: 'sender',
    })
    await expect(createBentoBroadcast({ ...account, secretKey: 'wrong' }, broadcast)).rejects.toMatchObject({
      message: 'bento: found the status 401: Unauthorized, expected the draft of a broadcast',
      class: 'sender',
    })
    server.fail('lost')
    await expect(createBentoBroadcast(account, broadcast)).rejects.toMatchObject({ class: 'unknown' })
    expect(server.broadcasts.length).toBe(1)
  })

  test.each([
    [{ tag: 'a,b' }, 'a comma'],
    [{ withoutTags: ['a,b'] }, 'a comma'],
    [{ from: 'nobody' }, 'what is no address'],
    [{ type: 'html' }, "'html' as 'type'"],
    [{ perHour: 0 }, "0 as 'perHour'"],
    [{ content: '' }, 'no text'],
    [{ subjct: 'x' }, "unknown option 'subjct' - did you mean 'subject'?"],
  ])('with %j is refused', async (change, found) => {
    await expect(createBentoBroadcast(site, { ...broadcast, ...change } as never)).rejects.toThrow(found)
  })
})
