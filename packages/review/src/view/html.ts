import type { Plan } from '../plan/types.ts'
import { type Block, blocksOf } from './blocks.ts'

/** A plan as a page that stands by itself: no script, nothing loaded from elsewhere, dark where the reader likes it. */
export const planHtml = (plan: Plan, title = 'Segments'): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${written(blocksOf(plan), 2)}
</main>
</body>
</html>
`

const style = `
:root { color-scheme: light dark; --line: light-dark(#d8dce0, #3a4046); --soft: light-dark(#f4f6f8, #22272c); --add: light-dark(#0a6b2d, #6fd08c); --del: light-dark(#a5222b, #ff9a98) }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif }
main { max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2rem } h3 { font-size: 1rem }
table { border-collapse: collapse; width: 100%; margin: .75rem 0; font-variant-numeric: tabular-nums }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--line); text-align: left; overflow-wrap: anywhere }
th { background: var(--soft); font-weight: 600 }
.number { text-align: right; white-space: nowrap }
pre { background: var(--soft); padding: .75rem; overflow-x: auto; border-radius: 4px }
summary { cursor: pointer; margin: .5rem 0 }
ul { padding-left: 1.2rem }
.add { color: var(--add) } .del { color: var(--del) }
`

function written(blocks: readonly Block[], level: number): string {
  return blocks
    .map((block): string => {
      switch (block.block) {
        case 'line':
          return `<p>${escaped(block.text)}</p>`
        case 'list':
          return `<ul>\n${block.items.map((item) => `<li>${signed(item)}</li>`).join('\n')}\n</ul>`
        case 'diff':
          return `<pre>${block.text.split('\n').map(signed).join('\n')}</pre>`
        case 'table': {
          const cell = (tag: string, text: string, i: number): string =>
            `<${tag}${block.right.includes(i) ? ' class="number"' : ''}>${escaped(text)}</${tag}>`
          const row = (tag: string, cells: readonly string[]): string =>
            `<tr>${cells.map((text, i) => cell(tag, text, i)).join('')}</tr>`
          const body = block.rows.map((cells) => row('td', cells)).join('\n')
          return `<table>\n<thead>${row('th', block.head)}</thead>\n<tbody>\n${body}\n</tbody>\n</table>`
        }
        case 'section': {
          const inside = written(block.of, Math.min(level + 1, 6))
          return block.folded === true
            ? `<details><summary>${escaped(block.title)}</summary>\n${inside}\n</details>`
            : `<section>\n<h${level}>${escaped(block.title)}</h${level}>\n${inside}\n</section>`
        }
      }
    })
    .join('\n')
}

const signed = (line: string): string =>
  line.startsWith('+')
    ? `<span class="add">${escaped(line)}</span>`
    : line.startsWith('-')
      ? `<span class="del">${escaped(line)}</span>`
      : escaped(line)

const escaped = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
