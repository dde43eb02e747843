import { describe, expect, test } from 'vitest'
import { FeedbackError, readMailReport } from '../../src/web/index.ts'

const at = new Date('2026-11-26T08:00:00Z')
const lines = (...all: readonly string[]): string => all.join('\r\n')

interface Report {
  readonly type?: string
  readonly status: readonly string[]
  readonly encoding?: string
  readonly original?: readonly string[] | undefined
  readonly originalType?: string
}

/** A multipart/report as mail servers send one: words, fields, and the header of the message it is about. */
function report({
  type = 'delivery-status',
  status,
  encoding,
  original,
  originalType = 'message/rfc822',
}: Report): string {
  const fields = lines(...status)
  const body = encoding === 'base64' ? Buffer.from(fields).toString('base64') : fields
  return lines(
    'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
    'To: bounces@acme.example',
    'Subject: Undelivered Mail',
    'Date: Thu, 26 Nov 2026 08:15:30 +0100',
    'Message-ID: <report-1@mx.example>',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type};`,
    '\tboundary="=_b/1"',
    '',
    '--=_b/1',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'Your message could not be delivered.',
    '',
    '--=_b/1',
    `Content-Type: message/${type}`,
    ...(encoding === undefined ? [] : [`Content-Transfer-Encoding: ${encoding}`]),
    '',
    body,
    '',
    ...(original ? ['--=_b/1', `Content-Type: ${originalType}`, '', ...original, ''] : []),
    '--=_b/1--',
    '',
  )
}

const original = [
  'From: Acme <news@acme.example>',
  'To: ann@example.com',
  'Subject: Hello',
  'Message-ID:',
  ' <spring-42@acme.example>',
  '',
  'Status: 5.9.9',
]
const about = {
  id: 'report:report-1',
  message: 'spring-42@acme.example',
  key: 'spring-42',
  at: new Date('2026-11-26T07:15:30Z'),
}
const recipient = (action: string, status: string, code: string): readonly string[] => [
  'Reporting-MTA: dns; mx.example',
  'Arrival-Date: Thu, 26 Nov 2026 08:15:29 +0100',
  '',
  'Final-Recipient: rfc822; ann@example.com',
  `Action: ${action}`,
  `Status: ${status}`,
  ...(code === '' ? [] : ['Remote-MTA: dns; in.example.com', `Diagnostic-Code: smtp; ${code}`]),
]

describe('a delivery status notification', () => {
  test.each([
    [
      'failed',
      '5.1.1',
      '550 5.1.1 <ann@example.com>: user unknown',
      true,
      '5.1.1 550 5.1.1 <ann@example.com>: user unknown',
    ],
    ['failed', '5.1.2 (no such domain)', '', true, '5.1.2'],
    ['Failed', '5.2.1', '550 disabled', true, '5.2.1 550 disabled'],
    ['failed', '5.1.10', '', true, '5.1.10'],
    ['failed', '5.2.2', '552 mailbox full', false, '5.2.2 552 mailbox full'],
    ['failed', '5.7.1', '550 5.7.1 policy', false, '5.7.1 550 5.7.1 policy'],
    ['failed', '4.4.1', '', false, '4.4.1'],
    ['failed', '5.0.0', '550 5.1.1 no such user', true, '5.1.1 550 5.1.1 no such user'],
    ['failed', '5.0.0', '550 go away', false, '5.0.0 550 go away'],
  ])('%s %s %s is a bounce; for good: %s', async (action, status, code, permanent, detail) => {
    const feedback = await readMailReport(report({ status: recipient(action, status, code), original }), at)
    const id = `report:<report-1@mx.example>`
    expect(feedback).toEqual([
      { ...about, id, kind: 'bounced', address: 'ann@example.com', permanent, detail },
    ])
  })

  test('may be of several people, in base64, with lines that go on, and with the header alone', async () => {
    const status = [
      'Reporting-MTA: dns; mx.example',
      '',
      'Original-Recipient: rfc822;Ann@Example.com',
      'Final-Recipient: rfc822; ann.smith@example.com',
      'Action: failed',
      'Status: 5.1.1',
      'Diagnostic-Code: smtp; 550 no such user',
      '    at this address',
      '',
      'Final-Recipient: rfc822;<bob@example.com>',
      'Action: delivered (to mailbox)',
      'Status: 2.1.5',
      '',
      'Final-Recipient: rfc822; cid@example.com',
      'Action: delayed',
      'Status: 4.4.7',
    ]
    const raw = report({
      status,
      encoding: 'base64',
      original: original.slice(0, 5),
      originalType: 'text/rfc822-headers',
    })
    for (const input of [raw, new TextEncoder().encode(raw)]) {
      const feedback = await readMailReport(input, at)
      expect(
        feedback.map(({ kind, id, address, detail, message }) => [kind, id, address, detail, message]),
      ).toEqual([
        [
          'bounced',
          'report:<report-1@mx.example>',
          'Ann@Example.com',
          '5.1.1 550 no such user at this address',
          'spring-42@acme.example',
        ],
        [
          'delivered',
          'report:<report-1@mx.example>:1',
          'bob@example.com',
          undefined,
          'spring-42@acme.example',
        ],
      ])
    }
  })

  test('without the message it is about tells the address alone', async () => {
    const [feedback] = await readMailReport(
      report({ status: recipient('failed', '5.1.1', ''), original: undefined }),
      at,
    )
    expect(feedback).not.toHaveProperty('message')
    expect(feedback).toMatchObject({ kind: 'bounced', address: 'ann@example.com' })
  })

  test.each([
    [['Reporting-MTA: dns; mx.example']],
    [['Reporting-MTA: dns; mx.example', '', 'Final-Recipient: rfc822; ann@example.com', 'Action: failed']],
    [['Reporting-MTA: dns; mx.example', '', 'Action: failed', 'Status: 5.1.1']],
    [['Reporting-MTA: dns; mx.example', '', 'Final-Recipient: x400; ann', 'Action: failed', 'Status: 5.1.1']],
  ])('that lacks what it has to have is refused: %#', async (status) => {
    const error = await readMailReport(report({ status, original }), at).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(FeedbackError)
    expect(error).toMatchObject({ code: 'unreadable', expected: expect.stringContaining('RFC 3464') })
  })
})

describe('a complaint', () => {
  const status = (type: string): readonly string[] => [
    `Feedback-Type: ${type}`,
    'User-Agent: Somewhere/1.0',
    'Version: 1',
    'Original-Rcpt-To: <ann@example.com>',
  ]

  test.each(['abuse', 'fraud'])('of the type %s is one', async (type) => {
    const feedback = await readMailReport(
      report({ type: 'feedback-report', status: status(type), original }),
      at,
    )
    const id = 'report:<report-1@mx.example>'
    expect(feedback).toEqual([{ ...about, id, kind: 'complained', address: 'ann@example.com', detail: type }])
  })

  test('of another type says nothing against us, and without a type is refused', async () => {
    expect(
      await readMailReport(report({ type: 'feedback-report', status: status('not-spam'), original }), at),
    ).toEqual([])
    await expect(
      readMailReport(report({ type: 'feedback-report', status: ['Version: 1'], original }), at),
    ).rejects.toThrow('found a complaint without a type, expected Feedback-Type (RFC 5965)')
  })
})

test.each([
  [''],
  ['Subject: I am on holiday\r\nAuto-Submitted: auto-replied\r\n\r\nBack on Monday. Status: 5.1.1'],
  ['no mail at all'],
  [
    lines(
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      'Action: failed',
      '--x--',
    ),
  ],
])('other mail tells nothing: %#', async (raw) => {
  expect(await readMailReport(raw, at)).toEqual([])
})

test('a report without a name of its own has the same one each time', async () => {
  const raw = report({ status: recipient('failed', '5.1.1', ''), original })
    .replace(/Message-ID: <report.*\r\n/, '')
    .replace(/Date: Thu.*\r\n/, '')
  const [one, two] = await Promise.all([readMailReport(raw, at), readMailReport(raw, at)])
  expect(one).toEqual(two)
  expect(one[0]).toMatchObject({ id: expect.stringMatching(/^report:[0-9a-f]{64}$/), at })
})
