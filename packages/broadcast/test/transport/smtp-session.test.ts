import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Outgoing, Transport } from '../../src/index.ts'
import { smtp, type SmtpOptions } from '../../src/transport/smtp/index.ts'
import { certificate } from '../servers/certificate.ts'
import { openSmtpServer, type OpenedSmtpServer } from '../servers/smtp.ts'
import { going, outgoing } from './outgoing.ts'

// What is particular to SMTP: connections, encryption, what is written, and what is certain when a connection breaks.

const to = (server: OpenedSmtpServer, more: Partial<SmtpOptions> = {}): Transport =>
  smtp({ host: server.host, port: server.port, encryption: 'none', ...more })
const send = (transport: Transport, ...messages: readonly Outgoing[]) => transport.send(messages, going)
const many = (count: number, change: Partial<Outgoing> = {}) =>
  Array.from({ length: count }, () => outgoing(change))

describe('what is written', () => {
  test('the Message-ID follows from the key, and the outcome names it', async () => {
    await using server = await openSmtpServer()
    const transport = to(server, { returnPath: 'bounces@shop.example' })
    const message = outgoing({ key: 'a-key-1', from: 'Ann <ann@bücher.example>' })
    const sent = { status: 'sent', id: 'a-key-1@xn--bcher-kva.example' }
    expect(await send(transport, message)).toEqual([sent])
    expect(await send(transport, message)).toEqual([sent])
    await transport.close?.()
    const [first, second] = await Promise.all(server.received.map((mail) => mail.parsed()))
    expect([first!.messageId, second!.messageId]).toEqual([
      '<a-key-1@xn--bcher-kva.example>',
      '<a-key-1@xn--bcher-kva.example>',
    ])
    expect(server.received[0]!.from).toBe('bounces@shop.example')
  })

  test('a picture stands beside the page that shows it, and a file beside both', async () => {
    await using server = await openSmtpServer()
    const transport = to(server)
    const png = {
      filename: 'logo.png',
      content: new Uint8Array(3),
      contentType: 'image/png',
      contentId: 'logo',
    }
    const pdf = { filename: 'Prüfung.pdf', content: new Uint8Array(4), contentType: 'application/pdf' }
    await send(transport, outgoing({ html: '<img src="cid:logo">', attachments: [png, pdf] }))
    await transport.close?.()
    const raw = server.received[0]!.raw.toString()
    const types = [...raw.matchAll(/^Content-Type: ([\w/.+-]+)/gm)].map(([, type]) => type)
    expect(types).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
      'application/pdf',
    ])
    expect(raw).toContain('Content-ID: <logo>')
    const { attachments } = await server.received[0]!.parsed()
    expect(
      attachments.map(({ filename, contentDisposition, size }) => [filename, contentDisposition, size]),
    ).toEqual([
      ['logo.png', 'inline', 3],
      ['Prüfung.pdf', 'attachment', 4],
    ])
  })

  test('the header that unsubscribes is one line, however long its address', async () => {
    await using server = await openSmtpServer()
    const transport = to(server)
    const url = `<https://shop.example/u?t=${'x'.repeat(900)}>`
    const headers = { 'List-Unsubscribe': url, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }
    await send(transport, outgoing({ headers }))
    await transport.close?.()
    const { headerLines } = await server.received[0]!.parsed()
    const line = headerLines.find(({ key }) => key === 'list-unsubscribe')!.line
    expect(line.replaceAll(/\r?\n[ \t]+/g, ' ')).toBe(`List-Unsubscribe: ${url}`)
    // RFC 5322 §2.1.1
    expect(Math.max(...line.split(/\r?\n/).map(({ length }) => length))).toBeLessThanOrEqual(998)
  })

  test('a key signs it, with the headers that unsubscribe', async () => {
    await using server = await openSmtpServer()
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const headers = {
      'List-Unsubscribe': '<https://shop.example/u>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }
    const dkim = { domain: 'shop.example', selector: 'mail', privateKey: pem }
    const transport = to(server, { dkim })
    await send(transport, outgoing({ headers, subject: 'Grüße – 東京' }))
    await transport.close?.()
    const { tags, signed, bodyHash } = dkimOf(server.received[0]!.raw)
    expect([tags['d'], tags['s'], tags['bh']]).toEqual(['shop.example', 'mail', bodyHash])
    expect(tags['h']!.toLowerCase().split(':')).toEqual(
      expect.arrayContaining([
        'from',
        'to',
        'subject',
        'message-id',
        'list-unsubscribe',
        'list-unsubscribe-post',
      ]),
    )
    expect(verify('sha256', Buffer.from(signed), publicKey, Buffer.from(tags['b']!, 'base64'))).toBe(true)
  })
})

