import { plain } from './text.ts'

/** Segments by key, each with those it is made of. */
export type References = Readonly<Record<string, readonly string[]>>

/** Trees of segments: those that no other one is made of, with what each is made of below it. */
export function graphText(references: References): string {
  const included = new Set(Object.values(references).flat())
  const told = new Set<string>()
  const lines = (key: string, lead: string, branch: string): readonly string[] => {
    const of = references[key] ?? []
    // What stands above already is not written out again.
    const again = told.has(key) && of.length > 0
    told.add(key)
    const line = `${lead}${branch}${plain(key)}${again ? ' …' : ''}`
    if (again) return [line]
    const deeper = lead + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ')
    return [line, ...of.flatMap((one, i) => lines(one, deeper, i === of.length - 1 ? '└─ ' : '├─ '))]
  }
  return Object.keys(references)
    .filter((key) => !included.has(key))
    .flatMap((key) => lines(key, '', ''))
    .join('\n')
}

/** The same as a diagram of Mermaid: arrows lead from a segment to those it is made of. */
export function graphMermaid(references: References): string {
  const keys = Object.keys(references)
  const place = new Map(keys.map((key, i) => [key, `s${i}`]))
  const label = (key: string): string =>
    plain(key).replaceAll(/["#;<>&]/g, (mark) => `#${mark.charCodeAt(0)};`)
  const nodes = keys.map((key) => `  ${place.get(key)}["${label(key)}"]`)
  const edges = keys.flatMap((key) =>
    references[key]!.map((other) => `  ${place.get(key)} --> ${place.get(other)}`),
  )
  return ['flowchart TD', ...nodes, ...edges].join('\n')
}
