import assert from 'node:assert/strict'
import {
  arrivals,
  arrived,
  type Cases,
  confidential,
  expectTruth,
  expectWords,
  messagesOf,
  send,
} from './case.ts'

// What a transport is, as cases: written against the interface alone, so that every transport passes the same.

const most = 1_000
const words = (count: number, word: string): readonly string[] => Array.from({ length: count }, () => word)

const handing: Cases = {
  'it says what it takes, in whole numbers': async ({ opened: { transport } }) => {
    assert.match(transport.name, /^[a-z][a-z0-9-]*$/)
    for (const count of [transport.batch, transport.concurrency]) {
      assert.ok(Number.isSafeInteger(count) && count >= 1, String(count))
    }
    for (const limit of [transport.perSecond, transport.remembersMs]) {
      assert.ok(limit === undefined || (Number.isFinite(limit) && limit > 0), String(limit))
    }
  },

  'it can be asked whether it could send': async ({ opened: { transport } }) => {
    await transport.verify?.()
  },

  'no messages are no outcomes': async (subject) => {
    assert.deepEqual(await send(subject, []), [])
  },

  'a message arrives once': async (subject) => {
    const messages = messagesOf(1)
    const outcomes = await send(subject, messages)
    expectWords(outcomes, ['sent'])
    await expectTruth(subject, messages, outcomes)
  },

  'as many as it takes arrive, each once': async (subject) => {
    const messages = messagesOf(Math.min(subject.opened.transport.batch, most))
    const outcomes = await send(subject, messages)
    expectWords(outcomes, words(messages.length, 'sent'))
    await expectTruth(subject, messages, outcomes)
  },

  'as many calls as it allows do not meet': async (subject) => {
    const { batch, concurrency } = subject.opened.transport
    const calls = Array.from({ length: Math.min(concurrency, 10) }, () => messagesOf(Math.min(batch, 20)))
    const outcomes = await Promise.all(calls.map((messages) => send(subject, messages)))
    for (const [i, messages] of calls.entries()) {
      expectWords(outcomes[i]!, words(messages.length, 'sent'))
      await expectTruth(subject, messages, outcomes[i]!)
    }
  },

  'an address that is none is refused for its own sake, and the others are sent': async (subject) => {
    const wrong = ['', 'nobody', '@example.com', 'a@', 'a b@example.com', 'a@b@example.com', 'a@example..com']
    const attacks = [
      'x@example.com\r\nBcc: y@example.com',
      'x@example.com, y@example.com',
      '<x@example.com>',
      'x@exa mple.com',
    ]
    for (const to of [...wrong, ...attacks]) {
      const [good] = messagesOf(1)
      const messages =
        subject.opened.transport.batch > 1 ? [good!, ...messagesOf(1, { to })] : messagesOf(1, { to })
      const before = (await subject.opened.delivered()).length
      const outcomes = await send(subject, messages)
      expectWords(outcomes, ['sent', 'recipient'].slice(-messages.length))
      assert.equal((await subject.opened.delivered()).length - before, messages.length - 1, to)
    }
  },

  'a domain in other letters is written in ASCII': async (subject) => {
    const [message] = messagesOf(1)
    const to = `${message!.person}@bücher.example`
    expectWords(await send(subject, [{ ...message!, to }]), ['sent'])
    await arrived(subject, `${message!.person}@xn--bcher-kva.example`)
  },

  'nothing is begun once it is to stop': async (subject) => {
    const messages = messagesOf(Math.min(subject.opened.transport.batch, 5))
    const outcomes = await send(subject, messages, AbortSignal.abort())
    expectWords(outcomes, words(messages.length, 'retry'))
    await expectTruth(subject, messages, outcomes)
    const again = await send(subject, messages)
    await expectTruth(subject, messages, again)
  },

  'what has begun when it is to stop is waited for, and told as it is': async (subject) => {
    for (const pause of [0, 1, 5]) {
      const stop = new AbortController()
      const messages = messagesOf(Math.min(subject.opened.transport.batch, 50))
      const stopping = new Promise<void>((resolve) => {
        setTimeout(() => {
          stop.abort()
          resolve()
        }, pause)
      })
      // Together, so that a call which fails before it is stopped is this test's failure.
      const [outcomes] = await Promise.all([send(subject, messages, stop.signal), stopping])
      await expectTruth(subject, messages, outcomes)
    }
  },

  'a message that it remembers arrives once, however often and with whom it is handed over': async (
    subject,
  ) => {
    const { remembersMs, batch } = subject.opened.transport
    if (remembersMs === undefined) return
    const messages = messagesOf(Math.min(batch, 5))
    const more = messagesOf(Math.min(batch, 5))
    expectWords(await send(subject, messages), words(messages.length, 'sent'))
    expectWords(await send(subject, messages), words(messages.length, 'sent'))
    const mixed = messages.map((message, i) => (i % 2 === 0 ? message : more[i]!)).toReversed()
    expectWords(await send(subject, mixed), words(mixed.length, 'sent'))
    assert.deepEqual(
      await arrivals(subject, messages),
      messages.map(() => 1),
    )
  },
}