/** What a receiver makes of a signature: relaxed in headers and body (RFC 6376 §3.4). */
function dkimOf(raw: Buffer) {
  const text = raw.toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  const lines = text
    .slice(0, end)
    .replaceAll(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
  const relaxed = (line: string): string => {
    const colon = line.indexOf(':')
    return `${line.slice(0, colon).toLowerCase().trim()}:${line
      .slice(colon + 1)
      .replaceAll(/[ \t]+/g, ' ')
      .trim()}`
  }
  const own = lines.find((line) => /^DKIM-Signature:/i.test(line))!
  const pairs = own
    .slice(own.indexOf(':') + 1)
    .split(';')
    .map((pair) => /^\s*(\w+)=(.*)$/s.exec(pair))
  const tags = Object.fromEntries(
    pairs.map((pair) => [pair![1]!, pair![2]!.replaceAll(/\s/g, '')]),
  ) as Record<string, string>
  const named = tags['h']!.split(':').map((name) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`)),
  )
  const signed = [...named.filter((line) => line !== undefined), own.replace(/\bb=[^;]*$/, 'b=')]
    .map(relaxed)
    .join('\r\n')
  const body = text
    .slice(end + 4)
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ \r\n/g, '\r\n')
    .replace(/(\r\n)*$/, '\r\n')
  return { tags, signed, bodyHash: createHash('sha256').update(body, 'latin1').digest('base64') }
}

describe('letters beyond ASCII before the @', () => {
  const message = outgoing({ to: 'änn@bücher.example' })

  test('go to a server that takes them', async () => {
    await using server = await openSmtpServer()
    const transport = to(server)
    expect(await send(transport, message)).toMatchObject([{ status: 'sent' }])
    await transport.close?.()
    expect(server.received.map((mail) => mail.to)).toEqual([['änn@xn--bcher-kva.example']])
  })

  test('are refused for one that does not, and the domain alone is not', async () => {
    await using server = await openSmtpServer({ utf8: false })
    const transport = to(server)
    const outcomes = await send(transport, message, outgoing({ to: 'ann@bücher.example' }))
    await transport.close?.()
    expect(outcomes).toMatchObject([
      { class: 'recipient', reason: 'the server takes no addresses with letters beyond ASCII (SMTPUTF8)' },
      { status: 'sent' },
    ])
    expect(server.received[0]!.raw.toString()).toContain('\r\nTo: ann@xn--bcher-kva.example\r\n')
  })
})

describe('connections', () => {
  test('are used again, so many and for so many messages', async () => {
    await using server = await openSmtpServer()
    const transport = to(server, { connections: 2, messagesPerConnection: 5 })
    for (let i = 0; i < 10; i++) await send(transport, ...many(2))
    expect(server.received.length).toBe(20)
    expect(server.connected()).toBe(4)
    await transport.close?.()
  })

  test('are as many as there may be while a server is slow', async () => {
    const waiting = { now: 0, most: 0 }
    const message = async () => {
      waiting.most = Math.max(waiting.most, (waiting.now += 1))
      await setTimeout(50)
      waiting.now -= 1
      return undefined
    }
    await using server = await openSmtpServer({ hooks: { message } })
    const transport = to(server, { connections: 4 })
    await Promise.all([send(transport, ...many(8)), send(transport, ...many(8))])
    await transport.close?.()
    expect([waiting.most, server.connected(), server.received.length]).toEqual([4, 4, 16])
  })

  test('that the server closed meanwhile are replaced, and nobody notices', async () => {
    await using server = await openSmtpServer()
    const transport = to(server, { connections: 2 })
    await send(transport, ...many(2))
    server.drop()
    expect(await send(transport, ...many(4))).toMatchObject(
      Array.from({ length: 4 }, () => ({ status: 'sent' })),
    )
    // So it is with a server that says goodbye only when it is asked something.
    let once421 = true
    const sender = () => (once421 ? ((once421 = false), '421 4.4.2 Idle for too long') : undefined)
    server.hooks = { sender }
    expect(await send(transport, outgoing())).toMatchObject([{ status: 'sent' }])
    await transport.close?.()
  })

  test('survive a refusal', async () => {
    const recipient = (address: string) => (address.startsWith('bad') ? '550 5.1.1 No such user' : undefined)
    await using server = await openSmtpServer({ hooks: { recipient } })
    const transport = to(server, { connections: 1 })
    const outcomes = []
    for (const name of ['bad1', 'good1', 'bad2', 'good2']) {
      outcomes.push(...(await send(transport, outgoing({ to: `${name}@example.com` }))))
    }
    await transport.close?.()
    const refused = {
      class: 'recipient',
      code: '550 5.1.1',
      reason: 'the server refused the recipient: No such user',
    }
    expect(outcomes).toMatchObject([refused, { status: 'sent' }, refused, { status: 'sent' }])
    expect(server.connected()).toBe(1)
  })

  test('with a wrong password are tried once for all who wait', async () => {
    let tried = 0
    const auth = () => void (tried += 1)
    await using server = await openSmtpServer({ auth: { user: 'shop', password: 'right' }, hooks: { auth } })
    const transport = to(server, { auth: { user: 'shop', password: 'a wrong password' } })
    const outcomes = await send(transport, ...many(10))
    await expect(transport.verify?.()).rejects.toThrow(
      `smtp: found the server refused the connection: Authentication credentials invalid, expected a server at 127.0.0.1:${server.port} that takes messages`,
    )
    await transport.close?.()
    expect(new Set(outcomes.map((one) => JSON.stringify(one))).size).toBe(1)
    expect(outcomes[0]).toMatchObject({ class: 'sender', code: '535 5.7.8' })
    expect(tried).toBe(2)
    expect(JSON.stringify(outcomes)).not.toContain('a wrong password')
  })

  test('are all ended by closing', async () => {
    await using server = await openSmtpServer()
    const transport = to(server, { connections: 3 })
    await send(transport, ...many(3))
    await transport.close?.()
    await expect.poll(() => server.open(), { timeout: 2_000 }).toBe(0)
  })
})

describe('no connection', () => {
  const outcomeOf = async (options: Omit<SmtpOptions, 'connectTimeout'>) => {
    const transport = smtp({ connectTimeout: '2 seconds', ...options })
    const [outcome] = await send(transport, outgoing())
    await transport.close?.()
    return outcome
  }

  test('as nobody listens: later', async () => {
    const { host, port, close } = await openSmtpServer()
    await close()
    const outcome = await outcomeOf({ host, port, encryption: 'none' })
    expect(outcome).toMatchObject({ class: 'retry', code: 'ECONNREFUSED' })
  })

  test('as there is no such server: never', async () => {
    expect(await outcomeOf({ host: 'no-such-server.invalid' })).toMatchObject({ class: 'sender' })
  })

  test.each(['starttls', 'tls'] as const)(
    'as its certificate is not trusted (%s): never',
    async (encryption) => {
      await using server = await openSmtpServer({ encryption })
      const { host, port } = server
      expect(await outcomeOf({ host, port, encryption })).toMatchObject({ class: 'sender' })
      const tls = { ca: certificate }
      expect(await outcomeOf({ host, port, encryption, tls })).toMatchObject({ status: 'sent' })
    },
  )

  test.each(['starttls', 'tls'] as const)('as it does not encrypt (%s): never', async (encryption) => {
    await using server = await openSmtpServer()
    const { host, port } = server
    expect(await outcomeOf({ host, port, encryption })).toMatchObject({ class: 'sender' })
  })

  test('as it breaks while it is being encrypted: later', async () => {
    const cut = await listen((socket) => {
      socket.write('220 here ESMTP\r\n')
      socket.on('data', (data) => {
        if (data.toString().startsWith('EHLO')) socket.write('250-here\r\n250 STARTTLS\r\n')
        else socket.write('220 go on\r\n', () => socket.destroy())
      })
    })
    expect(await outcomeOf({ host: '127.0.0.1', port: cut.port })).toMatchObject({ class: 'retry' })
    cut.server.close()
  })
})

describe('a message', () => {
  test('that is larger than the server takes is refused before it is sent', async () => {
    await using server = await openSmtpServer({ size: 20_000 })
    const transport = to(server)
    const outcomes = await send(transport, outgoing({ html: `<p>${'x'.repeat(30_000)}</p>` }), outgoing())
    await transport.close?.()
    expect(outcomes).toMatchObject([{ class: 'sender', code: 'EMESSAGE' }, { status: 'sent' }])
  })

  test('of which the end was not written is not delivered, for certain', async () => {
    const broken = { count: 0 }
    const data = () => ((broken.count += 1) === 1 ? 'drop' : undefined)
    await using server = await openSmtpServer({ hooks: { data } })
    const transport = to(server)
    const content = new Uint8Array(12 * 1024 * 1024)
    const film = { filename: 'film.bin', content, contentType: 'application/octet-stream' }
    const message = outgoing({ attachments: [film] })
    expect(await send(transport, message)).toMatchObject([{ class: 'retry' }])
    expect(server.received).toEqual([])
    expect(await send(transport, message)).toMatchObject([{ status: 'sent' }])
    await transport.close?.()
  })

  test('is told as it is when the server is killed while it works on many', async () => {
    for (const pause of [0, 3, 10, 30, 60]) {
      const server = await openSmtpServer({
        hooks: { message: () => setTimeout(5), answer: () => setTimeout(5) },
      })
      const transport = to(server)
      const messages = many(60)
      const sending = Promise.all([
        send(transport, ...messages.slice(0, 30)),
        send(transport, ...messages.slice(30)),
      ])
      await setTimeout(pause)
      await server.close()
      const outcomes = (await sending).flat()
      await transport.close?.()
      const arrived = new Set(server.received.map((mail) => mail.to[0]))
      for (const [i, outcome] of outcomes.entries()) {
        const word = outcome.status === 'sent' ? 'sent' : outcome.class
        if (word !== 'unknown') expect([word, arrived.has(messages[i]!.to)]).toEqual([word, word === 'sent'])
        expect(['sent', 'retry', 'unknown']).toContain(word)
      }
      // Only those that were on their way, one for each connection.
      const unknown = outcomes.filter((one) => one.status === 'failed' && one.class === 'unknown')
      expect(unknown.length).toBeLessThanOrEqual(10)
    }
  })
})

async function listen(
  serve: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}
