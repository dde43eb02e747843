// TypeScript as text. Names come from a database, where they may be anything at all.

/** Characters that end a line or a text, hide, or turn round what follows. */
const odd = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\']/gu

/** A text as TypeScript writes it. */
export const textCode = (text: string): string =>
  `'${text.replaceAll(odd, (one) =>
    one === '\\' || one === "'"
      ? `\\${one}`
      : one === '\n'
        ? String.raw`\n`
        : String.raw`\u{${one.codePointAt(0)!.toString(16)}}`,
  )}'`

/** A key of an object as TypeScript writes it. */
export const keyCode = (key: string): string =>
  // Any other way to write this one sets what the object inherits from.
  key === '__proto__' ? "['__proto__']" : /^[A-Za-z_$][\w$]*$/.test(key) ? key : textCode(key)

/** A comment that ends where its line does. */
export const commentCode = (text: string): string =>
  `// ${text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (one) => String.raw`\u{${one.codePointAt(0)!.toString(16)}}`)}`

/** Code that may be broken over lines: text as it is, or items between two signs. */
export type Code = string | Items

interface Items {
  readonly open: string
  readonly items: readonly Code[]
  readonly close: string
  /** What stands before it and after it on the line. */
  readonly before?: string
  readonly after?: string
  /** Whether it is broken though it would fit. */
  readonly isTall?: boolean
}

/** An object, by its keys. */
export const objectCode = (
  entries: readonly (readonly [key: string, value: Code])[],
  isTall = false,
): Code => ({
  open: '{',
  items: entries.map(([key, value]) => prefixed(`${keyCode(key)}: `, value)),
  close: '}',
  isTall,
})

/** A list. */
export const listCode = (items: readonly Code[]): Code => ({ open: '[', items, close: ']' })

/** A call. The last argument begins on the line of the call where the others are text. */
export function callCode(name: string, args: readonly Code[]): Code {
  const last = args.at(-1)
  const others = args.slice(0, -1)
  if (typeof last === 'object' && others.every((one) => typeof one === 'string')) {
    return wrapped(`${name}(${others.map((one) => `${one}, `).join('')}`, last, ')')
  }
  return { open: `${name}(`, items: args, close: ')' }
}

/** Code with text before it. */
export const prefixed = (before: string, code: Code): Code => wrapped(before, code, '')

/** Code with text after it. */
export const suffixed = (code: Code, after: string): Code => wrapped('', code, after)

const wrapped = (before: string, code: Code, after: string): Code =>
  typeof code === 'string'
    ? `${before}${code}${after}`
    : { ...code, before: before + (code.before ?? ''), after: (code.after ?? '') + after }

const width = 100

/** The code as text, over several lines where it is long. */
export function print(code: Code, indent = '', more = 0): string {
  const flat = flatCode(code)
  if (typeof code === 'string') return flat
  if (!isTall(code) && indent.length + flat.length + more <= width) return flat
  const { open, items, close, before = '', after = '' } = code
  if (items.length === 0) return flat
  const inner = `${indent}  `
  const lines = items.map((one) => `${inner}${print(one, inner, 1)},\n`).join('')
  return `${before}${open}\n${lines}${indent}${close}${after}`
}

const isTall = (code: Code): boolean =>
  typeof code === 'object' && ((code.isTall === true && code.items.length > 0) || code.items.some(isTall))

function flatCode(code: Code): string {
  if (typeof code === 'string') return code
  const { open, items, close, before = '', after = '' } = code
  const space = open.endsWith('{') && items.length > 0 ? ' ' : ''
  return `${before}${open}${space}${items.map(flatCode).join(', ')}${space}${close}${after}`
}
