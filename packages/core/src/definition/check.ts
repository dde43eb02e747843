import type { Issue, IssueCode } from '../errors.ts'
import { durationMs, durationText } from '../predicate/duration.ts'
import {
  type Literal,
  onStatement,
  type Op,
  type Predicate,
  type Statement,
  withPolicy,
} from '../predicate/predicate.ts'
import type { FieldInfo, Schema } from '../schema/schema.ts'
import { type Kind, typeName, type ValueType } from '../schema/type.ts'
import { readValue, writeValue } from '../schema/value.ts'
import { nearest, unknownName } from '../suggest.ts'
import type { Measure, Node } from './node.ts'

type Path = Issue['path']
type Report = (issue: Issue) => void

const equality: readonly Op[] = ['is', 'oneOf', 'present']
const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']

/** Which statements speak of which type. */
const operators: Readonly<Record<Kind, readonly Op[]>> = {
  text: [...equality, 'contains', 'startsWith', 'endsWith', 'blank'],
  choice: equality,
  boolean: equality,
  integer: [...equality, ...ordered],
  number: [...equality, ...ordered],
  decimal: [...equality, ...ordered],
  date: [...equality, ...ordered],
  timestamp: [...equality, ...ordered, 'inLast', 'inNext'],
  list: ['has', 'blank', 'present'],
  object: ['present'],
}

/** A count and a sum always have a value, so presence says nothing of them. */
const measureOperators: Readonly<Record<Measure['of'], readonly Op[]>> = {
  count: ['is', 'oneOf', ...ordered],
  sum: ['is', ...ordered],
}

/** Something a predicate can speak of. */
interface Subject {
  readonly name: string
  readonly type: ValueType
  readonly operators: readonly Op[]
  readonly mayBeMissing: boolean
}

/**
 * Checks a node against a schema and returns it in normal form, reporting everything that is wrong.
 *
 * Names have to be the schema's, statements have to suit the type, values have to be of it. In normal form,
 * values have one spelling (instants in UTC, decimals without trailing zeros, durations in their largest
 * unit) and a negated predicate always says what a missing value means. Whoever calls throws if anything
 * was reported; the node returned is then not to be used.
 */
export function checkNode(node: Node, schema: Schema, report: Report, path: Path = []): Node {
  switch (node.kind) {
    case 'everyone':
      return { kind: 'everyone' }
    case 'all':
    case 'any':
      if (node.of.length === 0) {
        report(issue('empty', [...path, 'of'], `an empty '${node.kind}'`, 'at least one filter'))
      }
      return {
        kind: node.kind,
        of: node.of.map((child, i) => checkNode(child, schema, report, [...path, 'of', i])),
      }
    case 'not':
      return { kind: 'not', of: checkNode(node.of, schema, report, [...path, 'of']) }
    case 'tag':
      return { kind: 'tag', tag: checkTag(node.tag, schema, report, [...path, 'tag']) }
    case 'field': {
      const info = lookUp('field', node.field, schema.fields, report, [...path, 'field'])
      if (!info) return node
      return {
        kind: 'field',
        field: node.field,
        test: checkPredicate(node.test, ofField(info), report, [...path, 'test']),
      }
    }
    case 'event':
      return checkEvent(node, schema, report, path)
  }
}

const ofField = (info: FieldInfo): Subject => ({
  name: info.name,
  type: info.type,
  operators: operators[info.type.kind],
  mayBeMissing: !info.isRequired,
})

// A property is optional whatever the schema says: events come from elsewhere and outlive their declaration.
const ofProperty = (info: FieldInfo): Subject => ({ ...ofField(info), mayBeMissing: true })

function checkTag(tag: string, schema: Schema, report: Report, path: Path): string {
  if (schema.tags.has(tag)) return tag
  const wrongText = readValue({ kind: 'text' }, tag) === undefined || tag === ''
  if (schema.openTags && !wrongText) return tag
  if (wrongText) report(issue('wrong-value', path, JSON.stringify(tag), 'a tag: well-formed text, not empty'))
  else report(unknown('unknown-tag', 'tag', tag, schema.tags, path))
  return tag
}

function checkEvent(
  node: Extract<Node, { kind: 'event' }>,
  schema: Schema,
  report: Report,
  path: Path,
): Node {
  const properties = lookUp('event', node.event, schema.events, report, [...path, 'event'])
  if (!properties) return node
  const where = node.where?.flatMap(({ property, test }, i) => {
    const at = [...path, 'where', i]
    const info = lookUp('property', property, properties, report, [...at, 'property'])
    return info ? [{ property, test: checkPredicate(test, ofProperty(info), report, [...at, 'test']) }] : []
  })
  return {
    kind: 'event',
    event: node.event,
    ...(node.within !== undefined && { within: checkDuration(node.within, report, [...path, 'within']) }),
    ...(where && where.length > 0 && { where }),
    measure: checkMeasure(node.measure, properties, report, [...path, 'measure']),
  }
}

function checkMeasure(
  measure: Measure,
  properties: ReadonlyMap<string, FieldInfo>,
  report: Report,
  path: Path,
): Measure {
  if (measure.of === 'count') {
    const subject: Subject = {
      name: 'count',
      type: { kind: 'integer' },
      operators: measureOperators.count,
      mayBeMissing: false,
    }
    return { of: 'count', test: checkPredicate(measure.test, subject, report, [...path, 'test']) }
  }
  const info = lookUp('property', measure.property, properties, report, [...path, 'property'])
  if (!info) return measure
  if (info.type.kind !== 'integer' && info.type.kind !== 'decimal') {
    const expected = 'a whole number or a decimal: other sums depend on the order'
    report(
      issue(
        'wrong-operator',
        [...path, 'property'],
        `the sum of '${info.name}', which is ${typeName(info.type)}`,
        expected,
      ),
    )
    return measure
  }
  const subject: Subject = {
    name: `sum of ${info.name}`,
    type: info.type,
    operators: measureOperators.sum,
    mayBeMissing: false,
  }
  return {
    of: 'sum',
    property: measure.property,
    test: checkPredicate(measure.test, subject, report, [...path, 'test']),
  }
}

