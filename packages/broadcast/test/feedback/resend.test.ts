import { Webhook } from 'standardwebhooks'
import { expect, test, vi } from 'vitest'
import { type Feedback, feedbackHandler, resendFeedback } from '../../src/web/index.ts'

// Signed by the library that Resend's own is made of.

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const other = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const at = new Date('2026-11-26T08:00:00Z')

const event = (type: string, more: object = {}): object => ({
  type,
  created_at: '2026-11-26T07:59:30.000Z',
  data: {
    email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
    created_at: '2026-11-26T07:00:00.000Z',
    from: 'Acme <news@acme.example>',
    to: ['ann@example.com'],
    subject: 'Hello',
    tags: { key: 'spring-42' },
    ...more,
  },
})

function signed(body: string, { by = secret, when = at, id = 'msg_1' } = {}): Request {
  const signature = new Webhook(by).sign(id, when, body)
  const headers = {
    'svix-id': id,
    'svix-timestamp': String(Math.floor(when.getTime() / 1000)),
    'svix-signature': signature,
  }
  return new Request('https://acme.example/resend', { method: 'POST', body, headers })
}

const open = (secrets = [secret]) => {
  const seen: Feedback[] = []
  const onError = vi.fn<(error: unknown) => void>()
  const store = { record: async (feedback: readonly Feedback[]) => void seen.push(...feedback) }
  return {
    seen,
    onError,
    handler: feedbackHandler({ reader: resendFeedback({ secrets }), store, now: () => at, onError }),
  }
}

const common = {
  id: 'msg_1',
  message: '56761188-7520-42d8-8898-ff6fc54ce618',
  key: 'spring-42',
  address: 'ann@example.com',
  at: new Date('2026-11-26T07:59:30Z'),
}

test.each([
  [event('email.delivered'), { kind: 'delivered' }],
  [event('email.opened'), { kind: 'opened' }],
  [
    event('email.clicked', {
      click: { link: 'https://acme.example/shop', ipAddress: '10.0.0.1', timestamp: '2026-11-26T07:59:29Z' },
    }),
    { kind: 'clicked', url: 'https://acme.example/shop' },
  ],
  [
    event('email.bounced', { bounce: { message: 'No such user', type: 'Permanent', subType: 'General' } }),
    { kind: 'bounced', permanent: true, detail: 'No such user' },
  ],
  [
    event('email.bounced', {
      bounce: { message: 'Mailbox full', type: 'Transient', subType: 'MailboxFull' },
    }),
    { kind: 'bounced', permanent: false, detail: 'Mailbox full' },
  ],
  [event('email.bounced'), { kind: 'bounced', permanent: false }],
  [
    event('email.suppressed'),
    { kind: 'bounced', permanent: true, detail: 'on the suppression list of Resend' },
  ],
  [
    event('email.failed', { failed: { reason: 'reached_daily_quota' } }),
    { kind: 'bounced', permanent: false, detail: 'reached_daily_quota' },
  ],
  [event('email.complained'), { kind: 'complained' }],
])('%o', async (body, expected) => {
  const { seen, handler } = open()
  expect((await handler(signed(JSON.stringify(body)))).status).toBe(204)
  expect(seen).toEqual([{ ...common, ...expected }])
})

test('tags may be a list, and a message may have gone to several', async () => {
  const { seen, handler } = open()
  const body = event('email.delivered', {
    to: ['ann@example.com', 'bob@example.com'],
    tags: [{ name: 'key', value: 'k1' }],
  })
  await handler(signed(JSON.stringify(body)))
  expect(seen.map(({ id, address, key }) => [id, address, key])).toEqual([
    ['msg_1', 'ann@example.com', 'k1'],
    ['msg_1:1', 'bob@example.com', 'k1'],
  ])
})

test('events of other kinds are answered and forgotten', async () => {
  const { seen, handler } = open()
  for (const type of ['email.sent', 'email.delivery_delayed', 'domain.created', 'constructor']) {
    expect((await handler(signed(JSON.stringify({ type, created_at: 'x', data: {} })))).status).toBe(204)
  }
  expect(seen).toEqual([])
})

