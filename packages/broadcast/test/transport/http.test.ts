import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Outgoing, Transport } from '../../src/index.ts'
import { postmark, resend, webhook } from '../../src/transport/http/index.ts'
import { retryAfter } from '../../src/transport/http/request.ts'
import { certificate, key } from '../servers/certificate.ts'
import { type OpenedHttpServer, openHttpServer } from '../servers/http.ts'
import { openPostmark } from '../servers/postmark.ts'
import { openReceiver } from '../servers/receiver.ts'
import { openResend } from '../servers/resend.ts'
import { going, outgoing } from './outgoing.ts'

// What is particular to each API: what goes to it, and what its answers mean.

const secret = 'a-secret-of-24-characters'
const send = (transport: Transport, ...messages: readonly Outgoing[]) => transport.send(messages, going)
const bodies = ({ asked }: OpenedHttpServer): readonly unknown[] =>
  asked.map(({ body }) => JSON.parse(body) as unknown)
const pdf = { filename: 'a.pdf', content: new Uint8Array([1, 2, 3]), contentType: 'application/pdf' }
const png = { filename: 'a.png', content: new Uint8Array([4]), contentType: 'image/png', contentId: 'logo' }

describe('Resend', () => {
  test('gets a batch, with a key that follows from those of its messages', async () => {
    await using server = await openResend(secret)
    const transport = resend({ apiKey: secret, url: server.url })
    const headers = { 'List-Unsubscribe': '<https://shop.example/u>' }
    const first = outgoing({
      from: 'Lee of "A, B" <ann@shop.example>'.replaceAll('"A, B"', 'A'),
      replyTo: '"A, B" <b@shop.example>',
      headers,
    })
    const second = outgoing()
    expect(await send(transport, first, second)).toEqual([
      { status: 'sent', id: '00000000-0000-4000-8000-000000000001' },
      { status: 'sent', id: '00000000-0000-4000-8000-000000000002' },
    ])
    await send(transport, second, first)
    const [asked, turned] = server.asked
    expect([asked!.method, asked!.path]).toEqual(['POST', '/emails/batch'])
    expect(asked!.headers).toMatchObject({
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      'x-batch-validation': 'permissive',
      'user-agent': 'segmentry',
      connection: 'close',
    })
    expect(asked!.headers['idempotency-key']).toMatch(/^batch-[0-9a-f]{64}$/)
    expect(turned!.headers['idempotency-key']).not.toBe(asked!.headers['idempotency-key'])
    expect(JSON.parse(asked!.body)).toEqual([
      {
        from: 'Lee of A <ann@shop.example>',
        to: [first.to],
        subject: 'Spring sale',
        html: '<p>Spring</p>',
        text: 'Spring',
        reply_to: '"A, B" <b@shop.example>',
        headers,
        tags: [{ name: 'key', value: first.key }],
      },
      expect.objectContaining({ to: [second.to] }),
    ])
  })

  test('gets messages with attachments one by one, each with its own key', async () => {
    await using server = await openResend(secret)
    const transport = resend({ apiKey: secret, url: server.url })
    const messages = [outgoing(), outgoing({ attachments: [pdf, png] }), outgoing()]
    expect(await send(transport, ...messages)).toMatchObject(messages.map(() => ({ status: 'sent' })))
    expect(server.asked.map(({ path, headers }) => [path, headers['idempotency-key']])).toEqual([
      ['/emails/batch', expect.stringMatching(/^batch-/)],
      ['/emails', messages[1]!.key],
    ])
    expect(bodies(server)[1]).toMatchObject({
      attachments: [
        { filename: 'a.pdf', content: 'AQID', content_type: 'application/pdf' },
        { filename: 'a.png', content: 'BA==', content_type: 'image/png', content_id: 'logo' },
      ],
    })
  })

  test('says within success what it did not take', async () => {
    await using server = await openResend(secret)
    for (const batch of [100, 1]) {
      const transport = resend({ apiKey: secret, url: server.url, batch })
      const bad = outgoing({ to: `x${batch}@refused.example` })
      const alone = await send(transport, bad)
      expect(alone).toMatchObject([{ class: 'recipient' }])
      expect(JSON.stringify(alone)).toContain('validation_error')
    }
    const transport = resend({ apiKey: secret, url: server.url })
    const outcomes = await send(transport, outgoing(), outgoing({ to: 'y@refused.example' }), outgoing())
    expect(outcomes.map((one) => (one.status === 'sent' ? 'sent' : one.class))).toEqual([
      'sent',
      'recipient',
      'sent',
    ])
  })

  test.each([
    [{ data: [{ id: 'a' }] }],
    [{ data: [{ id: 'a' }, { id: 'b' }], errors: [{ index: 0, message: 'x' }] }],
    [{ data: [{ id: 'a' }], errors: [{ index: 7, message: 'x' }] }],
    [{ data: [{ id: 'a' }], errors: [{ index: '1' }] }],
    [{ data: [{ id: 'a' }, { id: 5 }] }],
    [{ data: 'ab' }],
    [[]],
    [null],
  ])('that answers %j said nothing of two messages', async (body) => {
    await using server = await openHttpServer(() => ({ status: 200, body }))
    const transport = resend({ apiKey: secret, url: server.url, repeats: 0 })
    expect(await send(transport, outgoing(), outgoing())).toMatchObject([
      { class: 'unknown' },
      { class: 'unknown' },
    ])
  })

  test('that saw the key with another content has done something before', async () => {
    await using server = await openResend(secret)
    const transport = resend({ apiKey: secret, url: server.url, batch: 1, repeats: 0 })
    const message = outgoing()
    await send(transport, message)
    const changed = await send(transport, { ...message, subject: 'Other' })
    expect(changed).toMatchObject([{ class: 'unknown', code: '409 invalid_idempotent_request' }])
    expect(server.delivered.length).toBe(1)
  })

  test.each([
    [
      'the key was taken back',
      { status: 401, body: { name: 'validation_error', message: 'API key is invalid' } },
    ],
    ['it is busy', { status: 503, body: '' }],
    [
      'the request is refused',
      { status: 422, body: { name: 'validation_error', message: 'Invalid `to` field.' } },
    ],
  ] as const)('that did it and lost the answer says nothing of that when %s', async (_, later) => {
    await using server = await openResend(secret)
    const transport = resend({ apiKey: secret, url: server.url, repeats: 1 })
    server.fail(['lost', later], 1)
    expect(await send(transport, outgoing())).toMatchObject([{ class: 'unknown' }])
    expect([server.asked.length, server.delivered.length]).toEqual([2, 1])
  })

  test('is asked by the message only where it remembers', () => {
    const at = (batch: number) => resend({ apiKey: secret, batch, requestsPerSecond: 5 })
    expect([at(1).remembersMs, at(1).perSecond]).toEqual([86_400_000, 5])
    expect([at(2).remembersMs, at(100).perSecond]).toEqual([undefined, 500])
  })
})

