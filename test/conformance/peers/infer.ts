import {
  boolean,
  defineSchema,
  type Field,
  type Fields,
  integer,
  list,
  number,
  object,
  type Schema,
  text,
  timestamp,
} from '@segmentry/core'
import type { PeerCase, PeerNode, PropTest, ValueTest } from './cases.ts'

/** Something that the vocabulary has no words for. */
export class Unsaid extends Error {
  readonly what: string

  constructor(what: string) {
    super(`this cannot be said yet: ${what}`)
    this.what = what
  }
}

/** A value that is spoken of: where it stands, what is said of it, and what the people have there. */
interface Use {
  readonly path: readonly string[]
  readonly tests: ValueTest[]
  readonly stored: unknown[]
}

type Uses = Map<string, Use>

/** The keys that lead to a field. */
export function pathOf(field: string | readonly [string]): readonly string[] {
  return typeof field === 'string' ? field.split('.') : field
}

/** A test of a field; one that leads through a list, `tags[].slug`, asks for an item of it. */
export function tested<T extends { readonly field: string | readonly [string] } & ValueTest>(node: T): T {
  if (typeof node.field !== 'string' || !node.field.includes('[].')) return node
  const [field, prop] = node.field.split('[].') as [string, string]
  const where: readonly PropTest[] = [{ prop, op: 'eq', value: node.value }]
  return { ...node, field, op: 'elem_match', value: undefined, where }
}

/** The events that a name stands for: one with a star at its end, for all that begin so and happened. */
export function eventNames(name: string, people: PeerCase['people']): readonly string[] {
  if (!name.endsWith('*')) return [name]
  const happened = people.flatMap((person) => person.events.map((event) => event.name))
  return [...new Set(happened.filter((one) => one.startsWith(name.slice(0, -1))))]
}

const valueAt = (whole: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    whole,
  )

function use(uses: Uses, field: string | readonly [string], test: ValueTest): void {
  const path = pathOf(field)
  const key = path.join('.')
  const known = uses.get(key) ?? { path, tests: [], stored: [] }
  known.tests.push(test)
  uses.set(key, known)
}

/** The fields and events that nodes speak of. */
function usesOf(nodes: readonly PeerNode[], people: PeerCase['people']) {
  const fields: Uses = new Map()
  const events = new Map<string, Uses>()
  const event = (name: string, tests: readonly PropTest[]): void => {
    for (const key of eventNames(name, people)) {
      const properties = events.get(key) ?? new Map<string, Use>()
      events.set(key, properties)
      for (const test of tests) use(properties, test.prop, test)
    }
  }
  const visit = (node: PeerNode): void => {
    if ('all' in node) node.all.forEach(visit)
    else if ('any' in node) node.any.forEach(visit)
    else if ('not' in node) node.not.forEach(visit)
    else if ('event' in node) event(node.event, node.where ?? [])
    else if ('last_event' in node) event(node.last_event, [...(node.where ?? []), ...node.has])
    else if ('field' in node) {
      const test = tested(node)
      use(fields, test.field, test)
    }
  }
  nodes.forEach(visit)
  return { fields, events }
}

/** The schema that a case can be written in: it declares what the case speaks of, and nothing else. */
export function schemaOf({ segment, defs = {}, people }: PeerCase): Schema {
  const { fields, events } = usesOf([segment, ...Object.values(defs)], people)
  for (const { path, stored } of fields.values()) {
    stored.push(...people.map((person) => valueAt(person.fields, path)))
  }
  for (const [name, properties] of events) {
    const happened = people.flatMap((person) => person.events.filter((event) => event.name === name))
    for (const { path, stored } of properties.values())
      stored.push(...happened.map((e) => valueAt(e.props, path)))
  }
  return defineSchema({
    fields: declared(fields),
    events: Object.fromEntries([...events].map(([name, properties]) => [name, declared(properties)])),
    tags: [...new Set(people.flatMap((person) => person.tags))],
    zone: 'UTC',
  })
}

