import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Backend, backends } from '../../../test/conformance/database.ts'
import { compileMessage, defineBroadcast } from '../src/index.ts'
import { smtp } from '../src/transport/smtp/index.ts'
import { openCrm, person, schema, segments } from './crm.ts'
import { openSmtpServer } from './servers/smtp.ts'

// What a mail server does to messages, and what the ledger says of them in the end.

const message = await compileMessage(
  { from: 'Acme <news@acme.example>', subject: 'News', text: 'Hello', unsubscribe: 'none' },
  schema,
)
const news = defineBroadcast(schema, {
  key: 'news',
  audience: { include: { everyone: segments.everyone } },
  address: 'email',
  message,
})
const retries = { first: '1 second', longest: '1 second' } as const

describe.each(Object.keys(backends) as (keyof typeof backends)[])('on %s', (name) => {
  let backend: Backend
  beforeAll(async () => {
    backend = await backends[name]()
  })
  afterAll(() => backend.close())

  const who = ({ to }: { readonly to: readonly string[] }): string => to[0]!.split('@')[0]!

  test('each message ends as its server has it', async () => {
    const people = ['fine', 'nobody', 'busy', 'full', 'broken', 'lost', 'late']
    const crm = await openCrm(backend, ...people.map((id) => person(id)))
    const tried = new Map<string, number>()
    const time = (one: string): number => {
      tried.set(one, (tried.get(one) ?? 0) + 1)
      return tried.get(one)!
    }
    await using server = await openSmtpServer({
      hooks: {
        recipient: (address) => {
          const one = address.split('@')[0]!
          if (one === 'nobody') return '550 5.1.1 No such user'
          if (one === 'full') return '452 4.2.2 Mailbox full'
          if (one === 'busy' && time(one) === 1) return '451 4.3.0 Try again later'
          return one === 'broken' && time(one) === 1 ? 'drop' : undefined
        },
        // It has all of it, and breaks off: kept, or not.
        message: (mail) => (who(mail) === 'lost' ? 'drop' : undefined),
        answer: (mail) => (who(mail) === 'late' ? 'drop' : undefined),
      },
    })
    const transport = smtp({ host: '127.0.0.1', port: server.port, encryption: 'none' })
    const sending = await crm.broadcasts.send(news, {
      transport,
      confirm: 7,
      retries: { ...retries, attempts: 3 },
    })
    const progress = await sending.finished
    const rows = await Promise.all(people.map((one) => crm.broadcasts.recipient('news', one)))
    expect(
      Object.fromEntries(rows.map((row) => [row!.person, `${row!.status} ${row!.reason ?? ''}`.trim()])),
    ).toEqual({
      fine: 'sent',
      nobody: 'failed refused',
      busy: 'sent',
      full: 'failed gave-up',
      broken: 'sent',
      lost: 'unknown',
      late: 'unknown',
    })
    expect(progress).toMatchObject({ state: 'done', sent: 3, failed: 2, unknown: 2 })
    expect(await crm.broadcasts.suppressions('nobody@example.com')).toHaveLength(1)
    expect(await crm.broadcasts.suppressions('full@example.com')).toHaveLength(0)
    expect(server.received.map(who).toSorted()).toEqual(['broken', 'busy', 'fine', 'late'])
    await transport.close?.()
    await crm.close()
  })

  test('a server that lets nobody in pauses it, and everybody is sent to once it does', async () => {
    const crm = await openCrm(backend, ...Array.from({ length: 30 }, (_, i) => person(`p${i}`)))
    await using server = await openSmtpServer({ hooks: { sender: () => '550 5.7.1 Not authorized' } })
    const transport = smtp({ host: '127.0.0.1', port: server.port, encryption: 'none' })
    const sending = await crm.broadcasts.send(news, { transport, confirm: 30 })
    expect(await sending.finished).toMatchObject({ state: 'paused', pending: 30, inHand: 0, failed: 0 })
    server.hooks = {}
    await crm.broadcasts.resume('news')
    const again = await crm.broadcasts.send(news, { transport, confirm: 30 })
    expect(await again.finished).toMatchObject({ state: 'done', sent: 30 })
    await transport.close?.()
    await crm.close()
  })

  test('paused in the middle of mail, it ends at once and nobody is in doubt', async () => {
    const crm = await openCrm(backend, ...Array.from({ length: 200 }, (_, i) => person(`p${i}`)))
    await using server = await openSmtpServer()
    const transport = smtp({ host: '127.0.0.1', port: server.port, encryption: 'none', connections: 4 })
    const sending = await crm.broadcasts.send(news, { transport, confirm: 200 })
    while (server.received.length < 20) await new Promise((resolve) => setTimeout(resolve, 5))
    await crm.broadcasts.pause('news')
    const paused = await sending.finished
    expect(paused).toMatchObject({ state: 'paused', unknown: 0, failed: 0, inHand: 0 })
    expect(paused.sent).toBe(server.received.length)
    await crm.broadcasts.resume('news')
    const again = await crm.broadcasts.send(news, { transport, confirm: 200 })
    expect(await again.finished).toMatchObject({ state: 'done', sent: 200 })
    expect(new Set(server.received.map(who)).size).toBe(200)
    expect(server.received).toHaveLength(200)
    await transport.close?.()
    await crm.close()
  })
})
