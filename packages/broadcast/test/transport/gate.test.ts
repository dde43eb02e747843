import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Transport } from '../../src/index.ts'
import { smtp } from '../../src/transport/smtp/index.ts'
import { openSmtpServer, type OpenedSmtpServer } from '../servers/smtp.ts'
import { going, outgoing } from './outgoing.ts'

// SMTP asks before the line that ends a message, in a session that goes on or not.

const to = (server: OpenedSmtpServer): Transport =>
  smtp({ host: server.host, port: server.port, encryption: 'none', connections: 1 })
const yes = async () => true
/** An answer that is late would come with the next timeout of the server, ten minutes from now. */
const soon = async <T>(answer: Promise<T>): Promise<T | string> =>
  Promise.race([answer, setTimeout(3_000, 'late')])

describe.each([true, false])('with pipelining %s', (pipelining) => {
  test.each([
    ['answers no', () => Promise.resolve(false)],
    ['fails', (): Promise<boolean> => Promise.reject(new Error('the database is away'))],
  ] as const)('a message is not delivered and holds nobody up when the gate %s', async (_, gate) => {
    await using server = await openSmtpServer({ pipelining })
    const transport = to(server)
    const before = outgoing()
    const next = outgoing()
    await transport.send([before], going, yes)
    for (const size of [10, 100_000]) {
      const message = outgoing({ text: 'x'.repeat(size) })
      expect(await soon(transport.send([message], going, gate))).toEqual([
        { status: 'failed', class: 'retry', reason: 'not handed over: it may not be delivered' },
      ])
    }
    expect(await soon(transport.send([next], going, yes))).toMatchObject([{ status: 'sent' }])
    expect(server.received.map((mail) => mail.to[0])).toEqual([before.to, next.to])
    await transport.close?.()
  })
})

test('a connection that breaks while the gate is asked is told when it has answered, and it is asked once', async () => {
  await using server = await openSmtpServer()
  const transport = to(server)
  await transport.send([outgoing()], going, yes)
  for (const allowed of [true, false]) {
    let asked = 0
    let answered = false
    const gate = async (): Promise<boolean> => {
      asked += 1
      server.drop()
      await setTimeout(200)
      answered = true
      return allowed
    }
    const [outcome] = await transport.send([outgoing()], going, gate)
    expect(outcome).toMatchObject({ class: 'retry' })
    expect([asked, answered, server.received.length]).toEqual([1, true, 1 + Number(!allowed)])
    await transport.send([outgoing()], going, yes)
  }
  await transport.close?.()
})

test('a refusal before the end asks no gate', async () => {
  await using server = await openSmtpServer({ hooks: { recipient: () => '550 5.1.1 No such user' } })
  const transport = to(server)
  let asked = 0
  const gate = async (): Promise<boolean> => {
    asked += 1
    return true
  }
  expect(await transport.send([outgoing()], going, gate)).toMatchObject([{ class: 'recipient' }])
  await transport.close?.()
  expect(asked).toBe(0)
})