/** Fields by name; one whose path has several keys stands in an object. */
function declared(uses: Uses): Fields {
  const inside = new Map<string, Uses>()
  const fields: Record<string, Field> = {}
  for (const { path, ...rest } of uses.values()) {
    const [first, ...more] = path
    if (more.length === 0) fields[first!] = typeOf(rest)
    else {
      const parts = inside.get(first!) ?? new Map<string, Use>()
      inside.set(first!, parts.set(more.join('.'), { path: more, ...rest }))
    }
  }
  for (const [name, parts] of inside) fields[name] = object(declared(parts))
  return fields
}

const ofTime = new Set(['after', 'before', 'in_calendar'])
const ofText = new Set(['contains', 'starts_with', 'ends_with', 'regex', 'regexi', 'iin'])
const ofLists = new Set(['includes', 'includes_any', 'includes_all', 'any_element', 'elem_match', 'size'])
const ofOrder = new Set(['gt', 'gte', 'lt', 'lte'])

/** The name of a test without its negation. */
export const positive = (op: string): string => (op === 'not_empty' ? op : op.replace(/^not_/, ''))

/** The type that a value must have for what is said of it to be meant; where nothing tells, that of what is stored. */
function typeOf({ tests, stored }: Omit<Use, 'path'>): Field {
  const said = (ops: ReadonlySet<string>): boolean => tests.some(({ op }) => ops.has(positive(op)))
  const literals = tests.flatMap(literalsOf)
  const present = stored.filter((value) => value !== undefined && value !== null)
  if (said(ofTime)) return timestamp()
  if (said(ofText)) return text()
  const items = tests.flatMap(({ where }) => (Array.isArray(where) ? (where as readonly PropTest[]) : []))
  if (items.length > 0) return list(object(partsOf(items, present.filter(Array.isArray).flat())))
  if (said(ofLists)) return list(typeOfAll(literals, present.filter(Array.isArray).flat()))
  if (said(ofOrder)) return typeOfOrdered(literals, present)
  if (tests.some(({ value }) => typeof value === 'object' && !Array.isArray(value))) return unsaidEquality()
  if (tests.some(({ op, value }) => op === 'eq' && Array.isArray(value))) {
    return list(typeOfAll(literals, present.filter(Array.isArray).flat()))
  }
  return typeOfAll(literals, present)
}

/** The parts of the items of a list that are spoken of. */
function partsOf(tests: readonly PropTest[], items: readonly unknown[]): Fields {
  const uses: Uses = new Map()
  for (const test of tests) use(uses, test.prop, test)
  for (const { path, stored } of uses.values()) stored.push(...items.map((item) => valueAt(item, path)))
  return declared(uses)
}

function unsaidEquality(): never {
  throw new Unsaid('equality of whole objects')
}

/** The values that a test names; a number of elements says nothing of them. */
function literalsOf({ op, value, where }: ValueTest): readonly unknown[] {
  if (where !== undefined) return 'op' in where ? literalsOf(where) : []
  return value === undefined || op === 'size' ? [] : [value].flat()
}

/** What is ordered is a number, also where its limit is written as text; text that is no number orders as text. */
function typeOfOrdered(literals: readonly unknown[], stored: readonly unknown[]): Field {
  if (literals.some((value) => Number.isNaN(Number(value)))) return text()
  return numberFor([...literals, ...stored].filter((value) => typeof value === 'number'))
}

const numberFor = (values: readonly unknown[]): Field =>
  values.every((value) => Number.isSafeInteger(value)) ? integer() : number()

/** The type of literals that are alike, else of what is stored. */
function typeOfAll(literals: readonly unknown[], stored: readonly unknown[]): Field {
  const kinds = new Set(literals.map((value) => typeof value))
  const sample = kinds.size === 1 ? literals[0] : stored[0]
  switch (typeof sample) {
    case 'number':
      return numberFor([...literals, ...stored].filter((value) => typeof value === 'number'))
    case 'boolean':
      return boolean()
    case 'object':
      return Array.isArray(sample) ? list(typeOfAll([], sample)) : object({})
    default:
      return text()
  }
}
