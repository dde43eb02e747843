import {
  checkedRule,
  checkedTop,
  type Countable,
  type Definition,
  DefinitionError,
  expanded,
  fold,
  isSetSegment,
  leaves,
  type Node,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import type { BoundSource } from '../source/bind.ts'
import type { Asked } from './top.ts'

/** What is compiled of a segment, or of the top of one, checked against a source. */
export const checkAsked = (asked: Countable, source: BoundSource): Effect.Effect<Asked, DefinitionError> =>
  isSetSegment(asked)
    ? Effect.flatMap(checkRule(asked.whole, source), (rule) =>
        attempt(() => ({ rule, top: checkedTop(asked.top, source.source.schema) })),
      )
    : Effect.map(checkRule(asked.definition, source), (rule) => ({ rule }))

const known = new WeakMap<BoundSource, WeakMap<Definition, Node>>()

/**
 * A definition's rule in the normal form that is compiled, checked against a source.
 *
 * A segment may have been built with another schema, or decoded long ago; a name the source does not have is
 * reported and never reaches SQL. Each definition is checked once.
 */
export const checkRule = (
  definition: Definition,
  source: BoundSource,
): Effect.Effect<Node, DefinitionError> =>
  attempt(() => {
    const rules = known.get(source) ?? new WeakMap<Definition, Node>()
    known.set(source, rules)
    const rule = rules.get(definition) ?? checked(definition, source)
    rules.set(definition, rule)
    return rule
  })

const attempt = <T>(check: () => T): Effect.Effect<T, DefinitionError> =>
  Effect.try({
    try: check,
    catch: (error) => {
      if (error instanceof DefinitionError) return error
      throw error
    },
  })

function checked(definition: Definition, source: BoundSource): Node {
  const rule = checkedRule({ definition }, source.source.schema)
  const tag = timedTag(expanded(rule))
  if (tag !== undefined && source.tags?.table?.at === undefined) {
    const expected = "a source that says when tags are given: tagTable(…, { at: 'given_at' })"
    const found = `the tag '${tag}' in a window`
    const message = `found ${found}, expected ${expected}`
    throw new DefinitionError({
      issues: [{ code: 'not-recorded', path: ['rule'], message, found, expected }],
    })
  }
  return rule
}

/** A tag that is asked for in a window, if there is one. */
const timedTag = (rule: Node): string | undefined =>
  fold<string | undefined>(rule, {
    ...leaves(() => undefined),
    tag: ({ tag, during }) => during && tag,
    account: ({ people = [] }) => people.map(({ of }) => timedTag(of)).find((one) => one !== undefined),
    not: (of) => of,
    all: (of) => of.find((one) => one !== undefined),
    any: (of) => of.find((one) => one !== undefined),
  })
