import { DefinitionError, type Issue } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { isComparable, type Kind, typeName } from '../schema/type.ts'
import { readValue } from '../schema/value.ts'
import { checkAccount } from './check-account.ts'
import { checkLists } from './check-lists.ts'
import { checkMeasure } from './check-measure.ts'
import { checkPredicate, ofField } from './check-predicate.ts'
import { checkSelection } from './check-selection.ts'
import { checkWindow } from './check-window.ts'
import { checkSequence } from './check-sequence.ts'
import { mostDegrees, mostMeters } from '../place/distance.ts'
import { checkSize } from './expand.ts'
import { issue, lookUp, type Path, type Report, unknown } from './issue.ts'
import { defaultLimits } from './limits.ts'
import type { Definition, Node, NodeOf } from './node.ts'
import { readNode } from './read.ts'
import { shown } from '../suggest.ts'
import { eventProperties } from './stream.ts'

/**
 * Checks a node against a schema and returns it in normal form, reporting everything that is wrong.
 *
 * Names have to be the schema's, statements have to suit the type, values have to be of it. In normal form,
 * values have one spelling (instants in UTC, decimals without trailing zeros, durations in their largest
 * unit), a zone that the schema gives is written out, and a negated predicate always says what a missing value
 * means. Whoever calls throws if anything was reported; the node returned is then not to be used.
 */
export function checkNode(node: Node, schema: Schema, report: Report, path: Path = []): Node {
  switch (node.kind) {
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
    case 'segment':
      return checkReference(node, schema, report, path)
    default:
      return checkedFilter(node, schema, report, path)
  }
}

type Filter = Exclude<Node, NodeOf<'all' | 'any' | 'not' | 'segment'>>

/** A filter in normal form; what callers without types write may be anything, and is then read as data is, for what is wrong. */
function checkedFilter(node: Filter, schema: Schema, report: Report, path: Path): Node {
  try {
    return checkFilter(node, schema, report, path)
  } catch (error) {
    if (error instanceof DefinitionError) throw error
    let sound = true
    readNode(node, path, (one) => {
      sound = false
      report(one)
    })
    if (!sound) return node
    const found = `a filter of kind '${node.kind}' with a part that is missing or of another type`
    report(issue('structure', path, found, 'a filter as the builder makes it, or decodeSegment reads it'))
    return node
  }
}

function checkFilter(node: Filter, schema: Schema, report: Report, path: Path): Node {
  switch (node.kind) {
    case 'everyone':
      return { kind: 'everyone' }
    case 'tag':
      return {
        kind: 'tag',
        tag: checkTag(node.tag, schema, report, [...path, 'tag']),
        ...(node.during && { during: checkWindow(node.during, schema, report, [...path, 'during']) }),
      }
    case 'field': {
      const info = lookUp('field', node.field, schema.fields, report, [...path, 'field'])
      if (!info) return node
      const test = checkPredicate(node.test, ofField(info), schema, report, [...path, 'test'])
      return { kind: 'field', field: node.field, test }
    }
    case 'compare':
      return checkComparison(node, schema, report, path)
    case 'event': {
      const selection = checkSelection(node, schema, report, path)
      // Of an event that is not known, nothing more can be checked.
      if (eventProperties(selection.event, schema) === undefined) return node
      const measure = checkMeasure(node.measure, selection.event, schema, report, [...path, 'measure'])
      return { kind: 'event', ...selection, measure }
    }
    case 'more':
      return {
        kind: 'more',
        events: checkSelection(node.events, schema, report, [...path, 'events']),
        than: checkSelection(node.than, schema, report, [...path, 'than']),
      }
    case 'sequence':
      return checkSequence(node, schema, report, path)
    case 'near':
      return checkNear(node, schema, report, path)
    case 'account':
      return checkAccount(node, schema, report, path, (of, at) => checkNode(of, schema, report, at))
    case 'people':
      if (node.ids.length === 0) report(issue('empty', [...path, 'ids'], 'no people', 'at least one id'))
      return {
        kind: 'people',
        ids: node.ids.map((id, i) => checkText(id, 'id', report, [...path, 'ids', i])),
      }
    case 'bucket':
      return checkBucket(node, report, path)
  }
}

function checkTag(tag: string, schema: Schema, report: Report, path: Path): string {
  if (schema.tags.has(tag)) return tag
  const isText = tag !== '' && readValue({ kind: 'text' }, tag) !== undefined
  if (!isText || schema.openTags) return checkText(tag, 'tag', report, path)
  report(unknown('unknown-tag', 'tag', tag, schema.tags, path))
  return tag
}

function checkText(text: string, what: string, report: Report, path: Path): string {
  if (text === '' || readValue({ kind: 'text' }, text) === undefined) {
    const article = /^[aeiou]/.test(what) ? 'an' : 'a'
    report(
      issue('wrong-value', path, JSON.stringify(text), `${article} ${what}: well-formed text, not empty`),
    )
  }
  return text
}

