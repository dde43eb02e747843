import { checkNode } from '../definition/check.ts'
import type { AnySegment, Comparison, EventSelection, Node } from '../definition/node.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import type { Window } from '../predicate/window.ts'
import type { Schema } from '../schema/schema.ts'
import { AccountDraft } from './account.ts'
import { shown } from '../suggest.ts'
import { EventDraft, selectionOf } from './event.ts'
import { eventCall, definitionOf, located, made, misuse } from './made.ts'
import { toPredicate } from './predicate.ts'
import type { Distance } from './types.ts'
import { SequenceDraft } from './sequence.ts'

const lengths: Readonly<Record<string, number>> = { meters: 1, kilometers: 1000, miles: 1609.344 }

function metersOf(distance: Distance): number {
  const [[unit, length] = [], ...more] = Object.entries<unknown>(distance ?? {})
  const known = unit !== undefined && Object.hasOwn(lengths, unit) && more.length === 0
  if (known && typeof length === 'number') return length * lengths[unit]!
  const found = unit === undefined || known ? shown(length ?? distance) : Object.keys(distance).join(', ')
  throw misuse(`a distance of ${found}`, 'one of { meters }, { kilometers } and { miles }, a number')
}

/** Two degrees of a place, or two fields that hold them. */
function placeOf<T>(given: { readonly latitude: T; readonly longitude: T }, what: string) {
  const { latitude, longitude } = given ?? {}
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude }
  throw misuse(`${shown(given)} for ${what} of near(…)`, '{ latitude, longitude }')
}

// Untyped inside; types.ts is the contract. Each filter is checked by the call that adds it, so that the
// stack of an error leads to the line that is wrong.

type Names = EventSelection['event']
type BuildEvent = (event: EventDraft) => EventDraft

const asIs: BuildEvent = (draft) => draft

type BuildAccount = (account: AccountDraft<Group>) => AccountDraft<Group>

const belongs: BuildAccount = (draft) => draft

const tagged = (tag: string): Node => ({ kind: 'tag', tag })

/** Builds one group and answers its node. */
export function buildGroup(schema: Schema, build: (group: Group) => Group): Node {
  return made('group(…)', build, new Group(schema, [])).node()
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

  tag(tag: string, during?: Window): Group {
    return this.#add({ kind: 'tag', tag, ...(during && { during }) })
  }

  anyTag(...tags: readonly string[]): Group {
    return this.#add({ kind: 'any', of: tags.map(tagged) })
  }

  allTags(...tags: readonly string[]): Group {
    return this.#add({ kind: 'all', of: tags.map(tagged) })
  }

  noTag(...tags: readonly string[]): Group {
    return this.#add({ kind: 'not', of: { kind: 'any', of: tags.map(tagged) } })
  }

  field(field: string, test: unknown): Group {
    return this.#add({ kind: 'field', field, test: toPredicate(test) })
  }

  compare(field: string, op: Comparison, to: string): Group {
    return this.#add({ kind: 'compare', field, op, to })
  }

  event(event: Names, build: BuildEvent = asIs): Group {
    return this.#add(made(eventCall(event), build, new EventDraft({ event })).node())
  }

  moreOften(event: Names, than: Names, build: BuildEvent = asIs, buildThan: BuildEvent = asIs): Group {
    return this.#add({
      kind: 'more',
      events: selectionOf(made('moreOften(…)', build, new EventDraft({ event })), 'moreOften(…)'),
      than: selectionOf(made('moreOften(…)', buildThan, new EventDraft({ event: than })), 'moreOften(…)'),
    })
  }

  sequence(build: (sequence: SequenceDraft) => SequenceDraft): Group {
    return this.#add(made('sequence(…)', build, new SequenceDraft()).node())
  }

  in(segment: AnySegment): Group {
    return this.#add({ kind: 'segment', of: definitionOf(segment, 'in(…)') })
  }

  notIn(segment: AnySegment): Group {
    return this.#add({ kind: 'not', of: { kind: 'segment', of: definitionOf(segment, 'notIn(…)') } })
  }

  near(
    fields: { readonly latitude: string; readonly longitude: string },
    point: { readonly latitude: number; readonly longitude: number },
    distance: Distance,
  ): Group {
    const meters = metersOf(distance)
    return this.#add({
      kind: 'near',
      ...placeOf(fields, 'the fields'),
      point: placeOf(point, 'the point'),
      meters,
    })
  }

  account(account: string, build: BuildAccount = belongs): Group {
    const draft = new AccountDraft<Group>({ kind: 'account', account }, (inner) => this.#nested(inner, 'all'))
    return this.#add(made(`account('${account}', …)`, build, draft).node())
  }

  people(...ids: readonly string[]): Group {
    return this.#add({ kind: 'people', ids })
  }

  bucket(salt: string, from: number, to: number): Group {
    for (const share of [from, to] as readonly unknown[]) {
      if (typeof share !== 'number')
        throw misuse(`${shown(share)} in bucket(…)`, 'per cents such as 0 and 50')
    }
    // In hundredths of a per cent, which 12.34 × 100 would miss by a little.
    const [first, end] = [Math.round(from * 100), Math.round(to * 100)]
    return this.#add({ kind: 'bucket', salt, from: first, to: end })
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
    return made('a group', build, new Group(this.#schema, [])).node(kind)
  }

  #add(filter: Node): Group {
    const issues: Issue[] = []
    const checked = checkNode(filter, this.#schema, (issue) => issues.push(located(issue, filter)))
    if (issues.length > 0) throw new DefinitionError({ issues })
    return new Group(this.#schema, [...this.#filters, checked])
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
