import { onType, type ValueType } from '@segmentry/core'
import { sql } from 'kysely'
import { booleanReading, decimalReading, integerReading, never, numberReading } from './kinds.ts'
import { param, type Reading, type Sql, text } from './reading.ts'
import { type TextForm, textReading, versionKeyReading } from './text.ts'
import { msReading, textDateReading } from './times.ts'

/** A value as {@link Reading.value} has it, computed by a query: what is made of several rows. */
export function valueReading(type: ValueType, value: Sql): Reading {
  return onType<Reading>(type, {
    text: () => textReading(type, value, exactly(value)),
    choice: () => textReading(type, value, exactly(value)),
    version: () => versionKeyReading(value),
    integer: () => integerReading(value, 'numeric', true),
    number: () => numberReading(value, true),
    decimal: ({ scale }) => decimalReading(scale, value, true),
    boolean: () => booleanReading(value),
    date: () => textDateReading(value, value),
    timestamp: () => msReading(value),
    list: () => never({ op: 'present' }, type),
    object: () => never({ op: 'present' }, type),
  })
}

const exactly = (value: Sql): TextForm => ({
  equals: (one) => sql`${value} = ${text(one)}`,
  oneOf: (several) => sql`${value} = any(${param(several, 'text[]')})`,
})
