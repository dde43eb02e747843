import { createDatabase, type TestDatabase } from '@segmentry/testing'
import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { openSmtpServer } from '../../broadcast/test/servers/smtp.ts'
import { fillMailing, mailing, toServer, variablesOf } from './mailing.ts'
import { ended, Folder } from './project.ts'

// Real processes that send real mail to a server on this machine: together, interrupted, paused by others.

const crowd = 400
/** Ann, Bob and Eve are sent to as well. */
const everybody = crowd + 3

async function crowded(): Promise<TestDatabase> {
  const database = await createDatabase(inject('postgresUrl'))
  await fillMailing({ connectionString: database.url }, crowd)
  return database
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until something holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(20)
}

/** Somebody at the keyboard. */
const interrupt = (child: ChildProcess): boolean => child.kill('SIGINT')

const send = ['send', 'may', '--confirm', String(everybody)]

test('two send together, are interrupted, and go on: nobody twice, nobody lost', async () => {
  await using database = await crowded()
  await using server = await openSmtpServer({ hooks: { message: () => wait(20).then(() => undefined) } })
  using folder = new Folder(mailing(toServer))
  const variables = variablesOf(database.url, { SMTP_PORT: String(server.port) })
  const run = (args: readonly string[]) => folder.run(args, variables)

  const children = [send, send].map((args) => folder.start(args, variables))
  const ends = children.map((child) => ended(child, folder.path))
  await until(() => server.received.length >= 60)
  for (const child of children) interrupt(child)
  for (const { code, stdout, stderr } of await Promise.all(ends)) {
    expect(code).toBe(130)
    expect(stdout).toContain('may is sending')
    expect(stderr).toContain('Stopping when what is in hand is through; once more stops at once\n')
    expect(stderr).toContain('To go on: segmentry send may\n')
  }
  const stopped = server.received.length
  expect(stopped).toBeLessThan(everybody)
  const progress = JSON.parse((await run(['broadcast', 'may', '--json'])).stdout) as object
  expect(progress).toMatchObject({ state: 'sending', sent: stopped, inHand: 0, unknown: 0 })

  const [text, json] = await Promise.all([run(['send', 'may']), run(['send', 'may', '--json'])])
  expect([text.code, json.code]).toEqual([0, 0])
  expect(text.stderr).toMatch(/^may: [\d,]+ sent, [\d,]+ to go/)
  const lines = json.stdout.trimEnd().split('\n')
  const sent = lines.map((line) => (JSON.parse(line) as { readonly sent: number }).sent)
  expect(sent).toEqual(sent.toSorted((a, b) => a - b))
  expect(sent.at(-1)).toBe(everybody)
  const addresses = server.received.map(({ to }) => to[0])
  expect([addresses.length, new Set(addresses).size]).toEqual([everybody, everybody])
})

test('a second interruption ends it at once, and what was in hand is told until it is taken back', async () => {
  await using database = await crowded()
  let isHeld = true
  await using server = await openSmtpServer({
    hooks: { message: () => until(() => !isHeld).then(() => undefined) },
  })
  using folder = new Folder(mailing(toServer))
  const variables = variablesOf(database.url, { SMTP_PORT: String(server.port) })
  const child = folder.start(send, variables)
  const end = ended(child, folder.path)
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const handed = "select count(*)::int as n from segmentry_broadcast.recipients where status = 'handed'"
  await until(async () => {
    const rows = await client.query<{ n: number }>(handed).then(
      (result) => result.rows,
      () => [],
    )
    return (rows[0]?.n ?? 0) === 2
  })
  interrupt(child)
  await wait(300)
  interrupt(child)
  expect((await end).code).toBe(130)
  await wait(4_000)
  const dead = await folder.run(['broadcast', 'may'], variables)
  expect(dead.stdout).toMatch(
    /in hand +\d+ {2}\d+ with a sender that is not seen: taken back by the next send after 20/,
  )
  isHeld = false
  await wait(1_500)
  const again = await folder.run(['send', 'may'], variables)
  expect(again.code).toBe(0)
  expect(again.stdout).toMatch(/unknown +2 {2}handed over, and nobody knows what came of it/)
  expect(again.stderr).toContain('segmentry resolve may --as sent or segmentry resolve may --as resend')
  const told = await folder.run(['resolve', 'may', '--as', 'sent'], variables)
  expect(told).toEqual({ code: 0, stdout: '2 of which nothing was known: told as sent\n', stderr: '' })
  await client.end()
  const addresses = server.received.map(({ to }) => to[0])
  expect(new Set(addresses).size).toBe(addresses.length)
})