/** What a transport does that asks before the step which nobody can take back. */
const gated: Cases = {
  'a message is asked for once, before it arrives, and does not arrive if it may not': async (subject) => {
    const { transport } = subject.opened
    if (transport.gated !== true) return
    for (const allowed of [true, false]) {
      const messages = messagesOf(Math.min(transport.batch, 5))
      const asked: string[] = []
      const outcomes = await send(subject, messages, new AbortController().signal, async (message) => {
        asked.push(message.key)
        assert.deepEqual(await arrivals(subject, [message]), [0], 'it was asked for when it had arrived')
        return allowed
      })
      assert.deepEqual(asked.toSorted(), messages.map(({ key }) => key).toSorted())
      const expected = messages.map(() => (allowed ? 1 : 0))
      assert.deepEqual(await arrivals(subject, messages), expected)
      if (allowed) expectWords(outcomes, words(messages.length, 'sent'))
    }
    const others = messagesOf(1)
    expectWords(await send(subject, others), ['sent'])
  },

  'a gate that fails lets nothing through': async (subject) => {
    const { transport } = subject.opened
    if (transport.gated !== true) return
    const messages = messagesOf(Math.min(transport.batch, 5))
    await send(subject, messages, new AbortController().signal, () => Promise.reject(new Error('no answer')))
    assert.deepEqual(
      await arrivals(subject, messages),
      messages.map(() => 0),
    )
  },
}

/** How messages are handed over. */
export const sending: Cases = { ...handing, ...gated }

