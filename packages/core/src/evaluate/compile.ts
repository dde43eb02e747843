import { canonical } from '../definition/canonical.ts'
import { checkNode } from '../definition/check.ts'
import { fold } from '../definition/fold.ts'
import type { AnySegment, Node } from '../definition/node.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { Schema } from '../schema/schema.ts'
import { SchemaMismatchError } from './errors.ts'
import { compileLeaf, type Leaf, type Rule } from './leaf.ts'

/** A compiled segment: whether a person is a member at an instant in UTC milliseconds. */
export type CompiledSegment = Rule

/**
 * Compiles a segment into a function of a prepared person and a clock.
 *
 * Use it when one segment meets many people. It is made of closures, so it runs where code must not be
 * generated. Throws a {@link DefinitionError} when the segment does not suit the schema.
 *
 * @example
 * ```ts
 * const isMember = compileSegment(segments.vip, schema)
 * isMember(preparePerson(schema, person), Date.now())
 * ```
 */
export function compileSegment(segment: AnySegment, schema: Schema): CompiledSegment {
  const rule = compileNode(canonical(checkedRule(segment, schema)), (leaf) => compileLeaf(leaf, schema))
  return (person, now) => {
    if (person.schema !== schema) throw new SchemaMismatchError({ person: person.id })
    return rule(person, Math.floor(now))
  }
}

/** The rule of a segment in normal form; throws a {@link DefinitionError} when it does not suit the schema. */
export function checkedRule(segment: AnySegment, schema: Schema): Node {
  const issues: Issue[] = []
  const rule = checkNode(segment.definition.rule, schema, (issue) => issues.push(issue), ['rule'])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return rule
}

function compileNode(node: Node, leaf: (leaf: Leaf) => Rule): Rule {
  return fold<Rule>(node, {
    everyone: leaf,
    tag: leaf,
    field: leaf,
    event: leaf,
    not: (of) => (person, now) => !of(person, now),
    all: ([first, ...rest]) => rest.reduce(both, first!),
    any: ([first, ...rest]) => rest.reduce(either, first!),
  })
}

// Pairs need no loop and no list, which is what most rules are made of.
const both =
  (left: Rule, right: Rule): Rule =>
  (person, now) =>
    left(person, now) && right(person, now)

const either =
  (left: Rule, right: Rule): Rule =>
  (person, now) =>
    left(person, now) || right(person, now)
