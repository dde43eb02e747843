import {
  checkedRule,
  code,
  deepFreeze,
  type Definition,
  implies,
  type Node,
  type Schema,
} from '@segmentry/core'
import type { Finding, Fix } from './finding.ts'

/** The definition without the part at a place, where it is proven that it has the same members; `undefined` where it is not. */
export function fixed(definition: Definition, path: Finding['path'], schema: Schema): Fix | undefined {
  const rule = without(definition.rule, path.slice(1))
  if (rule === undefined) return undefined
  const next = deepFreeze({ ...definition, rule })
  const [before, after] = [definition, next].map((one) => checkedRule({ definition: one }, schema))
  if (!implies(before!, after!, schema) || !implies(after!, before!, schema)) return undefined
  return { definition: next, code: code({ definition: next }, schema) }
}

/** A rule without one of its parts, as nobody would write a group of nothing. */
function without(rule: Node, [key, index, ...rest]: Finding['path']): Node | undefined {
  if (key !== 'of') return undefined
  if (rule.kind === 'not') {
    const of = without(
      rule.of,
      [index!, ...rest].filter((one) => one !== undefined),
    )
    return of && { ...rule, of }
  }
  if ((rule.kind !== 'all' && rule.kind !== 'any') || typeof index !== 'number') return undefined
  const part = rest.length === 0 ? undefined : without(rule.of[index]!, rest)
  if (rest.length > 0 && part === undefined) return undefined
  const of = rule.of.flatMap((one, i) => (i === index ? (part === undefined ? [] : [part]) : [one]))
  const [only, ...more] = of
  return more.length === 0 ? only : { ...rule, of }
}
