import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { consoleTransport, fileTransport, type Transport } from '../../src/index.ts'
import { type Delivered, testTransport, type TransportFault } from '../../src/testing/index.ts'
import { bentoTag, postmark, resend, webhook } from '../../src/transport/http/index.ts'
import { openBento } from '../servers/bento.ts'
import type { HttpFault, OpenedHttpServer } from '../servers/http.ts'
import { openPostmark } from '../servers/postmark.ts'
import { openReceiver } from '../servers/receiver.ts'
import { openResend } from '../servers/resend.ts'

// Every transport passes the one suite, against a server that behaves as its provider's pages say; SMTP in smtp.test.ts.

const runner = { test, afterAll }
const secret = 'secret-of-the-suite-0123456789'

interface Served {
  readonly transport: Transport
  readonly delivered: () => Promise<readonly Delivered[]>
  readonly server: OpenedHttpServer
  readonly close: () => Promise<void>
}

const during = (
  fault: HttpFault,
  expected: TransportFault<Served>['expected'],
  times?: number,
): TransportFault<Served> => ({
  begin: ({ server }) => server.fail(fault, times),
  end: ({ server }) => server.heal(),
  expected,
})
const status = (code: number, body: unknown, headers?: Readonly<Record<string, string>>): HttpFault => ({
  status: code,
  body,
  ...(headers && { headers }),
})

/** What every API may do, whatever it says of it; `unclear` is what becomes of those whose answer is lost every time. */
const common = (repeats: boolean): Readonly<Record<string, TransportFault<Served>>> => ({
  'the request is read and the connection breaks': during('drop', 'unknown'),
  'the answer is lost': during('lost', 'unknown'),
  'the answer breaks off': during('half', 'unknown'),
  'the answer is no JSON': during('garbage', 'unknown'),
  'no answer comes in time': during('silence', 'unknown'),
  ...(repeats && {
    'the answer is lost once': during('lost', 'sent', 1),
    'the answer breaks off once': during('half', 'sent', 1),
    'the server fails once': during(status(500, 'oops'), 'sent', 1),
  }),
  'the server fails': during(status(500, 'Internal Server Error'), 'unknown'),
  'a gateway fails': during(status(502, '<html>Bad Gateway'), 'unknown'),
  'the server is busy': during(status(503, '', { 'retry-after': '7' }), 'retry'),
  'too much is asked': during(status(429, '{}', { 'retry-after': '3' }), 'retry'),
  'there is nothing at the address': during(status(404, '<html>Not Found'), 'sender'),
  'it is somewhere else': during(status(307, '', { location: 'http://127.0.0.1:1/' }), 'sender'),
  'something is not allowed': during(status(403, { error: `the key ${secret} may not` }), 'sender'),
  'it has to be paid': during(status(402, { message: `not with ${secret}` }), 'sender'),
  'the credentials are wrong': during(
    status(401, { message: secret, Message: secret, error: secret }),
    'sender',
  ),
})

describe.each([
  ['in batches', 100],
  ['one by one', 1],
])('Resend %s', (_, batch) => {
  const failed = (code: number, name: string) =>
    status(code, { statusCode: code, name, message: `about ${secret}` })
  testTransport(runner, {
    open: async (): Promise<Served> => {
      const server = await openResend(secret)
      const transport = resend({ apiKey: secret, url: server.url, batch, timeout: '1 second', repeats: 1 })
      return { transport, server, delivered: async () => server.delivered, close: server.close }
    },
    secrets: [secret],
    faults: {
      ...common(true),
      'the answer says nothing': during('empty', 'unknown'),
      'the quota of the day is used up': during(failed(429, 'daily_quota_exceeded'), 'sender'),
      'the quota of the month is used up': during(failed(429, 'monthly_quota_exceeded'), 'sender'),
      'the rate is exceeded': during(failed(429, 'rate_limit_exceeded'), 'retry'),
      'the domain is not verified': during(failed(403, 'validation_error'), 'sender'),
      'the request is wrong': during(failed(422, 'missing_required_field'), 'sender'),
      'the same key is being worked on': during(failed(409, 'concurrent_idempotent_requests'), 'unknown'),
      'the same key was worked on a moment ago': during(
        failed(409, 'concurrent_idempotent_requests'),
        'sent',
        1,
      ),
    },
  })
})