describe('Postmark', () => {
  test('gets a batch for a stream, with the key of each message', async () => {
    await using server = await openPostmark(secret, 'broadcast')
    const transport = postmark({ serverToken: secret, messageStream: 'broadcast', url: server.url })
    const headers = { 'List-Unsubscribe': '<https://shop.example/u>' }
    const message = outgoing({ headers, attachments: [pdf, png], replyTo: 'b@shop.example' })
    expect(await send(transport, message)).toEqual([
      { status: 'sent', id: '00000000-0000-4000-9000-000000000001' },
    ])
    expect(server.asked[0]!.headers['x-postmark-server-token']).toBe(secret)
    expect(bodies(server)).toEqual([
      [
        {
          From: 'Ann <ann@shop.example>',
          To: message.to,
          ReplyTo: 'b@shop.example',
          Subject: 'Spring sale',
          HtmlBody: '<p>Spring</p>',
          TextBody: 'Spring',
          Headers: [{ Name: 'List-Unsubscribe', Value: '<https://shop.example/u>' }],
          Attachments: [
            { Name: 'a.pdf', Content: 'AQID', ContentType: 'application/pdf' },
            { Name: 'a.png', Content: 'BA==', ContentType: 'image/png', ContentID: 'cid:logo' },
          ],
          MessageStream: 'broadcast',
          Metadata: { key: message.key },
        },
      ],
    ])
  })

  test('says within success what became of each', async () => {
    await using server = await openPostmark(secret, 'broadcast')
    const transport = postmark({ serverToken: secret, messageStream: 'broadcast', url: server.url })
    const inactive = outgoing()
    server.inactive.add(inactive.to)
    const outcomes = await send(
      transport,
      outgoing(),
      inactive,
      outgoing({ to: 'änn@example.com' }),
      outgoing({ from: 'unconfirmed@shop.example' }),
      outgoing(),
    )
    expect(outcomes).toMatchObject([
      { status: 'sent' },
      { class: 'recipient', code: '406' },
      { class: 'recipient', code: '300' },
      { class: 'sender', code: '401' },
      { status: 'sent' },
    ])
    expect(server.delivered.length).toBe(2)
  })

  test('gets as many requests as the size of one allows', async () => {
    await using server = await openPostmark(secret, 'broadcast')
    const transport = postmark({ serverToken: secret, messageStream: 'broadcast', url: server.url })
    const film = {
      filename: 'a.bin',
      content: new Uint8Array(14 * 1024 * 1024),
      contentType: 'application/octet-stream',
    }
    const messages = Array.from({ length: 4 }, () => outgoing({ attachments: [film] }))
    expect(await send(transport, ...messages)).toMatchObject(messages.map(() => ({ status: 'sent' })))
    expect(bodies(server).map((one) => (one as unknown[]).length)).toEqual([2, 2])
  })

  test('shows what is wrong when it is asked whether it could send', async () => {
    await using server = await openPostmark(secret, 'broadcast')
    const at = (serverToken: string, messageStream: string) =>
      postmark({ serverToken, messageStream, url: server.url })
    await at(secret, 'broadcast').verify?.()
    await expect(at('another-token', 'broadcast').verify?.()).rejects.toThrow(
      "postmark: found the status 401: Request does not contain a valid Server token., expected a server token, and its stream 'broadcast'",
    )
    await expect(at(secret, 'nowhere').verify?.()).rejects.toMatchObject({
      _tag: 'TransportError',
      class: 'sender',
    })
  })
})

