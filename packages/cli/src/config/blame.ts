import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Failure, usage } from '../failure.ts'

interface Thrown {
  readonly code?: unknown
  readonly url?: unknown
  readonly stack?: unknown
  readonly message?: unknown
}

/** What is wrong with a configuration that could not be imported: what, where, and what to do. */
export function blame(thrown: unknown, path: string): Failure {
  const { code, message } = Object(thrown) as Thrown
  const text = typeof message === 'string' && thrown instanceof Error ? message : ''
  const failure = (what: string, ...more: readonly string[]): Failure => {
    const lines = [what, ...placeOf(thrown, path), ...more]
    const made = usage(...lines)
    made.cause = thrown
    return made
  }
  if (typeof code === 'string' && code in missing) {
    const lines = [
      `${path} cannot be loaded: ${firstLine(text)}`,
      ...missing[code]!(text, Object(thrown) as Thrown),
    ]
    const made = usage(...lines)
    made.cause = thrown
    return made
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return failure(
      `${path} cannot be read: ${firstLine(text)}`,
      'Node strips types and compiles nothing: write it without enums, namespaces and parameter properties.',
    )
  }
  if (thrown instanceof SyntaxError || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return failure(`${path} cannot be read: ${firstLine(text)}`)
  }
  if (thrown instanceof ReferenceError && /^(module|require|exports) is not defined/.test(text)) {
    return failure(
      `${path} cannot be run: ${firstLine(text)}`,
      'It is an ES module: write import … from … and export default.',
    )
  }
  const tag = (Object(thrown) as { readonly _tag?: unknown })._tag
  const name = typeof tag === 'string' ? tag : thrown instanceof Error ? thrown.name : 'a value'
  const said = thrown instanceof Error ? text : (JSON.stringify(thrown) ?? String(thrown))
  return failure(`${path} cannot be run, as it threw ${name}: ${said === '' ? '(no message)' : said}`)
}

const firstLine = (text: string): string => text.split('\n')[0]!.replace(/ in ES module scope.*/, '')

/** Where in the user's own files it happened, with the line where Node tells it. */
function placeOf(thrown: unknown, path: string): readonly string[] {
  const { stack } = Object(thrown) as Thrown
  if (typeof stack !== 'string') return []
  // A file that cannot be parsed stands above the message, with its line and a mark below it.
  const parsed = /^(?:file:\/\/)?(\/?[^\n]*?):(\d+)\n([^\n]*)\n([ \t]*\^+)/.exec(stack)
  if (parsed !== null) {
    const [, file, line, source = '', mark = ''] = parsed
    const cut = source.length - source.trimStart().length
    const shown = source.length > 120 ? [] : [source.slice(cut), mark.slice(Math.min(cut, mark.search(/\^/)))]
    return [`in ${decoded(file!)}:${line}`, ...shown.map((one) => `  ${one}`)]
  }
  for (const [, at] of stack.matchAll(/^\s+at (?:.*\()?(file:\/\/[^)\n]+:\d+:\d+)\)?$/gm)) {
    if (!at!.includes('/node_modules/') && !ours.some((folder) => at!.startsWith(folder)))
      return [`in ${decoded(at!)}`]
  }
  return stack.includes(path) ? [`in ${path}`] : []
}

/** Where this command and its libraries stand: their frames are none of the user's. */
const ours: readonly string[] = [
  new URL('..', import.meta.url).href,
  ...['@segmentry/core', '@segmentry/postgres', '@segmentry/flow/http'].map(
    (name) => new URL('.', import.meta.resolve(name)).href,
  ),
]

const decoded = (at: string): string => {
  const [, file = at, rest = ''] = /^(.*?)((?::\d+)*)$/.exec(at) ?? []
  return (file.startsWith('file:') ? fileURLToPath(file) : file) + rest
}

/** What to do about a module that there is not; its message says where it is imported. */
const missing: Readonly<Record<string, (text: string, thrown: Thrown) => readonly string[]>> = {
  ERR_MODULE_NOT_FOUND: adviceOfMissing,
  ERR_PACKAGE_PATH_NOT_EXPORTED: () => ['Import what the package has, or install the version that has it.'],
  ERR_UNSUPPORTED_DIR_IMPORT: () => ["Name the file in the folder, such as './schema/index.ts'."],
}

function adviceOfMissing(text: string, { url }: Thrown): readonly string[] {
  const [, name] = /Cannot find package '([^']+)'/.exec(text) ?? []
  if (name !== undefined) return [`Install it here: npm install ${name}`]
  const file = typeof url === 'string' && url.startsWith('file:') ? fileURLToPath(url) : undefined
  if (file === undefined) return []
  const typed = [`${file}.ts`, file.replace(/\.js$/, '.ts'), `${file}.js`].find(
    (one) => one !== file && existsSync(one),
  )
  if (typed === undefined) return ['Correct the path, or write that file.']
  return [`There is ${typed}: write the whole name of the file, with its ending.`]
}
