import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import {
  complement,
  type Literal,
  type Predicate,
  type PropertyTest,
  type Statement,
  withPolicy,
} from '../predicate/predicate.ts'
import { foldAscii } from '../text/pattern.ts'
import { mayBeNothing } from './check-measure.ts'
import { expanded, membersRule } from './expand.ts'
import {
  type AccountFilter,
  atLeastOnce,
  type EventFilter,
  type EventSelection,
  format,
  type Measure,
  type Node,
} from './node.ts'
import type { AnySetSegment, Ranking } from './set.ts'

/**
 * The one form of all definitions that differ only in how they are written (semantics 28).
 *
 * References are expanded, negation is pushed to the leaves, nested `all` and `any` are flattened, operands are
 * sorted and deduplicated, a group of one is that one, `oneOf` of one value is `is`, a count that no events can
 * miss is written as a negated `event`. Takes a node that {@link checkNode} returned. Equal canonical forms mean
 * equal segments; the converse is not promised.
 */
export function canonical(node: Node): Node {
  const known = forms.get(node)
  if (known) return known
  const form = pushed(expanded(node), false)
  // It is its own form, and each compilation asks for it again.
  forms.set(node, form).set(form, form)
  return form
}

const forms = new WeakMap<Node, Node>()

function pushed(node: Node, negated: boolean): Node {
  switch (node.kind) {
    case 'not':
      return pushed(node.of, !negated)
    case 'all':
    case 'any': {
      // De Morgan: the complement of all is any of the complements.
      const kind = (node.kind === 'all') === negated ? 'any' : 'all'
      return combined(
        kind,
        node.of.map((child) => pushed(child, negated)),
      )
    }
    case 'field':
      return { ...node, test: canonicalPredicate(negated ? complement(node.test) : node.test) }
    case 'compare': {
      const { negated: turned = false, whenMissing = false, ...rest } = node
      const flipped = turned !== negated
      const missing = whenMissing !== negated
      if (flipped) return { ...rest, negated: true, whenMissing: missing }
      return missing ? { ...rest, whenMissing: true } : rest
    }
    case 'event':
      return canonicalEvent(node, negated)
    default: {
      const leaf = canonicalLeaf(node)
      return negated ? { kind: 'not', of: leaf } : leaf
    }
  }
}

function canonicalLeaf(node: Node): Node {
  switch (node.kind) {
    case 'more':
      return { kind: 'more', events: selected(node.events), than: selected(node.than) }
    case 'sequence': {
      const steps = node.steps.map(({ within, never, ...selection }) => ({
        ...selected(selection),
        ...(within !== undefined && { within }),
        ...(never && { never }),
      }))
      return { ...node, steps }
    }
    case 'account':
      return canonicalAccount(node)
    case 'people':
      return { kind: 'people', ids: [...new Set(node.ids)].toSorted() }
    default:
      return node
  }
}

/** All people pass when none fails: what is said of people is said by `any` and `none`. */
function canonicalAccount({ account, where, people }: AccountFilter): Node {
  return {
    kind: 'account',
    account,
    ...(where && {
      where: sorted(where.map(({ field, test }) => ({ field, test: canonicalPredicate(test) }))),
    }),
    ...(people && {
      people: sorted(
        people.map(({ are, of }) =>
          are === 'all' ? { are: 'none' as const, of: pushed(of, true) } : { are, of: pushed(of, false) },
        ),
      ),
    }),
  }
}

function combined(kind: 'all' | 'any', children: readonly Node[]): Node {
  const flat = children.flatMap((child) => (child.kind === kind ? child.of : [child]))
  const of = sorted(flat)
  return of.length === 1 ? of[0]! : { kind, of }
}

const canonicalTests = (where: readonly PropertyTest[]): readonly PropertyTest[] =>
  sorted(where.map(({ property, test }) => ({ property, test: canonicalPredicate(test) })))

const selected = ({ event, at, where }: EventSelection): EventSelection => ({
  event,
  ...(at && { at: sorted(at.map(canonicalPredicate)) }),
  ...(where && {
    where: canonicalTests(where),
  }),
})