/** What arrives. */
export const contents: Cases = {
  'a message arrives as it is': async (subject) => {
    const logo = Uint8Array.from({ length: 300 }, (_, i) => i % 256)
    const [message] = messagesOf(1, {
      subject: `${confidential} – «Grüße», 東京 🎉 & <more>`,
      html: `<p>${confidential} — 東京 🎉<img src="cid:logo"></p>\n.\n<p>.dot</p>`,
      text: `${confidential} — 東京 🎉\n.\n.dot`,
      replyTo: '"Doe, Ann" <answers@shop.example>',
      headers: {
        'List-Unsubscribe': `<https://shop.example/u?t=${'abc123'.repeat(30)}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      attachments: [
        { filename: 'logo.png', content: logo, contentType: 'image/png', contentId: 'logo' },
        {
          filename: 'Preise für «Ann».csv',
          content: new TextEncoder().encode('a;b\n'),
          contentType: 'text/csv',
        },
      ],
    })
    expectWords(await send(subject, [message!]), ['sent'])
    const found = await arrived(subject, message!.to)
    const expected = {
      to: message!.to,
      from: 'ann@shop.example',
      replyTo: 'answers@shop.example',
      subject: message!.subject,
      html: message!.html,
      text: message!.text,
    }
    for (const [part, value] of Object.entries(expected)) {
      const shown = found[part as keyof typeof expected]
      if (shown !== undefined) assert.equal(shown.replaceAll('\r\n', '\n').trimEnd(), value, part)
    }
    if (found.headers) {
      assert.equal(found.headers['list-unsubscribe'], message!.headers['List-Unsubscribe'])
      assert.equal(found.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click')
    }
    if (found.attachments) {
      const shown = found.attachments.map(({ content, ...rest }) => ({ ...rest, content: [...content] }))
      const given = message!.attachments.map(({ content, ...rest }) => ({ ...rest, content: [...content] }))
      assert.deepEqual(shown, given)
    }
  },

  'html or text alone is a message': async (subject) => {
    for (const part of ['html', 'text'] as const) {
      const [{ [part]: _, ...message }] = messagesOf(1) as [ReturnType<typeof messagesOf>[number]]
      expectWords(await send(subject, [message]), ['sent'])
    }
  },

  'line breaks begin no header and no message': async (subject) => {
    const breaks = ['\r\n', '\n', '\r', '\u2028', '\0', '\r\n\r\n', '\r\n.\r\nMAIL FROM:<x@example.com>\r\n']
    for (const one of breaks) {
      const injected = `${one}X-Injected: yes${one}Bcc: other@example.com`
      const messages = messagesOf(1, {
        subject: `${confidential}${injected}`,
        headers: { 'X-Tag': `a${injected}` },
        attachments: [
          { filename: `a${injected}.txt`, content: new Uint8Array(1), contentType: 'text/plain' },
        ],
      })
      const before = (await subject.opened.delivered()).length
      expectWords(await send(subject, messages), ['sent'])
      assert.equal((await subject.opened.delivered()).length, before + 1)
      const { headers = {}, subject: shown = '' } = await arrived(subject, messages[0]!.to)
      assert.ok(!('x-injected' in headers) && !('bcc' in headers), JSON.stringify(headers))
      assert.doesNotMatch(shown, /[\r\n\0\u2028]/)
    }
  },

  'what is wrong with the message for everybody is the sender’s': async (subject) => {
    const file = { filename: 'a.txt', content: new Uint8Array(1), contentType: 'text/plain' }
    const wrong = [
      { from: 'nobody' },
      { from: 'Ann <ann@shop.example>\r\nBcc: x@example.com' },
      { from: 'a@shop.example, b@shop.example' },
      { replyTo: 'nobody\r\n' },
      { headers: { 'X-A: b\r\nBcc': 'x@example.com' } },
      { headers: { '': 'x' } },
      ...['Bcc', 'TO', 'content-type', 'From', 'Subject', 'message-id'].map((name) => ({
        headers: { [name]: 'x@example.com' },
      })),
      { attachments: [{ ...file, contentType: 'text/plain\r\nX-Injected: yes' }] },
      { attachments: [{ ...file, contentId: 'a>\r\nX-Injected: yes' }] },
      { key: 'no key' },
    ]
    for (const change of wrong) {
      const messages = messagesOf(1, change)
      const outcomes = await send(subject, messages)
      expectWords(outcomes, ['sender'])
      await expectTruth(subject, messages, outcomes)
    }
  },
}

/** The end: after it, nothing is sent any more. */
export const closing: Cases = {
  'what is closed begins nothing, and can be closed again': async (subject) => {
    const { transport } = subject.opened
    if (!transport.close) return
    const last = messagesOf(1)
    const sent = send(subject, last)
    const [outcomes] = await Promise.all([sent, transport.close(), transport.close()])
    await expectTruth(subject, last, outcomes)
    const late = messagesOf(1)
    const refused = await send(subject, late)
    expectWords(refused, ['retry'])
    await expectTruth(subject, late, refused)
  },
}
