import type { CalendarWindow, FieldInfo, Literal, Predicate, Schema, ValueType } from '@segmentry/core'
import { dateDay, hasAnniversary, inPeriods, inWindow, localDay, type Day } from './reference-calendar.ts'
import { instantOf, isDay, unitsOf } from './reference-read.ts'

// What values and their tests mean, for the reference.

/** An item of a list of objects, as it was given. */
interface Held {
  readonly holder: unknown
}

export const none = Symbol('missing')
export type Typed = string | number | bigint | boolean | Typed[] | typeof none

export function find(info: FieldInfo, holder: unknown): Typed {
  let here = holder
  for (const key of info.path) {
    const isPlain =
      typeof here === 'object' && here !== null && !Array.isArray(here) && !(here instanceof Date)
    if (!isPlain || !Object.keys(here as object).includes(key)) return none
    here = (here as Record<string, unknown>)[key]
  }
  return typed(info.type, here)
}

/** The value of a declared type: whole numbers, units of decimals and instants as bigints, or `none`. */
export function typed(type: ValueType, raw: unknown): Typed {
  if (raw === null || raw === undefined) return none
  switch (type.kind) {
    case 'text':
      return typeof raw === 'string' && storable(raw) ? raw : none
    case 'version':
      return typeof raw === 'string' ? sortableVersion(raw) : none
    case 'choice':
      return typeof raw === 'string' && type.values.some((value) => value === raw) ? raw : none
    case 'integer':
      return typeof raw === 'number' && Math.floor(raw) === raw && Math.abs(raw) < 2 ** 53
        ? BigInt(raw)
        : none
    case 'number':
      return typeof raw === 'number' && Math.abs(raw) < Infinity ? raw : none
    case 'decimal': {
      if (typeof raw !== 'string' && typeof raw !== 'number') return none
      return unitsOf(raw, type.scale) ?? none
    }
    case 'boolean':
      return raw === true || raw === false ? raw : none
    case 'date':
      return typeof raw === 'string' && isDay(raw) ? raw : none
    case 'timestamp': {
      const text = raw instanceof Date && !Number.isNaN(raw.getTime()) ? raw.toISOString() : raw
      const ms = typeof text === 'string' ? instantOf(text) : undefined
      return ms === undefined ? none : BigInt(ms)
    }
    case 'list':
      return Array.isArray(raw)
        ? raw.map((element) => typed(type.of, element)).filter((e) => e !== none)
        : none
    case 'object':
      if (
        type.parts !== undefined &&
        typeof raw === 'object' &&
        !Array.isArray(raw) &&
        !(raw instanceof Date)
      ) {
        return { holder: raw } as unknown as Typed
      }
      if (type.parts !== undefined) return none
      return typeof raw === 'object' && !Array.isArray(raw) && !(raw instanceof Date) ? true : none
  }
}

/** A version as text that orders like it: of equal width, and a release after its prereleases. */
function sortableVersion(text: string): string | typeof none {
  const found =
    /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*))?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/.exec(
      text,
    )
  if (!found) return none
  const numbers = found.slice(1, 4)
  const parts = found[4]?.split('.') ?? []
  const numeric = (part: string): boolean => /^\d+$/.test(part)
  if (parts.some((part) => numeric(part) && part.length > 1 && part.startsWith('0'))) return none
  if ([...numbers, ...parts.filter(numeric)].some((part) => part.length > 15)) return none
  const padded = (part: string): string => part.padStart(20, ' ')
  const rest = parts.map((part) => (numeric(part) ? `!${padded(part)}` : `"${part}`))
  return `${numbers.map((part) => padded(part)).join('.')}${parts.length === 0 ? '~' : `!${rest.join('\u0001')}`}`
}

/** Whether one value comes before another: numbers by value, text by code point. */
export const less = (a: Typed, b: Typed): boolean =>
  typeof a === 'string' && typeof b === 'string'
    ? Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
    : (a as number) < (b as number)

/** No U+0000 and no half of a surrogate pair. */
function storable(text: string): boolean {
  return [...text].every((character) => {
    const code = character.codePointAt(0)!
    return code !== 0 && !(code >= 0xd800 && code <= 0xdfff)
  })
}

export function answer(
  predicate: Predicate,
  type: ValueType,
  value: Typed,
  now: number,
  schema: Schema,
): boolean {
  if (value === none) return predicate.whenMissing === true
  return says(predicate, type, value, now, schema) !== (predicate.negated === true)
}

const lower = (text: string): string =>
  [...text].map((one) => (one >= 'A' && one <= 'Z' ? one.toLowerCase() : one)).join('')

