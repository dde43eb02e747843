import { flowError, issueOf } from '../errors.ts'
import { shapeIssues } from '../shape.ts'
import type { Ask } from './answer.ts'
import { Refusal } from './problem.ts'
import type { Call, Route } from './routes.ts'

interface Found {
  readonly route: Route
  readonly path: Call['path']
  readonly query: URLSearchParams
}

/** Finds the route of a request; throws a {@link Refusal} when there is none. */
export function router(routes: readonly Route[]): (ask: Ask) => Found {
  const split = routes.map((route) => ({ route, parts: route.path.slice(1).split('/') }))
  return ({ method, url }) => {
    const mark = url.indexOf('?')
    const given = mark < 0 ? url : url.slice(0, mark)
    const query = mark < 0 ? '' : url.slice(mark)
    const parts = given.replace(/^\//, '').split('/').map(decoded)
    const fitting = split.filter(
      (one) =>
        one.parts.length === parts.length &&
        one.parts.every((part, i) => part.startsWith('{') || part === parts[i]),
    )
    const found = fitting.find(({ route }) => route.method === method)
    if (found === undefined)
      throw notFound(
        method,
        given,
        fitting.map(({ route }) => route),
      )
    const path = found.parts.flatMap((part, i) =>
      part.startsWith('{') ? [[part.slice(1, -1), parts[i]!] as const] : [],
    )
    return { route: found.route, path: Object.fromEntries(path), query: new URLSearchParams(query) }
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw flowError('bad-request', [issueOf([], `'${part}' in the path`, 'percent-encoded UTF-8')])
  }
}

function notFound(method: string, path: string, others: readonly Route[]): Refusal {
  if (others.length === 0) {
    return new Refusal(
      404,
      flowError('bad-request', [issueOf([], `the path '${path}'`, 'one of /openapi.json')]),
    )
  }
  const allow = others.map((route) => route.method).join(', ')
  return new Refusal(405, flowError('bad-request', [issueOf([], `${method} ${path}`, allow)]), { allow })
}

/** The query of a route, checked; whole numbers come as text. */
export function queryOf({ query: shape }: Route, given: URLSearchParams): Call['query'] {
  const read = Object.fromEntries(
    [...given].map(([key, value]) => [
      key,
      key === 'limit' && /^\d{1,9}$/.test(value) ? Number(value) : value,
    ]),
  )
  const twice = [...given.keys()].find((key, i, all) => all.indexOf(key) !== i)
  const issues =
    twice === undefined
      ? shape === undefined
        ? Object.keys(read).map((key) => issueOf([key], `'${key}' in the query`, 'nothing'))
        : shapeIssues(shape, read)
      : [issueOf([twice], `'${twice}' twice`, 'it once')]
  if (issues.length > 0) throw flowError('bad-request', issues)
  return read
}
