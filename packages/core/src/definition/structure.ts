import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as SchemaIssue from 'effect/SchemaIssue'
import type { Issue } from '../errors.ts'
import type { Op } from '../predicate/predicate.ts'
import { nearest } from '../suggest.ts'
import { format, type Measure, type Node } from './node.ts'

// Each object of a definition is described without its children: the codec walks, and a wrong `kind` or `op`
// is reported once, by name, and not as a failure of every alternative.

const child = Schema.Unknown
const literal = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
const flags = { negated: Schema.optionalKey(Schema.Boolean), whenMissing: Schema.optionalKey(Schema.Boolean) }
const comparison = <O extends Op>(op: O) =>
  Schema.Struct({ op: Schema.Literal(op), value: literal, ...flags })
const affix = <O extends Op>(op: O) =>
  Schema.Struct({ op: Schema.Literal(op), value: Schema.String, ...flags })
const window = <O extends Op>(op: O) =>
  Schema.Struct({ op: Schema.Literal(op), duration: Schema.String, ...flags })
const bare = <O extends Op>(op: O) => Schema.Struct({ op: Schema.Literal(op), ...flags })

type Shape = Schema.Decoder<object> & { readonly fields: Readonly<Record<string, unknown>> }

/** The keys of a stored definition. */
export const definitionShape: Shape = Schema.Struct({
  format: Schema.Literal(format),
  title: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String),
  owner: Schema.optionalKey(Schema.String),
  rule: child,
})

/** The keys of each kind of node. */
export const nodeShapes: { readonly [K in Node['kind']]: Shape } = {
  everyone: Schema.Struct({ kind: Schema.Literal('everyone') }),
  all: Schema.Struct({ kind: Schema.Literal('all'), of: Schema.Array(child) }),
  any: Schema.Struct({ kind: Schema.Literal('any'), of: Schema.Array(child) }),
  not: Schema.Struct({ kind: Schema.Literal('not'), of: child }),
  tag: Schema.Struct({ kind: Schema.Literal('tag'), tag: Schema.String }),
  field: Schema.Struct({ kind: Schema.Literal('field'), field: Schema.String, test: child }),
  event: Schema.Struct({
    kind: Schema.Literal('event'),
    event: Schema.String,
    within: Schema.optionalKey(Schema.String),
    where: Schema.optionalKey(Schema.Array(child)),
    measure: child,
  }),
}

/** The keys of each thing that can be made of events. */
export const measureShapes: { readonly [M in Measure['of']]: Shape } = {
  count: Schema.Struct({ of: Schema.Literal('count'), test: child }),
  sum: Schema.Struct({ of: Schema.Literal('sum'), property: Schema.String, test: child }),
}

/** The keys of a test of an event's property. */
export const propertyTestShape: Shape = Schema.Struct({ property: Schema.String, test: child })

/** The keys of each statement. */
export const statementShapes: { readonly [O in Op]: Shape } = {
  is: comparison('is'),
  oneOf: Schema.Struct({ op: Schema.Literal('oneOf'), values: Schema.Array(literal), ...flags }),
  lessThan: comparison('lessThan'),
  atMost: comparison('atMost'),
  greaterThan: comparison('greaterThan'),
  atLeast: comparison('atLeast'),
  between: Schema.Struct({ op: Schema.Literal('between'), from: literal, to: literal, ...flags }),
  contains: affix('contains'),
  startsWith: affix('startsWith'),
  endsWith: affix('endsWith'),
  inLast: window('inLast'),
  inNext: window('inNext'),
  has: comparison('has'),
  present: bare('present'),
  blank: bare('blank'),
}

/** Decodes one object against its keys; what is wrong is reported with its path, and the answer is then `undefined`. */
export function decodeShape(
  shape: Shape,
  data: object,
  path: Issue['path'],
  report: (issue: Issue) => void,
): object | undefined {
  const decoded = Schema.decodeUnknownResult(shape)(data, { errors: 'all', onExcessProperty: 'error' })
  if (Result.isSuccess(decoded)) return decoded.success
  const known = Object.keys(shape.fields)
  for (const { path: inner = [], message } of formatIssues(decoded.failure.issue).issues) {
    const at = inner.map((segment) => (typeof segment === 'object' ? segment.key : segment)).map(pathPart)
    report(structureIssue(data, known, path, at, message))
  }
  return undefined
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()
const pathPart = (part: PropertyKey): string | number => (typeof part === 'number' ? part : String(part))

function structureIssue(
  data: object,
  known: readonly string[],
  path: Issue['path'],
  at: Issue['path'],
  message: string,
): Issue {
  const key = String(at[0])
  const here = { path: [...path, ...at] }
  if (message === 'Expected no excess property') {
    const suggestion = nearest(key, known)
    const hint = suggestion === undefined ? '' : ` - did you mean '${suggestion}'?`
    const expected = `one of ${known.join(', ')}`
    return {
      ...here,
      code: 'unknown-key',
      message: `unknown key '${key}'${hint}`,
      found: key,
      expected,
      ...(suggestion !== undefined && { suggestion }),
    }
  }
  if (message === 'Missing key') {
    return {
      ...here,
      code: 'structure',
      message: `missing key '${key}'`,
      found: 'nothing',
      expected: `the key '${key}'`,
    }
  }
  const found = show(at.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], data))
  const expected = message.replace(/^Expected /, '')
  return { ...here, code: 'structure', message: `found ${found}, expected ${expected}`, found, expected }
}

/** A short rendering of untrusted data for an error. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value)
  return value === undefined ? 'nothing' : `a ${typeof value}`
}
