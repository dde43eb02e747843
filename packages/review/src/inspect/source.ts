import type { SourceError } from '@segmentry/postgres'
import { type Finding, found } from '../finding/finding.ts'

/** What does not fit between a source and a database. */
export const misfits = ({ issues }: SourceError): readonly Finding[] =>
  issues.map(({ table, column, message, remedy }) =>
    found(column === undefined ? 'source/table' : 'source/column', {
      on: 'table',
      key: table,
      path: column === undefined ? [] : [column],
      message,
      remedy,
    }),
  )
