import { type Problem, SegmentryError } from './error.ts'

/** Where the service is, the key that it knows us by, and how long it may take. */
export interface Service {
  url: string
  key?: string
  /** In seconds. */
  timeout: number
}

/** Asks the service; what it refuses, and that it does not answer, is a {@link SegmentryError}. */
export async function ask<T>(service: Service, path: string, body?: object, stop?: AbortSignal): Promise<T> {
  const url = `${baseOf(service)}${path}`
  const late = AbortSignal.timeout(millisecondsOf(service))
  try {
    const response = await fetch(url, {
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(service.key && { authorization: `Bearer ${service.key}` }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      signal: stop ? AbortSignal.any([late, stop]) : late,
    })
    const text = await response.text()
    const answer = parsed(text)
    if (response.ok && isObject(answer)) return answer as T
    throw refusalOf(response.status, answer, url)
  } catch (error) {
    if (error instanceof SegmentryError) throw error
    if (late.aborted) {
      const found = `no answer of ${url} in ${service.timeout} s`
      throw new SegmentryError('timeout', found, { retryable: true })
    }
    throw new SegmentryError('unavailable', `no answer of ${url}: ${reasonOf(error)}`, { retryable: true })
  }
}

/** How long the service may take. */
export const millisecondsOf = ({ timeout }: Service): number => timeout * 1_000

function baseOf({ url }: Service): string {
  const found = URL.canParse(url) ? new URL(url) : undefined
  if (found?.protocol === 'http:' || found?.protocol === 'https:') return url.replace(/\/+$/, '')
  const message = `found '${url}' as the URL of the service, expected one such as https://segments.example.com`
  throw new SegmentryError('not-configured', message)
}

/** What stands in JSON; nothing when it is none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What `fetch` was stopped by is below its own error. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { message?: string; code?: string } }
  return cause?.message || cause?.code || String(error)
}

function refusalOf(status: number, answer: unknown, url: string): SegmentryError {
  if (!isProblem(answer)) {
    const found = `found the status ${status} without what a segment service says, at ${url}`
    return new SegmentryError('unavailable', `${found}: look at the URL`, { retryable: status >= 500 })
  }
  const { detail, code, issues } = answer
  const places = issues.map(({ message, path }) =>
    path.length === 0 ? message : `${message}\n  at ${path.join('.')}`,
  )
  return new SegmentryError(code, places.length > 0 ? places.join('\n') : detail, answer)
}

const isProblem = (body: unknown): body is Problem =>
  isObject(body) &&
  typeof body['code'] === 'string' &&
  typeof body['detail'] === 'string' &&
  Array.isArray(body['issues']) &&
  body['issues'].every((issue) => isObject(issue) && Array.isArray(issue['path']))

/** Whether something has properties. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
