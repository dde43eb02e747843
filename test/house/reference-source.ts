import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { parseAst } from 'vitest/node'

interface Ast {
  readonly type?: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isAst = (value: unknown): value is Ast =>
  typeof value === 'object' && value !== null && 'start' in value && 'end' in value

/** All nodes of a tree, outer ones first. */
function* walk(value: unknown): Generator<Ast> {
  if (Array.isArray(value)) for (const one of value) yield* walk(one)
  if (!isAst(value)) return
  yield value
  for (const child of Object.values(value)) yield* walk(child)
}

/** What is written for the keys of an object literal. */
const written = (object: Ast): ReadonlyMap<string, Ast> =>
  new Map(
    (object['properties'] as readonly Ast[]).map((property) => [
      (property['key'] as Ast)['name'] as string,
      property['value'] as Ast,
    ]),
  )

/** Text without the indentation that all lines but the first share. */
function dedent(text: string): string {
  const [first = '', ...rest] = text.split('\n')
  const indents = rest.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)![0].length)
  const least = indents.length === 0 ? 0 : Math.min(...indents)
  return [first, ...rest.map((line) => line.slice(least))].join('\n')
}

const parse = (code: string): unknown => parseAst(stripTypeScriptTypes(code))

/** The source of each entry's condition, by page title and heading: what stands after the arrow. */
export function sourcesOf(path: string): ReadonlyMap<string, string> {
  const code = readFileSync(path, 'utf8')
  const sources = new Map<string, string>()
  let page = ''
  for (const node of walk(parse(code))) {
    if (node.type !== 'ObjectExpression') continue
    const keys = written(node)
    const literal = (key: string): string | undefined => keys.get(key)?.['value'] as string | undefined
    page = literal('title') ?? page
    const body = (keys.get('filter') ?? keys.get('whole'))?.['body'] as Ast | undefined
    const heading = literal('heading')
    if (body && heading !== undefined) {
      sources.set(`${page}: ${heading}`, dedent(code.slice(body.start, body.end)))
    }
  }
  return sources
}

/** The source of the schema that the pages speak of. */
export function schemaSource(path: string): string {
  const code = readFileSync(path, 'utf8')
  for (const node of walk(parse(code))) {
    const callee = node['callee'] as Ast | undefined
    if (node.type === 'CallExpression' && callee?.['name'] === 'defineSchema') {
      return `const schema = ${code.slice(node.start, node.end)}`
    }
  }
  throw new Error(`no schema in ${path}`)
}
