import { readFileSync } from 'node:fs'
import { Failure, exits, told, usage } from '../failure.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** A comment that was found. */
export interface Comment {
  readonly id: number
  readonly body: string
}

/** Where comments of one pull or merge request are kept. */
export interface Host {
  /** What the place is called in words. */
  readonly name: string
  /** The longest comment. */
  readonly most: number
  list(page: number): Promise<readonly Comment[]>
  create(body: string): Promise<void>
  replace(id: number, body: string): Promise<void>
}

/** How many comments a page has. */
export const pageSize = 100

/** The host that a run is on, by the variables that it sets. */
export function hostOf(variables: Variables): Host {
  if (variables['GITHUB_ACTIONS'] !== undefined) return gitHub(variables)
  if (variables['GITLAB_CI'] !== undefined) return gitLab(variables)
  throw usage(
    '--comment is for a run of GitHub Actions or of GitLab CI, and this is none',
    'Neither GITHUB_ACTIONS nor GITLAB_CI is set. Without it, the plan is printed.',
  )
}

/** https://docs.github.com/en/rest/issues/comments: comments of a pull request are those of its issue. */
function gitHub(variables: Variables): Host {
  const token = needed(
    variables,
    'GITHUB_TOKEN',
    'Give the step env: GITHUB_TOKEN: ${{ github.token }}, with permissions: pull-requests: write.',
  )
  const repository = needed(variables, 'GITHUB_REPOSITORY')
  const api = variables['GITHUB_API_URL'] ?? 'https://api.github.com'
  const number = pullRequest(needed(variables, 'GITHUB_EVENT_PATH'))
  const name = `pull request ${number} of ${repository}`
  const ask = asking(name, {
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  })
  const issues = `${api}/repos/${repository}/issues`
  return {
    name,
    most: 65_536,
    list: async (page) =>
      (await ask(
        'GET',
        `${issues}/${number}/comments?per_page=${pageSize}&page=${page}`,
      )) as readonly Comment[],
    create: async (body) => void (await ask('POST', `${issues}/${number}/comments`, { body })),
    replace: async (id, body) => void (await ask('PATCH', `${issues}/comments/${id}`, { body })),
  }
}

function pullRequest(path: string): number {
  let event: unknown
  try {
    event = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw usage(`the event of this run cannot be read: ${(error as Error).message}`)
  }
  const { pull_request: request } = event as { readonly pull_request?: { readonly number?: unknown } }
  if (typeof request?.number === 'number') return request.number
  throw usage('--comment is for runs of a pull request, and this is none', 'Run it on: pull_request.')
}

/** https://docs.gitlab.com/api/notes: the token of a job may not write notes, so it takes one of its own. */
function gitLab(variables: Variables): Host {
  const advice =
    'Make a project access token with the scope api, and keep it as a masked variable of the project.'
  const token = needed(variables, 'SEGMENTRY_GITLAB_TOKEN', advice)
  const api = needed(variables, 'CI_API_V4_URL')
  const project = needed(variables, 'CI_PROJECT_ID')
  const number = needed(variables, 'CI_MERGE_REQUEST_IID', 'Run the job in pipelines of merge requests.')
  const name = `merge request ${number} of project ${project}`
  const ask = asking(name, { 'private-token': token })
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(number)}/notes`
  return {
    name,
    most: 1_000_000,
    list: async (page) =>
      (await ask('GET', `${notes}?per_page=${pageSize}&page=${page}`)) as readonly Comment[],
    create: async (body) => void (await ask('POST', notes, { body })),
    replace: async (id, body) => void (await ask('PUT', `${notes}/${id}`, { body })),
  }
}

function needed(variables: Variables, name: string, ...advice: readonly string[]): string {
  const value = variables[name]
  if (value !== undefined && value !== '') return value
  throw usage(
    `the variable ${name} is ${value === undefined ? 'not set' : 'empty'}, and --comment needs it`,
    ...advice,
  )
}

const patience = 30_000

type Ask = (method: string, url: string, body?: object) => Promise<unknown>

/** Asks a host; a refusal is told in its own words, and never with the token. */
const asking =
  (name: string, headers: Readonly<Record<string, string>>): Ask =>
  async (method, url, body) => {
    const failed = (said: string): Failure =>
      new Failure(exits.database, told([`the comment on ${name} cannot be written: ${said}`]))
    let answer: Response
    try {
      answer = await fetch(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'segmentry' },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patience),
      })
    } catch (error) {
      const { message, cause } = error as Error
      throw failed(cause instanceof Error ? cause.message : message)
    }
    const text = await answer.text()
    if (!answer.ok) throw failed(`it answers ${answer.status}: ${saidIn(text)}`)
    try {
      return JSON.parse(text)
    } catch {
      throw failed('it answers with what is no JSON')
    }
  }

function saidIn(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { readonly message?: unknown; readonly error?: unknown }
    return JSON.stringify(message ?? error ?? text).slice(0, 300)
  } catch {
    return text.slice(0, 100)
  }
}
