import { nearest } from '@segmentry/core'
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
  const paths = routes.map((route) => route.path)
  const split = routes.map((route) => ({ route, parts: route.path.slice(1).split('/') }))
  const fittingTo = (parts: readonly string[]) =>
    split.filter(
      (one) =>
        one.parts.length === parts.length &&
        one.parts.every((part, i) => part.startsWith('{') || part === parts[i]),
    )
  return ({ method, url }) => {
    const mark = url.indexOf('?')
    const given = mark < 0 ? url : url.slice(0, mark)
    const query = mark < 0 ? '' : url.slice(mark)
    const parts = partsOf(given)
    const fitting = fittingTo(parts)
    if (fitting.length === 0) {
      const shorter = given.replace(/\/$/, '')
      const near = fittingTo(partsOf(shorter)).length > 0 ? shorter : nearest(shorter, paths)
      throw unknownPath(given, paths, near)
    }
    const found = fitting.find(({ route }) => route.method === method)
    if (found === undefined) {
      const allow = fitting.map(({ route }) => route.method).join(', ')
      throw new Refusal(405, flowError('bad-request', [issueOf([], `${method} ${given}`, allow)]), { allow })
    }
    const path = found.parts.flatMap((part, i) =>
      part.startsWith('{') ? [[part.slice(1, -1), parts[i]!] as const] : [],
    )
    return { route: found.route, path: Object.fromEntries(path), query: new URLSearchParams(query) }
  }
}

const partsOf = (path: string): readonly string[] => path.replace(/^\//, '').split('/').map(decoded)

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw flowError('bad-request', [issueOf([], `'${part}' in the path`, 'percent-encoded UTF-8')])
  }
}

/** That there is no such path, with a near one that there is. */
function unknownPath(path: string, known: readonly string[], suggestion: string | undefined): Refusal {
  const issue = issueOf([], `the path '${path}'`, `one of ${known.join(', ')}`)
  const near = suggestion !== undefined && {
    message: `unknown path '${path}' - did you mean '${suggestion}'?`,
    suggestion,
  }
  return new Refusal(404, flowError('bad-request', [{ ...issue, ...near }]))
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
