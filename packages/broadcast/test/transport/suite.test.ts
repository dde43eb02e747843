import { expect, test } from 'vitest'
import type { Outcome, Outgoing, Transport } from '../../src/index.ts'
import { type Delivered, testTransport } from '../../src/testing/index.ts'
import { readied } from '../../src/transport/ready.ts'

// The suite finds what is wrong: each of these transports breaks one promise.

interface Inbox {
  readonly delivered: Delivered[]
  readonly keys: Set<string>
}
const deliver = ({ delivered, keys }: Inbox, message: Outgoing, once = true): void => {
  const ready = readied(message)
  if (!('key' in ready) || (once && keys.has(ready.key))) return
  keys.add(ready.key)
  const headers = Object.entries(ready.headers).map(([name, value]) => [name.toLowerCase(), value])
  delivered.push({
    to: ready.to,
    subject: ready.subject,
    headers: Object.fromEntries(headers) as Record<string, string>,
  })
}
const fine = (inbox: Inbox): Transport => {
  let closed = false
  return {
    name: 'fine',
    batch: 3,
    concurrency: 2,
    remembersMs: 1_000,
    send: async (messages, signal) =>
      messages.map((message) => {
        const ready = readied(message)
        if (closed || signal.aborted) return { status: 'failed', class: 'retry', reason: 'it stopped' }
        if (!('key' in ready)) return ready
        deliver(inbox, message)
        return { status: 'sent' }
      }),
    close: async () => void (closed = true),
  }
}

/** The names of the tests that a transport does not pass. */
async function failures(make: (inbox: Inbox) => Transport): Promise<readonly string[]> {
  const inbox: Inbox = { delivered: [], keys: new Set() }
  const tests: [string, () => Promise<void>][] = []
  testTransport(
    { test: (name, run) => tests.push([name, run]), afterAll: () => undefined },
    {
      open: async () => ({ transport: make(inbox), delivered: async () => inbox.delivered }),
      secrets: ['the-secret-of-the-transport'],
      faults: { 'nothing goes wrong': { begin: () => {}, end: () => {}, expected: 'sent' } },
    },
  )
  const failed: string[] = []
  for (const [name, run] of tests) {
    try {
      await run()
    } catch {
      failed.push(name)
    }
  }
  return failed
}

test('a transport that keeps its promises passes, and so does one that asks the gate', async () => {
  expect(await failures(fine)).toEqual([])
  const asking = (inbox: Inbox): Transport => {
    const inner = fine(inbox)
    return {
      ...inner,
      gated: true,
      send: (messages, signal, gate) =>
        Promise.all(
          messages.map(async (message): Promise<Outcome> => {
            const allowed = !gate || (await gate(message).catch(() => false))
            if (!allowed) return { status: 'failed', class: 'retry', reason: 'it may not be delivered' }
            return (await inner.send([message], signal))[0]!
          }),
        ),
    }
  }
  expect(await failures(asking)).toEqual([])
})

const liars: Readonly<Record<string, (inbox: Inbox) => Transport>> = {
  'says that it sent, and did not': (inbox) => ({
    ...fine(inbox),
    send: async (messages) => messages.map(() => ({ status: 'sent' })),
  }),
  'says that it did not, and did': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) => {
      const outcomes = await fine(inbox).send(messages, signal)
      return outcomes.map((one) =>
        signal.aborted
          ? { status: 'sent' }
          : one.status === 'sent'
            ? { status: 'failed', class: 'retry', reason: 'it is busy' }
            : one,
      )
    },
  }),
  'sends twice': (inbox) => ({
    ...fine(inbox),
    send: (messages, signal) => {
      if (!signal.aborted) for (const message of messages) deliver(inbox, message, false)
      return fine({ ...inbox, keys: new Set() }).send(messages, signal)
    },
  }),
  'forgets what it says it remembers': (inbox) => ({
    ...fine(inbox),
    send: (messages, signal) => fine({ ...inbox, keys: new Set() }).send(messages, signal),
  }),
  'mixes up the order': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) => (await fine(inbox).send(messages, signal)).toReversed(),
  }),
  'leaves one out': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) => (await fine(inbox).send(messages, signal)).slice(1),
  }),
  'sends though it is to stop': (inbox) => ({
    ...fine(inbox),
    send: (messages) => fine(inbox).send(messages, new AbortController().signal),
  }),
  'sends though it is closed': (inbox) => ({ ...fine(inbox), close: async () => {} }),
  'tells its secret': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) =>
      (await fine(inbox).send(messages, signal)).map((one) =>
        one.status === 'sent' ? { ...one, id: 'the-secret-of-the-transport' } : one,
      ),
  }),
  'tells what the message says': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) =>
      (await fine(inbox).send(messages, signal)).map((one, i) =>
        one.status === 'sent' ? one : { ...one, reason: `of ${messages[i]!.subject}` },
      ),
  }),
  'knows a class of its own': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) =>
      (await fine(inbox).send(messages, signal)).map((one) =>
        one.status === 'sent' ? one : { ...one, class: 'spam' as never },
      ),
  }),
  'takes half a message': (inbox) => ({ ...fine(inbox), batch: 0.5 }),
  'lets headers in': (inbox) => ({
    ...fine(inbox),
    send: async (messages, signal) => {
      const outcomes = await fine(inbox).send(messages, signal)
      const [message] = messages
      const at = inbox.delivered.findIndex(({ to }) => to === message?.to)
      if (at >= 0 && /[\r\n]/.test(message!.subject))
        inbox.delivered[at] = { ...inbox.delivered[at]!, headers: { 'x-injected': 'yes' } }
      return outcomes
    },
  }),
  'sends to any address': (inbox) => ({
    ...fine(inbox),
    send: async (messages) => {
      for (const message of messages) inbox.delivered.push({ to: message.to })
      return messages.map(() => ({ status: 'sent' }))
    },
  }),
  'asks no gate and says that it does': (inbox) => ({ ...fine(inbox), gated: true }),
  'asks the gate when all is done': (inbox) => ({
    ...fine(inbox),
    gated: true,
    send: async (messages, signal, gate) => {
      const outcomes = await fine(inbox).send(messages, signal)
      for (const message of messages) await gate?.(message)
      return outcomes
    },
  }),
  'asks the gate and does as it likes': (inbox) => ({
    ...fine(inbox),
    gated: true,
    send: async (messages, signal, gate) => {
      for (const message of messages) await gate?.(message)
      return fine(inbox).send(messages, signal)
    },
  }),
  throws: (inbox) => ({
    ...fine(inbox),
    send: async () => {
      throw new Error('no')
    },
  }),
}

test.each(Object.entries(liars))('one that %s does not', async (_, make) => {
  expect(await failures(make)).not.toEqual([])
})
