import {
  type CalendarUnit,
  type Definition,
  type FieldInfo,
  format,
  type Literal,
  type ManualEntry,
  type Node,
  type Person,
  type Predicate,
  type PropertyTest,
  type Schema,
  type ValueType,
} from '@segmentry/core'
import type { Counted, LastEvent, PeerCase, PeerNode, PropTest, ValueTest } from './cases.ts'
import { eventNames, pathOf, positive, schemaOf, tested, Unsaid } from './infer.ts'

/** A case in Segmentry's words. Its own segment has the key `it`; what it refers to stands beside it. */
export interface Translation {
  readonly schema: Schema
  readonly definitions: Readonly<Record<string, Definition>> & { readonly it: Definition }
  readonly people: readonly Person[]
  readonly now: string
}

/** The clock of the cases that name none. */
const anyClock = '2025-01-15T12:00:00.000Z'

/** Says a case in Segmentry's words; throws {@link Unsaid} where it has none. */
export function translate(peerCase: PeerCase): Translation {
  const now = peerCase.now ?? anyClock
  const { defs = {}, segment, people } = peerCase
  const schema = schemaOf(peerCase)
  const stored = [...membershipsOf([segment, ...Object.values(defs)])].map(
    (name) => [storedKey(name), storedMembers(peerCase, name)] as const,
  )
  const named = Object.entries(defs).map(([key, node]) => [key, definitionOf(node, schema, people)] as const)
  return {
    schema,
    definitions: {
      ...Object.fromEntries([...stored, ...named]),
      it: definitionOf(segment, schema, people),
    },
    people: people.map(({ id, fields, tags, events }) => ({
      id,
      fields,
      tags,
      events: events.map(({ name, at, props }, i) => ({
        id: `${id} ${i}`,
        name,
        at: typeof at === 'number' ? new Date(Date.parse(now) + at * 1000).toISOString() : at,
        properties: props,
      })),
    })),
    now: new Date(now).toISOString(),
  }
}

/** A segment; where people are put in and taken out by hand around a rule, those are its manual lists. */
function definitionOf(node: PeerNode, schema: Schema, people: PeerCase['people']): Definition {
  if (!('all' in node)) return { format, rule: nodeOf(node, schema, people) }
  const [widened, without, ...more] = node.all
  const [rule, added] = widened !== undefined && 'any' in widened ? widened.any : []
  const taken = without !== undefined && 'not' in without ? without.not[0] : undefined
  if (!rule || !added || !('manual' in added) || !taken || !('manual' in taken) || more.length > 0) {
    return { format, rule: nodeOf(node, schema, people) }
  }
  const byHand = (ids: readonly string[]): readonly ManualEntry[] =>
    ids.map((person) => ({ person, reason: 'by hand', author: 'the peer' }))
  return {
    format,
    rule: nodeOf(rule, schema, people),
    included: byHand(added.manual),
    excluded: byHand(taken.manual),
  }
}

/** The names of the segments whose members the case brings along. */
function membershipsOf(nodes: readonly PeerNode[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((node): readonly string[] => {
      if ('all' in node) return [...membershipsOf(node.all)]
      if ('any' in node) return [...membershipsOf(node.any)]
      if ('not' in node) return [...membershipsOf(node.not)]
      return 'member_of' in node ? [node.member_of] : []
    }),
  )
}

const storedKey = (name: string): string => `stored ${name}`
const nobody: Node = { kind: 'not', of: { kind: 'everyone' } }

/** A stored segment has no rule that could be read: it is those people. */
function storedMembers({ people }: PeerCase, name: string): Definition {
  const ids = people.filter(({ segments = [] }) => segments.includes(name)).map(({ id }) => id)
  return { format, rule: ids.length === 0 ? nobody : { kind: 'people', ids } }
}

function nodeOf(node: PeerNode, schema: Schema, people: PeerCase['people']): Node {
  const inner = (child: PeerNode): Node => nodeOf(child, schema, people)
  if ('all' in node) return { kind: 'all', of: node.all.map(inner) }
  if ('any' in node) return { kind: 'any', of: node.any.map(inner) }
  if ('not' in node) return { kind: 'not', of: anyOf(node.not.map(inner)) }
  if ('member_of' in node) return { kind: 'segment', of: storedKey(node.member_of) }
  if ('segment' in node) return { kind: 'segment', of: node.segment }
  if ('manual' in node) return { kind: 'people', ids: node.manual }
  if ('bucket' in node) return { kind: 'bucket', salt: 'test', from: 0, to: node.bucket.percent * 100 }
  if ('has_tags' in node) {
    const tagged = anyOf([...schema.tags].map((tag) => ({ kind: 'tag', tag })))
    return node.has_tags ? tagged : { kind: 'not', of: tagged }
  }
  if ('event' in node) return countOf(node, eventNames(node.event, people), schema)
  if ('last_event' in node) return lastOf(node, eventNames(node.last_event, people), schema)
  const test = tested(node)
  const path = pathOf(test.field).join('.')
  const { type } = schema.fields.get(path)!
  const said = test.where === undefined ? alternatives(test, type.kind) : [element(test, type)]
  return anyOf(said.map((one) => ({ kind: 'field', field: path, test: one })))
}

const anyOf = (of: readonly Node[]): Node => (of.length === 1 ? of[0]! : { kind: 'any', of })

const counts: Readonly<Record<string, 'is' | 'atLeast' | 'lessThan'>> = {
  '=': 'is',
  '>=': 'atLeast',
  '<': 'lessThan',
}

