import type { Node } from '../definition/node.ts'
import type { Literal } from '../predicate/predicate.ts'

/** One filter of a segment, what was found, and whether it holds for the person. */
export interface Reason {
  readonly kind: Node['kind']
  readonly matched: boolean
  /** The filter in English; of a filter made of others, how they are joined. */
  readonly text: string
  /** The value found: of a field, of a count or a sum, the tags a person has; null when it is missing. */
  readonly found?: Literal | readonly Literal[] | null
  /** What was found, in English: `found 'NY'`, `found 2 in the last 30 days`, `missing`. */
  readonly finding?: string
  /** The reasons of what the node is made of. */
  readonly of?: readonly Reason[]
}

/** Why a person is a member of a segment, or is not. */
export interface Explanation {
  readonly person: string
  /** Whether the population has such a person; one it does not have is a member of nothing. */
  readonly found: boolean
  readonly member: boolean
  /** The clock of the evaluation. */
  readonly now: string
  readonly reason?: Reason
}
