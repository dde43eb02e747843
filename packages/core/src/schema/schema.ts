import { SchemaError } from '../errors.ts'
import { isZone } from '../time/zone.ts'
import { nameText, nearest, shown } from '../suggest.ts'
import type { Field, Fields } from './field.ts'
import { checkName, flatten } from './flatten.ts'
import type { ValueType } from './type.ts'
import { isText } from './value.ts'

/** What a developer writes: the fields, tags and events that are known about people, and the accounts they belong to. */
export interface SchemaInput {
  readonly fields: Fields
  readonly tags?: readonly string[] | OpenTags<string>
  readonly events?: { readonly [name: string]: Fields }
  /** Groupings of people, such as companies, each with an account's own fields; a person may belong to several accounts. */
  readonly accounts?: { readonly [name: string]: Fields }
  /** The time zone of days, weeks and months where a condition names none, such as `'America/New_York'`. */
  readonly zone?: string
  /** The day weeks begin with, 1 for Monday to 7 for Sunday; Monday unless told. */
  readonly weekStart?: number
  /** The month years and quarters begin with, 1 to 12; January unless told. */
  readonly yearStart?: number
}

/** Tags that are made up as people are tagged; the named ones are only suggestions. */
export interface OpenTags<out T extends string> {
  readonly open: true
  readonly names: readonly T[]
}

/** Lets any text be a tag; the names given are those that completion offers. */
export const openTags = <const T extends string>(...names: readonly T[]): OpenTags<T> =>
  Object.freeze({ open: true, names: Object.freeze(names) })

/** A field as it is looked up: objects are flattened, so the parts of `address` are named `address.city`. */
export interface FieldInfo {
  readonly name: string
  /** The keys from the person to the value. */
  readonly path: readonly string[]
  readonly type: ValueType
  readonly isRequired: boolean
  /** Explanations do not show its values. */
  readonly isSensitive?: boolean
}

/** The registry that definitions are checked against. */
export interface Schema<out S extends SchemaInput = SchemaInput> {
  /** What was declared, as it was written. */
  readonly declared: S
  readonly fields: ReadonlyMap<string, FieldInfo>
  readonly tags: ReadonlySet<string>
  /** Whether tags that are not named are fine too. */
  readonly openTags: boolean
  readonly events: ReadonlyMap<string, ReadonlyMap<string, FieldInfo>>
  readonly accounts: ReadonlyMap<string, ReadonlyMap<string, FieldInfo>>
  readonly zone: string | undefined
  readonly weekStart: number | undefined
  readonly yearStart: number | undefined
}

function checkCalendar({ zone, weekStart, yearStart }: SchemaInput) {
  if (zone !== undefined && !isZone(zone)) {
    const expected = "a time zone of the IANA list, such as 'America/New_York' or 'UTC'"
    throw new SchemaError({ what: 'zone', found: nameText(zone), expected })
  }
  const check = (what: string, found: number | undefined, most: number): void => {
    if (found === undefined || (Number.isInteger(found) && found >= 1 && found <= most)) return
    throw new SchemaError({ what, found: nameText(found), expected: `a whole number from 1 to ${most}` })
  }
  check('weekStart', weekStart, 7)
  check('yearStart', yearStart, 12)
  return { zone, weekStart, yearStart }
}

const schemaKeys = ['fields', 'tags', 'events', 'accounts', 'zone', 'weekStart', 'yearStart']

/** Checks the shape of a declaration, for callers without types. */
function checkDeclared(declared: SchemaInput): void {
  checkRecord('schema', 'defineSchema(…)', declared, 'an object such as { fields: { state: text() } }')
  const odd = Object.keys(declared).find((key) => !schemaKeys.includes(key))
  if (odd !== undefined) {
    const near = nearest(odd, schemaKeys)
    const expected =
      near === undefined ? `expected one of ${schemaKeys.join(', ')}` : `did you mean '${near}'?`
    throw new SchemaError({ what: 'key', found: odd, expected })
  }
  const { fields, tags = [], events = {}, accounts = {} } = declared
  checkRecord('key', 'fields', fields, 'fields by name: { state: text() }')
  checkRecord('key', 'events', events, 'properties by event: { opened: { campaign: text() } }')
  for (const [name, properties] of Object.entries(events)) {
    checkRecord('event', name, properties, 'its properties by name, {} when it has none')
  }
  checkRecord('key', 'accounts', accounts, 'fields by grouping: { company: { seats: integer() } }')
  for (const [name, own] of Object.entries(accounts)) {
    checkRecord('account', name, own, 'its fields by name, {} when it has none')
  }
  const names: unknown = isOpen(tags) ? tags.names : tags
  if (!Array.isArray(names) || !names.every(isTag)) {
    const found = Array.isArray(names)
      ? `a tag that is no text: ${shown((names as readonly unknown[]).find((name) => !isTag(name)))}`
      : shown(names)
    const expected = `found ${found}, expected a list of texts, or openTags(…)`
    throw new SchemaError({ what: 'key', found: 'tags', expected })
  }
}

const isTag = (raw: unknown): boolean => isText(raw) && raw !== ''

function checkRecord(what: string, name: string, raw: unknown, expected: string): void {
  if (typeof raw === 'object' && raw !== null && !Array.isArray(raw)) return
  throw new SchemaError({ what, found: name, expected: `found ${shown(raw)}, expected ${expected}` })
}

const isOpen = (tags: unknown): tags is OpenTags<string> =>
  typeof tags === 'object' && tags !== null && 'open' in tags

/**
 * Declares what is known about people: their fields, their tags, the events that happen to them, and the accounts
 * they belong to.
 *
 * Everything else in Segmentry is checked against it: the builder's arguments as you type, stored definitions
 * when they are decoded, and a source's tables when it starts. Throws a {@link SchemaError} for a name that
 * no definition could refer to, and for what is no schema at all.
 *
 * @example
 * ```ts
 * const schema = defineSchema({
 *   fields: { state: text(), plan: choice('free', 'pro'), spent: decimal(2) },
 *   tags: ['VIP', 'churned'],
 *   events: { opened: { campaign: text() }, purchase: { amount: decimal(2) } },
 * })
 * schema.fields.get('spent')?.type // => { kind: 'decimal', scale: 2 }
 * ```
 */
export function defineSchema<const S extends SchemaInput>(declared: S): Schema<S> {
  checkDeclared(declared)
  const tags = declared.tags ?? []
  const events = new Map<string, ReadonlyMap<string, FieldInfo>>()
  for (const [name, properties] of Object.entries(declared.events ?? {})) {
    checkName('event', name)
    events.set(name, flatten('property', properties))
  }
  const accounts = new Map<string, ReadonlyMap<string, FieldInfo>>()
  for (const [name, fields] of Object.entries(declared.accounts ?? {})) {
    checkName('account', name)
    accounts.set(name, flatten('field', fields))
  }
  return Object.freeze({
    declared,
    fields: flatten('field', declared.fields),
    tags: new Set(isOpen(tags) ? tags.names : tags),
    openTags: isOpen(tags),
    events,
    accounts,
    ...checkCalendar(declared),
  })
}

/** Throws a `TypeError` for what is no schema: an interface or a declaration, say. */
export function checkSchema(schema: Schema): void {
  const given: Partial<Schema> | null | undefined = schema
  if (given?.fields instanceof Map && given.events instanceof Map) return
  throw new TypeError(`found ${shown(given)}, expected a schema: what defineSchema(…) gives`)
}

export type { Field }
