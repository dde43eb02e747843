import type { Literal } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'

/** Characters that would break a line or cannot be seen. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/gu

/** Text in quotes, with what cannot be seen written out, so that different text never reads the same. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/[\\']/g, '\\$&')
    .replace(invisible, (found) => `\\u{${found.codePointAt(0)!.toString(16)}}`)
  return `'${escaped}'`
}

/** A value of a definition: text is quoted, everything else speaks for itself. */
export const describeLiteral = (value: Literal, type: ValueType): string =>
  type.kind === 'text' || type.kind === 'choice' || type.kind === 'version'
    ? quoted(String(value))
    : String(value)

/** Words that our sentences are made of. */
const ours = new Set(
  (
    'after ago ahead all and any anniversary anyone at average before belongs between by calendar days different everyone field first ' +
    'earliest from greatest has highest in is its last latest least length lowest matches meters more months never next no not number of on or people same segment so sum ' +
    'tagged than that the then these this time times to today tomorrow up value weeks where whose with within yesterday'
  ).split(' '),
)

/** The name of a field, a property or an event; in quotes where it could be taken for a part of the sentence. */
export const describeName = (name: string): string =>
  name.includes(' ') || ours.has(name) ? `"${name}"` : name

/** A tag: a plain word stands for itself. */
export const describeTag = (tag: string): string =>
  /^[\p{L}\p{N}_-]+$/u.test(tag) && !ours.has(tag) ? tag : quoted(tag)
