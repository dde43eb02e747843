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

export const most = Number.MAX_SAFE_INTEGER
const [hour, day] = [3_600_000, 86_400_000]
const ages = [0, 1000, 90_000, hour, day, 7 * day, 30 * day, 3650 * day]

/** Some of it often, so that it meets itself, and the rest of it too. */
const often = <T>(few: readonly T[], rest: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...few) }, { weight: 1, arbitrary: rest })

/** Durations that windows are made of. */
export const duration: fc.Arbitrary<Duration> = often<Duration>(
  ['1 hour', '1 day', '7 days'],
  fc.constantFrom<Duration[]>('1 second', '90 seconds', '24 hours', '1 week', '30 days', '3650 days'),
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
  '2026-10-01T04:00:00Z', // a quarter in New York
  '2026-10-03T15:30:00Z', // Lord Howe's clocks go forward by half an hour
  '2026-12-01T00:00:00Z',
  '2026-07-01T04:00:00Z', // the schema's year begins
  '2027-03-01T05:00:00Z',
  '2028-02-29T12:00:00Z',
].map((text) => Date.parse(text))

/** Days around the end of February, where 29 February falls on another day. */
export const leapDays = ['2027-02-28T12:00:00Z', '2027-03-01T12:00:00Z', '2028-02-29T12:00:00Z'].map((text) =>
  Date.parse(text),
)

/** Instants that events share: the clock, a change of clocks, and both sides of two midnights, of which one begins a week. */
const shared = [
  [base, base + 1, base - hour, edges[1]!],
  [edges[3]!, edges[3]! - 1, edges[4]!, edges[4]! - 1],
].flat()

/** Milliseconds at the edges of windows around {@link base}, and one before and after. */
export const instantMs: fc.Arbitrary<number> = fc.oneof(
  { weight: 7, arbitrary: fc.constantFrom(...shared) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        often([hour, day, 7 * day], fc.constantFrom(...ages)),
        fc.constantFrom(-1, -1, -1, 1),
        fc.constantFrom(-1, 0, 1),
      )
      .map(([age, sign, off]) => base + sign * age + off),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom(...edges), fc.constantFrom(-1, 0, 0, 1))
      .map(([edge, off]) => edge + off),
  },
  { weight: 1, arbitrary: fc.integer({ min: base - 40 * day, max: base + 40 * day }) },
  { weight: 1, arbitrary: fc.integer({ min: base - 400 * day, max: base }) },
)

/** The text of an instant at an offset, with these digits after its milliseconds. */
const written =
  (offset: string, beyond = '') =>
  (ms: number): string => {
    const [, sign, hours, minutes] = /^([+-])(\d+):(\d+)$/.exec(offset) ?? ['', '+', '0', '0']
    const shift = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1)
    return new Date(ms + shift).toISOString().replace('Z', `${beyond}${offset}`)
  }

/** An instant as text: in UTC, at an offset, or with digits beyond the millisecond, which do not count. */
export const instantText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: instantMs.map(written('Z')) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        instantMs,
        fc.constantFrom('Z', '+05:30', '-05:00', '-09:30', '+14:00'),
        fc.constantFrom('', '9', '999', '9999', '999999'),
      )
      .map(([ms, offset, beyond]) => written(offset, beyond)(ms)),
  },
  { weight: 1, arbitrary: fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z') },
)

const common = ['CA', 'ca', 'NY', 'É', 'a😀', '\u{1d4b3}', '\uff5e', 'ann@x.org', '']
const emails = ['ann@x.org', 'Ann@X.org', 'ann@sub.x.org', 'a@b@x.org', '@x.org', 'ann@', 'ann@\u3000x.org']
/** Texts that differ in case, some of them by rules that are not those of ASCII. */
const casePairs = ['CA', 'ca', 'É', 'é', 'K', 'k', '\u212a', 'ß', 'ẞ', 'SS', 'Σ', 'σ', 'ς', 'İ', 'i', 'ı']
const texts = [
  [' ', 'Ca', 'CANY', ' CA ', "o'brien", '"', "''", '\\', 'a\\b', '100%', '%', 'ann@é.org', 'ann@É.org'],
  ['a_b', 'aXb', '_', '\t\n', '\u00a0', '\u3000', '\u200b', '\ufeff', '\u001c', 'straße', 'STRASSE'],
  ['i̇', 'e\u0301', '😀', 'a😀b', '$1', '?', ':name', '{}', 'null', 'constructor'],
  ['__proto__', 'ann@y.org', 'a b@x.org', 'ann@x.org.', 'kelvin\u212a'],
].flat()

