import { dayOfText, decimalUnits, parseInstant, type ValueType } from '@segmentry/core'
import type { ParquetWriter } from 'hyparquet-writer'
import type { Column } from './query.ts'

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']
type Element = Schema[number]

/** Rows as the database gives them: `cell_0`, … in the order of the columns. */
export type CellRow = Readonly<Record<string, unknown>>

/** A Parquet file that is made group by group; nothing of a group is kept when its bytes have been taken. */
export interface ParquetFile {
  /** The bytes of some more rows. */
  readonly rows: (rows: readonly CellRow[]) => Uint8Array
  /** The bytes that end the file. */
  readonly end: () => Uint8Array
}

/** Begins a Parquet file. */
export async function parquetFile(columns: readonly Column[]): Promise<ParquetFile> {
  // Whoever exports nothing in this form needs none of it.
  const { ByteWriter, ParquetWriter: Writer } = await import('hyparquet-writer')
  const bytes = new ByteWriter()
  const file = new Writer({ writer: bytes, schema: schemaOf(columns), createdBy: 'Segmentry' })
  const drained = (): Uint8Array => {
    const piece = bytes.getBytes().slice()
    // Where something stands in the file is counted apart from this.
    bytes.index = 0
    return piece
  }
  return {
    rows: (rows) => {
      const columnData = columns.map(({ name, type }, i) => ({
        name,
        data: rows.map((row) => stored(type, row[`cell_${i}`])),
      }))
      void file.write({ columnData, rowGroupSize: rows.length })
      return drained()
    },
    end: () => {
      void file.finish()
      return drained()
    },
  }
}

const schemaOf = (columns: readonly Column[]): Schema => [
  { name: 'people', num_children: columns.length },
  ...columns.flatMap(({ name, type }, i) => elementsOf(name, type, i === 0 ? 'REQUIRED' : 'OPTIONAL')),
]

/** How values of a type are declared. */
function elementsOf(name: string, type: ValueType, repetition_type: 'REQUIRED' | 'OPTIONAL'): Schema {
  if (type.kind !== 'list' || holdsObjects(type)) return [{ name, repetition_type, ...elementOf(type) }]
  return [
    { name, repetition_type, converted_type: 'LIST', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...elementsOf('element', type.of, 'REQUIRED'),
  ]
}

/** Objects are JSON, so that a part which is declared later does not change what the column is. */
const holdsObjects = (type: ValueType): boolean =>
  type.kind === 'list' ? holdsObjects(type.of) : type.kind === 'object'

function elementOf(type: ValueType): Omit<Element, 'name'> {
  switch (type.kind) {
    case 'integer':
      return { type: 'INT64' }
    case 'number':
      return { type: 'DOUBLE' }
    case 'decimal':
      return { type: 'INT64', converted_type: 'DECIMAL', precision: 15, scale: type.scale }
    case 'boolean':
      return { type: 'BOOLEAN' }
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' }
    case 'timestamp':
      return { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }
    case 'list':
    case 'object':
      return { type: 'BYTE_ARRAY', converted_type: 'JSON' }
    default:
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' }
  }
}

/** A value as the writer takes it. */
function stored(type: ValueType, raw: unknown): unknown {
  if (raw === null || raw === undefined) return undefined
  switch (type.kind) {
    case 'integer':
      return BigInt(raw as string | number)
    case 'decimal':
      return BigInt(decimalUnits(raw as string, type.scale)!)
    case 'date':
      return dayOfText(raw as string)
    case 'timestamp':
      return BigInt(parseInstant(raw as string)!)
    case 'list':
      return holdsObjects(type) ? raw : (raw as readonly unknown[]).map((one) => stored(type.of, one))
    default:
      return raw
  }
}