function says(predicate: Predicate, type: ValueType, value: Typed, now: number, schema: Schema): boolean {
  const literal = (raw: Literal): string | number => typed(type, raw) as string | number
  const ordered = value as string | number
  const list = value as Typed[]
  const element = (raw: Literal): Typed => typed(type.kind === 'list' ? type.of : type, raw)
  const fold = 'ignoringCase' in predicate && predicate.ignoringCase ? lower : (text: string) => text
  const text = typeof value === 'string' ? fold(value) : ''
  const local = (zone: string | undefined): Day =>
    type.kind === 'date' ? dateDay(value as string) : localDay(Number(value), zone ?? schema.zone!)
  switch (predicate.op) {
    case 'is':
      return type.kind === 'text'
        ? text === fold(String(predicate.value))
        : value === typed(type, predicate.value)
    case 'oneOf':
      return predicate.values.some((one) =>
        type.kind === 'text' ? text === fold(String(one)) : value === typed(type, one),
      )
    case 'lessThan':
      return less(ordered, literal(predicate.value))
    case 'atMost':
      return !less(literal(predicate.value), ordered)
    case 'greaterThan':
      return less(literal(predicate.value), ordered)
    case 'atLeast':
      return !less(ordered, literal(predicate.value))
    case 'between':
      return !less(ordered, literal(predicate.from)) && !less(literal(predicate.to), ordered)
    case 'contains':
      return text.split(fold(predicate.value)).length > 1
    case 'startsWith':
      return text.slice(0, predicate.value.length) === fold(predicate.value)
    case 'endsWith':
      return text.slice(-predicate.value.length) === fold(predicate.value)
    case 'matches':
      return hasForm([...fold(predicate.pattern)], [...text])
    case 'emailDomain': {
      const [name, domain, ...rest] = text.split('@')
      if (name === '' || domain === undefined || rest.length > 0 || [...text].some(isWhite)) return false
      return predicate.domains.some((one) => lower(one) === lower(domain))
    }
    case 'during':
      return type.kind === 'date'
        ? inPeriods(predicate.window as CalendarWindow, dateDay(value as string), now, schema)
        : inWindow(predicate.window, Number(value), now, schema)
    case 'weekday':
      return predicate.days.includes(((((local(predicate.zone).number + 3) % 7) + 7) % 7) + 1)
    case 'month':
      return predicate.months.includes(local(predicate.zone).month)
    case 'hour': {
      const { hour } = local(predicate.zone)
      const { from, to } = predicate
      return from < to ? hour >= from && hour < to : hour >= from || hour < to
    }
    case 'anniversary':
      return hasAnniversary(predicate.window, predicate.leapDay, local(predicate.window.zone), now, schema)
    case 'item':
      return list.some((item) =>
        predicate.where.every(({ property, test }) => {
          const info = (type as { of: { parts: ReadonlyMap<string, FieldInfo> } }).of.parts.get(property)!
          return answer(test, info.type, find(info, (item as unknown as Held).holder), now, schema)
        }),
      )
    case 'some':
      return list.some((one) => answer(predicate.test, (type as { of: ValueType }).of, one, now, schema))
    case 'has':
      return list.some((one) => one === element(predicate.value))
    case 'hasAny':
      return predicate.values.some((raw) => list.some((one) => one === element(raw)))
    case 'hasAll':
      return predicate.values.every((raw) => list.some((one) => one === element(raw)))
    case 'equals':
      return (
        predicate.values.every((raw, i) => i < list.length && list[i] === element(raw)) &&
        list[predicate.values.length] === undefined
      )
    case 'length':
      return answer(predicate.count, { kind: 'integer' }, BigInt(list.length), now, schema)
    case 'present':
      return true
    case 'blank':
      return typeof value === 'string' ? [...value].every(isWhite) : list.length === 0
  }
}

/** Whether characters have the form of a pattern, by trying everything a star may stand for. */
function hasForm(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '*') return text.some((_, i) => hasForm(rest, text.slice(i))) || hasForm(rest, [])
  const [character, ...others] = text
  if (character === undefined) return false
  if (first === '?') return hasForm(rest, others)
  if (first === '\\') return character === rest[0] && hasForm(rest.slice(1), others)
  if (first !== '[') return character === first && hasForm(rest, others)
  const end = pattern.indexOf(']')
  const set = pattern.slice(1, end)
  const outside = set[0] === '^'
  const members = outside ? set.slice(1) : set
  const found = members.some((one, i) => {
    if (members[i + 1] === '-')
      return codePoint(one) <= codePoint(character) && codePoint(character) <= codePoint(members[i + 2]!)
    return one === character && one !== '-'
  })
  return found !== outside && hasForm(pattern.slice(end + 1), others)
}

const codePoint = (character: string): number => character.codePointAt(0)!

const isWhite = (character: string): boolean => {
  const code = character.codePointAt(0)!
  return (
    (code >= 0x09 && code <= 0x0d) ||
    (code >= 0x2000 && code <= 0x200a) ||
    [0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code)
  )
}
