// Semantic versions (semver 2.0.0). Numbers have at most 15 digits, which a double and Postgres both keep exactly.

const number = '(?:0|[1-9][0-9]{0,14})'
const identifier = `(?:${number}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)`
const dotted = (part: string): string => `${part}(?:\\.${part})*`
const version = new RegExp(
  `^(${number}\\.${number}\\.${number})(?:-(${dotted(identifier)}))?(?:\\+${dotted('[0-9A-Za-z-]+')})?$`,
)

/** The most characters that a version has. */
export const mostVersionCharacters = 256

const digits = /^[0-9]+$/

/** The key of one number or identifier: numbers by value, and before all others. */
const partKey = (part: string): string => (digits.test(part) ? part.padStart(16, '0') : `1${part}`)

/**
 * Text that orders by code point as the version orders by precedence, or `undefined` for what is no version.
 *
 * Versions that differ in build metadata only have the same key. `v1.2.3`, `1.2` and `01.2.3` are no versions.
 *
 * **Details**
 *
 * The key is the version's parts, each of 16 digits that begin with `0`, or `1` and an identifier's text, with a
 * space between them; a release ends with `~`. It orders as semver does because the three numbers are of one
 * width; `~` is above the space that begins a prerelease; `0` is below `1`, as numbers are below text; and both
 * the end of the key and a space are below every character of an identifier, so that `a` is below `a.b`, which is
 * below `ab`. Postgres makes the same key (`versionKeySql`).
 */
export function versionKey(text: string): string | undefined {
  const found = text.length > mostVersionCharacters ? null : version.exec(text)
  if (!found) return undefined
  const [, numbers, prerelease] = found
  const key = (parts: string): string => parts.split('.').map(partKey).join(' ')
  return `${key(numbers!)}${prerelease === undefined ? '~' : ` ${key(prerelease)}`}`
}

/** The version of a key, without build metadata: the inverse of {@link versionKey}. */
export function versionText(key: string): string {
  const parts = key
    .replace(/~$/, '')
    .split(' ')
    .map((part) => (part.startsWith('0') ? String(Number(part)) : part.slice(1)))
  const release = parts.slice(0, 3).join('.')
  return parts.length === 3 ? release : `${release}-${parts.slice(3).join('.')}`
}
