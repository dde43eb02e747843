import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { openBroadcasts } from '@segmentry/broadcast'
import { layoutSource, openStore } from '@segmentry/postgres'
import { createDatabase } from '@segmentry/testing'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { openSmtpServer } from '../../packages/broadcast/test/servers/smtp.ts'
import { schema } from './crm.ts'

// Workers that send real mail are killed again and again, at any moment. Nobody may be sent it twice, nobody may be forgotten, and of
// whom that cannot be told is named.

const people = 10_000
const workers = 2
const kills = 20
const connections = 5

test(`${people} people, ${workers} workers, ${kills} kills`, { timeout: 600_000 }, async () => {
  await using database = await createDatabase(inject('postgresUrl'))
  const store = await openStore(schema, { connectionString: database.url })
  const pool = new pg.Pool({ connectionString: database.url })
  pool.on('error', () => undefined)
  await pool.query(
    `insert into segmentry.people (id, fields)
     select i::text, jsonb_build_object('email', 'user' || i || '@example.com', 'name', 'User ' || i) from generate_series(1, $1::int) as i`,
    [people],
  )
  await store.analyze()
  await using server = await openSmtpServer()

  const start = (): ChildProcess =>
    fork(
      fileURLToPath(new URL('worker.ts', import.meta.url)),
      [database.url, String(server.port), String(people)],
      { execArgv: ['--disable-warning=ExperimentalWarning'] },
    )
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  let killed = 0
  /** One worker after the other, each killed at some moment of its work while there are kills left. */
  const lineage = async (): Promise<void> => {
    for (;;) {
      const child = start()
      const exited = once(child, 'exit')
      const ended = once(child, 'message').then(() => once(child, 'message'))
      if (killed < kills) {
        killed += 1
        await once(child, 'message')
        await Promise.race([wait(100 + Math.random() * 900), exited])
        child.kill('SIGKILL')
        await exited
        continue
      }
      const [state] = (await Promise.race([ended, exited])) as [unknown]
      await exited
      expect(state).toBe('done')
      return
    }
  }
  await Promise.all(Array.from({ length: workers }, lineage))

  const { rows } = await pool.query<{ status: string; reason: string | null; address: string }>(
    'select status, reason, address from segmentry_broadcast.recipients',
  )
  const sent = rows.filter(({ status }) => status === 'sent')
  const unknown = rows.filter(({ status }) => status === 'unknown')
  const received = server.received.map(({ to }) => to[0]!)
  const arrived = new Set(received)
  const neverTried = unknown.filter(({ address }) => !arrived.has(address)).length
  console.log(
    `${killed} kills: ${received.length} received, ${received.length - arrived.size} twice, ${sent.length} sent, ${unknown.length} unknown, of whom ${neverTried} received nothing`,
  )
  expect(killed).toBe(kills)
  // Nobody twice.
  expect(received.length - arrived.size).toBe(0)
  // Nobody lost: everybody is sent or named, and who is sent has received it.
  expect(sent.length + unknown.length).toBe(people)
  expect(sent.filter(({ address }) => !arrived.has(address))).toEqual([])
  // In doubt is what was under way when a worker died, and no more.
  expect(unknown.length).toBeLessThanOrEqual(kills * connections)
  expect(new Set(unknown.map(({ reason }) => reason))).toEqual(new Set(unknown.length > 0 ? ['crashed'] : []))

  // Told that they are to be sent again, they are: all have it then.
  const broadcasts = await openBroadcasts(layoutSource(schema), { pool })
  expect(await broadcasts.resolveUnknown('crash', 'resend')).toBe(unknown.length)
  killed = kills
  if (unknown.length > 0) await lineage()
  expect(new Set(server.received.map(({ to }) => to[0])).size).toBe(people)
  await broadcasts.close()
  await store.close()
  await pool.end()
})
