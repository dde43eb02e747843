// The programs that are measured: a large schema, and as much written against it as a large company has.

const fieldCount = 200
const tagCount = 40
const eventCount = 20

/** How many segments the large program has. */
export const segmentCount = 300

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** Field declarations by turns; every fourth is required. */
const kinds = [
  'text()',
  'integer()',
  'decimal(2)',
  "choice('free', 'pro', 'team')",
  'boolean()',
  'timestamp()',
  'list(text())',
  'number()',
] as const

/** A test that fits the field of the same turn; it states a policy, as its field may be missing. */
const tests = [
  "isNot('CA', { missing: 'include' })",
  'between(1, 9)',
  "greaterThan('19.99')",
  "oneOf('free', 'pro')",
  'true',
  "inLast('7 days')",
  "has('en')",
  'atMost(0.5)',
] as const

const declaration = (index: number): string =>
  `    field${index}: ${kinds[index % kinds.length]}${index % 4 === 3 ? '.required()' : ''},`

const schema = `import {
  atLeast, atMost, between, boolean, choice, decimal, defineSchema, greaterThan, has, inLast, integer, isNot,
  list, number, oneOf, type SchemaOf, segmentry, text, timestamp,
} from '@segmentry/core'

const schema = defineSchema({
  fields: {
${times(fieldCount, declaration).join('\n')}
  },
  tags: [${times(tagCount, (index) => `'tag${index}'`).join(', ')}],
  events: {
${times(eventCount, (index) => `    event${index}: { sku: text(), amount: decimal(2), units: integer(), gift: boolean(), at: timestamp() },`).join('\n')}
  },
})
`

const named = `export interface Crm extends SchemaOf<typeof schema> {}
const { segment } = segmentry<Crm>(schema)
`

const unnamed = `const { segment } = segmentry<SchemaOf<typeof schema>>(schema)
`

// Every operator of the large program is named once, so that the two programs differ in segments alone.
const operators = `export const operators = [atLeast, atMost, between, greaterThan, has, inLast, isNot, oneOf]
`

const filter = (index: number): string =>
  `.field('field${index % fieldCount}', ${tests[(index % fieldCount) % tests.length]})`

const group = (index: number): string => {
  const fields = times(3, (turn) => filter(index * 3 + turn)).join('')
  const event = `.event('event${index % eventCount}', (e) => e.within('30 days').where('sku', 'A-1').where('units', greaterThan(1)).count(atLeast(2)))`
  return `.group((g) => g.tag('tag${index % tagCount}')${fields}${event}.none((n) => n.tag('tag${(index + 1) % tagCount}')))`
}

const segments = (count: number): string =>
  times(
    count,
    (index) => `export const segment${index} = segment()${group(index * 2)}${group(index * 2 + 1)}`,
  ).join('\n')

const oneCall = `export const first = segment().group((g) => g.field('field0', 'CA'))
`

const further = (count: number): string =>
  `export const further = segment().group((g) => g.field('field0', 'CA')${times(count, (index) => filter(index)).join('')})
`

/** A message of some 100 KB of HTML that names 50 fields in outputs and in conditions. */
const html = times(
  50,
  (index) =>
    `<td>${'x'.repeat(2_000)} {{ person.field${index} }} {% if person.field${index + 1} %}a{% endif %}</td>`,
).join('\n')
const message = (source: string): string =>
  `import { compileMessage } from '@segmentry/broadcast'
export const message = compileMessage({ from: 'a@b.example', subject: 'Hi {{ person.field0 }}', html: ${source} }, schema)
`

/** The programs by name. `base` is what the others are compared with. */
export const programs = {
  base: `${schema}${named}${operators}${oneCall}`,
  segments: `${schema}${named}${operators}${oneCall}${segments(segmentCount)}\n`,
  unnamed: `${schema}${unnamed}${operators}${oneCall}${segments(segmentCount)}\n`,
  fields200: `${schema}${named}${operators}${oneCall}${further(200)}`,
  fields400: `${schema}${named}${operators}${oneCall}${further(400)}`,
  message: `${schema}${named}${operators}${oneCall}${message(`\`${html}\``)}`,
  messageOfText: `${schema}${named}${operators}${oneCall}${message(`String()`)}`,
  wrongName: `${schema}${named}${operators}${oneCall}export const wrong = segment().group((g) => g.field('fields0', 'CA'))\n`,
} as const
