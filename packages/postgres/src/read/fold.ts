import { sql } from 'kysely'
import { type Sql } from './reading.ts'

/** Text with A to Z in lower case, and nothing else changed, whatever the collation is: core's `foldAscii`. */
export const foldAsciiSql = (expression: Sql): Sql =>
  sql`translate(${expression}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')`
