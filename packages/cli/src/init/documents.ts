import type { FoundField, FoundType } from './findings.ts'
import { isMoney, isPersonal, isSchemaName, isSecret } from './names.ts'

// What keys documents have, and what they hold. Their values stay here.

/** How many keys of one document are taken for fields; one with more is most often a map by ids. */
const mostKeys = 60
const mostDepth = 3

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/
const day = /^\d{4}-\d{2}-\d{2}$/

/** A key that is no field, and why. */
export interface OddKey {
  readonly key: string
  readonly why: string
}

/** The keys of documents as fields, those of most documents first. */
export function keysOf(
  documents: readonly unknown[],
  isOfPerson: boolean,
  depth = 1,
): { readonly fields: readonly FoundField[]; readonly odd: readonly OddKey[] } {
  const values = new Map<string, unknown[]>()
  for (const document of documents) {
    if (!isRecord(document)) continue
    for (const [key, value] of Object.entries(document)) {
      if (value === null) continue
      const known = values.get(key)
      if (known === undefined) values.set(key, [value])
      else known.push(value)
    }
  }
  const all = [...values].toSorted(
    ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
  )
  if (all.length > mostKeys) {
    const key = all[0]![0]
    return {
      fields: [],
      odd: [{ key, why: `there are ${all.length} different keys like it, which are no fixed fields` }],
    }
  }
  const fields: FoundField[] = []
  const odd: OddKey[] = []
  for (const [key, some] of all) {
    const found = fieldOf(key, some, isOfPerson, depth)
    if ('why' in found) odd.push(found)
    else fields.push(found)
  }
  return { fields, odd }
}

function fieldOf(
  key: string,
  values: readonly unknown[],
  isOfPerson: boolean,
  depth: number,
): FoundField | OddKey {
  if (!isSchemaName(key)) return { key, why: 'no field can have that name' }
  if (isSecret(key)) return { key, why: 'its name says that it is a secret' }
  const type = typeOf(key, values, isOfPerson, depth)
  if (typeof type === 'string') return { key, why: type }
  const isText = type.kind === 'text' || type.kind === 'date' || type.kind === 'list'
  return {
    name: key,
    type,
    isRequired: false,
    isSensitive: (isText || type.kind === 'object') && isPersonal(key, isOfPerson),
  }
}

/** The type of all of some values, or why they have none. */
function typeOf(
  key: string,
  values: readonly unknown[],
  isOfPerson: boolean,
  depth: number,
): FoundType | string {
  const kinds = new Set(values.map(kindOf))
  if (kinds.size > 1) return `it holds ${[...kinds].toSorted().join(' and ')}`
  const [kind] = kinds
  switch (kind) {
    case 'booleans':
      return { kind: 'boolean' }
    case 'numbers':
      return numberType(key, values as readonly number[])
    case 'lists': {
      const elements = (values as readonly (readonly unknown[])[]).flat().filter((one) => one !== null)
      if (elements.length === 0) return 'its lists are empty'
      const of = typeOf(key, elements, isOfPerson, depth + 1)
      if (typeof of === 'string') return `in its lists ${of}`
      return of.kind === 'list' ? 'it holds lists of lists' : { kind: 'list', of }
    }
    case 'objects': {
      if (depth >= mostDepth) return 'it is an object too far down'
      const { fields } = keysOf(values, isOfPerson, depth + 1)
      return fields.length === 0 ? 'its objects have no fixed keys' : { kind: 'object', parts: fields }
    }
    default: {
      const texts = values as readonly string[]
      if (texts.every((one) => instant.test(one))) return { kind: 'timestamp' }
      return { kind: texts.every((one) => day.test(one)) ? 'date' : 'text' }
    }
  }
}

function numberType(key: string, values: readonly number[]): FoundType {
  const scale = Math.max(...values.map(digits))
  if (scale === 0 && !isMoney(key)) return { kind: 'integer' }
  return scale <= 2 ? { kind: 'decimal', scale: 2 } : { kind: 'number' }
}

/** How many digits a number has after the point. */
function digits(value: number): number {
  const text = String(value)
  return text.includes('e') ? 99 : (text.split('.')[1] ?? '').length
}

const kindOf = (value: unknown): string =>
  Array.isArray(value) ? 'lists' : isRecord(value) ? 'objects' : `${typeof value}s`

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
