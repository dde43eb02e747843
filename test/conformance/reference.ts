import {
  type AnySegment,
  decimalUnits,
  type EventRecord,
  type FieldInfo,
  type Literal,
  type Node,
  parseInstant,
  type Person,
  type Predicate,
  type Schema,
  type ValueType,
} from '@segmentry/core'

// Slow and obvious: what a segment means, written down a second time. It shares no code with the evaluators, so
// that they do not share its mistakes; only the reading of instants and decimals, which has tests of its own.

const none = Symbol('missing')
type Typed = string | number | bigint | boolean | Typed[] | typeof none

/** Whether a person is in a segment at an instant in UTC milliseconds. */
export const isMember = (segment: AnySegment, schema: Schema, person: Person, now: number): boolean =>
  matches(segment.definition.rule, schema, person, now)

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
      return (person.tags ?? []).filter((tag) => tag === node.tag).length > 0
    case 'field': {
      const info = schema.fields.get(node.field)!
      return answer(node.test, info.type, find(info, person.fields), now)
    }
    case 'event': {
      const properties = schema.events.get(node.event)!
      const events = (person.events ?? []).filter(
        (event) =>
          event.name === node.event &&
          happened(event, node.within, now) &&
          (node.where ?? []).every(({ property, test }) => {
            const info = properties.get(property)!
            return answer(test, info.type, find(info, event.properties), now)
          }),
      )
      if (node.measure.of === 'count') {
        return answer(node.measure.test, { kind: 'integer' }, BigInt(events.length), now)
      }
      const info = properties.get(node.measure.property)!
      const values = events.map((event) => find(info, event.properties)).filter((value) => value !== none)
      const sum = values.reduce<bigint>((total, value) => total + (value as bigint), 0n)
      return answer(node.measure.test, info.type, sum, now)
    }
  }
}

const unitMs: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

function lengthOf(duration: string): number {
  const [count, unit] = duration.split(' ') as [string, string]
  return Number(count) * unitMs[unit.replace(/s$/, '')]!
}

function happened(event: EventRecord, within: string | undefined, now: number): boolean {
  const at = typed({ kind: 'timestamp' }, event.at)
  if (at === none) return false
  const ms = Number(at)
  if (ms > now) return false
  return within === undefined || ms > now - lengthOf(within)
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

function answer(predicate: Predicate, type: ValueType, value: Typed, now: number): boolean {
  if (value === none) return predicate.whenMissing === true
  return says(predicate, type, value, now) !== (predicate.negated === true)
}

function says(predicate: Predicate, type: ValueType, value: Typed, now: number): boolean {
  const literal = (raw: Literal): string | number => typed(type, raw) as string | number
  const ordered = value as string | number
  const list = value as Typed[]
  const ms = Number(value)
  switch (predicate.op) {
    case 'is':
      return value === typed(type, predicate.value)
    case 'oneOf':
      return predicate.values.some((one) => value === typed(type, one))
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
      return (value as string).split(predicate.value).length > 1
    case 'startsWith':
      return (value as string).slice(0, predicate.value.length) === predicate.value
    case 'endsWith':
      return (value as string).slice(-predicate.value.length) === predicate.value
    case 'inLast':
      return ms > now - lengthOf(predicate.duration) && ms <= now
    case 'inNext':
      return ms > now && ms <= now + lengthOf(predicate.duration)
    case 'has':
      return list.some((element) => type.kind === 'list' && element === typed(type.of, predicate.value))
    case 'present':
      return true
    case 'blank':
      return typeof value === 'string' ? [...value].every(isWhite) : list.length === 0
  }
}

const isWhite = (character: string): boolean => {
  const code = character.codePointAt(0)!
  return (
    (code >= 0x09 && code <= 0x0d) ||
    (code >= 0x2000 && code <= 0x200a) ||
    [0x20, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].includes(code)
  )
}
