import pg from 'pg'

// pg and PGlite read rows differently: a bigint is text in one and a number or a bigint in the other. Here
// both are told the same: booleans, whole numbers of 32 bits, doubles and JSON are JavaScript's own, arrays of
// text are arrays, and all else, bigint, numeric, dates and instants among it, is the text Postgres writes.

type Reader = (text: string) => unknown

const asText: Reader = (text) => text
const asNumber: Reader = (text) => Number(text)
const asJson: Reader = (text) => JSON.parse(text)
const { BOOL, INT2, INT4, FLOAT4, FLOAT8, JSON: JSON_TYPE, JSONB } = pg.types.builtins
const [textArray, varcharArray] = [1009, 1015]
// Arrays have numbers that the enumeration of types lacks.
const parserOf: (oid: number) => Reader = pg.types.getTypeParser
const asTextArray = parserOf(textArray)

const readers: ReadonlyMap<number, Reader> = new Map([
  [BOOL, (text: string) => text === 't'],
  [INT2, asNumber],
  [INT4, asNumber],
  [FLOAT4, asNumber],
  [FLOAT8, asNumber],
  [JSON_TYPE, asJson],
  [JSONB, asJson],
  [textArray, asTextArray],
  [varcharArray, asTextArray],
])

/** How a value of a type, named by its number in Postgres, is read from its text. */
export const readerOf = (oid: number): Reader => readers.get(oid) ?? asText

/** The types that {@link readerOf} does not leave as text. */
export const readTypes: Iterable<number> = readers.keys()
