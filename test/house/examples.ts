import { parseAst } from 'vitest/node'
import { stripTypeScriptTypes } from 'node:module'
import { read } from './files.ts'

/** A fenced block under `@example` in a doc comment. */
export interface Example {
  readonly place: string
  /** What stands after the three backticks: the language. */
  readonly fence: string
  readonly code: string
}

const docComment = /\/\*\*[\s\S]*?\*\//g
const fenced = /^```(.*)\n([\s\S]*?)^```$/gm

/** The examples in the doc comments of a source file. */
export function examplesOf(path: string): Example[] {
  const text = read(path)
  return [...text.matchAll(docComment)].flatMap((comment) => {
    const lines = comment[0].split('\n').map((line) => line.replace(/^\s*\* ?/, ''))
    const shown = lines.join('\n').split(/^@example\b.*$/m)
    const line = text.slice(0, comment.index).split('\n').length
    return shown.slice(1).flatMap((section) =>
      [...section.matchAll(fenced)].map(([, fence = '', code = '']) => ({
        place: `${path}:${line + lines.indexOf('@example')}`,
        fence,
        code,
      })),
    )
  })
}

interface Statement {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly expression?: { readonly start: number; readonly end: number }
}

const shownValue = /^[ \t]*\n?[ \t]*\/\/ => ?(.*)/
const commentLine = /^\n[ \t]*\/\/(.*)/

/** The value shown after an expression, and how much text it takes; it goes on over comment lines until it is whole. */
function valueAfter(text: string): { readonly value: string; readonly length: number } | undefined {
  const first = shownValue.exec(text)
  if (!first) return undefined
  let [value, length] = [first[1]!, first[0].length]
  for (;;) {
    const next = commentLine.exec(text.slice(length))
    if (isExpression(value) || !next) return { value, length }
    value += `\n${next[1]}`
    length += next[0].length
  }
}

function isExpression(text: string): boolean {
  try {
    parseAst(`(${text})`)
    return true
  } catch {
    return false
  }
}

const importLine = /^import (type )?(?:\* as (\w+)|\{([^}]*)\}) from ('[^']+')/gm

/**
 * The program that runs an example: each `expression // => value` becomes a comparison of the two.
 *
 * The value may stand on the next line and go on over several. Throws when a value stands after something
 * that is not an expression, as it would never be compared.
 */
export function programOf(code: string): string {
  const js = stripTypeScriptTypes(code)
  let program = ''
  let at = 0
  let compared = 0
  for (const statement of (parseAst(js) as unknown as { body: readonly Statement[] }).body) {
    const { expression } = statement
    const shown = expression && valueAfter(js.slice(expression.end))
    program += js.slice(at, statement.start)
    if (expression && shown) {
      program += `$compare(await (${js.slice(expression.start, expression.end)}), (${shown.value}));`
      at = expression.end + shown.length
      compared += 1
    } else {
      program += js.slice(statement.start, statement.end)
      at = statement.end
    }
  }
  program += js.slice(at)
  const shown = code.match(/\/\/ =>/g)?.length ?? 0
  if (shown !== compared) throw new Error(`${shown - compared} of ${shown} values stand after no expression`)
  return program
    .replaceAll(importLine, (_, type, all, names, from) =>
      type ? '' : `const ${all ?? `{${names.replaceAll(' as ', ': ')}}`} = await $import(${from})`,
    )
    .replaceAll(/^export (?:default )?/gm, '')
}
