import { describe, expect, test } from 'vitest'
import { consoleTransport, fileTransport, TransportError } from '../../src/index.ts'
import { bentoTag, postmark, resend, webhook } from '../../src/transport/http/index.ts'
import { smtp } from '../../src/transport/smtp/index.ts'

// What is said of options that cannot be; callers without types may hand over anything.

const refusal = (make: () => unknown): string => {
  try {
    make()
  } catch (error) {
    expect(error).toBeInstanceOf(TransportError)
    return (error as TransportError).message
  }
  throw new Error('nothing was refused')
}
const secret = 'sk-very-secret\r\n'

test.each<[string, () => unknown]>([
  [
    "smtp: found undefined as 'host', expected text on one line, such as 'smtp.example.com'",
    () => smtp({} as never),
  ],
  [
    "smtp: found unknown option 'hots' - did you mean 'host'?, expected one of host, port, encryption, auth, tls, connections, messagesPerConnection, perSecond, returnPath, dkim, name, connectTimeout, answerTimeout",
    () => smtp({ hots: 'x' } as never),
  ],
  ["smtp: found 0 as 'port', expected a whole number from 1 to 65535", () => smtp({ host: 'x', port: 0 })],
  [
    "smtp: found 'ssl' as 'encryption', expected one of 'starttls', 'tls', 'none'",
    () => smtp({ host: 'x', encryption: 'ssl' as never }),
  ],
  [
    "smtp: found 'none' with a password as 'encryption', expected 'starttls' or 'tls', as it could be read on its way",
    () => smtp({ host: 'smtp.example.com', encryption: 'none', auth: { user: 'a', password: 'b' } }),
  ],
  [
    "smtp: found unknown option 'pass', expected one of user, password",
    () => smtp({ host: 'x', auth: { user: 'a', pass: 'b' } as never }),
  ],
  [
    "smtp: found no text as 'password', expected a text",
    () => smtp({ host: 'x', auth: { user: 'a', password: undefined as never } }),
  ],
  [
    "smtp: found '5 fortnights' as 'answerTimeout', expected a duration such as '10 seconds'",
    () => smtp({ host: 'x', answerTimeout: '5 fortnights' as never }),
  ],
  [
    "smtp: found what is no address as 'returnPath', expected such as 'bounces@example.com'",
    () => smtp({ host: 'x', returnPath: 'bounces' }),
  ],
  [
    "smtp: found no key as 'privateKey', expected a key in PEM: '-----BEGIN PRIVATE KEY-----…'",
    () => smtp({ host: 'x', dkim: { domain: 'a', selector: 'b', privateKey: secret } }),
  ],
  ['smtp: found null, expected options such as { host: … }', () => smtp(null as never)],
  [
    "resend: found undefined as 'apiKey', expected visible ASCII characters, as the provider shows them",
    () => resend({} as never),
  ],
  [
    "resend: found a text that is none as 'apiKey', expected visible ASCII characters, as the provider shows them",
    () => resend({ apiKey: secret }),
  ],
  [
    "resend: found 101 as 'batch', expected a whole number from 1 to 100",
    () => resend({ apiKey: 'x', batch: 101 }),
  ],
  [
    "resend: found 'http://api.example.com' as 'url', expected https:, as the credentials could be read on their way",
    () => resend({ apiKey: 'x', url: 'http://api.example.com' }),
  ],
  [
    "resend: found 'nowhere' as 'url', expected a URL such as 'https://api.resend.com'",
    () => resend({ apiKey: 'x', url: 'nowhere' }),
  ],
  [
    "resend: found credentials in a URL as 'url', expected a URL without them",
    () => resend({ apiKey: 'x', url: 'https://a:b@api.example.com' }),
  ],
  [
    "postmark: found an empty text as 'serverToken', expected visible ASCII characters, as the provider shows them",
    () => postmark({ serverToken: '', messageStream: 'x' }),
  ],
  [
    "postmark: found undefined as 'messageStream', expected text on one line, such as 'broadcast'",
    () => postmark({ serverToken: 'x' } as never),
  ],
  [
    "bento: found undefined as 'secretKey', expected visible ASCII characters, as the provider shows them",
    () => bentoTag({ tag: 'x' } as never),
  ],
  [
    "webhook: found undefined as 'url', expected a URL such as 'https://example.com/messages'",
    () => webhook({ secret } as never),
  ],
  [
    "webhook: found a secret of 5 bytes, expected 24 bytes or more: 'whsec_' and base64, or a text",
    () => webhook({ url: 'https://x.example', secret: 'short' }),
  ],
  [
    "webhook: found a value of type symbol as 'remembers', expected a duration such as '10 seconds'",
    () => webhook({ url: 'https://x.example', secret: 'x'.repeat(24), remembers: Symbol('x') as never }),
  ],
  [
    "file: found undefined as 'folder', expected text on one line, such as 'sent'",
    () => fileTransport({} as never),
  ],
  [
    "console: found number as 'write', expected a function that takes a line",
    () => consoleTransport({ write: 5 as never }),
  ],
])('%s', (message, make) => expect(refusal(make)).toBe(message))

describe('anything for options', () => {
  const odd = [
    null,
    undefined,
    5,
    'x',
    [],
    () => {},
    Symbol('x'),
    new Date(0),
    { host: {} },
    { apiKey: {}, url: [] },
  ]
  const makers: readonly ((options: never) => unknown)[] = [
    smtp,
    resend,
    postmark,
    bentoTag,
    webhook,
    fileTransport,
  ]

  test('is refused by a TransportError', () => {
    for (const make of makers) for (const options of odd) refusal(() => make(options as never))
  })
})

test('a folder that cannot be written to is the sender’s, and says so before', async () => {
  const transport = fileTransport({ folder: '/dev/null/sent' })
  await expect(transport.verify?.()).rejects.toThrow(
    'file: found the message could not be written: ENOTDIR in mkdir, expected a folder to write to',
  )
})
