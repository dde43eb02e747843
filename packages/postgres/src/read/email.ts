import { whiteSpace } from '@segmentry/core'
import { sql } from 'kysely'
import { foldAsciiSql } from './fold.ts'
import { param, type Sql, text } from './reading.ts'

const mostDomainCharacters = 253

// As in core's `emailDomain`; white space stands in the classes as itself.
const label = String.raw`[^\u0001-,./:-@\[-\u0060{-\u007f${whiteSpace}]+`
const address = `^[^@${whiteSpace}]+@${label}(?:\\.${label})*$`

/**
 * The domain of an e-mail address in an expression of type text, or NULL where there is none: core's `emailDomain`.
 *
 * The expression is evaluated up to three times, and nothing here raises an error, whatever the text is.
 */
export function emailDomainSql(expression: Sql): Sql {
  const value = sql`(${expression}) collate "C"`
  const domain = sql`split_part(${value}, '@', 2)`
  const known = sql`${value} ~ ${text(address)} and char_length(${domain}) <= ${param(mostDomainCharacters, 'int4')}`
  return sql`case when ${known} then ${foldAsciiSql(domain)} end`
}
