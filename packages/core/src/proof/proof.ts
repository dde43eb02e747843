import { checkSize } from '../definition/expand.ts'
import { defaultLimits } from '../definition/limits.ts'
import type { Node } from '../definition/node.ts'
import { checkSchema, type Schema } from '../schema/schema.ts'
import type { Formula } from './formula.ts'
import { ruleFormula } from './rule.ts'
import { areProvenImpossible } from './solve.ts'

/**
 * Whether it is proven that a rule holds of nobody, whoever there is and whatever time it is.
 *
 * Use it to find filters that contradict each other. It takes a part of a rule as well as a whole one, and rules joined by `all`, `any` and
 * `not`. Throws a {@link DefinitionError} for one that does not suit the schema. False means that nothing was proven, not that somebody is there: it understands values, bounds, closed sets,
 * shares, parts of texts, windows, and numbers of events of selections that lie in each other; sequences, anniversaries and what is said of the people of
 * accounts it takes as they are. It gives up after some thousand steps.
 *
 * @example
 * ```ts
 * const { rule } = segment().group((g) => g.field('plan', 'free').field('plan', 'pro')).definition
 * isImpossible(rule, schema) // => true
 * ```
 */
export const isImpossible = (rule: Node, schema: Schema): boolean =>
  areProvenImpossible([formulaOf(rule, true, schema)])

/**
 * Whether it is proven that everybody of whom the one rule holds is one of whom the other does.
 *
 * Use it to find filters and segments that say less than others. False means that nothing was proven, as for {@link isImpossible}.
 * Throws a {@link DefinitionError} for a rule that does not suit the schema.
 *
 * @example
 * ```ts
 * const month = segment().group((g) => g.event('opened', (e) => e.within('30 days'))).definition.rule
 * const quarter = segment().group((g) => g.event('opened', (e) => e.within('90 days'))).definition.rule
 * implies(month, quarter, schema) // => true
 * implies(quarter, month, schema) // => false
 * ```
 */
export const implies = (one: Node, other: Node, schema: Schema): boolean =>
  areProvenImpossible([formulaOf(one, true, schema), formulaOf(other, false, schema)])

/** Several rules that are joined may be larger than one may be; a circle is refused all the same. */
const limits = { depth: 2 * defaultLimits.depth, filters: 100 * defaultLimits.filters }

function formulaOf(rule: Node, holds: boolean, schema: Schema): Formula {
  checkSchema(schema)
  checkSize(rule, limits)
  return ruleFormula(rule, holds, schema)
}
