import type { RawBuilder } from 'kysely'
import { compiled } from '../database/index.ts'

/** A query for reading, by a person or `EXPLAIN`: parameters stand beside the text and are never spliced into it. */
export interface SqlText {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** A query as a person reads it: a clause a line. Only white space between clauses changes. */
export const readable = <R>(query: RawBuilder<R>): SqlText => {
  const { sql, parameters } = compiled(query)
  return { sql: layOut(sql), parameters }
}

const clauses =
  /(?<=(?<!epoch) )(from|where|group by|having|order by|limit|union all|and exists|and not exists)(?= )/

/** Breaks lines before clauses, indented by the depth of parentheses, leaving quoted text alone. */
function layOut(text: string): string {
  let depth = 0
  let line = ''
  const lines: string[] = []
  for (const token of text.split(/('(?:[^']|'')*'|"(?:[^"]|"")*"|[()])/)) {
    if (token === '(') depth += 1
    if (token === ')') depth -= 1
    if (token === '(' || token === ')' || token.startsWith("'") || token.startsWith('"')) {
      line += token
      continue
    }
    for (const [index, piece] of token.replace(/\s+/g, ' ').split(clauses).entries()) {
      if (index % 2 === 1) {
        lines.push(line.trimEnd())
        line = '  '.repeat(depth)
      }
      line += piece
    }
  }
  lines.push(line.trimEnd())
  return lines.join('\n')
}
