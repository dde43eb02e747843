import { canonical, stableText } from '../definition/canonical.ts'
import { checkNode } from '../definition/check.ts'
import { membersRule } from '../definition/expand.ts'
import type { AccountFilter, Node, NodeOf } from '../definition/node.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import { complement } from '../predicate/predicate.ts'
import type { FieldInfo, Schema } from '../schema/schema.ts'
import { eventFormula, happened, moreFormula } from './event.ts'
import {
  all,
  always,
  any,
  flag,
  type Formula,
  literal,
  never,
  type Scale,
  some,
  type Test,
  type Value,
} from './formula.ts'
import { predicateFormula, propertyFormulas, type Thing } from './predicate.ts'

/** The formulas of the rules that were asked about, and of their complements. */
type Made = WeakMap<Node, { yes?: Formula; no?: Formula }>

const known = new WeakMap<Schema, Made>()

/** What a checked rule says, or its complement. */
export function ruleFormula(rule: Node, holds: boolean, schema: Schema): Formula {
  const made: Made = known.get(schema) ?? new WeakMap()
  known.set(schema, made)
  const own = made.get(rule) ?? {}
  made.set(rule, own)
  return (own[holds ? 'yes' : 'no'] ??= said(rule, holds, schema))
}

function said(rule: Node, holds: boolean, schema: Schema): Formula {
  switch (rule.kind) {
    case 'all':
    case 'any': {
      const of = rule.of.map((one) => ruleFormula(one, holds, schema))
      return (rule.kind === 'all') === holds ? all(...of) : any(...of)
    }
    case 'not':
      return ruleFormula(rule.of, !holds, schema)
    case 'segment':
      // A key is looked up before anything is asked.
      return typeof rule.of === 'string'
        ? flag(stableText(rule), holds)
        : ruleFormula(membersRule(rule.of), holds, schema)
    default: {
      const leaf = canonical(checkedLeaf(rule, schema))
      return leaf.kind === 'not' ? leafFormula(leaf.of, !holds, schema) : leafFormula(leaf, holds, schema)
    }
  }
}

/** A filter in normal form; whoever made it. */
function checkedLeaf(leaf: Node, schema: Schema): Node {
  const issues: Issue[] = []
  const checked = checkNode(leaf, schema, (issue) => issues.push(issue), ['rule'])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return checked
}

function leafFormula(node: Node, holds: boolean, schema: Schema): Formula {
  switch (node.kind) {
    case 'everyone':
      return holds ? always : never
    case 'tag':
      return tagFormula(node, holds)
    case 'field': {
      const { type } = schema.fields.get(node.field)!
      const test = holds ? node.test : complement(node.test)
      return predicateFormula({ of: `field ${node.field}`, type }, test)
    }
    case 'compare':
      return comparisonFormula(node, holds)
    case 'event':
      return eventFormula(node, holds, schema)
    case 'more':
      return moreFormula(node, holds, schema)
    case 'sequence': {
      const whole = flag(stableText(node), holds)
      if (!holds) return whole
      const steps = node.steps.filter((step) => step.never !== true)
      return all(whole, ...steps.map((step) => happened(step, schema)))
    }
    case 'near': {
      const { latitude, longitude, point, meters } = node
      const test: Test = { is: holds ? 'below' : 'above', on: distance, value: meters, inclusive: holds }
      return literal({ of: `near ${stableText({ latitude, longitude, point })}`, test, missing: !holds })
    }
    case 'people':
      return literal({
        of: 'id',
        test: { is: holds ? 'in' : 'notIn', on: id, values: node.ids },
        missing: false,
      })
    case 'bucket':
      return bucketFormula(node, holds)
    case 'account':
      return accountFormula(node, holds, schema)
    default:
      return flag(stableText(node), holds)
  }
}

const distance: Scale = { name: 'value', domain: { least: 0 } }
const id: Scale = { name: 'value', domain: {} }

/** A tag, and the times at which it was given: there may be several where a source keeps them so. */
function tagFormula({ tag, during }: NodeOf<'tag'>, holds: boolean): Formula {
  const tagged = flag(`tag ${tag}`, holds)
  if (during === undefined) return tagged
  const given: Thing = { of: 'given', type: { kind: 'timestamp' }, isThere: true }
  const test = { op: 'during', window: during } as const
  const inWindow = some(
    `time of tag ${tag}`,
    {
      text: stableText(during),
      of: predicateFormula(given, test),
      not: predicateFormula(given, complement(test)),
    },
    holds,
  )
  return holds ? all(tagged, inWindow) : inWindow
}

/** How two fields compare: the first is less, the same or greater. */
const order: Scale = { name: 'value', domain: { values: [-1, 0, 1] } }
const itself: Scale = { name: 'value', domain: { values: [0] } }

const orders: Readonly<Record<NodeOf<'compare'>['op'], readonly number[]>> = {
  is: [0],
  lessThan: [-1],
  atMost: [-1, 0],
  greaterThan: [1],
  atLeast: [0, 1],
}

function comparisonFormula(
  { field, to, op, negated = false, whenMissing = false }: NodeOf<'compare'>,
  holds: boolean,
): Formula {
  const isTurned = field > to
  const values: readonly Value[] = orders[op].map((one) => (isTurned ? 0 - one : one))
  const [first, second] = isTurned ? [to, field] : [field, to]
  return literal({
    of: `compare ${stableText([first, second])}`,
    test: { is: negated === holds ? 'notIn' : 'in', on: field === to ? itself : order, values },
    missing: whenMissing === holds,
  })
}

const bucket: Scale = { name: 'value', domain: { whole: true, least: 0, most: 9_999 } }

function bucketFormula({ salt, from, to }: NodeOf<'bucket'>, holds: boolean): Formula {
  const number = (is: 'above' | 'below', value: number, inclusive: boolean): Formula =>
    literal({ of: `bucket ${salt}`, test: { is, on: bucket, value, inclusive }, missing: false })
  return holds
    ? all(number('above', from, true), number('below', to, false))
    : any(number('below', from, false), number('above', to, true))
}

/** Some account of the person; what is said of its people is taken as it is. */
function accountFormula(node: AccountFilter, holds: boolean, schema: Schema): Formula {
  const { account, where = [], people = [] } = node
  const fields: ReadonlyMap<string, FieldInfo> = schema.accounts.get(account)!
  const tests = propertyFormulas(
    where.map(({ field, test }) => ({ property: field, test })),
    fields,
  )
  const crowd = people.map((one) => stableText(one))
  const existence = {
    text: stableText(node),
    of: all(tests.of, ...crowd.map((text) => flag(text, true))),
    not: any(tests.not, ...crowd.map((text) => flag(text, false))),
  }
  return some(`account ${account}`, existence, holds)
}
