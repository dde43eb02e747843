import { checkNode } from '../definition/check.ts'
import { atLeastOnce, type EventFilter, type Node } from '../definition/node.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { Literal, Predicate } from '../predicate/predicate.ts'
import type { Schema } from '../schema/schema.ts'

// Untyped inside; types.ts is the contract. Each filter is checked by the call that adds it, so that the
// stack of an error leads to the line that is wrong.

/** A filter written as a value means exactly this value. */
const toPredicate = (test: unknown): Predicate =>
  typeof test === 'object' && test !== null && 'op' in test
    ? (test as Predicate)
    : { op: 'is', value: (test instanceof Date ? test.toISOString() : test) as Literal }

/** Builds one group and answers its node. */
export function buildGroup(schema: Schema, build: (group: Group) => Group): Node {
  return build(new Group(schema, [])).node()
}

export class Group {
  readonly #schema: Schema
  readonly #filters: readonly Node[]

  constructor(schema: Schema, filters: readonly Node[]) {
    this.#schema = schema
    this.#filters = filters
    Object.freeze(this)
  }

  /** All of the filters; one filter is itself. */
  node(kind: 'all' | 'any' = 'all'): Node {
    const [only, ...more] = this.#filters
    if (only === undefined) throw empty()
    return more.length === 0 ? only : { kind, of: this.#filters }
  }

  tag(tag: string): Group {
    return this.#add({ kind: 'tag', tag })
  }

  field(field: string, test: unknown): Group {
    return this.#add({ kind: 'field', field, test: toPredicate(test) })
  }

  event(event: string, build: (event: EventDraft) => EventDraft = (draft) => draft): Group {
    return this.#add(
      build(new EventDraft({ kind: 'event', event, measure: { of: 'count', test: atLeastOnce } })).node(),
    )
  }

  all(build: (group: Group) => Group): Group {
    return this.#add(this.#nested(build, 'all'))
  }

  any(build: (group: Group) => Group): Group {
    return this.#add(this.#nested(build, 'any'))
  }

  none(build: (group: Group) => Group): Group {
    return this.#add({ kind: 'not', of: this.#nested(build, 'any') })
  }

  not(build: (group: Group) => Group): Group {
    return this.#add({ kind: 'not', of: this.#nested(build, 'all') })
  }

  everyone(): Group {
    return this.#add({ kind: 'everyone' })
  }

  #nested(build: (group: Group) => Group, kind: 'all' | 'any'): Node {
    return build(new Group(this.#schema, [])).node(kind)
  }

  #add(filter: Node): Group {
    const issues: Issue[] = []
    const checked = checkNode(filter, this.#schema, (issue) => issues.push(issue))
    if (issues.length > 0) throw new DefinitionError({ issues })
    return new Group(this.#schema, [...this.#filters, checked])
  }
}

/** A condition on the events of one name while it is being written. */
class EventDraft {
  readonly #node: EventFilter
  readonly #never: boolean

  constructor(node: EventFilter, never = false) {
    this.#node = node
    this.#never = never
    Object.freeze(this)
  }

  node(): Node {
    return this.#never ? { kind: 'not', of: this.#node } : this.#node
  }

  within(within: EventFilter['within'] & string): EventDraft {
    return new EventDraft({ ...this.#node, within })
  }

  where(property: string, test: unknown): EventDraft {
    return new EventDraft({
      ...this.#node,
      where: [...(this.#node.where ?? []), { property, test: toPredicate(test) }],
    })
  }

  count(test: unknown): EventDraft {
    return new EventDraft({ ...this.#node, measure: { of: 'count', test: toPredicate(test) } })
  }

  sum(property: string, test: unknown): EventDraft {
    return new EventDraft({ ...this.#node, measure: { of: 'sum', property, test: toPredicate(test) } })
  }

  never(): EventDraft {
    return new EventDraft(this.#node, true)
  }
}

function empty(): DefinitionError {
  const expected = 'at least one filter; everyone is written g.everyone()'
  return new DefinitionError({
    issues: [
      {
        code: 'empty',
        path: [],
        message: `found an empty group, expected ${expected}`,
        found: 'an empty group',
        expected,
      },
    ],
  })
}
