import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { configFile, fillChanged, now, repository, segmentsFile } from './change.ts'
import { shownCall } from './project.ts'

// A change of segments in a real repository, planned against the branch that it was made from.

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await fillChanged(database.url)
}, 60_000)
afterAll(() => database.drop())

const variables = () => ({ DATABASE_URL: database.url })

test('a plan is told in text, for a pull request, for a browser and for a program', async () => {
  const { folder, git } = repository()
  using _ = folder
  const call = async (args: readonly string[]): Promise<string> =>
    shownCall(args, await folder.run([...args, '--at', now], variables()))
  // What others do on main meanwhile is no change of the branch.
  git('switch', '--quiet', 'main')
  folder.write('segments.ts', segmentsFile.replace('californians:', 'someone_elses:'))
  git('commit', '--quiet', '--all', '--message', 'Another change')
  git('switch', '--quiet', 'change')

  await expect(await call(['plan'])).toMatchFileSnapshot('texts/plan.txt')
  const markdown = await folder.run(['plan', '--format', 'markdown', '--at', now], variables())
  await expect(markdown.stdout).toMatchFileSnapshot('texts/plan.md')
  const page = await folder.run(['plan', '--format', 'html', '--at', now], variables())
  await expect(page.stdout).toMatchFileSnapshot('texts/plan.html')
  const json = await folder.run(['plan', '--format', 'json', '--at', now], variables())
  const { changes, splits, flows } = JSON.parse(json.stdout) as {
    changes: readonly {
      difference: { key: string; kind: string; movement: { category: string } }
      [side: string]: unknown
    }[]
    splits: readonly { branches: unknown; moves: unknown }[]
    flows: unknown
  }
  // By hand: tagged and in California are p01 and p04; p01 to p03 opened within 30 days, p01 to p06 within 60.
  const numbers = changes.map(({ difference, before, after, enters, leaves, stays }) => [
    difference.key,
    difference.kind,
    difference.movement.category,
    ...[before, after, enters, leaves, stays].map(
      (people) => (people as { count: number } | undefined)?.count,
    ),
  ])
  expect(numbers).toEqual([
    ['best', 'changed', 'moved', 3, 2, 1, 2, 1],
    ['engaged', 'changed', 'widened', 3, 6, 3, 0, 3],
    ['vip', 'changed', 'narrowed', 6, 2, 0, 4, 2],
    ['west', 'renamed', 'same', 4, 4, 0, 0, 4],
  ])
  expect(splits[0]).toMatchObject({
    branches: [
      { key: 'call', before: { count: 3 }, after: { count: 2 } },
      { key: 'mail', before: { count: 0 }, after: { count: 4 } },
      { key: 'wait', before: { count: 9 }, after: { count: 6 } },
    ],
    // p02 and p03 are mailed now, p04 is called, p05 and p06 are mailed.
    moves: { count: 5 },
  })
  expect(flows).toEqual([{ name: 'thanks', on: 'entered', segment: 'engaged', starts: { count: 3 } }])
  expect(existsSync(join(folder.path, '.segmentry'))).toBe(false)
  expect(git('status', '--short')).toBe('')
}, 120_000)

test('a policy decides how it ends', async () => {
  const { folder } = repository()
  using _ = folder
  const ends = async (policy: string) => folder.run(['plan', '--at', now, '--fail-if', policy], variables())
  const [much, some, wrong, none, few] = [
    await ends('leaves > 50%'),
    await ends('enters > 100%, leaves >= 5'),
    await ends('leavers > 5%'),
    await ends('a lot'),
    await ends('after <= 2, after < 25%'),
  ]
  expect([much.code, some.code, wrong.code, none.code, few.code]).toEqual([1, 0, 2, 2, 1])
  expect(much.stdout).toContain('vip: leaves 4 of 6, 66.7 %, and the policy is to fail if leaves > 50%')
  expect(wrong.stderr).toContain(
    "found 'leavers', expected one of enters, leaves, moves, after - did you mean 'leaves'?",
  )
  expect(none.stderr).toContain("by >, >=, < or <=, such as 'leaves > 5%' or 'after < 1'")
  expect(few.stdout).toContain('vip: after 2, and the policy is to fail if after <= 2')
  expect(few.stdout).not.toContain('25%')
}, 120_000)

test('a base is a commit, a file, a configuration or a URL', async () => {
  const { folder, git } = repository()
  using _ = folder
  const plan = (base: string) => folder.run(['plan', '--at', now, '--base', base], variables())
  const body = ({ stdout }: { readonly stdout: string }): string => stdout.split('\n').slice(1).join('\n')
  const definitions = git('show', 'main:segments.ts')
  folder.write('old/segments.ts', definitions)
  folder.write('old/segmentry.config.ts', configFile)
  const saved = await folder.run(['list', '--definitions', '--config', 'old/segmentry.config.ts'])
  folder.write('base.json', saved.stdout)
  const expected = body(await plan('main'))
  expect(expected).toContain('engaged')
  expect(body(await plan(git('rev-parse', 'main').trim()))).toBe(expected)
  expect(body(await plan('old/segmentry.config.ts'))).toBe(expected)
  // Definitions say nothing of splits and broadcasts: those of today are taken for both sides.
  expect(body(await plan('base.json'))).toBe(expected)
  const none = await plan('applied')
  expect(none.stderr).toContain('Nothing was applied yet: every segment is new.')
  expect(none.stdout).toContain('Segments, compared with nothing that was applied')
  const apply = ['apply', '--yes', '--author', 'ann', '--config', 'old/segmentry.config.ts']
  expect((await folder.run(apply, variables())).code).toBe(0)
  const applied = await plan('applied')
  expect(applied.stdout.split('\n')[0]).toBe('Segments, compared with revision 1')
  expect(body(applied)).toBe(expected)
  await using server = createServer((request, response) => {
    if (request.url === '/base.json') return response.end(readFileSync(join(folder.path, 'base.json')))
    return response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  expect(body(await plan(`http://127.0.0.1:${port}/base.json`))).toBe(expected)
  const missing = await plan(`http://127.0.0.1:${port}/nothing.json?token=secret`)
  expect([missing.code, missing.stderr]).toEqual([
    3,
    `segmentry: http://127.0.0.1:${port}/nothing.json gives no definitions: it answers 404 Not Found\n`,
  ])
}, 180_000)

test('what is no base', async () => {
  const { folder } = repository()
  using _ = folder
  folder.write('broken.json', '{ "vip": ')
  folder.write('list.json', '[]')
  folder.write('odd.json', '{ "engaged": { "format": 1, "rule": { "kind": "tag", "tag": "VPI" } } }')
  const bases = [
    'mian',
    'nothere.json',
    './nothere.config.ts',
    '--upload-pack=x',
    'broken.json',
    'list.json',
    'odd.json',
    'http://127.0.0.1:1/x',
    'http://',
  ]
  const calls = [...bases.map((base) => ['plan', `--base=${base}`]), ['plan', '--budget', 'soon']]
  const shown: string[] = []
  for (const args of calls) {
    const { code, stdout, stderr } = await folder.run([...args, '--at', now], variables())
    shown.push(shownCall(args, { code, stdout: stdout.split('\n').slice(0, 1).join('\n'), stderr }))
  }
  await expect(shown.join('\n')).toMatchFileSnapshot('texts/plan-bases.txt')
}, 180_000)
