import { styleText } from 'node:util'

/** A cell of a table; numbers are aligned to the right. */
export type Cell = string | number

const shown = (cell: Cell): string => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)

/** Rows under a heading, columns as wide as they need to be. */
export function table(heading: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const width = heading.map((title, i) => Math.max(title.length, ...rows.map((row) => shown(row[i]!).length)))
  const line = (cells: readonly Cell[], right: (i: number) => boolean): string =>
    cells
      .map((cell, i) => (right(i) ? shown(cell).padStart(width[i]!) : shown(cell).padEnd(width[i]!)))
      .join('  ')
      .trimEnd()
  const numeric = (i: number): boolean => typeof rows[0]?.[i] === 'number'
  return [dim(line(heading, numeric)), ...rows.map((row) => line(row, numeric))]
    .map((text) => `  ${text}`)
    .join('\n')
}

// styleText leaves colour out by itself when standard output is not a terminal, or NO_COLOR is set.
export const title = (text: string): string => `\n${styleText('bold', text)}`
export const dim = (text: string): string => styleText('dim', text)

/** Indents each line. */
export const indented = (text: string): string => text.replaceAll(/^/gm, '  ')

/** A line that is overwritten as work goes on; without a terminal, only its end is written. */
export class Progress {
  readonly #what: string
  readonly #start = performance.now()

  constructor(what: string) {
    this.#what = what
    this.show('…')
  }

  show(state: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001B[K  ${this.#what} ${dim(state)}`)
  }

  done(result: string): void {
    const seconds = ((performance.now() - this.#start) / 1000).toFixed(1)
    const start = process.stdout.isTTY ? '\r\u001B[K' : ''
    process.stdout.write(`${start}  ${this.#what} ${result} ${dim(`in ${seconds} s`)}\n`)
  }
}
