import { whiteSpace } from './white-space.ts'
import { foldAscii } from './pattern.ts'

/** The most characters that a domain has. */
export const mostDomainCharacters = 253

// A label: ASCII letters, digits and `-`, and every character beyond ASCII; the alphabets of others are not ours to judge.
const label = String.raw`[^\u0000-,./:-@\[-\u0060{-\u007f]+`
const domainPattern = new RegExp(`^${label}(?:\\.${label})*$`, 'u')
const spacePattern = new RegExp(`[${whiteSpace}]`)

/**
 * The part of an e-mail address after its `@`, its ASCII letters in lower case, or `undefined` when there is none.
 *
 * This tells domains apart; it does not check that mail could arrive. There is none without exactly one `@` and
 * something before it, with white space anywhere, or with a part between two dots that is empty.
 */
export function emailDomain(text: string): string | undefined {
  const at = text.indexOf('@')
  if (at < 1 || text.includes('@', at + 1) || spacePattern.test(text)) return undefined
  const domain = text.slice(at + 1)
  // A character has at most two code units, so that a long text is not spread or matched in vain.
  const long = domain.length > 2 * mostDomainCharacters || [...domain].length > mostDomainCharacters
  return !long && domainPattern.test(domain) ? foldAscii(domain) : undefined
}
