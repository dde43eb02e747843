import type { Plan } from '../plan/types.ts'
import { type Block, blocksOf } from './blocks.ts'

/** How parts of a text are shown; as they are, unless told. */
export interface TextStyle {
  readonly heading?: (text: string) => string
  readonly added?: (text: string) => string
  readonly removed?: (text: string) => string
}

const asIs = (text: string): string => text

/**
 * A plan as text for a terminal.
 *
 * Text of others, as ids are, stands on one line: characters that move a cursor are written out.
 */
export const planText = (plan: Plan, style: TextStyle = {}): string =>
  written(blocksOf(plan), '', {
    heading: style.heading ?? asIs,
    added: style.added ?? asIs,
    removed: style.removed ?? asIs,
  }).join('\n')

function written(blocks: readonly Block[], indent: string, style: Required<TextStyle>): readonly string[] {
  return blocks.flatMap((block, i): readonly string[] => {
    // A list belongs to what stands above it.
    const space = i > 0 && block.block !== 'list' ? [''] : []
    const lines = linesOf(block, style).map((line) => (line === '' ? '' : `${indent}${line}`))
    return [...space, ...lines]
  })
}

function linesOf(block: Block, style: Required<TextStyle>): readonly string[] {
  switch (block.block) {
    case 'line':
      return [plain(block.text)]
    case 'list':
      return block.items.map((item) => `  ${coloured(plain(item), style)}`)
    case 'diff':
      return block.text.split('\n').map((line) => coloured(plain(line), style))
    case 'table':
      return tableLines(block.head.map(plain), block.rows, block.right, style)
    case 'section':
      return [style.heading(plain(block.title)), ...written(block.of, '  ', style)]
  }
}

const coloured = (line: string, { added, removed }: Required<TextStyle>): string =>
  line.startsWith('+') ? added(line) : line.startsWith('-') ? removed(line) : line

function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[],
  { heading }: Required<TextStyle>,
): readonly string[] {
  const cells = rows.map((row) => row.map(plain))
  const widths = head.map((title, i) => Math.max(...[title, ...cells.map((row) => row[i] ?? '')].map(width)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(Math.max(0, widths[i]! - width(cell)))
        return right.includes(i) ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd()
  return [heading(line(head)), ...cells.map(line)]
}

const width = (text: string): number => [...text].length

const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === '\n'
      ? String.raw`\n`
      : String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  )
