import { plain } from './text.ts'

/** How a table is told: what stands above it, and how that is shown. */
export interface TableOptions {
  readonly head: readonly string[]
  /** The columns whose values stand at the right, by their places. */
  readonly right?: readonly number[]
  readonly style: (text: string) => string
}

/** Rows in columns, with a line above them; the last column is as wide as it likes. */
export function table(
  rows: readonly (readonly string[])[],
  { head, right = [], style }: TableOptions,
): string {
  const cells = rows.map((row) => row.map(plain))
  const widths = head.map((title, i) => Math.max(width(title), ...cells.map((row) => width(row[i] ?? ''))))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(widths[i]! - width(cell))
        return right.includes(i) ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd()
  return [style(line(head)), ...cells.map(line)].join('\n')
}

const width = (text: string): number => [...text].length
