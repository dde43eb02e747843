import type { Plan } from '../plan/types.ts'
import { type Block, blocksOf } from './blocks.ts'

/**
 * A plan as Markdown for a pull request, in the dialect of GitHub and GitLab.
 *
 * Text of others cannot become markup, a mention or a link; what few want to see is folded, and left out where it has to be brief.
 */
export const planMarkdown = (
  plan: Plan,
  title = 'Segments',
  { isBrief = false }: { readonly isBrief?: boolean } = {},
): string => `## ${escaped(title)}\n\n${written(blocksOf(plan), 3, isBrief).join('\n\n')}\n`

function written(blocks: readonly Block[], level: number, isBrief: boolean): readonly string[] {
  const kept = blocks.filter((block) => !(isBrief && block.block === 'section' && block.folded === true))
  return kept.map((block): string => {
    switch (block.block) {
      case 'line':
        return escaped(block.text)
      case 'list':
        return block.items
          .map((item) => `- ${item.startsWith('+') || item.startsWith('-') ? '\\' : ''}${escaped(item)}`)
          .join('\n')
      case 'diff': {
        // The fence is longer than any in the text.
        const longest = Math.max(2, ...[...block.text.matchAll(/`+/g)].map(([run]) => run.length))
        const fence = '`'.repeat(longest + 1)
        return `${fence}diff\n${block.text}\n${fence}`
      }
      case 'table': {
        const rule = block.head.map((_, i) => (block.right.includes(i) ? '--:' : ':--'))
        return [block.head.map(escaped), rule, ...block.rows.map((row) => row.map(escaped))]
          .map((row) => `| ${row.join(' | ')} |`)
          .join('\n')
      }
      case 'section':
        return block.folded === true
          ? `<details><summary>${escaped(block.title)}</summary>\n\n${written(block.of, level + 1, isBrief).join('\n\n')}\n\n</details>`
          : [
              `${'#'.repeat(Math.min(level, 6))} ${escaped(block.title)}`,
              ...written(block.of, level + 1, isBrief),
            ].join('\n\n')
    }
  })
}

/** Text in which nothing is markup, on one line. */
const escaped = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]|~#]/g, (character) => `\\${character}`)
    // A word joiner keeps a mention from reaching anybody, and an address from becoming a link.
    .replaceAll('@', '@\u2060')
    .replaceAll('://', ':\u2060//')
