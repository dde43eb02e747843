import { canonical } from '../definition/canonical.ts'
import { checkNode } from '../definition/check.ts'
import { ruleOf } from '../definition/expand.ts'
import { fold, leaves, transform } from '../definition/fold.ts'
import type { AnySegment, Node } from '../definition/node.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import { compileRule, type Rule } from './leaf.ts'

/** A compiled segment: whether a person is a member at an instant in UTC milliseconds. */
export type CompiledSegment = Rule

/**
 * Compiles a segment into a function of a prepared person and a clock.
 *
 * Use it when one segment meets many people. It is made of closures, so it runs where code must not be
 * generated. The person has to be prepared for the same schema, which is not checked again at every call, and
 * the clock is a whole number. Throws a {@link DefinitionError} when the segment does not suit the schema.
 *
 * @example
 * ```ts
 * const isMember = compileSegment(segments.vip, schema)
 * isMember(preparePerson(schema, person), Date.now())
 * ```
 */
export function compileSegment(segment: AnySegment, schema: Schema): CompiledSegment {
  return compileRule(planned(segment, schema), schema)
}

/** The canonical rule of a segment with what is cheap to ask before what is not: the order changes no answer. */
export const planned = (segment: AnySegment, schema: Schema): Node =>
  transform(canonical(checkedRule(segment, schema)), (node) =>
    node.kind === 'all' || node.kind === 'any'
      ? { ...node, of: node.of.toSorted((a, b) => costOf(a) - costOf(b)) }
      : node,
  )

/** Roughly, in tests of a field: events have to be found, and those with conditions looked at one by one. */
const costOf = (node: Node): number =>
  fold<number>(node, {
    ...leaves(() => 1),
    everyone: () => 0,
    event: ({ event, at, where, measure }) =>
      typeof event === 'string' && (at ?? []).length < 2 && where === undefined && measure.of === 'count'
        ? 4
        : 40,
    more: () => 40,
    sequence: () => 80,
    // A guess at how many people an account has.
    account: ({ people = [] }) => 4 + 10 * people.reduce((sum, { of }) => sum + costOf(of), 0),
    not: (of) => of,
    all: (of) => of.reduce((a, b) => a + b),
    any: (of) => of.reduce((a, b) => a + b),
  })

/** The rule of a segment in normal form; throws a {@link DefinitionError} when it does not suit the schema. */
export function checkedRule(segment: AnySegment, schema: Schema): Node {
  checkSchema(schema)
  const issues: Issue[] = []
  const rule = checkNode(ruleOf(segment), schema, (issue) => issues.push(issue), ['rule'])
  if (issues.length > 0) throw new DefinitionError({ issues })
  return rule
}
