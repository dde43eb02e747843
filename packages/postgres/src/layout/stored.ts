import {
  type FieldInfo,
  isText,
  nearest,
  readValue,
  shown,
  typeName,
  unknownName,
  type ValueType,
  writeValue,
} from '@segmentry/core'

/** Says what is wrong, and where below the record. */
export type Report = (
  path: readonly (string | number)[],
  found: string,
  expected: string,
  suggestion?: string,
) => void

type Names = ReadonlyMap<string, FieldInfo>
type Keys = readonly (string | number)[]

const deepest = 32

/** Whether something has values by key. */
export const isRecord = (raw: unknown): raw is Readonly<Record<string, unknown>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Date)

/**
 * The JSON that is stored for fields or properties: instants as ISO text in UTC and decimals as text, as
 * `writeValue` of the core writes them. Text, unlike a number of JSON, keeps a decimal exact on its way.
 *
 * Null stays where it stands at the top, for the caller to remove by, and is left out further down.
 */
export function storedRecord(
  what: 'field' | 'property',
  names: Names,
  raw: unknown,
  at: Keys,
  report: Report,
): object {
  return record(what, names, '', raw, at, report, true)
}

function record(
  what: 'field' | 'property',
  names: Names,
  prefix: string,
  raw: unknown,
  at: Keys,
  report: Report,
  keepNull: boolean,
): object {
  // Without a prototype, a key such as `__proto__` is only a key.
  const stored: Record<string, unknown> = Object.create(null)
  if (!isRecord(raw)) {
    report(at, shown(raw), 'an object')
    return stored
  }
  for (const [key, value] of Object.entries(raw)) {
    const name = prefix + key
    const info = names.get(name)
    if (!info || key.includes('.')) {
      const near = nearest(name, names.keys())
      report([...at, key], unknownName(what, name, undefined), `a ${what} of the schema`, near)
    } else if (value === null && info.isRequired) {
      report([...at, key], 'null', `${typeName(info.type)}, as it is required`)
    } else if (value === null && keepNull) {
      stored[key] = null
    } else if (value !== undefined && value !== null) {
      const told = info.isSensitive === true ? hiding(report) : report
      stored[key] =
        info.type.kind === 'object'
          ? record(what, names, `${name}.`, value, [...at, key], told, false)
          : storedValue(what, info.type, value, [...at, key], told)
    }
  }
  return stored
}

/** Says where a value is wrong, and not what it is. */
const hiding =
  (report: Report): Report =>
  (path, _, expected) =>
    report(path, 'a value that is not shown', expected)

function storedValue(
  what: 'field' | 'property',
  type: ValueType,
  raw: unknown,
  at: Keys,
  report: Report,
): unknown {
  if (type.kind === 'list' && Array.isArray(raw)) {
    return raw.map((element: unknown, i) => storedValue(what, type.of, element, [...at, i], report))
  }
  if (type.kind === 'object' && type.parts !== undefined) {
    return record(what, type.parts, '', raw, at, report, false)
  }
  if (type.kind === 'object') {
    if (!isRecord(raw) || !isPlain(raw, 0)) report(at, shown(raw), 'an object of plain JSON')
    return raw
  }
  const value = readValue(type, raw)
  if (value !== undefined) return writeValue(type, value)
  report(at, shown(raw), typeName(type))
  return undefined
}

/** Whether Postgres can keep it as JSON. */
function isPlain(raw: unknown, depth: number): boolean {
  if (depth > deepest) return false
  if (typeof raw === 'string') return isText(raw)
  if (typeof raw === 'number') return Number.isFinite(raw)
  if (raw === null || typeof raw === 'boolean') return true
  if (Array.isArray(raw)) return raw.every((element) => isPlain(element, depth + 1))
  return (
    isRecord(raw) && Object.entries(raw).every(([key, value]) => isText(key) && isPlain(value, depth + 1))
  )
}
