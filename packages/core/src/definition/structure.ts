import * as Result from 'effect/Result'
import * as Schema from 'effect/Schema'
import * as SchemaIssue from 'effect/SchemaIssue'
import type { Issue } from '../errors.ts'
import type { Op } from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import { nearest } from '../suggest.ts'
import { type Aggregate, format, type Node } from './node.ts'
import type { Ranking } from './set.ts'

// Each object of a definition is described without its children: the codec walks, and a wrong `kind` or `op`
// is reported once, by name, and not as a failure of every alternative.

const child = Schema.Unknown
const literal = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
const optionally = Schema.optionalKey
const flags = { negated: optionally(Schema.Boolean), whenMissing: optionally(Schema.Boolean) }
const cased = { ignoringCase: optionally(Schema.Boolean) }
const zoned = { zone: optionally(Schema.String) }
const periodOptions = {
  ...zoned,
  weekStart: optionally(Schema.Finite),
  yearStart: optionally(Schema.Finite),
}
const literals = Schema.Array(literal)
const numbers = Schema.Array(Schema.Finite)

type Shape = Schema.Decoder<object> & { readonly fields: Readonly<Record<string, unknown>> }

const said = <O extends Op, F extends Schema.Struct.Fields>(op: O, fields: F): Shape =>
  Schema.Struct({ op: Schema.Literal(op), ...fields, ...flags }) as unknown as Shape
const node = <K extends Node['kind'], F extends Schema.Struct.Fields>(kind: K, fields: F): Shape =>
  Schema.Struct({ kind: Schema.Literal(kind), ...fields }) as unknown as Shape

/** The keys of a stored definition. */
export const definitionShape: Shape = Schema.Struct({
  format: Schema.Literal(format),
  title: optionally(Schema.String),
  description: optionally(Schema.String),
  owner: optionally(Schema.String),
  rule: child,
  included: optionally(Schema.Array(child)),
  excluded: optionally(Schema.Array(child)),
})

/** The keys of an entry of a manual list. */
export const manualShape: Shape = Schema.Struct({
  person: Schema.String,
  reason: Schema.String,
  author: Schema.String,
})

const selection = {
  event: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
  at: optionally(Schema.Array(child)),
  where: optionally(Schema.Array(child)),
}

/** The keys of a selection of events. */
export const selectionShape: Shape = Schema.Struct(selection)

/** The keys of a step of a sequence. */
export const stepShape: Shape = Schema.Struct({
  ...selection,
  within: optionally(Schema.String),
  never: optionally(Schema.Boolean),
})

/** The keys of each kind of node. */
export const nodeShapes: { readonly [K in Node['kind']]: Shape } = {
  everyone: node('everyone', {}),
  all: node('all', { of: Schema.Array(child) }),
  any: node('any', { of: Schema.Array(child) }),
  not: node('not', { of: child }),
  tag: node('tag', { tag: Schema.String, during: optionally(child) }),
  field: node('field', { field: Schema.String, test: child }),
  compare: node('compare', {
    field: Schema.String,
    op: Schema.Literals(['is', 'lessThan', 'atMost', 'greaterThan', 'atLeast']),
    to: Schema.String,
    ...flags,
  }),
  event: node('event', { ...selection, measure: child }),
  more: node('more', { events: child, than: child }),
  sequence: node('sequence', {
    anchor: Schema.Literals(['any', 'first', 'last']),
    anchors: optionally(Schema.Finite),
    steps: Schema.Array(child),
    within: optionally(Schema.String),
    by: optionally(Schema.String),
  }),
  segment: node('segment', { of: child }),
  near: node('near', {
    latitude: Schema.String,
    longitude: Schema.String,
    point: Schema.Struct({ latitude: Schema.Finite, longitude: Schema.Finite }),
    meters: Schema.Finite,
  }),
  account: node('account', {
    account: Schema.String,
    where: optionally(Schema.Array(child)),
    people: optionally(Schema.Array(child)),
  }),
  people: node('people', { ids: Schema.Array(Schema.String) }),
  bucket: node('bucket', { salt: Schema.String, from: Schema.Finite, to: Schema.Finite }),
}

const property = { property: Schema.String }
const optionalProperty = { property: optionally(Schema.String) }

const unit = Schema.Literals(['day', 'week', 'month', 'quarter', 'year'])

