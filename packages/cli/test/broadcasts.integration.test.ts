import { PGlite } from '@electric-sql/pglite'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { fillMailing, mailing, variablesOf } from './mailing.ts'
import { type Ended, Folder, shownCall } from './project.ts'

// What the commands say of broadcasts, held as a terminal shows it: `vitest -u` writes it anew.

/** A database with a few people. */
async function mailingDatabase(): Promise<TestDatabase> {
  const database = await createDatabase(inject('postgresUrl'))
  await fillMailing({ connectionString: database.url })
  return database
}

/** What is said, without what depends on the hour and on how fast this machine is. */
const steady = ({ code, stdout, stderr }: Ended): Ended => {
  const timeless = (text: string): string => text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
  const isTick = (line: string): boolean => /^(may|calls): .* (sent|to go)/.test(line)
  return {
    code,
    stdout: timeless(stdout),
    stderr: timeless(
      stderr
        .split('\n')
        .filter((line) => !isTick(line))
        .join('\n'),
    ),
  }
}

const words = (line: string): readonly string[] => line.split(' ').filter((word) => word !== '')

test('a broadcast from its plan to what became of people', async () => {
  await using database = await mailingDatabase()
  using folder = new Folder(mailing())
  const shown: string[] = []
  for (const line of [
    'broadcasts',
    'broadcasts --keys',
    'broadcast mya',
    'broadcast may',
    'broadcast calls',
    'pause may',
    'recipient may ann',
    'send mya --confirm 3',
    'send may',
    'send may --confirm 5',
    'send may --as ann',
    'send may --test me@acme.example --confirm 3',
    'send may --confirm 3 --tolerance 3',
    'send calls --confirm 1',
    'send may --confirm 5 --tolerance 0.5',
    'send may',
    'broadcasts',
    'broadcast may',
    'pause may',
    'recipient may ann',
    'recipient may cid',
    'recipient may zed',
    'resolve may',
    'resolve may --as resend',
    'resolve may --as again',
  ]) {
    const args = words(line)
    shown.push(shownCall(args, steady(await folder.run(args, variablesOf(database.url)))))
  }
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/broadcasts.txt')
  const files = readdirSync(join(folder.path, 'out')).filter((name) => name.endsWith('.json'))
  const to = files.map((name) => JSON.parse(readFileSync(join(folder.path, 'out', name), 'utf8')) as object)
  expect(to).toHaveLength(3)
})

test('a call with --json is JSON, and sending tells a line of it for each state', async () => {
  await using database = await mailingDatabase()
  using folder = new Folder(mailing())
  const variables = variablesOf(database.url)
  const json = async (line: string): Promise<unknown> => {
    const { code, stdout, stderr } = await folder.run(words(line), variables)
    expect([line, code, stderr]).toEqual([line, 0, ''])
    return JSON.parse(stdout)
  }
  expect(await json('broadcasts --json')).toEqual([
    { broadcast: 'may', state: 'planned' },
    { broadcast: 'calls', state: 'planned' },
  ])
  expect(await json('broadcast may --json')).toMatchObject({ toSend: 3, leftOut: { excluded: 1 } })
  const sent = await folder.run(words('send may --confirm 3 --json'), variables)
  expect([sent.code, sent.stderr]).toEqual([0, ''])
  const lines = sent.stdout.trimEnd().split('\n')
  const states = lines.map((line) => JSON.parse(line) as { state: string; sent: number })
  expect(states.at(-1)).toMatchObject({ broadcast: 'may', state: 'done', sent: 3, skipped: 4 })
  expect(await json('broadcast may --json')).toMatchObject({ state: 'done', sent: 3 })
  expect(await json('recipient may ann --json')).toMatchObject({ status: 'sent', address: 'ann@example.com' })
  expect(await json('resolve may --as sent --json')).toEqual({ broadcast: 'may', as: 'sent', resolved: 0 })
  expect(await json('send may --json')).toMatchObject({ state: 'done' })
})

test('a reader who goes does not end the sending', async () => {
  await using database = await mailingDatabase()
  using folder = new Folder(mailing())
  const variables = variablesOf(database.url)
  for (const more of ['--json', '']) {
    const line = `segmentry send may --confirm 3 ${more} | true; echo "\${PIPESTATUS[0]}"`
    expect((await folder.shell(line, variables)).stdout).toBe('0\n')
    const { stdout } = await folder.run(['broadcast', 'may', '--json'], variables)
    expect(JSON.parse(stdout)).toMatchObject({ state: 'done', sent: 3 })
  }
})