describe('Postmark', () => {
  const refused = (code: number, ErrorCode: number) => status(code, { ErrorCode, Message: `about ${secret}` })
  const each = (ErrorCode: number) =>
    status(
      200,
      [1, 2, 3].map(() => ({ ErrorCode, Message: `about ${secret}` })),
    )
  testTransport(runner, {
    open: async (): Promise<Served> => {
      const server = await openPostmark(secret, 'broadcast')
      const transport = postmark({
        serverToken: secret,
        messageStream: 'broadcast',
        url: server.url,
        timeout: '1 second',
      })
      return { transport, server, delivered: async () => server.delivered, close: server.close }
    },
    secrets: [secret],
    faults: {
      ...common(false),
      'the answer says nothing': during('empty', 'unknown'),
      'there are too few outcomes': during(status(200, [{ ErrorCode: 0, MessageID: 'x' }]), 'unknown'),
      'the token is wrong': during(refused(401, 10), 'sender'),
      'there is maintenance': during(refused(422, 100), 'retry'),
      'it is down as planned': during(refused(503, 100), 'retry'),
      'it fails': during(refused(500, 0), 'unknown'),
      'the rate is exceeded': during(refused(429, 429), 'retry'),
      'each is refused for the stream': during(each(1235), 'sender'),
      'each is refused as the account may not send': during(each(405), 'sender'),
      'each is refused as inactive': during(each(406), 'recipient'),
      'each is refused for the moment': during(each(429), 'retry'),
    },
  })
})

describe('Bento', () => {
  const site = { publishableKey: 'pk', secretKey: secret, siteUuid: 'site' }
  testTransport(runner, {
    open: async (): Promise<Served> => {
      const server = await openBento(site)
      const transport = bentoTag({ ...site, tag: 'spring', url: server.url, timeout: '1 second', repeats: 1 })
      return { transport, server, delivered: async () => server.delivered(), close: server.close }
    },
    secrets: [secret],
    carries: 'address',
    faults: { ...common(true), 'the answer says nothing': during('empty', 'unknown') },
  })
})

describe.each([
  ['that remembers', { remembers: '1 day', batch: 5 } as const],
  ['that does not', {}],
])('a webhook %s', (_, more) => {
  const { 'the answer is no JSON': garbage, ...rest } = common('remembers' in more)
  testTransport(runner, {
    open: async (): Promise<Served> => {
      const server = await openReceiver(secret)
      const transport = webhook({ url: `${server.url}/m`, secret, timeout: '1 second', repeats: 1, ...more })
      return { transport, server, delivered: async () => server.delivered, close: server.close }
    },
    secrets: [secret],
    faults: { ...rest, 'the answer is said to be JSON and is none': garbage! },
  })
})

describe('files', () => {
  testTransport(runner, {
    open: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'segmentry-files-'))
      const read = async (name: string): Promise<Delivered> => {
        const { to, subject, html, text, headers } = JSON.parse(
          await readFile(join(folder, name), 'utf8'),
        ) as Delivered
        const lower = Object.entries(headers ?? {}).map(([header, value]) => [header.toLowerCase(), value])
        return {
          to,
          ...(subject !== undefined && { subject }),
          ...(html !== undefined && { html }),
          ...(text !== undefined && { text }),
          headers: Object.fromEntries(lower) as Record<string, string>,
        }
      }
      return {
        transport: fileTransport({ folder }),
        delivered: async () =>
          Promise.all((await readdir(folder)).filter((name) => name.endsWith('.json')).map(read)),
        close: () => rm(folder, { recursive: true }),
      }
    },
  })
})

describe('the console', () => {
  const lines: string[] = []
  testTransport(runner, {
    open: async () => ({
      transport: consoleTransport({ write: (line) => void lines.push(line) }),
      delivered: async () =>
        lines.map((line) => ({
          to: /→ (\S+):/.exec(line)![1]!,
          subject: /→ \S+: (.*?)(, \d+ attached)?$/.exec(line)![1]!,
        })),
    }),
  })
})
