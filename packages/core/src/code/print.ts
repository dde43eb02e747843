import { quoted } from '../describe/words.ts'

/** A piece of TypeScript: text as it is, calls in a chain, a function of one parameter, a list or an object. */
export type Code =
  | string
  | { readonly head: string; readonly calls: readonly Call[] }
  | { readonly given: string; readonly body: Code }
  | { readonly elements: readonly Code[] }
  /** What the types have no place for. */
  | { readonly untyped: Code }
  | { readonly entries: readonly (readonly [key: string, value: Code])[] }

/** One call of a chain. */
export interface Call {
  readonly name: string
  readonly args: readonly Code[]
}

export const call = (name: string, ...args: readonly Code[]): Call => ({ name, args })
/** A call of a function that stands by itself. */
export const applied = (name: string, ...args: readonly Code[]): Code => ({
  head: '',
  calls: [call(name, ...args)],
})
export const chain = (head: string, calls: readonly Call[]): Code =>
  calls.length === 0 ? head : { head, calls }
/** A function of one parameter that calls it in a chain. */
export const arrow = (given: string, calls: readonly Call[]): Code => ({ given, body: chain(given, calls) })

/** Plain data: text, numbers, booleans, lists and objects, whose keys without a value are left out. */
export function data(value: unknown): Code {
  if (typeof value === 'string') return literal(value)
  if (Array.isArray(value)) return { elements: value.map(data) }
  if (typeof value !== 'object' || value === null)
    return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
  return {
    entries: Object.entries(value).flatMap(([key, one]) =>
      one === undefined ? [] : [[keyText(key), data(one)] as const],
    ),
  }
}

/** Text in the quotes that need no escape, where there are such. */
function literal(text: string): string {
  const escaped = quoted(text)
  if (!text.includes("'") || text.includes('"')) return escaped
  return `"${escaped.slice(1, -1).replaceAll("\\'", "'")}"`
}

const keyText = (key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key))

/** Options of a call, or nothing where there are none. */
export const options = (given: object): readonly Code[] => {
  const made = data(given) as { readonly entries: readonly unknown[] }
  return made.entries.length === 0 ? [] : [made as Code]
}

/** The most characters of a line, where it can be broken; one is left for what follows. */
const width = 99
const step = '  '

/** The code as text, over several lines where it is long, with `indent` before each but the first. */
export function print(code: Code, indent = ''): string {
  const text = flat(code)
  if (typeof code === 'string' || indent.length + text.length <= width) return text
  if ('given' in code) return broken(code, indent)
  if ('elements' in code)
    return lines(
      '[',
      code.elements.map((one) => print(one, indent + step)),
      ']',
      indent,
    )
  if ('entries' in code) return brokenObject(code, indent)
  if ('untyped' in code) return `${print(code.untyped, indent)} as never`
  const { head, calls } = code
  if (head === '') return `${calls[0]!.name}${printArgs(calls[0]!, indent)}`
  if (calls.length === 1) return `${head}.${calls[0]!.name}${printArgs(calls[0]!, indent, head.length + 1)}`
  const inner = indent + step
  return `${head}${calls.map((one) => `\n${inner}.${one.name}${printArgs(one, inner)}`).join('')}`
}

const broken = ({ given, body }: Extract<Code, { readonly given: string }>, indent: string): string =>
  `(${given}) =>\n${indent}${step}${print(body, indent + step)}`

const brokenObject = ({ entries }: Extract<Code, { readonly entries: unknown }>, indent: string): string =>
  lines(
    '{',
    entries.map(([key, value]) => `${key}: ${print(value, indent + step)}`),
    '}',
    indent,
  )

const lines = (open: string, parts: readonly string[], close: string, indent: string): string =>
  `${open}\n${parts.map((part) => `${indent}${step}${part},\n`).join('')}${indent}${close}`

/** `before` is the number of characters of the line before the call's name. */
function printArgs({ name, args }: Call, indent: string, before = 1): string {
  const text = flatArgs(args)
  if (indent.length + before + name.length + text.length <= width) return text
  const last = args.at(-1)!
  const others = args.slice(0, -1)
  // What comes last after plain text begins on the line of the call.
  if (typeof last === 'object' && others.every((arg) => typeof arg === 'string')) {
    const line = others.map((arg) => `${arg}, `).join('')
    if ('given' in last) return `(${line}${broken(last, indent)},\n${indent})`
    if ('entries' in last) return `(${line}${brokenObject(last, indent)})`
  }
  return lines(
    '(',
    args.map((arg) => print(arg, indent + step)),
    ')',
    indent,
  )
}

function flat(code: Code): string {
  if (typeof code === 'string') return code
  if ('given' in code) return `(${code.given}) => ${flat(code.body)}`
  if ('elements' in code) return `[${code.elements.map(flat).join(', ')}]`
  if ('entries' in code)
    return `{ ${code.entries.map(([key, value]) => `${key}: ${flat(value)}`).join(', ')} }`
  if ('untyped' in code) return `${flat(code.untyped)} as never`
  const [first, ...rest] = code.calls.map(({ name, args }) => `${name}${flatArgs(args)}`)
  return [...(code.head === '' ? [first] : [code.head, first]), ...rest].join('.')
}

const flatArgs = (args: readonly Code[]): string => `(${args.map(flat).join(', ')})`