test('paused by another call it ends with 1, and is sent once it is resumed; what was changed is told', async () => {
  await using database = await crowded()
  await using server = await openSmtpServer({ hooks: { message: () => wait(20).then(() => undefined) } })
  const files = mailing(toServer)
  using folder = new Folder(files)
  const variables = variablesOf(database.url, { SMTP_PORT: String(server.port) })
  const run = (line: string) => folder.run(line.split(' '), variables)
  const child = folder.start(send, variables)
  const end = ended(child, folder.path)
  await until(() => server.received.length >= 20)
  const paused = await folder.run(['pause', 'may', '--reason', 'a typo'], variables)
  expect(paused.stdout).toMatch(/^may: paused, .*\n.*To go on: segmentry resume may\n$/)
  const { code, stdout, stderr } = await end
  expect([code, stdout.split('\n')[0]]).toEqual([1, 'may is paused: a typo'])
  expect(stderr).toContain('When that is seen to: segmentry resume may && segmentry send may')
  // It does not begin by itself.
  const still = await run('send may')
  expect([still.code, still.stdout.split('\n')[0]]).toEqual([1, 'may is paused: a typo'])

  expect((await run('resume may')).stdout).toContain('It is sent by: segmentry send may\n')
  folder.write('mailing.ts', files['mailing.ts']!.replace("topic: 'news'", "topic: 'tips'"))
  const changed = await run('send may')
  expect(changed.code).toBe(2)
  expect(changed.stderr).toMatch(
    /a definition that has changed since .*found "tips", expected "news"\n {2}at topic\n$/s,
  )
  folder.write('mailing.ts', files['mailing.ts']!)
  expect((await run('cancel may')).stdout).toMatch(/^may: cancelled, \d+ sent\n/)
  const cancelled = await run('send may')
  expect(cancelled.code).toBe(1)
  expect(cancelled.stdout).toMatch(/cancelled +\d+ {2}not sent/)
  expect((await run('resume may')).code).toBe(2)
})

test('what nobody could send by is found out before the audience is fixed', async () => {
  await using database = await crowded()
  await using server = await openSmtpServer({ auth: { user: 'shop', password: 'right' } })
  using folder = new Folder(mailing(toServer))
  const variables = variablesOf(database.url, { SMTP_PORT: String(server.port), SMTP_PASSWORD: 'hush-hush' })
  const refused = await folder.run(send, variables)
  expect(refused).toMatchObject({ code: 2, stdout: '' })
  expect(refused.stderr).toContain('Authentication credentials invalid')
  expect(refused.stderr).not.toContain('hush-hush')
  const away = await folder.run(send, { ...variables, SMTP_PORT: '1' })
  expect(away).toMatchObject({ code: 3, stdout: '' })
  expect(away.stderr).toContain('a server at 127.0.0.1:1 that takes messages')
  const listed = await folder.run(['broadcasts', '--json'], variables)
  expect(JSON.parse(listed.stdout)).toMatchObject([{ state: 'planned' }, { state: 'planned' }])
})

test('what goes wrong most is told first', async () => {
  await using database = await crowded()
  await using server = await openSmtpServer({
    hooks: { recipient: (to) => (/^p\d{2}@/.test(to) ? '550 5.1.1 No such user' : undefined) },
  })
  using folder = new Folder(mailing(`${toServer}, mostRefused: 0.5`))
  const variables = variablesOf(database.url, { SMTP_PORT: String(server.port) })
  const { code, stdout } = await folder.run(send, variables)
  expect(code).toBe(0)
  expect(stdout).toMatch(/failed +90 {2}refused 90/)
  expect(stdout).toMatch(/recipient {2}550 5\.1\.1 +90 {2}\S+ {2}.*No such user/)
})
