import { createHash } from 'node:crypto'
import {
  type AnySegment,
  type CalendarWindow,
  type Definition,
  decimalUnits,
  type EventRecord,
  type EventSelection,
  type FieldInfo,
  type Literal,
  type Measure,
  type Node,
  parseInstant,
  type Person,
  type Predicate,
  type Schema,
  type ValueType,
} from '@segmentry/core'

import {
  dateDay,
  type Day,
  hasAnniversary,
  inPeriods,
  inWindow,
  localDay,
  periodNumber,
} from './reference-calendar.ts'

// Slow and obvious: what a segment means, written down a second time. It shares no code with the evaluators, so
// that they do not share its mistakes; only the reading of instants and decimals, which has tests of its own.

const none = Symbol('missing')
type Typed = string | number | bigint | boolean | Typed[] | typeof none

/** Whether a person is in a segment at an instant in UTC milliseconds. */
export const isMember = (segment: AnySegment, schema: Schema, person: Person, now: number): boolean =>
  inDefinition(segment.definition, schema, person, now)

function inDefinition(
  { rule, included = [], excluded = [] }: Definition,
  schema: Schema,
  person: Person,
  now: number,
): boolean {
  if (excluded.some((entry) => entry.person === person.id)) return false
  if (included.some((entry) => entry.person === person.id)) return true
  return matches(rule, schema, person, now)
}

function matches(node: Node, schema: Schema, person: Person, now: number): boolean {
  switch (node.kind) {
    case 'everyone':
      return true
    case 'all':
      return node.of.filter((child) => !matches(child, schema, person, now)).length === 0
    case 'any':
      return node.of.filter((child) => matches(child, schema, person, now)).length > 0
    case 'not':
      return !matches(node.of, schema, person, now)
    case 'tag':
      return (person.tags ?? []).some((given) => {
        if (node.during === undefined) return (typeof given === 'string' ? given : given.tag) === node.tag
        if (typeof given === 'string' || given.tag !== node.tag) return false
        const at = typed({ kind: 'timestamp' }, given.at)
        return at !== none && inWindow(node.during, Number(at), now, schema)
      })
    case 'field': {
      const info = schema.fields.get(node.field)!
      return answer(node.test, info.type, find(info, person.fields), now, schema)
    }
    case 'compare': {
      const { type } = schema.fields.get(node.field)!
      const one = find(schema.fields.get(node.field)!, person.fields)
      const other = find(schema.fields.get(node.to)!, person.fields)
      if (one === none || other === none) return node.whenMissing === true
      const literal = { is: one === other, lessThan: less(one, other), greaterThan: less(other, one) }
      const said =
        node.op === 'atMost'
          ? !literal.greaterThan
          : node.op === 'atLeast'
            ? !literal.lessThan
            : literal[node.op]
      return type.kind === 'object' ? false : said !== (node.negated === true)
    }
    case 'event': {
      const events = selected(node, schema, person, now)
      return measured(node.measure, schema.events.get(node.event)!, events, now, schema)
    }
    case 'more':
      return (
        selected(node.events, schema, person, now).length > selected(node.than, schema, person, now).length
      )
    case 'segment':
      return inDefinition(node.of as Definition, schema, person, now)
    case 'people':
      return node.ids.includes(person.id)
    case 'bucket': {
      const digest = createHash('sha256')
        .update(node.salt, 'utf8')
        .update('\0')
        .update(person.id, 'utf8')
        .digest()
      const bucket = Number(BigInt(`0x${digest.toString('hex').slice(0, 8)}`) % 10_000n)
      return node.from <= bucket && bucket < node.to
    }
  }
}

const less = (a: Typed, b: Typed): boolean => (a as number) < (b as number)

/** The events that count, in the order of their instants and then their ids. */
function selected(node: EventSelection, schema: Schema, person: Person, now: number): readonly EventRecord[] {
  const properties = schema.events.get(node.event)!
  const instant = (event: EventRecord): number => Number(typed({ kind: 'timestamp' }, event.at))
  return (person.events ?? [])
    .filter(
      (event) =>
        event.name === node.event &&
        typed({ kind: 'timestamp' }, event.at) !== none &&
        instant(event) <= now &&
        (node.at ?? []).every((test) =>
          answer(test, { kind: 'timestamp' }, typed({ kind: 'timestamp' }, event.at), now, schema),
        ) &&
        (node.where ?? []).every(({ property, test }) => {
          const info = properties.get(property)!
          return answer(test, info.type, find(info, event.properties), now, schema)
        }),
    )
    .toSorted((a, b) => instant(a) - instant(b) || Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)))
}

