import type { Schema } from '@segmentry/core'
import { describe } from '@segmentry/core'
import type { Findings, FoundEvents, FoundField, FoundRows, FoundType } from '../init/findings.ts'
import type { FirstSegment } from '../init/segments.ts'
import { table } from './table.ts'
import { grouped, plain } from './text.ts'

/** How much of what was left out is told; the files have the rest. */
const mostLeft = 20

/** What was found in a database, as text. */
export function findingsText(
  { people, fields, tags, events, left, notes }: Findings,
  because: readonly string[],
  style: (text: string) => string,
): string {
  const taken = because.length === 0 ? '' : `, taken for ${because.join(', ')}`
  const gone = people.gone === undefined ? '' : `; those with '${plain(people.gone)}' do not count`
  const parts = [
    `${style('People')}  ${plain(people.table)}, ${rowsText(people)}, by '${plain(people.id)}'${taken}${gone}`,
    fields.length === 0
      ? `${style('Fields')}  none`
      : table(
          fields.flatMap((one) => fieldRows(one)),
          { head: [`field (${fields.length})`, 'is'], style },
        ),
  ]
  if (tags !== undefined) {
    const shown = tags.names.slice(0, 12).map(plain).join(', ')
    const more = tags.names.length > 12 ? ` and ${tags.names.length - 12} more` : ''
    const names = tags.names.length === 0 ? 'none yet' : `${shown}${more}`
    parts.push(`${style('Tags')}  ${plain(tags.table)}.${plain(tags.column)}: ${names}`)
  } else parts.push(`${style('Tags')}  none`)
  parts.push(events.length === 0 ? `${style('Events')}  none` : eventsTable(events, style))
  if (left.length > 0) {
    const rows = left.slice(0, mostLeft).map(({ what, why }) => [what, why])
    const more = left.length > mostLeft ? [`… and ${left.length - mostLeft} more`] : []
    parts.push([table(rows, { head: [`left out (${left.length})`, 'because'], style }), ...more].join('\n'))
  }
  if (notes.length > 0)
    parts.push([style('To be looked at'), ...notes.map((one) => `  ${plain(one)}`)].join('\n'))
  return parts.join('\n\n')
}

const rowsText = ({ rows, isEstimate }: FoundRows): string =>
  `${isEstimate ? 'about ' : ''}${grouped(rows)} ${rows === 1 ? 'row' : 'rows'}`

function eventsTable(events: readonly FoundEvents[], style: (text: string) => string): string {
  const rows = events.flatMap((one) =>
    one.events.map(({ name, share, properties }) => {
      const own =
        one.name === undefined ? one : { rows: Math.round(one.rows * share), isEstimate: one.isEstimate }
      const names = [...one.columns, ...properties].map((property) => property.name).join(', ')
      return [name, one.table, rowsText(own), names]
    }),
  )
  return table(rows, { head: [`event (${rows.length})`, 'table', 'rows', 'properties'], style })
}

/** A field, and a line for each of its parts. */
const fieldRows = ({ name, type, isSensitive }: FoundField, before = ''): (readonly string[])[] => [
  [`${before}${name}`, `${typeText(type)}${isSensitive ? ', sensitive' : ''}`],
  ...(type.kind === 'object' ? type.parts.flatMap((part) => fieldRows(part, `${before}${name}.`)) : []),
]

function typeText(type: FoundType): string {
  switch (type.kind) {
    case 'choice': {
      const shown = type.values.slice(0, 6).join(', ')
      return `one of ${shown}${type.values.length > 6 ? `, … (${type.values.length})` : ''}`
    }
    case 'decimal':
      return `decimal(${type.scale})`
    case 'list':
      return `list of ${typeText(type.of)}`
    default:
      return type.kind
  }
}

/** The first segments, with their counts. */
export function segmentsText(
  segments: readonly FirstSegment[],
  schema: Schema,
  style: (text: string) => string,
): string {
  const rows = segments.map(({ key, people, segment }) => [
    key,
    people === undefined ? '' : grouped(people),
    describe(segment, schema).replaceAll(/\s+/g, ' '),
  ])
  return table(rows, { head: ['segment', 'people', 'is'], right: [1], style })
}
