import { expect, test } from 'vitest'
import { type Feedback, feedbackHandler, postmarkFeedback } from '../../src/web/index.ts'

// Bodies as https://postmarkapp.com/developer/webhooks/webhooks-overview shows them, with other values.

const [user, password] = ['postmark', 'correct horse battery']
const MessageID = '883953f4-6105-42a2-a16a-77a8eac79483'
const Metadata = { key: 'spring-42' }
const shared = { ServerID: 23, MessageStream: 'broadcasts', Tag: '', MessageID, Metadata }

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`
const ask = (
  body: unknown,
  authorization: string | undefined = basic(`${user}:${password}`),
  url = 'https://acme.example/postmark',
): Request =>
  new Request(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: authorization === '' ? {} : { authorization },
  })

const open = (options: Parameters<typeof postmarkFeedback>[0] = { user, password }) => {
  const seen: Feedback[] = []
  const store = { record: async (feedback: readonly Feedback[]) => void seen.push(...feedback) }
  return { seen, handler: feedbackHandler({ reader: postmarkFeedback(options), store }) }
}

const bounce = (Type: string, more: object = {}): object => ({
  ...shared,
  RecordType: 'Bounce',
  ID: 692560173,
  Type,
  TypeCode: 1,
  Email: 'ann@example.com',
  BouncedAt: '2026-11-26T03:00:00.1234567-05:00',
  Description: 'The server was unable to deliver your message.',
  Details: 'smtp;550 5.1.1 no such user',
  Inactive: false,
  CanActivate: true,
  ...more,
})
const from = { message: MessageID, key: 'spring-42', address: 'ann@example.com' }
const bounced = { ...from, id: 'bounce:692560173', at: new Date('2026-11-26T08:00:00.123Z') }
const detail = 'smtp;550 5.1.1 no such user'

test.each([
  [
    {
      ...shared,
      RecordType: 'Delivery',
      Recipient: 'ann@example.com',
      DeliveredAt: '2026-11-26T08:00:00Z',
      Details: '250 OK',
    },
    {
      ...from,
      kind: 'delivered',
      id: `delivered:${MessageID}:ann@example.com`,
      at: new Date('2026-11-26T08:00:00Z'),
    },
  ],
  [
    {
      ...shared,
      RecordType: 'Open',
      FirstOpen: true,
      Recipient: 'ann@example.com',
      ReceivedAt: '2026-11-26T08:00:00Z',
    },
    {
      ...from,
      kind: 'opened',
      id: `opened:${MessageID}:1795680000000`,
      at: new Date('2026-11-26T08:00:00Z'),
    },
  ],
  [
    {
      ...shared,
      RecordType: 'Click',
      OriginalLink: 'https://acme.example/',
      Recipient: 'ann@example.com',
      ReceivedAt: '2026-11-26T08:00:00Z',
    },
    {
      ...from,
      kind: 'clicked',
      id: `clicked:${MessageID}:1795680000000:https://acme.example/`,
      at: new Date('2026-11-26T08:00:00Z'),
      url: 'https://acme.example/',
    },
  ],
  [bounce('HardBounce'), { ...bounced, kind: 'bounced', permanent: true, detail }],
  [bounce('BadEmailAddress'), { ...bounced, kind: 'bounced', permanent: true, detail }],
  [bounce('SoftBounce'), { ...bounced, kind: 'bounced', permanent: false, detail }],
  [
    bounce('Transient', { Details: '' }),
    {
      ...bounced,
      kind: 'bounced',
      permanent: false,
      detail: 'The server was unable to deliver your message.',
    },
  ],
  [bounce('DnsError'), { ...bounced, kind: 'bounced', permanent: false, detail }],
  [bounce('Blocked', { Inactive: true }), { ...bounced, kind: 'bounced', permanent: true, detail }],
  [bounce('SpamComplaint'), { ...bounced, kind: 'complained' }],
  [bounce('Unsubscribe'), { ...bounced, kind: 'unsubscribed' }],
  [bounce('SpamComplaint', { RecordType: 'SpamComplaint' }), { ...bounced, kind: 'complained' }],
  [
    {
      ...shared,
      RecordType: 'SubscriptionChange',
      ChangedAt: '2026-11-26T08:00:00Z',
      Recipient: 'ann@example.com',
      Origin: 'Recipient',
      SuppressSending: true,
      SuppressionReason: 'ManualSuppression',
    },
    {
      ...from,
      kind: 'unsubscribed',
      id: 'unsubscribed:ann@example.com:1795680000000',
      at: new Date('2026-11-26T08:00:00Z'),
    },
  ],
])('%o', async (body, expected) => {
  const { seen, handler } = open()
  expect((await handler(ask(body))).status).toBe(204)
  expect(seen).toEqual([expected])
})

test.each([
  [bounce('AutoResponder')],
  [bounce('ChallengeVerification')],
  [{ ...shared, RecordType: 'Inbound' }],
  [{ ...shared, RecordType: 'SubscriptionChange', SuppressSending: false, SuppressionReason: null }],
  [{ ...shared, RecordType: 'SubscriptionChange', SuppressSending: true, SuppressionReason: 'HardBounce' }],
])('what says nothing new of a message is answered and forgotten: %#', async (body) => {
  const { seen, handler } = open()
  expect((await handler(ask(body))).status).toBe(204)
  expect(seen).toEqual([])
})

test.each([
  [{}, "found nothing at 'RecordType', expected a text"],
  [bounce('HardBounce', { ID: undefined }), "found nothing at 'ID', expected a number"],
  [bounce('HardBounce', { Email: null }), "found null at 'Email', expected a text"],
  ['{"RecordType":', 'found a body that is not JSON in UTF-8, expected one that is'],
])('what cannot be read is a 400: %o', async (body, detailOf) => {
  const answer = await open().handler(ask(body))
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([400, detailOf])
})

test('only who has the credentials of the address is listened to', async () => {
  const { seen, handler } = open()
  const wrong = [
    '',
    'Basic',
    basic(user),
    basic(`${user}:${password} `),
    basic(`x:${password}`),
    `Bearer ${password}`,
    'Basic ====',
  ]
  for (const authorization of wrong) {
    const answer = await handler(ask(bounce('HardBounce'), authorization))
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="feedback"'])
    expect(await answer.text()).not.toContain('horse')
  }
  expect(seen).toEqual([])
})

test('a secret in the address will do', async () => {
  const { seen, handler } = open({ secret: 'correct-horse-battery' })
  const at = (query: string): Promise<Response> =>
    handler(ask(bounce('HardBounce'), '', `https://acme.example/postmark${query}`))
  for (const query of ['', '?secret=', '?secret=correct-horse', '?sec=correct-horse-battery']) {
    expect((await at(query)).status).toBe(401)
  }
  expect((await at('?secret=correct-horse-battery')).status).toBe(204)
  expect(seen).toHaveLength(1)
})

test.each([
  [{ user, password: 'short' }],
  [{ user: '', password }],
  [{ user: 'a:b', password }],
  [{ secret: 'short' }],
  [{ user, password, secret: password }],
  [{}],
])('credentials that could be guessed are refused: %#', (options) => {
  expect(() => postmarkFeedback(options as never)).toThrow(RangeError)
  expect(() => postmarkFeedback({ user, passwort: password } as never)).toThrow(
    "unknown option 'passwort' - did you mean 'password'?",
  )
})
