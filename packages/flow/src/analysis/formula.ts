import {
  type EventFilter,
  eventProperties,
  type EventSelection,
  leaves,
  fold,
  mayBeNothing,
  measureType,
  type Node,
  type NodeOf,
  type Predicate,
  readValue,
  type Schema,
  stableText,
  type ValueType,
} from '@segmentry/core'
import type { Domain, Test, Value } from './constraint.ts'

// A canonical rule as what it says of single things, joined by all and any; negation stands at the leaves only.

/** One thing that is said of something a rule looks at. */
export interface Literal {
  /** What is looked at; equal texts mean the same thing. */
  readonly of: string
  readonly domain: Domain
  readonly test: Test
  /** The answer for a missing value; false where nothing can be missing. */
  readonly missing: boolean
  /** The events that are counted, where it is a number of events. */
  readonly counts?: EventSelection
}

/** What a rule says. */
export type Formula =
  | { readonly kind: 'literal'; readonly literal: Literal }
  | { readonly kind: 'all'; readonly of: readonly Formula[] }
  | Choice

/** One of these holds, at least. */
export interface Choice {
  readonly kind: 'any'
  readonly of: readonly Formula[]
}

export const always: Formula = { kind: 'all', of: [] }
export const never: Formula = { kind: 'any', of: [] }
const all = (...of: readonly Formula[]): Formula => ({ kind: 'all', of })

const literal = (
  of: string,
  domain: Domain,
  test: Test,
  missing = false,
  more: Pick<Literal, 'counts'> = {},
): Formula => ({ kind: 'literal', literal: { of, domain, test, missing, ...more } })

const yesOrNo: Domain = { kind: 'boolean', values: [true, false] }
const flag = (of: string, holds: boolean): Formula => literal(of, yesOrNo, { is: 'in', values: [holds] })

const counted: Domain = { kind: 'integer', least: 0 }
const countOf = (events: EventSelection, test: Test): Formula =>
  literal(`count ${stableText(selectionOf(events))}`, counted, test, false, { counts: selectionOf(events) })
const happened = (events: EventSelection): Formula =>
  countOf(events, { is: 'above', value: 1, inclusive: true })

const selectionOf = ({ event, at, where }: EventSelection): EventSelection => ({
  event,
  ...(at && { at }),
  ...(where && { where }),
})

/** What a canonical rule says; `not` stands before leaves only there. */
export const formulaOf = (rule: Node, schema: Schema): Formula =>
  fold<Formula>(rule, {
    ...leaves((leaf) => leafFormula(leaf, true, schema)),
    all: (of) => ({ kind: 'all', of }),
    any: (of) => ({ kind: 'any', of }),
    not: (_, node) => leafFormula(node.of, false, schema),
  })

function leafFormula(node: Node, holds: boolean, schema: Schema): Formula {
  switch (node.kind) {
    case 'everyone':
      return holds ? always : never
    case 'tag': {
      if (node.during === undefined) return flag(`tag ${node.tag}`, holds)
      const given = flag(stableText(node), holds)
      return holds ? all(given, flag(`tag ${node.tag}`, true)) : given
    }
    case 'field': {
      const { type } = schema.fields.get(node.field)!
      return tested(`field ${node.field}`, type, node.test)
    }
    case 'compare': {
      const { negated = false, whenMissing = false, ...rest } = node
      const positive = { ...rest, whenMissing: whenMissing !== negated }
      return flag(stableText(positive), !negated)
    }
    case 'event':
      return eventFormula(node, holds, schema)
    case 'more':
      return holds ? all(flag(stableText(node), true), happened(node.events)) : flag(stableText(node), false)
    case 'sequence': {
      const whole = flag(stableText(node), holds)
      if (!holds) return whole
      return all(whole, ...node.steps.filter((step) => step.never !== true).map(happened))
    }
    case 'near': {
      const { latitude, longitude, point, meters } = node
      const test: Test = { is: holds ? 'below' : 'above', value: meters, inclusive: holds }
      return literal(
        `near ${stableText({ latitude, longitude, point })}`,
        { kind: 'number', least: 0 },
        test,
        !holds,
      )
    }
    case 'people':
      return literal('id', { kind: 'text' }, { is: holds ? 'in' : 'notIn', values: node.ids })
    case 'bucket':
      return bucketFormula(node, holds)
    default:
      return flag(stableText(node), holds)
  }
}

