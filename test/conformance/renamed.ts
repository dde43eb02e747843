import type {
  AnySegment,
  Definition,
  EventSelection,
  Node,
  Person,
  Predicate,
  PropertyTest,
} from '@segmentry/core'
import { settled } from './accounts.ts'
import type { Names } from './names.ts'

// Definitions and people of the generated world under other names.

/** Which names of the generated world are asked about. */
export interface Uses {
  readonly fields: Set<string>
  readonly properties: Set<string>
  readonly events: Set<string>
  readonly accounts: Set<string>
  readonly tags: Set<string>
}

/** Segments under other names, and what they ask about under the names they had. */
export function renamedSegments(
  segments: readonly AnySegment[],
  names: Names,
): { readonly segments: readonly AnySegment[]; readonly uses: Uses } {
  const uses: Uses = {
    fields: new Set(),
    properties: new Set(),
    events: new Set(),
    accounts: new Set(),
    tags: new Set(),
  }
  const renamer = new Renamer(names, uses)
  const made = segments.map(({ definition }): AnySegment => ({ definition: renamer.definition(definition) }))
  return { segments: made, uses }
}

class Renamer {
  readonly #names: Names
  readonly #uses: Uses

  constructor(names: Names, uses: Uses) {
    this.#names = names
    this.#uses = uses
  }

  definition({ rule, ...rest }: Definition): Definition {
    return { ...rest, rule: this.#node(rule) }
  }

  #node(node: Node): Node {
    switch (node.kind) {
      case 'all':
      case 'any':
        return { ...node, of: node.of.map((one) => this.#node(one)) }
      case 'not':
        return { ...node, of: this.#node(node.of) }
      case 'tag':
        this.#uses.tags.add(node.tag)
        return node
      case 'field':
        return { ...node, field: this.#field(node.field), test: this.#test(node.test) }
      case 'compare':
        return { ...node, field: this.#field(node.field), to: this.#field(node.to) }
      case 'near':
        return { ...node, latitude: this.#field(node.latitude), longitude: this.#field(node.longitude) }
      case 'event': {
        const { measure } = node
        const made = this.#selection(node)
        if (!('property' in measure) || measure.property === undefined) return made
        return { ...made, measure: { ...measure, property: this.#property(measure.property) } }
      }
      case 'more':
        return { ...node, events: this.#selection(node.events), than: this.#selection(node.than) }
      case 'sequence':
        return {
          ...node,
          steps: node.steps.map((step) => this.#selection(step)),
          ...(node.by !== undefined && { by: this.#property(node.by) }),
        }
      case 'segment':
        return { ...node, of: this.definition(node.of as Definition) }
      case 'account':
        this.#uses.accounts.add(node.account)
        return {
          ...node,
          account: this.#names.account(node.account),
          ...(node.where && {
            where: node.where.map(({ field, test }) => ({
              field: this.#property(field),
              test: this.#test(test),
            })),
          }),
          ...(node.people && { people: node.people.map(({ are, of }) => ({ are, of: this.#node(of) })) }),
        }
      case 'everyone':
      case 'people':
      case 'bucket':
        return node
    }
  }

  #selection<S extends EventSelection>(selected: S): S {
    return {
      ...selected,
      event:
        typeof selected.event === 'string'
          ? this.#event(selected.event)
          : selected.event.map((one) => this.#event(one)),
      ...(selected.where && { where: selected.where.map((one) => this.#propertyTest(one)) }),
    }
  }

  #test(test: Predicate): Predicate {
    return test.op === 'item' ? { ...test, where: test.where.map((one) => this.#propertyTest(one)) } : test
  }

  #propertyTest({ property, test }: PropertyTest): PropertyTest {
    return { property: this.#property(property), test: this.#test(test) }
  }

  #field(name: string): string {
    this.#uses.fields.add(name)
    return this.#names.path(name)
  }

  #property(name: string): string {
    this.#uses.properties.add(name)
    return this.#names.path(name)
  }

  #event(name: string): string {
    this.#uses.events.add(name)
    return this.#names.event(name)
  }
}

/** Data under other keys, at every depth. */
function renamedData(raw: unknown, { key }: Names): unknown {
  if (Array.isArray(raw)) return raw.map((one: unknown) => renamedData(one, { key } as Names))
  if (typeof raw !== 'object' || raw === null) return raw
  return Object.fromEntries(
    Object.entries(raw).map(([name, value]) => [key(name), renamedData(value, { key } as Names)]),
  )
}

/** People under other names; `more` makes what they have besides. */
export const renamedPeople = (
  people: readonly Person[],
  names: Names,
  more: (person: Person) => Person,
): readonly Person[] =>
  settled(
    people.map((person) =>
      more({
        ...person,
        fields: renamedData(person.fields ?? {}, names) as Record<string, unknown>,
        events: (person.events ?? []).map((event) => ({
          ...event,
          name: names.event(event.name),
          ...(event.properties && {
            properties: renamedData(event.properties, names) as Record<string, unknown>,
          }),
        })),
        accounts: (person.accounts ?? []).map(({ account, id, fields = {} }) => ({
          account: names.account(account),
          id,
          fields: renamedData(fields, names) as Record<string, unknown>,
        })),
      }),
    ),
  )
