import {
  decimalText,
  type Duration,
  type Kind,
  type Literal,
  mostDecimalUnits,
  type ValueType,
} from '@segmentry/core'
import fc from 'fast-check'

// One pool of values for definitions and for people, so that they often meet, and at their edges.

/** The instant that the generated world turns around. */
export const base = Date.parse('2026-11-24T09:30:00.000Z')

const day = 86_400_000
const ages = [0, 1000, 90_000, 3_600_000, day, 7 * day, 30 * day, 3650 * day]

/** Durations that windows are made of. */
export const duration: fc.Arbitrary<Duration> = fc.constantFrom<Duration[]>(
  '1 second',
  '90 seconds',
  '1 hour',
  '1 day',
  '24 hours',
  '7 days',
  '1 week',
  '30 days',
  '3650 days',
)

/** Instants at which days, weeks, months and years begin in some zone, or its clocks change, around {@link base}. */
const edges = [
  '2026-11-01T04:00:00Z', // 1 November in New York; its clocks go back at 06:00Z
  '2026-11-01T06:00:00Z',
  '2026-11-22T05:00:00Z', // Sunday in New York
  '2026-11-23T05:00:00Z', // Monday in New York
  '2026-11-24T05:00:00Z', // 24 November in New York
  '2026-11-25T05:00:00Z',
  '2026-11-23T18:15:00Z', // midnight in Kathmandu
  '2026-11-23T13:00:00Z', // midnight in Lord Howe
  '2026-10-03T15:30:00Z', // Lord Howe's clocks go forward by half an hour
  '2026-12-01T00:00:00Z',
  '2026-07-01T04:00:00Z', // the schema's year begins
  '2027-03-01T05:00:00Z',
  '2028-02-29T12:00:00Z',
].map((text) => Date.parse(text))

/** Milliseconds at the edges of windows around {@link base}, and one before and after. */
export const instantMs: fc.Arbitrary<number> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...ages), fc.constantFrom(-1, 1), fc.constantFrom(-1, 0, 0, 1))
      .map(([age, sign, off]) => base + sign * age + off),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...edges), fc.constantFrom(-1, 0, 0, 1))
      .map(([edge, off]) => edge + off),
  },
  { weight: 1, arbitrary: fc.integer({ min: base - 40 * day, max: base + 40 * day }) },
)

/** An instant as text: in UTC, at an offset, or with digits beyond the millisecond, which do not count. */
export const instantText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: instantMs.map((ms) => new Date(ms).toISOString()) },
  { weight: 1, arbitrary: instantMs.map((ms) => new Date(ms).toISOString().replace('Z', '999Z')) },
  {
    weight: 1,
    arbitrary: instantMs.map((ms) => new Date(ms + 19_800_000).toISOString().replace('Z', '+05:30')),
  },
  { weight: 1, arbitrary: fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z') },
)

const texts = [
  ['', ' ', 'CA', 'ca', 'Ca', 'NY', 'CANY', ' CA ', "o'brien", '"', "''", '\\', 'a\\b', '100%', '%'],
  ['a_b', 'aXb', '_', '\t\n', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u001c', 'straße', 'STRASSE'],
  ['İ', 'i̇', 'é', 'e\u0301', '\uff5e', '\u{1d4b3}', '😀', 'a😀b', '$1', '?', ':name', '{}', 'null'],
  [
    'constructor',
    '__proto__',
    'Ann@X.org',
    'ann@x.org',
    'ann@sub.x.org',
    'a@b@x.org',
    '@x.org',
    'ann@',
    'kelvin\u212a',
  ],
].flat()

/** Well-formed text without U+0000: quotes, wildcards, white space, case pairs, characters beyond U+FFFF. */
export const textValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...texts) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 6 }).filter((text) => !text.includes('\0')),
  },
)

/** Text to look for inside other text: never empty. */
export const affix: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('C', 'A', 'CA', 'a', ' ', "'", '\\', '%', '_', 'ß', '\u0301', 'e', '😀', '\u{1d4b3}'),
  textValue.filter((text) => text !== ''),
)

const versions = [
  ['1.2.3', '1.2.10', '1.10.0', '2.0.0', '10.0.0', '0.0.0', '1.2.3+build.7', '999999999999999.0.0'],
  [
    '2.0.0-alpha',
    '2.0.0-alpha.1',
    '2.0.0-alpha.beta',
    '2.0.0-beta.2',
    '2.0.0-beta.11',
    '2.0.0-rc.1',
    '2.0.0-0',
  ],
].flat()

const most = Number.MAX_SAFE_INTEGER
const integers = [0, 1, 2, 3, -1, 7, 499, 500, 501, most, most - 1, -most]
const numbers = [
  90,
  -90,
  180,
  -180,
  37.8,
  37.81,
  -122.27,
  179.99,
  0,
  0.1,
  0.2,
  0.1 + 0.2,
  0.3,
  -1.5,
  1,
  500,
  500.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 53,
  1e21,
]
const decimals = ['0', '0.1', '0.2', '0.3', '19.99', '20', '499.99', '500', '500.01', '-0.01', '-500']
const largeUnits = (scale: number): readonly string[] => [
  decimalText(mostDecimalUnits, scale),
  decimalText(-mostDecimalUnits, scale),
]
const dates = [
  ['2026-11-01', '2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25', '2026-12-01', '2026-07-01'],
  ['1990-11-24', '1990-12-01', '1987-03-01', '1987-02-28', '2024-02-29', '0001-01-01', '9999-12-31'],
].flat()

/** A value of each type, as a definition or a person may write it. */
export const literals: {
  readonly [K in Kind]: (type: Extract<ValueType, { kind: K }>) => fc.Arbitrary<Literal>
} = {
  text: () => textValue,
  version: () => fc.constantFrom(...versions),
  integer: () => fc.oneof(fc.constantFrom(...integers), fc.integer({ min: -5, max: 5 }), fc.constant(-0)),
  number: () =>
    fc.oneof(
      fc.constantFrom(...numbers),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(-0),
    ),
  decimal: ({ scale }) =>
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<Literal[]>(...decimals, '500.00', '-0', 500, 19.99, 0.1) },
      { weight: 1, arbitrary: fc.constantFrom(...largeUnits(scale)) },
    ),
  boolean: () => fc.boolean(),
  date: () => fc.constantFrom(...dates),
  timestamp: () => instantText,
  choice: ({ values }) => fc.constantFrom(...values),
  list: ({ of }) => literalOf(of),
  object: () => fc.constant(true),
}

/** A value of a type; of a list, a value of its elements. */
export const literalOf = (type: ValueType): fc.Arbitrary<Literal> =>
  (literals[type.kind] as (type: ValueType) => fc.Arbitrary<Literal>)(type)