function countOf({ count, within, where }: Counted, event: readonly string[], schema: Schema): Node {
  return {
    kind: 'event',
    event,
    ...(within !== undefined && {
      at: [{ op: 'during', window: { over: 'clock', after: `-${within} seconds`, until: 'now' } }],
    }),
    ...(where && { where: propertyTests(event, where, schema) }),
    measure: { of: 'count', test: { op: counts[count.op]!, value: count.n } },
  }
}

/** There is such an event, and the last one has these properties. */
function lastOf({ where, has }: LastEvent, event: readonly string[], schema: Schema): Node {
  const selection = {
    kind: 'event',
    event,
    ...(where && { where: propertyTests(event, where, schema) }),
  } as const
  return {
    kind: 'all',
    of: [
      { ...selection, measure: { of: 'count', test: { op: 'atLeast', value: 1 } } },
      ...propertyTests(event, has, schema).map(({ property, test }): Node => ({
        ...selection,
        measure: { of: 'last', property, test },
      })),
    ],
  }
}

function propertyTests(
  [event]: readonly string[],
  tests: readonly PropTest[],
  schema: Schema,
): readonly PropertyTest[] {
  const properties = schema.events.get(event!)!
  return tests.flatMap((test) => {
    const [only, ...more] = alternatives(test, properties.get(test.prop)!.type.kind)
    if (more.length > 0) throw new Unsaid('alternatives in the properties of one event')
    return { property: test.prop, test: only! }
  })
}

/** Regular expressions of the cases as patterns; one that is not here goes as it stands. */
const patterns: Readonly<Record<string, readonly string[]>> = {
  '-12-25$': ['*-12-25'],
  '^ping': ['ping*'],
  '(mobile|tablet)': ['*mobile*', '*tablet*'],
  'segment-[0-9]+': ['*segment-[0-9]*'],
}

/** Tests of which one has to hold. */
function alternatives(test: ValueTest, kind: string): readonly Predicate[] {
  if (test.op !== 'regex' && test.op !== 'regexi') return [predicate(test, kind)]
  const regex = String(test.value)
  const ignoringCase = test.op === 'regexi' ? ({ ignoringCase: true } as const) : {}
  return (patterns[regex] ?? [regex]).map((pattern) => ({ op: 'matches', pattern, ...ignoringCase }))
}

/** The peers take a missing value for one that is not equal, which is a policy here. */
function predicate(test: ValueTest, kind: string): Predicate {
  const op = positive(test.op)
  const said = op === test.op ? {} : ({ negated: true, whenMissing: true } as const)
  const value = test.value as Literal
  const values = test.value as readonly Literal[]
  switch (op) {
    case 'eq':
      return Array.isArray(value) ? { op: 'equals', values } : { op: 'is', value }
    case 'neq':
      return { op: 'is', value, negated: true, whenMissing: true }
    case 'gt':
    case 'after':
      return { op: 'greaterThan', value }
    case 'gte':
      return { op: 'atLeast', value }
    case 'lt':
      return { op: 'lessThan', value }
    case 'lte':
      return { op: 'atMost', value }
    case 'in':
      return { op: 'oneOf', values, ...said }
    case 'iin':
      return { op: 'oneOf', values, ignoringCase: true }
    case 'contains':
      return { op, value: String(value), ...said }
    case 'starts_with':
      return { op: 'startsWith', value: String(value), ...said }
    case 'ends_with':
      return { op: 'endsWith', value: String(value), ...said }
    case 'includes':
      return { op: 'has', value }
    case 'includes_any':
      return { op: 'hasAny', values, ...said }
    case 'includes_all':
      return { op: 'hasAll', values }
    case 'size':
      return { op: 'length', count: { op: 'is', value } }
    case 'is_null':
      return { op: 'present', negated: true, whenMissing: true }
    case 'exists':
      return test.op === 'exists' ? filled(kind) : unfilled(kind)
    case 'not_empty':
      return filled(kind)
    case 'empty':
      return unfilled(kind)
    case 'in_calendar':
      return { op: 'during', window: calendarWindow(value) }
    case 'has_been':
      throw new Unsaid('how long a field has had its value')
    default:
      throw new Error(`the cases have a test that has no translation: ${test.op}`)
  }
}

/** Empty text and empty lists do not exist to the peers; nothing else can be blank. */
const filled = (kind: string): Predicate =>
  kind === 'text' || kind === 'list' ? { op: 'blank', negated: true, whenMissing: false } : { op: 'present' }

const unfilled = (kind: string): Predicate =>
  kind === 'text' || kind === 'list'
    ? { op: 'blank', whenMissing: true }
    : { op: 'present', negated: true, whenMissing: true }

/** A test of an element, or of the parts of an item. */
function element({ where }: ValueTest, type: ValueType): Predicate {
  const of = type.kind === 'list' ? type.of : type
  if (where === undefined) throw new Error('the cases have a list whose elements are not looked at')
  if ('op' in where) {
    const one = where
    return one.op === 'eq'
      ? { op: 'has', value: one.value as Literal }
      : { op: 'some', test: predicate(one, of.kind) }
  }
  const parts = of.kind === 'object' ? of.parts! : new Map<string, FieldInfo>()
  return {
    op: 'item',
    where: where.map((test) => {
      const [only] = alternatives(test, parts.get(test.prop)!.type.kind)
      return { property: test.prop, test: only! }
    }),
  }
}

/** `today`, `next_month`, or a number of days from today. */
function calendarWindow(value: Literal) {
  const days: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 }
  const steps: Readonly<Record<string, number>> = { last: -1, this: 0, next: 1 }
  const [step, unit] = String(value).split('_')
  const count = unit === undefined ? (days[String(value)] ?? Number(value)) : steps[step!]!
  return { over: 'calendar', unit: (unit ?? 'day') as CalendarUnit, from: count, to: count } as const
}
