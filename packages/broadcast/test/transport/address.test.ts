import fc from 'fast-check'
import { simpleParser } from 'mailparser'
import { describe, expect, test } from 'vitest'
import { addressOf, mailboxOf, mailboxText } from '../../src/transport/address.ts'
import { readied } from '../../src/transport/ready.ts'
import { composer } from '../../src/transport/smtp/mime.ts'
import { outgoing } from './outgoing.ts'

test('an address has its domain in ASCII', () => {
  expect(addressOf('ann@example.com')).toBe('ann@example.com')
  expect(addressOf('Ann.Lee+news@EXAMPLE.com')).toBe('Ann.Lee+news@example.com')
  expect(addressOf('ann@bücher.example')).toBe('ann@xn--bcher-kva.example')
  expect(addressOf('änn@例え.jp')).toBe('änn@xn--r8jz45g.jp')
  expect(addressOf("o'hara!#$%&*/=?^_`{|}~-@example.co.uk")).toBe("o'hara!#$%&*/=?^_`{|}~-@example.co.uk")
})

test.each([
  '',
  'ann',
  '@example.com',
  'ann@',
  'ann@localhost',
  'ann@example',
  'ann@127.0.0.1',
  'ann@[127.0.0.1]',
  '.ann@example.com',
  'ann.@example.com',
  'a..b@example.com',
  'a b@example.com',
  '"a b"@example.com',
  'ann@exam ple.com',
  'ann@-example.com',
  'ann@example..com',
  'ann@example.com.',
  'ann@example.com\r\nBcc: bob@example.com',
  'ann\n@example.com',
  'ann@example.com,bob@example.com',
  'Ann <ann@example.com>',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b'.repeat(64)}.com`,
  `a@${'b.'.repeat(130)}com`,
  '\uD800@example.com',
])('%j is no address', (text) => expect(addressOf(text)).toBeUndefined())

test('a mailbox has a name or none', () => {
  expect(mailboxOf('ann@example.com')).toEqual({ address: 'ann@example.com' })
  expect(mailboxOf('<ann@example.com>')).toEqual({ address: 'ann@example.com' })
  expect(mailboxOf('Ann of the Shop <ann@example.com>')).toEqual({
    name: 'Ann of the Shop',
    address: 'ann@example.com',
  })
  expect(mailboxOf(String.raw`"Lee, \"Ann\"" <ann@example.com>`)).toEqual({
    name: 'Lee, "Ann"',
    address: 'ann@example.com',
  })
  for (const none of [
    '',
    'Ann',
    'a@example.com, b@example.com',
    'A <a@example.com>, B <b@example.com>',
    'A <a@b>',
    'A\n <a@example.com>',
  ]) {
    expect(mailboxOf(none), none).toBeUndefined()
  }
})

describe('whatever a message is made of', () => {
  const lines = [
    '\r\n',
    '\n',
    '\r',
    '\r\n\r\n',
    '\0',
    '\u2028',
    '\u0085',
    ' ',
    ',',
    '<',
    '>',
    '"',
    '\\',
    ':',
    ';',
    '=?utf-8?q?=0d=0a?=',
  ]
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(...lines, 'Bcc: x@evil.example', 'a@b.example'),
  )
  const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

  test('its mailboxes are read back as they are', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (name) => {
        const box = mailboxOf(`"${name.replaceAll(/["\\]/g, String.raw`\$&`)}" <ann@example.com>`)
        if (box === undefined) return
        expect(mailboxOf(mailboxText(box))).toEqual(box)
      }),
    )
  })

  test('has the headers it is to have, one recipient, and its two bodies', async () => {
    const compose = composer(undefined)
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (name, subject, value, filename) => {
        const ready = readied(
          outgoing({
            from: `${name} <ann@shop.example>`,
            subject,
            headers: { 'X-Tag': value },
            attachments: [{ filename, content: new Uint8Array(3), contentType: 'text/plain' }],
          }),
        )
        if (!('key' in ready)) return
        const raw = await compose(ready)
        const { headers, to, from, html, attachments } = await simpleParser(raw)
        expect([...headers.keys()].toSorted()).toEqual(
          ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to', 'x-tag'].filter(
            (one) => headers.has(one) || !['subject', 'x-tag'].includes(one),
          ),
        )
        expect([to, from].flat().map((one) => one!.value.map(({ address }) => address))).toEqual([
          [ready.to],
          ['ann@shop.example'],
        ])
        expect([html, attachments.length]).toEqual(['<p>Spring</p>', 1])
        expect(raw.toString('latin1')).not.toMatch(/[^\r]\n|\r[^\n]|\0/)
      }),
      { numRuns: 300 },
    )
  })
})
