import { isText } from '../schema/value.ts'
import { shown } from '../suggest.ts'
import { isBlankText } from '../text/white-space.ts'
import { issue, type Path, type Report } from './issue.ts'
import type { Definition, ManualEntry } from './node.ts'

/** Reports what is wrong with the people put in and taken out by hand: who they are, why, and by whom. */
export function checkLists(
  { included = [], excluded = [] }: Pick<Definition, 'included' | 'excluded'>,
  report: Report,
  path: Path = [],
): void {
  checkList(included, report, [...path, 'included'])
  checkList(excluded, report, [...path, 'excluded'])
}

function checkList(entries: readonly ManualEntry[], report: Report, path: Path): void {
  const seen = new Set<string>()
  for (const [i, entry] of entries.entries()) {
    for (const key of ['person', 'reason', 'author'] as const) {
      const text: unknown = entry[key]
      const isFine = isText(text) && (key === 'person' ? text !== '' : !isBlankText(text))
      const expected = key === 'person' ? "an id, such as '42'" : `the ${key} in words`
      if (!isFine) report(issue('wrong-value', [...path, i, key], `${shown(text)} as ${key}`, expected))
    }
    if (seen.has(entry.person)) {
      report(
        issue('wrong-value', [...path, i, 'person'], `'${entry.person}' twice`, 'each person once in a list'),
      )
    }
    seen.add(entry.person)
  }
}
