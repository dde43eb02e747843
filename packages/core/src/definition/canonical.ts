import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { complement, type Predicate, type Statement, withPolicy } from '../predicate/predicate.ts'
import { atLeastOnce, type EventFilter, format, type Measure, type Node } from './node.ts'

/**
 * The one form of all definitions that differ only in how they are written (semantics 28).
 *
 * Negation is pushed to the leaves, nested `all` and `any` are flattened, operands are sorted and
 * deduplicated, a group of one is that one, `oneOf` of one value is `is`, a count that no events can miss is
 * written as a negated `event`. Takes a node that {@link checkNode} returned. Equal canonical forms mean equal
 * segments; the converse is not promised.
 */
export const canonical = (node: Node): Node => pushed(node, false)

function pushed(node: Node, negated: boolean): Node {
  switch (node.kind) {
    case 'everyone':
      return negated ? { kind: 'not', of: node } : node
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
    case 'tag':
      return negated ? { kind: 'not', of: node } : node
    case 'field':
      return { ...node, test: canonicalPredicate(negated ? complement(node.test) : node.test) }
    case 'event':
      return canonicalEvent(node, negated)
  }
}

function combined(kind: 'all' | 'any', children: readonly Node[]): Node {
  const flat = children.flatMap((child) => (child.kind === kind ? child.of : [child]))
  const of = sorted(flat)
  return of.length === 1 ? of[0]! : { kind, of }
}

function canonicalEvent(node: EventFilter, negated: boolean): Node {
  const where =
    node.where &&
    sorted(node.where.map(({ property, test }) => ({ property, test: canonicalPredicate(test) })))
  const { measure, opposite } = canonicalMeasure(node.measure)
  const event: EventFilter = {
    kind: 'event',
    event: node.event,
    ...(node.within !== undefined && { within: node.within }),
    ...(where && { where }),
    measure,
  }
  return negated !== opposite ? { kind: 'not', of: event } : event
}

/** A measure always has a value, so its negation belongs outside; counts below n are the complement of counts from n. */
function canonicalMeasure(measure: Measure): { measure: Measure; opposite: boolean } {
  const { negated = false, whenMissing: _, ...plain } = measure.test
  const test = canonicalStatement(plain)
  const opposite = (value: unknown): { measure: Measure; opposite: boolean } => ({
    measure: {
      of: 'count',
      test: Number(value) === 1 ? atLeastOnce : { op: 'atLeast', value: Number(value) },
    },
    opposite: !negated,
  })
  if (measure.of === 'count') {
    if (test.op === 'lessThan') return opposite(test.value)
    if (test.op === 'atMost') return opposite(Number(test.value) + 1)
    if (test.op === 'is' && test.value === 0) return opposite(1)
    if (test.op === 'greaterThan') {
      return {
        measure: { of: 'count', test: { op: 'atLeast', value: Number(test.value) + 1 } },
        opposite: negated,
      }
    }
  }
  return { measure: { ...measure, test }, opposite: negated }
}

function canonicalPredicate(predicate: Predicate): Predicate {
  const { negated = false, whenMissing = false, ...statement } = predicate
  return withPolicy(canonicalStatement(statement), negated, whenMissing)
}

const canonicalStatement = (statement: Statement): Statement => {
  if (statement.op !== 'oneOf') return statement
  const values = sorted(statement.values)
  return values.length === 1 ? { op: 'is', value: values[0]! } : { op: 'oneOf', values }
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

/**
 * SHA-256, in hexadecimal, of a rule's canonical form: equal hashes mean equal members, always.
 *
 * Titles, descriptions and owners are not part of it.
 */
export const hashRule = (rule: Node): string =>
  bytesToHex(sha256(utf8ToBytes(`segmentry/${format}\n${stableText(canonical(rule))}`)))
