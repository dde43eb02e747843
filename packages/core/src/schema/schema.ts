import { SchemaError } from '../errors.ts'
import { isZone } from '../time/zone.ts'
import type { Field, Fields } from './field.ts'
import type { ValueType } from './type.ts'

/** What a developer writes: the fields, tags and events that are known about people. */
export interface SchemaInput {
  readonly fields: Fields
  readonly tags?: readonly string[] | OpenTags<string>
  readonly events?: { readonly [name: string]: Fields }
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
  readonly zone: string | undefined
  readonly weekStart: number | undefined
  readonly yearStart: number | undefined
}

const reservedNames = new Set(['__proto__', 'constructor', 'prototype'])

function checkName(what: string, name: string): void {
  const fault = !/^[\p{L}_$][\p{L}\p{N}_$ -]*$/u.test(name)
    ? 'starts with a letter, _ or $ and goes on with letters, digits, _, $, - or spaces'
    : name.length > 128
      ? 'has at most 128 characters'
      : reservedNames.has(name)
        ? 'is not one that JavaScript reserves'
        : undefined
  if (fault) throw new SchemaError({ what, found: name, expected: `a ${what} name ${fault}` })
}

function checkCalendar({ zone, weekStart, yearStart }: SchemaInput) {
  if (zone !== undefined && !isZone(zone)) {
    const expected = "a time zone of the IANA list, such as 'America/New_York' or 'UTC'"
    throw new SchemaError({ what: 'zone', found: zone, expected })
  }
  const check = (what: string, found: number | undefined, most: number): void => {
    if (found === undefined || (Number.isInteger(found) && found >= 1 && found <= most)) return
    throw new SchemaError({ what, found: String(found), expected: `a whole number from 1 to ${most}` })
  }
  check('weekStart', weekStart, 7)
  check('yearStart', yearStart, 12)
  return { zone, weekStart, yearStart }
}

function flatten(what: string, fields: Fields): ReadonlyMap<string, FieldInfo> {
  const flat = new Map<string, FieldInfo>()
  const visit = (parts: Fields, parents: readonly string[]): void => {
    for (const [key, field] of Object.entries(parts)) {
      checkName(what, key)
      const path = [...parents, key]
      const name = path.join('.')
      flat.set(name, { name, path, type: field.type, isRequired: field.isRequired })
      if (field.parts) visit(field.parts, path)
    }
  }
  visit(fields, [])
  return flat
}

/**
 * Declares what is known about people: their fields, their tags, and the events that happen to them.
 *
 * Everything else in Segmentry is checked against it: the builder's arguments as you type, stored definitions
 * when they are decoded, and a source's tables when it starts. Throws a {@link SchemaError} for a name that
 * no definition could refer to.
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
  const tags = declared.tags ?? []
  const open = 'open' in tags
  const events = new Map<string, ReadonlyMap<string, FieldInfo>>()
  for (const [name, properties] of Object.entries(declared.events ?? {})) {
    checkName('event', name)
    events.set(name, flatten('property', properties))
  }
  return Object.freeze({
    declared,
    fields: flatten('field', declared.fields),
    tags: new Set('open' in tags ? tags.names : tags),
    openTags: open,
    events,
    ...checkCalendar(declared),
  })
}

export type { Field }