const bucket: Domain = { kind: 'integer', least: 0, most: 9_999 }

function bucketFormula({ salt, from, to }: NodeOf<'bucket'>, holds: boolean): Formula {
  const number = (test: Test): Formula => literal(`bucket ${salt}`, bucket, test)
  if (holds) {
    return all(
      number({ is: 'above', value: from, inclusive: true }),
      number({ is: 'below', value: to, inclusive: false }),
    )
  }
  return {
    kind: 'any',
    of: [
      number({ is: 'below', value: from, inclusive: false }),
      number({ is: 'above', value: to, inclusive: true }),
    ],
  }
}

/** What is said of events: their number, or what is made of them; something that is made of them means there are some. */
function eventFormula(node: EventFilter, holds: boolean, schema: Schema): Formula {
  const { measure } = node
  const nothing = mayBeNothing(measure)
  const { negated = false, whenMissing = false, ...statement } = measure.test
  const test = { ...statement, negated: negated !== !holds, whenMissing: nothing && whenMissing !== !holds }
  if (measure.of === 'count') {
    return predicateFormula({ kind: 'integer' }, test, (one) => countOf(node, one))
  }
  const { test: _, ...of } = measure
  const type = measureType(measure, eventProperties(node.event, schema)!)
  const domain: Domain = measure.of === 'sum' || nothing ? domainOf(type) : counted
  const made = predicateFormula(type, test, (one, missing) =>
    literal(stableText({ ...selectionOf(node), of }), domain, one, missing),
  )
  if (nothing) return test.whenMissing ? made : all(made, happened(node))
  // Of no events it is 0.
  const none = literal(stableText({ ...selectionOf(node), of }), domain, { is: 'in', values: [0] })
  return all(made, { kind: 'any', of: [happened(node), none] })
}

const domainOf = (type: ValueType): Domain => {
  if (type.kind === 'boolean') return yesOrNo
  return type.kind === 'choice' ? { kind: 'choice', values: type.values } : { kind: type.kind }
}

const tested = (of: string, type: ValueType, test: Predicate): Formula =>
  predicateFormula(type, test, (one, missing) => literal(of, domainOf(type), one, missing))

type Say = (test: Test, missing: boolean) => Formula

/** What a test of a value says, as tests that are looked into; what is not understood stays whole. */
function predicateFormula(type: ValueType, predicate: Predicate, say: Say): Formula {
  const { negated = false, whenMissing: missing = false, ...statement } = predicate
  const opaque = (): Formula => say({ is: 'opaque', text: stableText(statement), holds: !negated }, missing)
  const values = (raw: readonly unknown[]): readonly Value[] | undefined => {
    const read = raw.map((one) => readValue(type, one))
    return read.every(isSingle) ? read : undefined
  }
  const bound = (raw: unknown, is: 'above' | 'below', inclusive: boolean): Formula => {
    const [value] = values([raw]) ?? []
    if (value === undefined) return opaque()
    if (!negated) return say({ is, value, inclusive }, missing)
    return say({ is: is === 'above' ? 'below' : 'above', value, inclusive: !inclusive }, missing)
  }
  switch (statement.op) {
    case 'present':
      return say({ is: negated ? 'absent' : 'present' }, missing)
    case 'is':
    case 'oneOf': {
      const read = values(statement.op === 'is' ? [statement.value] : statement.values)
      if (read === undefined || statement.ignoringCase === true) return opaque()
      return say({ is: negated ? 'notIn' : 'in', values: read }, missing)
    }
    case 'greaterThan':
    case 'atLeast':
      return bound(statement.value, 'above', statement.op === 'atLeast')
    case 'lessThan':
    case 'atMost':
      return bound(statement.value, 'below', statement.op === 'atMost')
    case 'between':
      return {
        kind: negated ? 'any' : 'all',
        of: [bound(statement.from, 'above', true), bound(statement.to, 'below', true)],
      }
    default:
      return opaque()
  }
}

const isSingle = (value: unknown): value is Value =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
