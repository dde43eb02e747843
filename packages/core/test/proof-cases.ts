import { checkedRule, format, type Node, type Schema } from '@segmentry/core'

/** A rule as readers of rules take it. */
export const checked = (rule: Node, schema: Schema): Node =>
  checkedRule({ definition: { format, rule } }, schema)
