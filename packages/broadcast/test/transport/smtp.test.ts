import { afterAll, describe, test } from 'vitest'
import { type Delivered, testTransport, type TransportFault } from '../../src/testing/index.ts'
import { smtp } from '../../src/transport/smtp/index.ts'
import type { Transport } from '../../src/index.ts'
import { certificate } from '../servers/certificate.ts'
import { type OpenedSmtpServer, openSmtpServer, type ReceivedMail, type SmtpHooks } from '../servers/smtp.ts'

// SMTP passes the suite in all its ways of speaking, and each moment of a session may fail.

const runner = { test, afterAll }
const password = 'secret-of-the-suite-0123456789'

interface Served {
  readonly transport: Transport
  readonly delivered: () => Promise<readonly Delivered[]>
  readonly server: OpenedSmtpServer
  readonly close: () => Promise<void>
}

const cache = new WeakMap<ReceivedMail, Promise<Delivered>>()
const deliveredOf = async (mail: ReceivedMail): Promise<Delivered> => {
  const { from, replyTo, subject, html, text, attachments, headerLines } = await mail.parsed()
  const lines = headerLines.map(({ key, line }) => [
    key,
    line
      .slice(line.indexOf(':') + 1)
      .replaceAll(/\r?\n\s+/g, ' ')
      .trim(),
  ])
  return {
    to: mail.to.join(', '),
    ...(from && { from: from.value[0]!.address! }),
    ...(replyTo && { replyTo: replyTo.value[0]!.address! }),
    ...(subject !== undefined && { subject }),
    // The parser writes pictures into the page; what was sent is looked at in the raw message elsewhere.
    ...(html && !attachments.some(({ related }) => related) && { html }),
    ...(text !== undefined && { text }),
    headers: Object.fromEntries(lines) as Record<string, string>,
    attachments: attachments.map(({ filename = '', contentType, cid, content }) => ({
      filename,
      contentType,
      ...(cid !== undefined && { contentId: cid }),
      content,
    })),
  }
}
const delivered = (server: OpenedSmtpServer) => () =>
  Promise.all(
    server.received.map((mail) => {
      const known = cache.get(mail) ?? deliveredOf(mail)
      cache.set(mail, known)
      return known
    }),
  )

const during = (hooks: SmtpHooks, expected: TransportFault<Served>['expected']): TransportFault<Served> => ({
  begin: ({ server }) => {
    server.drop()
    server.hooks = hooks
  },
  end: ({ server }) => {
    server.hooks = {}
    server.drop()
  },
  expected,
})
const silence = () => new Promise<undefined>(() => {})

const faults: Readonly<Record<string, TransportFault<Served>>> = {
  'the connection breaks before the greeting': during({ connect: () => 'drop' }, 'retry'),
  'the greeting says to come later': during({ connect: () => '421 4.3.2 Too many connections' }, 'retry'),
  'the greeting refuses for good': during({ connect: () => '554 5.7.1 You are on a list' }, 'sender'),
  'no greeting comes': during({ connect: silence }, 'retry'),
  'the password is refused': during({ auth: () => `535 5.7.8 Wrong password ${password}` }, 'sender'),
  'passwords cannot be looked at': during(
    { auth: () => '454 4.7.0 Temporary authentication failure' },
    'retry',
  ),
  'the connection breaks at the password': during({ auth: () => 'drop' }, 'retry'),
  'the sender is refused': during({ sender: () => '550 5.1.8 Sender domain not found' }, 'sender'),
  'an unknown mailbox is meant, of the sender': during({ sender: () => '550 5.1.1 No such user' }, 'sender'),
  'the connection breaks at the sender': during({ sender: () => 'drop' }, 'retry'),
  'there is no such mailbox': during({ recipient: () => '550 5.1.1 No such user' }, 'recipient'),
  'there is no such mailbox, in the words of old servers': during(
    { recipient: () => '550 No such user' },
    'recipient',
  ),
  'the mailbox is full': during({ recipient: () => '552 5.2.2 Mailbox full' }, 'retry'),
  'the recipient is greylisted': during({ recipient: () => '451 4.7.1 Greylisted' }, 'retry'),
  'relaying is denied': during({ recipient: () => '554 5.7.1 Relay access denied' }, 'sender'),
  'the server goes away at the recipient': during({ recipient: () => '421 4.3.2 Shutting down' }, 'retry'),
  'the connection breaks at the recipient': during({ recipient: () => 'drop' }, 'retry'),
  'no answer comes to the recipient': during({ recipient: silence }, 'retry'),
  'the message is refused as spam': during({ message: () => '550 5.7.1 Message refused' }, 'sender'),
  'the message is put off': during({ message: () => '451 4.3.0 Try later' }, 'retry'),
  'the server goes away after the message': during({ message: () => '421 4.3.2 Shutting down' }, 'retry'),
  'the connection breaks after the message, which is not kept': during({ message: () => 'drop' }, 'unknown'),
  'the connection breaks after the message, which is kept': during({ answer: () => 'drop' }, 'unknown'),
  'half an answer comes': during({ answer: () => ({ half: '25' }) }, 'unknown'),
  'half of a refusal comes': during({ message: () => ({ half: '45' }) }, 'unknown'),
  'what is no answer comes': during({ answer: () => ({ half: 'HTTP/1.1 200 OK\r\n' }) }, 'unknown'),
  'no answer comes to the message': during({ answer: silence }, 'unknown'),
}

const host = '127.0.0.1'
const times = { connectTimeout: '1 second', answerTimeout: '1 second' } as const
const open =
  (
    given: Parameters<typeof openSmtpServer>[0],
    more: Omit<Parameters<typeof smtp>[0], 'host'>,
  ): (() => Promise<Served>) =>
  async () => {
    const server = await openSmtpServer({ auth: { user: 'shop', password }, ...given })
    const auth = { user: 'shop', password }
    const transport = smtp({ host, port: server.port, auth, ...times, ...more })
    return { transport, server, delivered: delivered(server), close: server.close }
  }

describe('in the clear', () => {
  testTransport(runner, { open: open({}, { encryption: 'none' }), secrets: [password], faults })
})

describe('without pipelining', () => {
  const encryption = 'none'
  testTransport(runner, { open: open({ pipelining: false }, { encryption }), secrets: [password], faults })
})

describe('by STARTTLS', () => {
  const encryption = 'starttls'
  testTransport(runner, {
    open: open({ encryption }, { tls: { ca: certificate } }),
    secrets: [password],
    faults,
  })
})

describe('by TLS from the start, one connection', () => {
  const encryption = 'tls'
  const more = { encryption, tls: { ca: certificate }, connections: 1, messagesPerConnection: 7 } as const
  testTransport(runner, { open: open({ encryption }, more), secrets: [password], faults })
})
