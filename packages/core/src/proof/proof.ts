import type { Node } from '../definition/node.ts'
import type { Schema } from '../schema/schema.ts'
import { ruleFormula } from './rule.ts'
import { areProvenImpossible } from './solve.ts'

/**
 * Whether it is proven that a rule holds of nobody, whoever there is and whatever time it is.
 *
 * Use it to find filters that contradict each other. It takes a rule that was checked, as {@link checkedRule} answers it, or one made of such
 * rules. False means that nothing was proven, not that somebody is there: it understands values, bounds, closed sets,
 * shares, parts of texts, windows, and numbers of events of selections that lie in each other; sequences, anniversaries and what is said of the people of
 * accounts it takes as they are. It gives up after some thousand steps.
 *
 * @example
 * ```ts
 * const free = checkedRule(segment().group((g) => g.field('plan', 'free').field('plan', 'pro')), schema)
 * isImpossible(free, schema) // => true
 * ```
 */
export const isImpossible = (rule: Node, schema: Schema): boolean =>
  areProvenImpossible([ruleFormula(rule, true, schema)])

/**
 * Whether it is proven that everybody of whom the one rule holds is one of whom the other does.
 *
 * Use it to find filters and segments that say less than others. The rules are checked ones, as for {@link isImpossible}, and
 * false means that nothing was proven.
 *
 * @example
 * ```ts
 * const [month, quarter] = [segment().group((g) => g.event('opened', (e) => e.within('30 days'))), segment().group((g) => g.event('opened', (e) => e.within('90 days')))]
 * implies(checkedRule(month, schema), checkedRule(quarter, schema), schema) // => true
 * implies(checkedRule(quarter, schema), checkedRule(month, schema), schema) // => false
 * ```
 */
export const implies = (one: Node, other: Node, schema: Schema): boolean =>
  areProvenImpossible([ruleFormula(one, true, schema), ruleFormula(other, false, schema)])