test('a secret can be changed', async () => {
  const { seen, handler } = open([other, secret])
  await handler(signed(JSON.stringify(event('email.opened'))))
  await handler(signed(JSON.stringify(event('email.opened')), { by: other }))
  expect(seen).toHaveLength(2)
})

test('what cannot be verified is a 401 that tells no secret', async () => {
  const { seen, handler, onError } = open()
  const body = JSON.stringify(event('email.delivered'))
  const changed = (headers: Readonly<Record<string, string>>, said = body): Request => {
    const made = signed(body)
    for (const [name, value] of Object.entries(headers)) made.headers.set(name, value)
    return new Request(made.url, { method: 'POST', headers: made.headers, body: said })
  }
  const wrong = [
    signed(body, { by: other }),
    changed({}, `${body} `),
    changed({ 'svix-id': 'msg_2' }),
    changed({ 'svix-timestamp': String(at.getTime() / 1000 + 1) }),
    changed({ 'svix-signature': 'v1,AAAA v2,x' }),
    changed({ 'svix-signature': '' }),
    changed({ 'svix-timestamp': 'soon' }),
    // What was overheard is sent again an hour later.
    signed(body, { when: new Date(at.getTime() - 3_600_000) }),
    signed(body, { when: new Date(at.getTime() + 3_600_000) }),
    new Request('https://acme.example/resend', { method: 'POST', body }),
  ]
  for (const request of wrong) {
    const answer = await handler(request)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'application/problem+json'])
    const text = await answer.text()
    expect(JSON.parse(text)).toMatchObject({
      title: 'Unauthorized',
      detail: expect.stringMatching(/^found /),
    })
    expect(text).not.toContain(secret.slice(6))
  }
  expect(seen).toEqual([])
  expect(onError).toHaveBeenCalledTimes(wrong.length)
})

test.each([
  ['not json', 'found a body that is not JSON in UTF-8, expected one that is'],
  ['[]', 'found JSON that is no object, expected an object'],
  ['{}', "found nothing at 'type', expected a text"],
  [JSON.stringify({ type: 'email.opened', created_at: 'x' }), "found nothing at 'data', expected an object"],
  [
    JSON.stringify(event('email.opened', { email_id: 7 })),
    "found number at 'data.email_id', expected a text",
  ],
  [JSON.stringify(event('email.opened', { to: null })), "found null at 'data.to', expected a list of texts"],
  [
    JSON.stringify({ ...event('email.opened'), created_at: 'soon' }),
    "found string at 'created_at', expected an instant in ISO 8601",
  ],
])('what cannot be read is a 400: %s', async (body, detail) => {
  const answer = await open().handler(signed(body))
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([400, detail])
})

test('what could not be recorded is a 503, so that it is sent again', async () => {
  const store = { record: () => Promise.reject(new Error('password of the database')) }
  const handler = feedbackHandler({ reader: resendFeedback({ secrets: [secret] }), store, now: () => at })
  const answer = await handler(signed(JSON.stringify(event('email.opened'))))
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '60'])
  expect(await answer.text()).not.toContain('password')
})

test('other requests and settings are refused', async () => {
  const { handler } = open()
  expect((await handler(new Request('https://acme.example/resend'))).status).toBe(405)
  const large = new Request('https://acme.example/resend', { method: 'POST', body: 'x'.repeat(1_048_577) })
  expect((await handler(large)).status).toBe(413)
  for (const secrets of [[], ['hunter2'], ['whsec_!'], 'whsec_', [undefined]]) {
    expect(() => resendFeedback({ secrets: secrets as never })).toThrow(
      "secrets is a list of signing secrets of Resend, each 'whsec_' and base64",
    )
  }
  expect(() => resendFeedback({ secrets: [secret], tolerance: 'soon' as never })).toThrow(
    "tolerance is a duration such as '5 minutes'",
  )
  expect(() =>
    feedbackHandler({ reader: resendFeedback({ secrets: [secret] }), store: {} as never }),
  ).toThrow("as 'store', expected { record:")
})