function measured(
  measure: Measure,
  properties: ReadonlyMap<string, FieldInfo>,
  events: readonly EventRecord[],
  now: number,
  schema: Schema,
): boolean {
  const { test } = measure
  const count = (found: number): boolean => answer(test, { kind: 'integer' }, BigInt(found), now, schema)
  const instants = events.map((event) => typed({ kind: 'timestamp' }, event.at))
  const info =
    'property' in measure && measure.property !== undefined ? properties.get(measure.property)! : undefined
  const values = info ? events.map((event) => find(info, event.properties)) : instants
  const known = values.filter((value) => value !== none)
  const type: ValueType = info?.type ?? { kind: 'timestamp' }
  switch (measure.of) {
    case 'count':
      return count(events.length)
    case 'distinct':
      return count(known.filter((value, i) => known.indexOf(value) === i).length)
    case 'periods': {
      const { unit, zone = schema.zone!, weekStart = schema.weekStart ?? 1 } = measure
      const periods = instants.map((at) => periodNumber(unit, localDay(Number(at), zone), weekStart, 1))
      return count(new Set(periods).size)
    }
    case 'sum':
      return answer(
        test,
        type,
        known.reduce<bigint>((total, value) => total + (value as bigint), 0n),
        now,
        schema,
      )
    case 'average': {
      if (known.length === 0) return test.whenMissing === true
      // Everything times the count, so that nothing is divided.
      const sum = known.reduce<bigint>((total, value) => total + (value as bigint), 0n) * 10_000n
      const scale = (type.kind === 'decimal' ? type.scale : 0) + 4
      const number = BigInt(known.length)
      const limit = (raw: Literal): bigint => BigInt(decimalUnits(raw as string, scale)!) * number
      return averageSays(test, sum, limit) !== (test.negated === true)
    }
    case 'min':
    case 'max': {
      const ordered = known.toSorted((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0))
      return answer(test, type, (measure.of === 'min' ? ordered[0] : ordered.at(-1)) ?? none, now, schema)
    }
    case 'first':
      return answer(test, type, values[0] ?? none, now, schema)
    case 'last':
      return answer(test, type, values.at(-1) ?? none, now, schema)
  }
}

function averageSays(test: Predicate, sum: bigint, limit: (raw: Literal) => bigint): boolean {
  switch (test.op) {
    case 'present':
      return true
    case 'is':
      return sum === limit(test.value)
    case 'lessThan':
      return sum < limit(test.value)
    case 'atMost':
      return sum <= limit(test.value)
    case 'greaterThan':
      return sum > limit(test.value)
    case 'atLeast':
      return sum >= limit(test.value)
    case 'between':
      return limit(test.from) <= sum && sum <= limit(test.to)
    default:
      throw new Error(test.op)
  }
}

function find(info: FieldInfo, holder: unknown): Typed {
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
function typed(type: ValueType, raw: unknown): Typed {
  if (raw === null || raw === undefined) return none
  switch (type.kind) {
    case 'text':
      return typeof raw === 'string' && storable(raw) ? raw : none
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
      const units = decimalUnits(`${raw}`, type.scale)
      return units === undefined ? none : BigInt(units)
    }
    case 'boolean':
      return raw === true || raw === false ? raw : none
    case 'date':
      return typeof raw === 'string' &&
        /^\d{4}-\d\d-\d\d$/.test(raw) &&
        parseInstant(`${raw}T00:00:00Z`) !== undefined
        ? raw
        : none
    case 'timestamp': {
      const text = raw instanceof Date && !Number.isNaN(raw.getTime()) ? raw.toISOString() : raw
      const ms = typeof text === 'string' ? parseInstant(text) : undefined
      return ms === undefined ? none : BigInt(ms)
    }
    case 'list':
      return Array.isArray(raw)
        ? raw.map((element) => typed(type.of, element)).filter((e) => e !== none)
        : none
    case 'object':
      return typeof raw === 'object' && !Array.isArray(raw) && !(raw instanceof Date) ? true : none
  }
}

/** No U+0000 and no half of a surrogate pair. */
function storable(text: string): boolean {
  return [...text].every((character) => {
    const code = character.codePointAt(0)!
    return code !== 0 && !(code >= 0xd800 && code <= 0xdfff)
  })
}

function answer(predicate: Predicate, type: ValueType, value: Typed, now: number, schema: Schema): boolean {
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
      return ordered < literal(predicate.value)
    case 'atMost':
      return ordered <= literal(predicate.value)
    case 'greaterThan':
      return ordered > literal(predicate.value)
    case 'atLeast':
      return ordered >= literal(predicate.value)
    case 'between':
      return ordered >= literal(predicate.from) && ordered <= literal(predicate.to)
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
      if (name === '' || domain === undefined || rest.length > 0) return false
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
    case 'has':
      return list.some((one) => one === element(predicate.value))
    case 'hasAny':
      return predicate.values.some((raw) => list.some((one) => one === element(raw)))
    case 'hasAll':
      return predicate.values.every((raw) => list.some((one) => one === element(raw)))
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