const aggregates = {
  count: {},
  sum: property,
  average: property,
  min: property,
  max: property,
  distinct: property,
  first: optionalProperty,
  last: optionalProperty,
  periods: { unit, ...periodOptions },
} as const satisfies { readonly [O in Aggregate['of']]: Schema.Struct.Fields }

/** The keys of each thing that can be made of events, and of what else is said of it. */
const made = (more: Schema.Struct.Fields): { readonly [O in Aggregate['of']]: Shape } =>
  Object.fromEntries(
    Object.entries(aggregates).map(([of, fields]) => [
      of,
      Schema.Struct({ of: Schema.Literal(of), ...fields, ...more }) as unknown as Shape,
    ]),
  ) as { readonly [O in Aggregate['of']]: Shape }

/** The keys of each thing that can be made of events, without a test of it. */
export const aggregateShapes = made({})

/** The keys of each thing that can be made of events, and its test. */
export const measureShapes = made({ test: child })

/** The keys of what is taken of a segment. */
export const topShape: Shape = Schema.Struct({
  count: Schema.Finite,
  order: Schema.Literals(['most', 'least']),
  by: child,
})

/** The keys of each thing that people can be ranked by. */
export const rankingShapes: { readonly [K in Ranking['kind']]: Shape } = {
  field: node('field', { field: Schema.String }),
  event: node('event', { ...selection, measure: child }),
}

/** The keys of a test of an event's property. */
export const propertyTestShape: Shape = Schema.Struct({ ...property, test: child })

/** The keys of a test of an account's field. */
export const accountTestShape: Shape = Schema.Struct({ field: Schema.String, test: child })

/** The keys of what is said of an account's people. */
export const accountPeopleShape: Shape = Schema.Struct({
  are: Schema.Literals(['any', 'all', 'none']),
  of: child,
})

/** The keys of each kind of window. */
export const windowShapes: { readonly [O in Window['over']]: Shape } = {
  clock: Schema.Struct({
    over: Schema.Literal('clock'),
    after: optionally(Schema.String),
    until: optionally(Schema.String),
  }),
  instants: Schema.Struct({
    over: Schema.Literal('instants'),
    from: optionally(Schema.String),
    to: optionally(Schema.String),
  }),
  calendar: Schema.Struct({
    over: Schema.Literal('calendar'),
    unit,
    from: Schema.Finite,
    to: Schema.Finite,
    soFar: optionally(Schema.Boolean),
    ...periodOptions,
  }),
}

const comparison = { value: literal }
const affix = { value: Schema.String, ...cased }

/** The keys of each statement. */
export const statementShapes: { readonly [O in Op]: Shape } = {
  is: said('is', { ...comparison, ...cased }),
  oneOf: said('oneOf', { values: literals, ...cased }),
  lessThan: said('lessThan', comparison),
  atMost: said('atMost', comparison),
  greaterThan: said('greaterThan', comparison),
  atLeast: said('atLeast', comparison),
  between: said('between', { from: literal, to: literal }),
  contains: said('contains', affix),
  startsWith: said('startsWith', affix),
  endsWith: said('endsWith', affix),
  matches: said('matches', { pattern: Schema.String, ...cased }),
  emailDomain: said('emailDomain', { domains: Schema.Array(Schema.String) }),
  during: said('during', { window: child }),
  weekday: said('weekday', { days: numbers, ...zoned }),
  month: said('month', { months: numbers, ...zoned }),
  hour: said('hour', { from: Schema.Finite, to: Schema.Finite, ...zoned }),
  anniversary: said('anniversary', { window: child, leapDay: Schema.Literals(['02-28', '03-01']) }),
  has: said('has', comparison),
  hasAny: said('hasAny', { values: literals }),
  hasAll: said('hasAll', { values: literals }),
  equals: said('equals', { values: literals }),
  some: said('some', { test: child }),
  item: said('item', { where: Schema.Array(child) }),
  length: said('length', { count: child }),
  present: said('present', {}),
  blank: said('blank', {}),
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

const words: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  string: 'text',
}
const inWords = (type: string): string => words[type] ?? type.replace(/^"(.*)"$/, "'$1'")

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
  const types = message
    .replace(/^Expected /, '')
    .split(' | ')
    .map(inWords)
  const expected = types.length === 1 ? types[0]! : `one of ${types.join(', ')}`
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
