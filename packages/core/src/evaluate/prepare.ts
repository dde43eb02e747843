import { checkSchema, type Schema } from '../schema/schema.ts'
import { readField, readValue, type Value } from '../schema/value.ts'
import { checkPerson, readingPerson } from './check-person.ts'
import { type Layout, layoutOf, type Slots } from './layout.ts'
import { compareText } from './order.ts'
import type { Account, EventRecord, GivenTag, Person } from './person.ts'

/** A value that was read under its declared type; `undefined` when it is missing. */
export type Slot = Value | undefined

/** Values by slot: the fields of a person, or the properties of an event. */
export interface Row {
  readonly values: readonly Slot[]
}

/** The events of one name that happened to one person, ordered by (instant, id). */
export interface EventLog {
  /** The instants, ascending, so that a window is found by halving. */
  readonly at: readonly number[]
  /** The ids, by which events of one instant are ordered. */
  readonly ids: readonly string[]
  /** The properties of each event; they are read when they are first asked for. */
  rows(): readonly Row[]
}

/** An account of a person, whose fields have been read. */
export interface PreparedAccount extends Row {
  readonly id: string
  /** The account's people, the person among them, each once; nothing when they are not known. */
  people(): readonly PreparedPerson[] | undefined
}

/** A person whose values have been read once, for many evaluations. */
export interface PreparedPerson extends Row {
  readonly id: string
  readonly schema: Schema
  readonly tags: ReadonlySet<string>
  /** The instants at which each tag was given, where they are known. */
  readonly tagged: ReadonlyMap<string, readonly number[]>
  /** The events, by slot of their name; `undefined` where there are none. */
  readonly logs: readonly (EventLog | undefined)[]
  /** The accounts, by slot of their grouping, each once. */
  readonly accounts: readonly (readonly PreparedAccount[])[]
}

/**
 * Reads a person's values under the types that a schema declares.
 *
 * Use it when a person meets several compiled segments. A value that is not of its type is missing, an event without a
 * readable instant or of an undeclared name is ignored. Throws a {@link PersonError} for what is no person at all:
 * nothing, one without an id of text, fields that are no object, tags or events that are no list.
 *
 * @example
 * ```ts
 * preparePerson(schema, { id: 'ann', fields: { state: 'CA' }, tags: ['VIP'] }).tags.has('VIP') // => true
 * ```
 */
export function preparePerson(schema: Schema, person: Person): PreparedPerson {
  checkSchema(schema)
  const prepared = prepareAmong(schema, person, (_, { people }) => listedPeople(prepared, people))
  return prepared
}

/** The people of an account, where they are known. */
type PeopleOf = (slot: number, account: Account) => readonly PreparedPerson[] | undefined

/** Like {@link preparePerson}, where somebody else knows who the people of an account are. */
export const prepareAmong = (schema: Schema, person: Person, peopleOf: PeopleOf): PreparedPerson =>
  readingPerson(() => read(schema, person, peopleOf))

function read(schema: Schema, person: Person, peopleOf: PeopleOf): PreparedPerson {
  checkPerson(person)
  const layout = layoutOf(schema)
  const { tags, tagged } = tagsOf(person.tags)
  const logs: (EventLog | undefined)[] = Array.from({ length: layout.events.size }, () => undefined)
  for (const [name, timed] of byName(listed(person.events))) {
    const event = layout.events.get(name)
    if (event) logs[event.slot] = logOf(timed, event.properties)
  }
  const accounts = accountsOf(layout, person.accounts, peopleOf)
  return {
    id: person.id,
    schema,
    values: readAll(layout.fields, person.fields),
    tags,
    tagged,
    logs,
    accounts,
  }
}

function accountsOf({ accounts }: Layout, raw: unknown, peopleOf: PeopleOf): PreparedPerson['accounts'] {
  const found = Array.from(accounts, () => new Map<string, PreparedAccount>())
  for (const entry of listed(raw)) {
    if (typeof entry !== 'object' || entry === null) continue
    const { account, id, fields: held } = entry as { readonly [K in keyof Account]: unknown }
    const known = typeof account === 'string' ? accounts.get(account) : undefined
    if (known === undefined || typeof id !== 'string' || found[known.slot]!.has(id)) continue
    // Asked for when a condition needs them: people hold accounts, which hold people.
    const people = once(() => readingPerson(() => peopleOf(known.slot, entry as Account)))
    found[known.slot]!.set(id, { id, values: readAll(known.fields, held), people })
  }
  return found.map((byId) => [...byId.values()])
}

/** The people that an account lists, with the person whose account it is in place of a listed one. */
function listedPeople(person: PreparedPerson, raw: unknown): readonly PreparedPerson[] | undefined {
  if (!Array.isArray(raw)) return undefined
  const byId = new Map([[person.id, person]])
  for (const one of raw as readonly unknown[]) {
    if (typeof one !== 'object' || one === null || !('id' in one) || typeof one.id !== 'string') continue
    if (!byId.has(one.id)) byId.set(one.id, preparePerson(person.schema, one as Person))
  }
  return [...byId.values()]
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

interface TimedEvent {
  readonly at: number
  readonly id: string
  readonly properties: unknown
}

// What people hold is not ours: neither the lists nor what is in them need be of their types.
const listed = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : [])

function tagsOf(raw: unknown): Pick<PreparedPerson, 'tags' | 'tagged'> {
  const tags = new Set<string>()
  const tagged = new Map<string, number[]>()
  for (const entry of listed(raw)) {
    const { tag, at: given } =
      typeof entry === 'object' && entry !== null
        ? (entry as { readonly [K in keyof GivenTag]: unknown })
        : { tag: entry, at: undefined }
    if (typeof tag !== 'string') continue
    tags.add(tag)
    const at = readValue({ kind: 'timestamp' }, given)
    if (typeof at === 'number') tagged.set(tag, [...(tagged.get(tag) ?? []), at])
  }
  return { tags, tagged }
}

function byName(events: readonly unknown[]): ReadonlyMap<string, TimedEvent[]> {
  const named = new Map<string, TimedEvent[]>()
  for (const event of events) {
    if (typeof event !== 'object' || event === null) continue
    const { id, name, at: raw, properties } = event as { readonly [K in keyof EventRecord]: unknown }
    const at = readValue({ kind: 'timestamp' }, raw)
    if (typeof name !== 'string' || typeof at !== 'number') continue
    const timed = { at, id: typeof id === 'string' ? id : '', properties }
    const list = named.get(name)
    if (list) list.push(timed)
    else named.set(name, [timed])
  }
  return named
}

function logOf(events: TimedEvent[], properties: Slots): EventLog {
  events.sort((a, b) => a.at - b.at || compareText(a.id, b.id))
  let rows: readonly Row[] | undefined
  return {
    at: events.map((event) => event.at),
    ids: events.map((event) => event.id),
    rows: () =>
      (rows ??= readingPerson(() =>
        events.map((event) => ({ values: readAll(properties, event.properties) })),
      )),
  }
}

const readAll = ({ infos }: Slots, holder: unknown): readonly Slot[] =>
  infos.map((info) => readField(info, holder))
