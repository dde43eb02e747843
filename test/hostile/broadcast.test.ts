import {
  type Broadcasts,
  compileMessage,
  consoleTransport,
  defineBroadcast,
  engagementEvents,
  fileTransport,
  openBroadcasts,
  trackingLinks,
  unsubscribeLinks,
} from '@segmentry/broadcast'
import { boolean, defineSchema, type SchemaOf, segmentry, text } from '@segmentry/core'
import { openStore, type Store } from '@segmentry/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../conformance/database.ts'
import { answerOrRefusal, byHand, oddities, texts } from './material.ts'

// What callers without types hand to a broadcast: it says what is wrong before anybody is sent anything, or it is answered.

const schema = defineSchema({
  fields: { email: text(), zone: text(), optedOut: boolean() },
  tags: ['VIP'],
  events: { opened: { campaign: text() } },
})
const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
const everyone = segment().group((g) => g.everyone())
const vip = segment().group((g) => g.tag('VIP'))
const settings = { key: 'news', audience: { include: { everyone } }, address: 'email' } as const
const news = defineBroadcast(schema, settings)

// What throws by itself when it is looked at is code, and not what a caller hands over.
const names = Object.keys(oddities).filter((name) => !/getter|proxy/.test(name))

let backend: Backend
let store: Store
let broadcasts: Broadcasts
beforeAll(async () => {
  backend = await backends.pglite()
  store = await openStore(schema, backend.connection)
  await store.ingest({ people: [{ id: 'ann', fields: { email: 'ann@example.com' } }] })
  broadcasts = await openBroadcasts(store.source, backend.connection)
})
afterAll(async () => {
  await broadcasts.close()
  await store.close()
  await backend.close()
})

const transport = { name: 'test', batch: 1, concurrency: 1, bare: true, send: () => Promise.resolve([]) }
const send = { transport, confirm: 999 }

describe('a definition', () => {
  const parts = [
    'key',
    'audience',
    'address',
    'channel',
    'topic',
    'optOut',
    'holdOut',
    'variants',
    'caps',
    'priority',
    'time',
    'expires',
    'message',
  ]
  test.each(names)('with %s in any place is refused with a sentence, or is one', async (name) => {
    const odd = oddities[name] as () => never
    const calls: readonly (() => unknown)[] = [
      () => defineBroadcast(odd(), settings),
      () => defineBroadcast(schema, odd()),
      ...parts.map((part) => () => defineBroadcast(schema, { ...settings, [part]: odd() })),
      () => defineBroadcast(schema, { ...settings, audience: { include: odd() } }),
      () => defineBroadcast(schema, { ...settings, audience: { include: { everyone: odd() } } }),
      () => defineBroadcast(schema, { ...settings, audience: { include: { everyone }, exclude: odd() } }),
      () => defineBroadcast(schema, { ...settings, optOut: { field: odd() } }),
      () => defineBroadcast(schema, { ...settings, holdOut: { percent: odd() } }),
      () => defineBroadcast(schema, { ...settings, variants: { a: odd() } }),
      () => defineBroadcast(schema, { ...settings, caps: [odd()] }),
      () => defineBroadcast(schema, { ...settings, caps: [{ atMost: odd(), per: odd() }] }),
      () => defineBroadcast(schema, { ...settings, time: { otherwise: odd() } }),
      () => defineBroadcast(schema, { ...settings, time: { otherwise: 'UTC', quiet: odd() } }),
      () => compileMessage(odd(), schema),
      () => compileMessage({ from: odd(), subject: odd(), text: odd() }, schema),
      () => engagementEvents(odd()),
      () => engagementEvents(schema, odd()),
      () => unsubscribeLinks(odd()),
      () => trackingLinks(odd()),
      () => fileTransport(odd()),
      () => consoleTransport(odd()),
    ]
    for (const [i, call] of calls.entries())
      expect(await answerOrRefusal(call), String(i)).not.toBeUndefined()
  })

  test('a rule by hand that is none is refused by the plan', async () => {
    for (const rule of [{ kind: 'odd' }, 5, null]) {
      const one = byHand(rule)
      const audiences = [
        { include: { one } },
        { include: { everyone }, exclude: { one } },
      ] as unknown as readonly never[]
      for (const audience of audiences) {
        const made = await answerOrRefusal(() => defineBroadcast(schema, { ...settings, audience }))
        if (made instanceof Error) continue
        await expect(broadcasts.plan(made)).rejects.toMatchObject({ code: 'broken-segment' })
      }
    }
  })
})