const orderedKinds = new Set<Kind>(['text', 'version', 'integer', 'number', 'decimal', 'date', 'timestamp'])

const comparisons: ReadonlySet<string> = new Set(['is', 'lessThan', 'atMost', 'greaterThan', 'atLeast'])

function checkComparison(node: NodeOf<'compare'>, schema: Schema, report: Report, path: Path): Node {
  const one = lookUp('field', node.field, schema.fields, report, [...path, 'field'])
  const other = lookUp('field', node.to, schema.fields, report, [...path, 'to'])
  if (!one || !other) return node
  const type = typeName(one.type)
  if (!comparisons.has(node.op)) {
    report(issue('wrong-operator', [...path, 'op'], `'${node.op}'`, `one of ${[...comparisons].join(', ')}`))
  }
  if (one.type.kind === 'list' || one.type.kind === 'object') {
    report(issue('wrong-operator', [...path, 'field'], `'${one.name}', which is ${type}`, 'a single value'))
  } else if (node.op !== 'is' && !orderedKinds.has(one.type.kind)) {
    const found = `'${node.op}' on '${one.name}', which is ${type}`
    report(issue('wrong-operator', [...path, 'op'], found, "'is'"))
  } else if (!isComparable(one.type, other.type)) {
    const found = `'${other.name}', which is ${typeName(other.type)}`
    report(issue('wrong-operator', [...path, 'to'], found, `a field that is ${type}, as '${one.name}' is`))
  }
  return {
    kind: 'compare',
    field: node.field,
    op: node.op,
    to: node.to,
    ...(node.negated === true && { negated: true }),
    ...((node.negated === true || node.whenMissing === true) && { whenMissing: node.whenMissing === true }),
  }
}

const checkedReferences = new WeakMap<Schema, WeakMap<Definition, Definition>>()

/** A reference to a segment, which is checked once however often it is referred to. */
function checkReference({ of }: NodeOf<'segment'>, schema: Schema, report: Report, path: Path): Node {
  if (typeof of === 'string') {
    report(unknown('unknown-segment', 'segment', of, [], [...path, 'of']))
    return { kind: 'segment', of }
  }
  const known = checkedReferences.get(schema) ?? new WeakMap<Definition, Definition>()
  checkedReferences.set(schema, known)
  const before = known.get(of)
  if (before) return { kind: 'segment', of: before }
  // Before anything is written out: what refers to one segment twice, and so on, doubles at each step.
  checkSize({ kind: 'segment', of }, defaultLimits, [...path, 'of'])
  let sound = true
  const found = (one: Issue): void => {
    sound = false
    report(one)
  }
  checkLists(of, found, [...path, 'of'])
  const rule = checkNode(of.rule, schema, found, [...path, 'of', 'rule'])
  if (!sound) return { kind: 'segment', of }
  // What is in normal form already keeps its identity, by which registries know their segments.
  const checked = JSON.stringify(rule) === JSON.stringify(of.rule) ? of : { ...of, rule }
  known.set(of, checked).set(checked, checked)
  return { kind: 'segment', of: checked }
}

function checkNear(node: NodeOf<'near'>, schema: Schema, report: Report, path: Path): Node {
  for (const key of ['latitude', 'longitude'] as const) {
    const info = lookUp('field', node[key], schema.fields, report, [...path, key])
    if (info && info.type.kind !== 'number') {
      report(
        issue(
          'wrong-operator',
          [...path, key],
          `'${info.name}', which is ${typeName(info.type)}`,
          'a number',
        ),
      )
    }
    const [found, most]: readonly [unknown, number] = [node.point[key], mostDegrees[key]]
    if (typeof found !== 'number' || !(Math.abs(found) <= most)) {
      report(issue('wrong-value', [...path, 'point', key], shown(found), `degrees from −${most} to ${most}`))
    }
  }
  if (!(node.meters > 0 && node.meters <= mostMeters)) {
    const expected = `more than 0 and at most ${mostMeters} meters, half way round the earth`
    report(issue('wrong-value', [...path, 'meters'], String(node.meters), expected))
  }
  const { latitude, longitude, point, meters } = node
  // `+ 0` turns −0 into 0.
  const at = { latitude: point.latitude + 0, longitude: point.longitude + 0 }
  return { kind: 'near', latitude, longitude, point: at, meters }
}

function checkBucket({ salt, from, to }: NodeOf<'bucket'>, report: Report, path: Path): Node {
  const isShare = (share: number): boolean => Number.isInteger(share) && share >= 0 && share <= 10_000
  if (!isShare(from) || !isShare(to) || from >= to) {
    const expected = 'a range such as 0 to 50, to the hundredth, the first less than the second'
    report(issue('wrong-value', path, `from ${from / 100} % to ${to / 100} %`, expected))
  }
  return { kind: 'bucket', salt: checkText(salt, 'salt', report, [...path, 'salt']), from, to }
}
