import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createDatabase, type TestDatabase } from '@segmentry/testing'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { fillChanged, repository } from './change.ts'
import { bin, ended, type Folder } from './project.ts'

// What the action and the template run, in a real repository, against hosts that answer as their documentation says.

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase(inject('postgresUrl'))
  await fillChanged(database.url)
}, 60_000)
afterAll(() => database.drop())

const script = fileURLToPath(new URL('../action/run.sh', import.meta.url))

interface Stored {
  readonly id: number
  body: string
}

/** A host of pull requests: GitHub's and GitLab's ways, with comments of others before ours. */
async function host() {
  const comments: Stored[] = Array.from({ length: 130 }, (_, id) => ({ id, body: `Comment ${id}` }))
  const asked: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => (text += part))
    request.on('end', () => {
      const url = new URL(request.url!, 'http://host')
      const { method, headers } = request
      asked.push(`${method} ${url.pathname}${url.search}`)
      const answer = (status: number, body: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      const isKnown = headers.authorization === 'Bearer secret-1' || headers['private-token'] === 'secret-2'
      if (!isKnown) return answer(401, { message: 'Bad credentials' })
      if (method === 'GET') {
        const page = Number(url.searchParams.get('page'))
        const size = Number(url.searchParams.get('per_page'))
        return answer(200, comments.slice((page - 1) * size, page * size))
      }
      const { body } = JSON.parse(text) as { readonly body: string }
      if (method === 'POST') return answer(201, comments[comments.push({ id: comments.length, body }) - 1])
      const one = comments.find(({ id }) => url.pathname.endsWith(`/${id}`))
      if (one === undefined) return answer(404, { message: 'Not Found' })
      one.body = body
      return answer(200, one)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  return { comments, asked, url, [Symbol.asyncDispose]: close }
}

const none = {
  GITHUB_ACTIONS: undefined,
  GITLAB_CI: undefined,
  GITHUB_STEP_SUMMARY: undefined,
  GITHUB_TOKEN: undefined,
}

const run = (folder: Folder, variables: Readonly<Record<string, string | undefined>>) => {
  const command = `${process.execPath} ${bin}`
  const child = folder.spawn('bash', [script], {
    ...none,
    DATABASE_URL: database.url,
    SEGMENTRY_COMMAND: command,
    ...variables,
  })
  return ended(child, folder.path)
}

test('on GitHub the plan is one comment, written anew each time, and a merge applies', async () => {
  const { folder, git } = repository()
  using _ = folder
  await using github = await host()
  const outside = mkdtempSync(join(folder.path, 'run-'))
  const [event, summary] = [join(outside, 'event.json'), join(outside, 'summary.md')]
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }))
  const variables = {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: 'acme/crm',
    GITHUB_EVENT_PATH: event,
    GITHUB_STEP_SUMMARY: summary,
    GITHUB_TOKEN: 'secret-1',
    SEGMENTRY_BASE: 'main',
    SEGMENTRY_FAIL_IF: 'leaves > 90%',
  }
  const first = await run(folder, variables)
  expect([first.code, first.stderr]).toEqual([0, 'The plan is on pull request 7 of acme/crm.\n'])
  expect(github.asked).toEqual([
    'GET /repos/acme/crm/issues/7/comments?per_page=100&page=1',
    'GET /repos/acme/crm/issues/7/comments?per_page=100&page=2',
    'POST /repos/acme/crm/issues/7/comments',
  ])
  expect(github.comments.at(-1)!.body).toContain('| vip | narrowed | 6 | 2 | 0 | 4 | 2 |')
  expect(readFileSync(summary, 'utf8')).toContain('| vip | narrowed |')

  const again = await run(folder, { ...variables, SEGMENTRY_FAIL_IF: 'leaves > 50%' })
  expect(again.code).toBe(1)
  expect(github.comments.length).toBe(131)
  expect(github.asked.at(-1)).toBe('PATCH /repos/acme/crm/issues/comments/130')
  expect(github.comments.at(-1)!.body).toContain('the policy is to fail if leaves > 50%')

  const wrong = await run(folder, { ...variables, GITHUB_TOKEN: 'secret-3' })
  expect(wrong.code).toBe(3)
  expect(wrong.stderr).toContain('it answers 401: "Bad credentials"')
  expect(wrong.stderr + wrong.stdout).not.toContain('secret-3')
  const without = await run(folder, { ...variables, GITHUB_TOKEN: '' })
  expect([without.code, without.stderr.split('\n')[0]]).toEqual([
    2,
    'segmentry: the variable GITHUB_TOKEN is empty, and --comment needs it',
  ])

  git('switch', '--quiet', 'main')
  git('merge', '--quiet', '--ff-only', 'change')
  const merged = await run(folder, { ...variables, SEGMENTRY_BASE: '', SEGMENTRY_AUTHOR: 'ann' })
  expect([merged.code, merged.stderr]).toEqual([0, ''])
  expect(merged.stdout).toContain('Applied as revision 1')
  const history = await folder.run(['history', '--json'], { DATABASE_URL: database.url })
  expect(JSON.parse(history.stdout)).toMatchObject([
    {
      number: 1,
      author: 'ann',
      commit: git('rev-parse', 'HEAD').trim(),
      reason: 'Fewer who are important, more who are engaged',
    },
  ])
  rmSync(outside, { recursive: true })
}, 180_000)

test('on GitLab it is a note of the merge request', async () => {
  const { folder, git } = repository()
  using _ = folder
  await using gitlab = await host()
  const variables = {
    GITLAB_CI: 'true',
    CI_API_V4_URL: `${gitlab.url}/api/v4`,
    CI_PROJECT_ID: '12',
    CI_MERGE_REQUEST_IID: '3',
    SEGMENTRY_GITLAB_TOKEN: 'secret-2',
    SEGMENTRY_BASE: git('rev-parse', 'main').trim(),
  }
  const first = await run(folder, variables)
  const again = await run(folder, variables)
  expect([first.code, again.code]).toEqual([0, 0])
  expect(gitlab.asked.filter((line) => !line.startsWith('GET'))).toEqual([
    'POST /api/v4/projects/12/merge_requests/3/notes',
    'PUT /api/v4/projects/12/merge_requests/3/notes/130',
  ])
  const asked = gitlab.asked.length
  // Any other system has the plan in its log.
  const elsewhere = await run(folder, { ...variables, GITLAB_CI: undefined, SEGMENTRY_FAIL_IF: 'after < 3' })
  expect([elsewhere.code, elsewhere.stderr]).toEqual([1, ''])
  expect(elsewhere.stdout).toContain('| vip | narrowed | 6 | 2 | 0 | 4 | 2 |')
  expect(elsewhere.stdout).toContain('the policy is to fail if after < 3')
  expect(gitlab.asked.length).toBe(asked)
  const nowhere = await folder.run(['plan', '--comment'], { ...none, DATABASE_URL: database.url })
  expect([nowhere.code, nowhere.stdout, nowhere.stderr.split('\n')[0]]).toEqual([
    2,
    '',
    'segmentry: --comment is for a run of GitHub Actions or of GitLab CI, and this is none',
  ])
}, 120_000)