test.each(names)('%s for any argument of a call is refused with a sentence, or answered', async (name) => {
  const odd = oddities[name] as () => never
  const person = { broadcast: 'news', person: 'ann' }
  const back = { kind: 'opened', id: '1', at: new Date() } as const
  const calls: readonly (() => unknown)[] = [
    () => openBroadcasts(odd(), backend.connection),
    () => openBroadcasts(store.source, odd()),
    () => openBroadcasts(store.source, backend.connection, odd()),
    () => openBroadcasts(store.source, backend.connection, { schema: odd() }),
    () => broadcasts.plan(odd()),
    () => broadcasts.plan(news, odd()),
    () => broadcasts.plan(news, { pace: odd() }),
    () => broadcasts.plan(news, { sampleSize: odd() }),
    () => broadcasts.plan(news, { now: odd() }),
    () => broadcasts.send(odd(), send),
    () => broadcasts.send(news, odd()),
    ...['transport', 'confirm', 'tolerance', 'pace', 'retries', 'lease', 'mostRefused', 'links'].map(
      (key) => () => broadcasts.send(news, { ...send, [key]: odd() }),
    ),
    () => broadcasts.progress(odd()),
    () => broadcasts.pause(odd()),
    () => broadcasts.pause('news', odd()),
    () => broadcasts.resume(odd()),
    () => broadcasts.cancel(odd()),
    () => broadcasts.recipient(odd(), 'ann'),
    () => broadcasts.recipient('news', odd()),
    () => broadcasts.resolveUnknown(odd(), 'sent'),
    () => broadcasts.resolveUnknown('news', odd()),
    () => broadcasts.resolveUnknown('news', 'sent', odd()),
    () => broadcasts.resolveUnknown('news', 'sent', [odd()]),
    () => broadcasts.suppress(odd()),
    () => broadcasts.suppress([odd()]),
    () => broadcasts.suppress([{ address: odd(), topic: odd() }]),
    () => broadcasts.unsuppress(odd()),
    () => broadcasts.suppressions(odd()),
    () => broadcasts.unsubscribe(odd()),
    () => broadcasts.unsubscribe({ ...person, topic: odd() }),
    () => broadcasts.resubscribe(odd()),
    () => broadcasts.record(odd()),
    () => broadcasts.record([odd()]),
    ...['kind', 'id', 'at', 'message', 'key', 'address', 'url', 'detail', 'permanent'].map(
      (key) => () => broadcasts.record([{ ...back, [key]: odd() }]),
    ),
  ]
  for (const [i, call] of calls.entries()) {
    expect(await answerOrRefusal(call), String(i)).not.toBeUndefined()
  }
  // Nobody was sent anything, and nothing stays that nobody can read.
  expect(await broadcasts.list()).toEqual([])
})

test.each(texts)('names may be %j', async (name) => {
  const audience = {
    include: Object.fromEntries([[name, everyone]]),
    exclude: Object.fromEntries([[name, vip]]),
  }
  const made = await answerOrRefusal(() => defineBroadcast(schema, { ...settings, audience }))
  if (made instanceof Error) return
  const plan = await broadcasts.plan(made)
  expect(Object.entries(plan.included)).toEqual([[name, 1]])
  expect(Object.entries(plan.excluded)).toEqual([[name, 0]])
})
