import {
  checkedRule,
  type Definition,
  DefinitionError,
  expanded,
  fold,
  leaves,
  type Node,
} from '@segmentry/core'
import * as Effect from 'effect/Effect'
import type { BoundSource } from '../source/bind.ts'

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
  Effect.try({
    try: () => {
      const rules = known.get(source) ?? new WeakMap<Definition, Node>()
      known.set(source, rules)
      const rule = rules.get(definition) ?? checked(definition, source)
      rules.set(definition, rule)
      return rule
    },
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