/** Any code points but U+0000 and half surrogate pairs. */
const anyText = fc
  .array(
    fc.integer({ min: 1, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff),
    { maxLength: 6 },
  )
  .map((points) => String.fromCodePoint(...points))

/** Well-formed text without U+0000: quotes, wildcards, white space, case pairs, characters beyond U+FFFF. */
export const textValue: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...common) },
  { weight: 3, arbitrary: fc.constantFrom(...emails) },
  { weight: 3, arbitrary: fc.constantFrom(...casePairs) },
  { weight: 2, arbitrary: fc.constantFrom('\u3000', '{}') },
  { weight: 5, arbitrary: fc.constantFrom(...texts) },
  { weight: 1, arbitrary: anyText },
)

/** Text that is compared whatever its case. */
export const casedText: fc.Arbitrary<string> = often(
  ['CA', 'É', 'é', 'k'],
  fc.oneof(fc.constantFrom(...casePairs), textValue),
)

/** What averages of few values often are, and what lies next to them. */
export const averageValue: fc.Arbitrary<Literal> = fc.constantFrom(
  '0',
  '0.5',
  '1',
  '1.5',
  '2',
  '0.05',
  '0.03',
  '9.99',
  '9.995',
  '10.04',
  '259.99',
  '166.66',
  '500',
)

/** What a field or a property of a name holds, where it is not any value of its type. */
export const valuesOf: Readonly<Record<string, fc.Arbitrary<Literal>>> = {
  email: often(emails, textValue),
  lat: fc.constantFrom(0, 37.8, 37.81, 90, 90.5, -89.5, -90),
  lon: fc.constantFrom(0, -122.27, -122.2, 179.99, -179.9, 180, 181),
}

/** Hours of the day: most often those at which clocks change, and the ends of the day. */
export const hourOfDay = often([0, 1, 2, 4, 9, 24], fc.nat(24))

export const domain = fc.constantFrom('x.org', 'X.ORG', 'sub.x.org', 'y.org', 'é.org')

const parts = ['C', 'A', 'a', '😀', ' ', "'", '\\', '%', '_', 'ß', '\u0301', 'e', '\u{1d4b3}', '@x']

/** Text to look for inside other text: never empty. */
export const affix: fc.Arbitrary<string> = often(
  parts,
  textValue.filter((text) => text !== ''),
)

/** The same, whatever its case. */
export const casedAffix: fc.Arbitrary<string> = often(casePairs, affix)

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

const integers = [0, -1, 7, 499, 500, 501, most, most - 1, -most]
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
const decimals = [
  '0.15',
  '0.2',
  '0.3',
  '20',
  '00.10',
  '0500',
  '0.5',
  '1.5',
  '-000.01',
  '499.99',
  '500',
  '500.01',
  '-0.01',
  '-500',
]
const largeUnits = (scale: number): readonly string[] => [
  decimalText(mostDecimalUnits, scale),
  decimalText(-mostDecimalUnits, scale),
]
const dates = [
  [
    '2026-09-30',
    '2026-10-01',
    '2026-11-01',
    '2026-11-22',
    '2026-11-23',
    '2026-11-24',
    '2026-11-25',
    '2026-12-01',
    '2026-07-01',
  ],
  ['1990-11-24', '1990-12-01', '1987-03-01', '1987-02-28', '2024-02-29', '0001-01-01', '9999-12-31'],
].flat()

/** A value of each type, as a definition or a person may write it. */
export const literals: {
  readonly [K in Kind]: (type: Extract<ValueType, { kind: K }>) => fc.Arbitrary<Literal>
} = {
  text: () => textValue,
  version: () => often(['1.2.3', '1.10.0', '2.0.0-alpha.1'], fc.constantFrom(...versions)),
  integer: () =>
    often<number>(
      [0, 1, 2, 3],
      fc.oneof(fc.constantFrom(...integers), fc.integer({ min: -5, max: 5 }), fc.constant(-0)),
    ),
  number: () =>
    often<number>(
      [0, 0.1, 1, 500],
      fc.oneof(
        fc.constantFrom(...numbers),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constant(-0),
      ),
    ),
  decimal: ({ scale }) =>
    often<Literal>(
      ['0', '0.1', '19.99', '500'],
      fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom<Literal[]>(...decimals, '500.00', '-0', 500, 19.99, 0.1) },
        { weight: 1, arbitrary: fc.constantFrom(...largeUnits(scale)) },
      ),
    ),
  boolean: () => fc.boolean(),
  date: () => often(['2026-11-24', '2026-11-25', '1990-11-24', '2024-02-29'], fc.constantFrom(...dates)),
  timestamp: () => instantText,
  choice: ({ values }) => fc.constantFrom(...values),
  list: ({ of }) => literalOf(of),
  object: () => fc.constant(true),
}

/** A value of a type; of a list, a value of its elements. */
export const literalOf = (type: ValueType): fc.Arbitrary<Literal> =>
  (literals[type.kind] as (type: ValueType) => fc.Arbitrary<Literal>)(type)
