import type { Issue, IssueCode } from '../errors.ts'
import type { ValueType } from '../schema/type.ts'
import { nameText, nearest, unknownName } from '../suggest.ts'

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
  const some = `one of ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`
  const [expected, more] =
    names.length === 0 ? [`no ${what} is declared`, `no ${what} is declared`] : [some, `expected ${some}`]
  const message = unknownName(what, nameText(name), suggestion)
  return {
    code,
    path,
    message: suggestion === undefined ? `${message} (${more})` : message,
    found: nameText(name),
    expected,
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
  if (found === undefined) report(ofItems(unknown(`unknown-${what}`, what, name, known.keys(), path), known))
  return found
}

/** A part of a list's items has no name outside of them. */
function ofItems(found: Issue, known: ReadonlyMap<string, unknown>): Issue {
  const parts = found.found.split('.')
  for (let i = 1; i < parts.length; i++) {
    const [list, part] = [parts.slice(0, i).join('.'), parts.slice(i).join('.')]
    const { type } = (known.get(list) ?? {}) as { readonly type?: ValueType }
    if (type?.kind !== 'list' || type.of.kind !== 'object') continue
    const expected = `a test of an item of the list '${list}': (item) => item.where('${part}', …)`
    return {
      ...found,
      message: `unknown ${found.code.replace('unknown-', '')} '${found.found}', expected ${expected}`,
      expected,
    }
  }
  return found
}
