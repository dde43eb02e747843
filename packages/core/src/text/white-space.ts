/**
 * The characters that make text blank, in one string: a fixed set that databases can be given too.
 *
 * Neither a database's trim nor JavaScript's is meant: they differ from each other and between versions.
 */
export const whiteSpace =
  '\u0009\u000A\u000B\u000C\u000D\u0020\u0085\u00A0\u1680' +
  '\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A' +
  '\u2028\u2029\u202F\u205F\u3000'

/** Whether text is empty or only {@link whiteSpace}. All of it is one code unit a character. */
export function isBlankText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!whiteSpace.includes(text[i]!)) return false
  return true
}
