import type { ColumnType } from '../read/column.ts'

/** The type that a schema would give a column, of those that the column can be read as. */
export type NaturalType =
  | { readonly kind: 'text' | 'integer' | 'number' | 'boolean' | 'date' | 'timestamp' | 'object' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'choice'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly of: NaturalType }

const kinds: Readonly<Record<string, NaturalType>> = {
  text: { kind: 'text' },
  varchar: { kind: 'text' },
  bpchar: { kind: 'text' },
  citext: { kind: 'text' },
  name: { kind: 'text' },
  uuid: { kind: 'text' },
  int2: { kind: 'integer' },
  int4: { kind: 'integer' },
  int8: { kind: 'integer' },
  float4: { kind: 'number' },
  float8: { kind: 'number' },
  bool: { kind: 'boolean' },
  date: { kind: 'date' },
  timestamptz: { kind: 'timestamp' },
  timestamp: { kind: 'timestamp' },
  json: { kind: 'object' },
  jsonb: { kind: 'object' },
}

/** The most digits after the point that a schema's decimal has. */
const mostScale = 15

/** What a schema would call a column's type, or `undefined` for one that no field can be read from. */
export function naturalType(from: ColumnType): NaturalType | undefined {
  if (from.labels) {
    const values = from.labels.filter((label) => label !== '')
    return values.length === 0 ? undefined : { kind: 'choice', values }
  }
  if (from.element) {
    const of = naturalType(from.element)
    // Elements of a timestamp without zone have no place to name one.
    return of === undefined || of.kind === 'object' || from.element.name === 'timestamp'
      ? undefined
      : { kind: 'list', of }
  }
  if (from.name === 'numeric') {
    const { scale } = from
    if (scale === undefined || scale > mostScale) return { kind: 'number' }
    return scale <= 0 ? { kind: 'integer' } : { kind: 'decimal', scale }
  }
  return Object.hasOwn(kinds, from.name) ? kinds[from.name] : undefined
}