describe('a webhook', () => {
  test('says of each message what became of it', async () => {
    const server = await openReceiver(secret)
    const transport = webhook({ url: server.url, secret, batch: 10 })
    const said = new Map<string, unknown>()
    server.answer = (one) => said.get(one)
    const tell = (outcome: unknown): Outgoing => {
      const message = outgoing()
      said.set(message.key, outcome)
      return message
    }
    const outcomes = await send(
      transport,
      outgoing(),
      tell({ status: 'failed', class: 'retry', reason: 'later\r\nplease', waitMs: 5_000, code: 'busy' }),
      tell({ status: 'failed', class: 'recipient' }),
      tell({ status: 'failed', class: 'nonsense' }),
      tell('sent'),
      tell({ status: 'failed', class: 'retry', waitMs: -1 }),
    )
    await server.close()
    expect(outcomes).toEqual([
      { status: 'sent', id: expect.any(String) },
      { status: 'failed', class: 'retry', reason: 'later please', waitMs: 5_000, code: 'busy' },
      { status: 'failed', class: 'recipient', reason: 'the receiver gave no reason' },
      { status: 'failed', class: 'unknown', reason: expect.any(String) },
      { status: 'failed', class: 'unknown', reason: expect.any(String) },
      { status: 'failed', class: 'retry', reason: 'the receiver gave no reason' },
    ])
  })

  test('that answers of too few messages said nothing', async () => {
    await using server = await openHttpServer(() => ({
      status: 200,
      body: { outcomes: [{ status: 'sent' }] },
    }))
    const outcomes = await send(webhook({ url: server.url, secret, batch: 2 }), outgoing(), outgoing())
    expect(outcomes).toMatchObject([{ class: 'unknown' }, { class: 'unknown' }])
  })
})

describe('no connection', () => {
  const outcomeAt = async (url: string) =>
    (await send(resend({ apiKey: secret, url, repeats: 0 }), outgoing()))[0]

  test('as nobody listens: later', async () => {
    const server = await openHttpServer(() => ({ status: 200, body: '' }))
    await server.close()
    expect(await outcomeAt(server.url)).toMatchObject({ class: 'retry', code: 'ECONNREFUSED' })
  })

  test('as there is no such server: never', async () => {
    expect(await outcomeAt('https://no-such-server.invalid')).toMatchObject({ class: 'sender' })
  })

  test('as its certificate is not trusted, or it does not encrypt: never', async () => {
    const secured = createTlsServer({ key, cert: certificate }, (_, response) => void response.end())
    secured.listen(0, '127.0.0.1')
    await once(secured, 'listening')
    const { port } = secured.address() as AddressInfo
    expect(await outcomeAt(`https://127.0.0.1:${port}`)).toMatchObject({ class: 'sender' })
    secured.close()
    await using server = await openHttpServer(() => ({ status: 200, body: '' }))
    expect(await outcomeAt(server.url.replace('http:', 'https:'))).toMatchObject({ class: 'sender' })
  })
})

test('an answer without an end is not read to it', async () => {
  const endless = 'x'.repeat(1024 * 1024)
  await using server = await openHttpServer(() => ({ status: 200, body: endless.repeat(20) }))
  expect(await send(resend({ apiKey: secret, url: server.url, repeats: 0 }), outgoing())).toMatchObject([
    { class: 'unknown' },
  ])
})

test.each([
  ['120', 120_000],
  ['0', 0],
  ['1.5', 1_500],
  ['Thu, 26 Nov 2026 00:00:10 GMT', 10_000],
  ['Wed, 25 Nov 2026 00:00:00 GMT', 0],
  ['', undefined],
  ['soon', undefined],
  ['-5', undefined],
])('Retry-After: %s is %s milliseconds', (value, expected) => {
  const headers = new Headers({ 'retry-after': value })
  expect(retryAfter(headers, Date.parse('2026-11-26T00:00:00Z'))).toBe(expected)
})
