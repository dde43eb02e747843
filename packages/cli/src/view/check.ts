import { type Finding, findingsText, type Fix, type Severity } from '@segmentry/review'
import { plain } from './text.ts'

/** What was found as text: a line or more for each, the gravest first, and how many there are. */
export function checkText(
  findings: readonly Finding[],
  segments: number,
  style: (severity: Severity, text: string) => string,
): string {
  const of = `${segments} ${segments === 1 ? 'segment' : 'segments'}`
  if (findings.length === 0) return `Nothing was found of ${of}.`
  const order = severities.flatMap((severity) => findings.filter((one) => one.severity === severity))
  const told = order.map((one) => {
    const [first = '', ...more] = findingsText([one]).split('\n').map(plain)
    const rest = first.slice(one.severity.length)
    const readers = one.on === 'segment' || one.on === 'split' ? [] : (one.related ?? [])
    const looking = readers.length === 0 ? [] : [`  looked at by ${readers.map(plain).join(', ')}`]
    return [style(one.severity, one.severity) + rest, ...more, ...looking].join('\n')
  })
  const counts = severities.flatMap((severity) => {
    const n = findings.filter((one) => one.severity === severity).length
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`]
  })
  return [...told, '', `${counts.join(', ')} of ${of}`].join('\n')
}

const severities: readonly Severity[] = ['error', 'warning', 'note']

/** Segments that can be written with less, as TypeScript. */
export function fixesText(fixes: Readonly<Record<string, Fix>>): string {
  const entries = Object.entries(fixes)
  if (entries.length === 0) return '// Nothing can go: every part says something.'
  return entries.map(([key, { code }]) => `// ${plain(key)}\n${code}`).join('\n\n')
}
