import { checkedRule, type Definition, DefinitionError, type Node, type Schema } from '@segmentry/core'
import * as Effect from 'effect/Effect'

const known = new WeakMap<Schema, WeakMap<Definition, Node>>()

/**
 * A definition's rule in the normal form that is compiled, checked against a source's schema.
 *
 * A segment may have been built with another schema, or decoded long ago; a name the source does not have is
 * reported and never reaches SQL. Each definition is checked once.
 */
export const checkRule = (definition: Definition, schema: Schema): Effect.Effect<Node, DefinitionError> =>
  Effect.try({
    try: () => {
      const rules = known.get(schema) ?? new WeakMap<Definition, Node>()
      known.set(schema, rules)
      const rule = rules.get(definition) ?? checkedRule({ definition }, schema)
      rules.set(definition, rule)
      return rule
    },
    catch: (error) => {
      if (error instanceof DefinitionError) return error
      throw error
    },
  })