function checkPredicate(test: Predicate, subject: Subject, report: Report, path: Path): Predicate {
  if (!subject.operators.includes(test.op)) {
    const suggestion = nearest(test.op, subject.operators)
    report({
      ...issue(
        'wrong-operator',
        [...path, 'op'],
        `'${test.op}' on '${subject.name}', which is ${typeName(subject.type)}`,
        `one of ${subject.operators.join(', ')}`,
      ),
      ...(suggestion && { suggestion }),
    })
    return test
  }
  const negated = test.negated ?? false
  // Presence speaks about missing values; every other negated predicate has to say what they mean (semantics 9).
  if (negated && test.whenMissing === undefined && subject.mayBeMissing) {
    const expected = "{ missing: 'include' } or { missing: 'exclude' }, as it may be missing"
    report(
      issue('missing-policy', [...path, 'whenMissing'], `a negative test of '${subject.name}'`, expected),
    )
  }
  return withPolicy(checkStatement(test, subject.type, report, path), negated, test.whenMissing ?? false)
}

function checkStatement(statement: Statement, type: ValueType, report: Report, path: Path): Statement {
  const literal = (value: Literal, key: string | number, of: ValueType = type): Literal =>
    checkLiteral(value, of, report, [...path, key])
  return onStatement<Statement>(statement, {
    is: ({ op, value }) => ({ op, value: literal(value, 'value') }),
    oneOf: ({ op, values }) => {
      if (values.length === 0) report(issue('empty', [...path, 'values'], 'no values', 'at least one value'))
      return {
        op,
        values: [
          ...new Set(values.map((value, i) => checkLiteral(value, type, report, [...path, 'values', i]))),
        ],
      }
    },
    lessThan: ({ op, value }) => ({ op, value: literal(value, 'value') }),
    atMost: ({ op, value }) => ({ op, value: literal(value, 'value') }),
    greaterThan: ({ op, value }) => ({ op, value: literal(value, 'value') }),
    atLeast: ({ op, value }) => ({ op, value: literal(value, 'value') }),
    between: ({ op, from, to }) => ({ op, from: literal(from, 'from'), to: literal(to, 'to') }),
    contains: ({ op, value }) => ({ op, value: affix(value, report, path) }),
    startsWith: ({ op, value }) => ({ op, value: affix(value, report, path) }),
    endsWith: ({ op, value }) => ({ op, value: affix(value, report, path) }),
    inLast: ({ op, duration }) => ({ op, duration: checkDuration(duration, report, [...path, 'duration']) }),
    inNext: ({ op, duration }) => ({ op, duration: checkDuration(duration, report, [...path, 'duration']) }),
    has: ({ op, value }) => ({ op, value: literal(value, 'value', type.kind === 'list' ? type.of : type) }),
    present: ({ op }) => ({ op }),
    blank: ({ op }) => ({ op }),
  })
}

function affix(value: string, report: Report, path: Path): string {
  if (value === '' || readValue({ kind: 'text' }, value) === undefined) {
    report(issue('wrong-value', [...path, 'value'], JSON.stringify(value), 'well-formed text, not empty'))
  }
  return value
}

function checkLiteral(raw: Literal, type: ValueType, report: Report, path: Path): Literal {
  const value = readValue(type, raw)
  if (value === undefined) {
    const suggestion =
      type.kind === 'choice' && typeof raw === 'string' ? nearest(raw, type.values) : undefined
    const shown = typeof raw === 'number' ? String(raw) : JSON.stringify(raw)
    report({ ...issue('wrong-value', path, shown, typeName(type)), ...(suggestion && { suggestion }) })
    return raw
  }
  return writeValue(type, value) as Literal
}

function checkDuration(text: string, report: Report, path: Path): ReturnType<typeof durationText> {
  const ms = durationMs(text)
  if (ms === undefined) {
    report(
      issue(
        'wrong-value',
        path,
        `'${text}'`,
        "a duration such as '30 days', '12 hours' or '1 week', at most 3650 days",
      ),
    )
    return '1 second'
  }
  return durationText(ms)
}

function lookUp<T>(
  what: 'field' | 'event' | 'property',
  name: string,
  known: ReadonlyMap<string, T>,
  report: Report,
  path: Path,
): T | undefined {
  const found = known.get(name)
  if (found === undefined) report(unknown(`unknown-${what}`, what, name, known.keys(), path))
  return found
}

function unknown(code: IssueCode, what: string, name: string, known: Iterable<string>, path: Path): Issue {
  const names = [...known]
  const suggestion = nearest(name, names)
  return {
    code,
    path,
    message: unknownName(what, name, suggestion),
    found: name,
    expected:
      names.length === 0
        ? `no ${what} is declared`
        : `one of ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`,
    ...(suggestion !== undefined && { suggestion }),
  }
}

function issue(code: IssueCode, path: Path, found: string, expected: string): Issue {
  return { code, path, message: `found ${found}, expected ${expected}`, found, expected }
}