test('a test goes to who tries it, and nowhere else', async () => {
  await using database = await mailingDatabase()
  using folder = new Folder(mailing())
  const variables = variablesOf(database.url)
  const tried = await folder.run(
    words('send may --test me@acme.example,you@acme.example --as ann'),
    variables,
  )
  expect(tried).toEqual({
    code: 0,
    stdout: ['a', 'b']
      .flatMap((variant) =>
        ['me', 'you'].map((one) => `${one}@acme.example: sent, variant ${variant}, as ann`),
      )
      .map((line) => `${line}\n`)
      .join(''),
    stderr: '',
  })
  const names = readdirSync(join(folder.path, 'out')).filter((name) => name.endsWith('.json'))
  const mails = names.map(
    (name) =>
      JSON.parse(readFileSync(join(folder.path, 'out', name), 'utf8')) as { to: string; subject: string },
  )
  expect(new Set(mails.map(({ to, subject }) => `${to} ${subject}`))).toEqual(
    new Set(['me@acme.example [Test] May, Ann', 'you@acme.example [Test] May, Ann']),
  )
  expect(await folder.run(['broadcasts', '--json'], variables)).toMatchObject({
    stdout: expect.not.stringContaining('"sent"') as string,
  })
  const nobody = await folder.run(words('send may --test me@acme.example --as zed'), variables)
  expect(nobody).toEqual({
    code: 2,
    stdout: '',
    stderr:
      "segmentry: broadcast 'may': found 'zed', who is not there, expected the id of somebody who is\n  at person\n",
  })
})

test('an address that is not to be shown is not', async () => {
  await using database = await mailingDatabase()
  const files = mailing()
  using folder = new Folder({
    ...files,
    'mailing.ts': files['mailing.ts']!.replace("field: 'optedOut' }", "field: 'optedOut', missing: 'send' }"),
    'segmentry.config.ts': files['segmentry.config.ts']!.replace('fileTransport({', 'consoleTransport({')
      .replace("folder: 'out'", 'write: () => undefined')
      .replaceAll('fileTransport', 'consoleTransport'),
  })
  const variables = variablesOf(database.url)
  // No mail goes to a number; what is looked at here is what is told of it.
  await folder.run(words('send calls --confirm 2'), variables)
  const { stdout } = await folder.run(words('recipient calls ann'), variables)
  expect(stdout).toContain('ann in calls is failed: refused')
  expect(stdout).not.toContain('555')
})

test('a configuration that cannot make what it sends with', async () => {
  await using database = await mailingDatabase()
  const { LINK_SECRET: _, ...without } = variablesOf(database.url)
  const cases = [
    ['a secret that is not set', '', without],
    ['a secret that is too short', '', { ...without, LINK_SECRET: 'short' }],
    [
      'a transport with wrong options',
      "transport: () => smtp({ hots: 'x' } as never)",
      variablesOf(database.url),
    ],
    ['a transport that is none', 'transport: () => undefined as never', variablesOf(database.url)],
    ['a transport that throws', "transport: () => { throw new Error('no luck') }", variablesOf(database.url)],
  ] as const
  const shown: string[] = []
  for (const [title, send, variables] of cases) {
    using folder = new Folder(send === '' ? mailing() : mailing(send))
    const args = ['send', 'may', '--confirm', '3']
    shown.push(`# ${title}\n${shownCall(args, await folder.run(args, variables))}`)
  }
  using bare = new Folder({
    ...mailing(),
    'segmentry.config.ts': `
import { may, schema, segments } from './mailing.ts'
export default { schema, segments, layout: 'segmentry', broadcasts: { may }, database: { env: 'DATABASE_URL' } }`,
  })
  const args = ['send', 'may', '--confirm', '3']
  shown.push(`# nothing to send with\n${shownCall(args, await bare.run(args, variablesOf(database.url)))}`)
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/sending.txt')
  using folder = new Folder(mailing())
  const { stdout } = await folder.run(['broadcasts', '--json'], variablesOf(database.url))
  // None of it has fixed an audience.
  expect(JSON.parse(stdout)).toEqual([
    { broadcast: 'may', state: 'planned' },
    { broadcast: 'calls', state: 'planned' },
  ])
})

test('the embedded database keeps a ledger too', async () => {
  using folder = new Folder(mailing(undefined, "database: { pglite: './data' }, ledger: 'news_ledger'"))
  const pglite = await PGlite.create(join(folder.path, 'data'))
  await fillMailing({ pglite })
  await pglite.close()
  const variables = variablesOf('')
  const sent = await folder.run(words('send may --confirm 3'), variables)
  expect(sent.code).toBe(0)
  expect(sent.stdout).toContain('may is done')
  expect((await folder.run(words('recipient may bob'), variables)).stdout).toContain('bob in may is sent')
})
