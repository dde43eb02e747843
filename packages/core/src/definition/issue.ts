import type { Issue, IssueCode } from '../errors.ts'
import { nearest, unknownName } from '../suggest.ts'

/** Where in a definition something stands. */
export type Path = Issue['path']

/** Takes what is wrong, one thing at a time. */
export type Report = (issue: Issue) => void

/** A name that is none of those declared. */
export function unknown(
  code: IssueCode,
  what: string,
  name: string,
  known: Iterable<string>,
  path: Path,
): Issue {
  const names = [...known]
  const suggestion = nearest(name, names)
  return {
    code,
    path,
    message: unknownName(what, name, suggestion),
    found: name,
    expected:
      names.length === 0
        ? `no ${what} is declared`
        : `one of ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`,
    ...(suggestion !== undefined && { suggestion }),
  }
}

/** Something that is not what it should be. */
export function issue(code: IssueCode, path: Path, found: string, expected: string): Issue {
  return { code, path, message: `found ${found}, expected ${expected}`, found, expected }
}

/** What a name stands for; one that stands for nothing is reported. */
export function lookUp<T>(
  what: 'field' | 'event' | 'property' | 'part' | 'account',
  name: string,
  known: ReadonlyMap<string, T>,
  report: Report,
  path: Path,
): T | undefined {
  const found = known.get(name)
  if (found === undefined) report(unknown(`unknown-${what}`, what, name, known.keys(), path))
  return found
}
