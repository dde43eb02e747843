import type { Difference, Revision, RevisionChange, RevisionDifference, ViewChanges } from '@segmentry/review'
import { table } from './table.ts'
import { plain } from './text.ts'

type Style = (text: string) => string

/** Revisions in a table. */
export function historyText(revisions: readonly Revision[], style: Style): string {
  const rows = revisions.map((one) => [
    String(one.number),
    one.at,
    one.author,
    (one.commit ?? '').replace(/^([0-9a-f]{8})[0-9a-f]+/, '$1'),
    changesText(one.changes),
    [...(one.restores === undefined ? [] : [`back to ${one.restores}`]), one.reason ?? ''].join(': '),
  ])
  return table(rows, {
    head: ['revision', 'applied', 'author', 'commit', 'changes', 'reason'],
    right: [0],
    style,
  })
}

const signs = { added: '+', removed: '-', changed: '~', renamed: '~' } as const

/** How many changes are told on a line. */
const mostTold = 5

/** Changes on one line. */
export function changesText(changes: readonly RevisionChange[]): string {
  const told = changes
    .slice(0, mostTold)
    .map((one) => `${signs[one.kind]}${one.kind === 'renamed' ? `${one.from} → ` : ''}${one.key}`)
  const more = changes.length - told.length
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(', ') || 'none'
}

/** A name of a view with its schema, as a query has to have it. */
const inSql = (name: string): string =>
  name
    .split('.')
    .map((part) => (/^[a-z_][a-z0-9_]*$/.test(part) ? part : `"${part.replaceAll('"', '""')}"`))
    .join('.')

/** How many views are named on a line. */
const mostNamed = 20

/** What became of views, or would: a line for each thing that is done, for each segment without one, and for the calendar. */
export function viewLines(
  { made, replaced, dropped, refused, until }: ViewChanges,
  when: 'done' | 'to do',
): readonly string[] {
  const done = (names: readonly string[], verb: string): readonly string[] => {
    if (names.length === 0) return []
    const more = names.length > mostNamed ? `, and ${names.length - mostNamed} more` : ''
    const verbs = when === 'done' ? verb : `to be ${verb}`
    return [`Views ${verbs}: ${names.slice(0, mostNamed).map(inSql).join(', ')}${more}`]
  }
  return [
    ...done(made, 'made'),
    ...done(replaced, 'replaced'),
    ...done(dropped, 'dropped'),
    ...refused.map(({ segment, reason }) => `No view of '${segment}': ${reason.replaceAll('\n', '\n  ')}`),
    ...(until === undefined || when === 'to do'
      ? []
      : [`Calendars of views are filled until ${until}; each apply fills them on.`]),
  ].flatMap((text) => text.split('\n').map(plain))
}

/** Who made a revision, when and why, on one line. */
export const headline = ({ number, author, at, commit, reason }: Revision): string =>
  plain(
    `Revision ${number} by ${author}, applied ${at}${commit === undefined ? '' : `, commit ${commit}`}${reason === undefined ? '' : `: ${reason}`}`,
  )

/** What differs, change by change; `text` is what is told of one. */
export const differencesText = (
  differences: readonly RevisionDifference[],
  text: (difference: Difference) => string,
): string =>
  differences
    .map(({ change: { key, kind }, difference, unsuitable = [] }) =>
      difference === undefined
        ? [
            `${key} was ${kind}; what it became does not suit the schema any more:`,
            ...unsuitable.map(({ message }) => `  ${message}`),
          ]
        : text(difference).split('\n'),
    )
    .flatMap((lines) => lines.map(plain))
    .join('\n')
