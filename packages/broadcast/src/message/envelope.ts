import { emailDomain, nearest, shown, unknownName } from '@segmentry/core'
import { issueAt, type MessageIssue } from './errors.ts'

// What stands in the header of a message: one line each, so nothing that ends a line.

const endsLine = /[\p{Cc}\u2028\u2029]/u

/** What is wrong with an address such as `Ann <ann@example.com>`, if anything is. */
export function addressIssue(part: string, raw: unknown): MessageIssue | undefined {
  const expected = "an address such as 'Acme <news@acme.example>'"
  if (typeof raw !== 'string') return issueAt('wrong-value', { part }, shown(raw), expected)
  if (endsLine.test(raw))
    return issueAt('wrong-value', { part }, 'a line break or another control character', expected)
  const address = /^[^<>]*<([^<>\s]+)>$/.exec(raw.trim())?.[1] ?? raw.trim()
  return /[\s,;]/.test(address) || emailDomain(address) === undefined
    ? issueAt('wrong-value', { part }, shown(raw), expected)
    : undefined
}

/** Lines that follow from the rest of a message, or that whoever hands it over writes. */
const own =
  /^(from|to|cc|bcc|subject|date|message-id|reply-to|sender|return-path|mime-version|content-.*|dkim-signature|received|resent-.*|list-unsubscribe(-post)?)$/i

/** What is wrong with header lines. */
export function headerIssues(raw: unknown): readonly MessageIssue[] {
  if (raw === undefined) return []
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return [
      issueAt(
        'wrong-value',
        { part: 'headers' },
        shown(raw),
        "lines by name, such as { 'X-Campaign': 'spring' }",
      ),
    ]
  }
  return Object.entries(raw as Readonly<Record<string, unknown>>).flatMap(([name, value]) => {
    const part = `headers.${name}`
    if (!/^[A-Za-z][\w-]*$/.test(name)) {
      return [issueAt('wrong-value', { part: 'headers' }, `the name ${shown(name)}`, 'letters, digits and -')]
    }
    if (own.test(name))
      return [issueAt('wrong-value', { part }, `'${name}'`, 'a line that does not follow from the rest')]
    if (typeof value === 'string' && /^[\x20-\x7E]{1,900}$/.test(value)) return []
    const found =
      typeof value === 'string' && endsLine.test(value)
        ? 'a line break or another control character'
        : shown(value)
    return [issueAt('wrong-value', { part }, found, 'one line of 1 to 900 visible ASCII characters')]
  })
}

/** The keys of a template that mean nothing. */
export function keyIssues(part: string, given: object, known: readonly string[]): readonly MessageIssue[] {
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const suggestion = nearest(key, known)
      return {
        ...issueAt(
          'unknown-key',
          { part: part === '' ? key : `${part}.${key}` },
          key,
          `one of ${known.join(', ')}`,
        ),
        message: unknownName('key', key, suggestion),
        ...(suggestion !== undefined && { suggestion }),
      }
    })
}
