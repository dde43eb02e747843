import { type FieldInfo, nearest, type Schema, type ValueType } from '@segmentry/core'
import { ExportError } from '../errors.ts'

/** Which fields stand beside the id of each person. */
export interface Chosen {
  /** Names of fields, an object for all of its parts, or all fields; the id alone unless told. */
  readonly fields?: readonly string[] | 'all'
  /** Whether fields that are `sensitive()` may be among them. */
  readonly sensitive?: boolean
}

/** A column that holds a field: its name in the export, and which field it is. */
export interface FieldColumn {
  readonly name: string
  readonly field: string
  readonly type: ValueType
}

/** Names of columns that every export has for itself. */
const taken: ReadonlySet<string> = new Set(['id', 'segments'])

/**
 * The columns of fields, in the order they were asked for, each once.
 *
 * Throws an {@link ExportError} for a field that there is not, and for one that is sensitive where that was not said.
 */
export function fieldColumns(
  schema: Schema,
  { fields = [], sensitive = false }: Chosen,
): readonly FieldColumn[] {
  const all = [...schema.fields.values()].filter(({ type }) => type.kind !== 'object')
  const allowed = (info: FieldInfo): boolean => sensitive || !isSensitive(info)
  const chosen = fields === 'all' ? all.filter(allowed) : fields.flatMap((name) => named(schema, name, all))
  const hidden = chosen.find((info) => !allowed(info))
  if (hidden) {
    throw new ExportError({
      reason: 'sensitive',
      field: hidden.name,
      found: `the field '${hidden.name}', which is sensitive`,
      expected: 'that sensitive fields are asked for too (sensitive: true), or other fields',
    })
  }
  return [...new Map(chosen.map((info) => [info.name, info])).values()].map(({ name, type }) => ({
    name: taken.has(name) ? `fields.${name}` : name,
    field: name,
    type: sensitive ? type : withoutSensitive(type),
  }))
}

/**
 * The fields that an export of all leaves out, as they are sensitive.
 *
 * Use it to tell whoever exports; a list of objects is not among them for a part of its items that is sensitive and left out.
 *
 * @example
 * ```ts
 * sensitiveFields(defineSchema({ fields: { state: text(), email: text().sensitive() } })) // => ['email']
 * ```
 */
export const sensitiveFields = (schema: Schema): readonly string[] =>
  [...schema.fields.values()]
    .filter((info) => info.type.kind !== 'object' && isSensitive(info))
    .map(({ name }) => name)

const isSensitive = (info: FieldInfo): boolean => info.isSensitive === true

function named(schema: Schema, name: string, all: readonly FieldInfo[]): readonly FieldInfo[] {
  const info = schema.fields.get(name)
  if (info?.type.kind === 'object') return all.filter((part) => part.name.startsWith(`${name}.`))
  if (info) return [info]
  const near = nearest(name, schema.fields.keys())
  const known = [...schema.fields.keys()]
  const listed = known.length > 20 ? `${known.slice(0, 20).join(', ')}, …` : known.join(', ')
  throw new ExportError({
    reason: 'unknown',
    field: name,
    found: `the field '${name}'`,
    expected: near === undefined ? `one of ${listed || 'none, as there are no fields'}` : `'${near}'?`,
  })
}

/** The items of a list without those of their parts that are sensitive. */
function withoutSensitive(type: ValueType): ValueType {
  if (type.kind === 'list') return { ...type, of: withoutSensitive(type.of) }
  if (type.kind !== 'object' || type.parts === undefined) return type
  const parts = [...type.parts].filter(([, info]) => !isSensitive(info))
  return {
    ...type,
    parts: new Map(parts.map(([name, info]) => [name, { ...info, type: withoutSensitive(info.type) }])),
  }
}