function canonicalEvent(node: EventFilter, negated: boolean): Node {
  if (mayBeNothing(node.measure)) {
    const test = canonicalPredicate(negated ? complement(node.measure.test) : node.measure.test)
    return { kind: 'event', ...selected(node), measure: { ...node.measure, test } }
  }
  const { measure, opposite } = canonicalMeasure(node.measure)
  const event: EventFilter = { kind: 'event', ...selected(node), measure }
  return negated !== opposite ? { kind: 'not', of: event } : event
}

/** A measure that always has a value keeps its negation outside; counts below n are the complement of counts from n. */
function canonicalMeasure(measure: Measure): { measure: Measure; opposite: boolean } {
  const { negated = false, whenMissing: _, ...plain } = measure.test
  const test = canonicalStatement(plain)
  const from = (least: number, opposite: boolean): { measure: Measure; opposite: boolean } => ({
    measure: { ...measure, test: least === 1 ? atLeastOnce : { op: 'atLeast', value: least } },
    opposite: negated !== opposite,
  })
  if (measure.of !== 'sum') {
    if (test.op === 'lessThan') return from(Number(test.value), true)
    if (test.op === 'atMost') return from(Number(test.value) + 1, true)
    if (test.op === 'is' && test.value === 0) return from(1, true)
    if (test.op === 'greaterThan') return from(Number(test.value) + 1, false)
  }
  return { measure: { ...measure, test }, opposite: negated }
}

function canonicalPredicate(predicate: Predicate): Predicate {
  const { negated = false, whenMissing = false, ...statement } = predicate
  return withPolicy(canonicalStatement(statement), negated, whenMissing)
}

const folded = <V extends Literal>(value: V, ignoringCase: boolean | undefined): V =>
  ignoringCase === true && typeof value === 'string' ? (foldAscii(value) as V) : value

function canonicalStatement(statement: Statement): Statement {
  switch (statement.op) {
    case 'is':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return { ...statement, value: folded(statement.value, statement.ignoringCase) } as Statement
    case 'oneOf': {
      const { values: listed, ...rest } = statement
      const values = sorted(listed.map((value) => folded(value, rest.ignoringCase)))
      return values.length === 1 ? { ...rest, op: 'is', value: values[0]! } : { ...rest, values }
    }
    case 'hasAny':
    case 'hasAll': {
      const values = sorted(statement.values)
      return values.length === 1 ? { op: 'has', value: values[0]! } : { op: statement.op, values }
    }
    case 'emailDomain':
      return { op: 'emailDomain', domains: sorted(statement.domains) }
    case 'some':
      return { op: 'some', test: canonicalPredicate(statement.test) }
    case 'item':
      return { op: 'item', where: canonicalTests(statement.where) }
    case 'length':
      return { op: 'length', count: canonicalPredicate(statement.count) }
    default:
      return statement
  }
}

/** Each item once, in the order of their text. */
const sorted = <T>(items: readonly T[]): readonly T[] => {
  const byText = new Map(items.map((item) => [stableText(item), item]))
  return [...byText].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item)
}

/** JSON text with keys in order, so that equal data has equal text. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** The one form of what people are ranked by. */
const canonicalRanking = (by: Ranking): Ranking =>
  by.kind === 'field' ? by : { kind: 'event', ...selected(by), measure: by.measure }

const hashed = (form: unknown): string =>
  bytesToHex(sha256(utf8ToBytes(`segmentry/${format}\n${stableText(form)}`)))

/**
 * SHA-256, in hexadecimal, of a rule's canonical form: equal hashes mean equal members, always.
 *
 * Titles, descriptions and owners are not part of it.
 */
export const hashRule = (rule: Node): string => hashed(canonical(rule))

/**
 * SHA-256, in hexadecimal, of the top of a segment: equal hashes mean equal members, always.
 *
 * The segment's lists of people are part of it, unlike in {@link hashRule}: whom they put in takes a place from another.
 */
export const hashSetSegment = ({ whole, top }: AnySetSegment): string =>
  hashed({ of: canonical(membersRule(whole)), top: { ...top, by: canonicalRanking(top.by) } })
