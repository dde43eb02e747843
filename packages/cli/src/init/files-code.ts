import { code, describe, type Schema, type SchemaInput } from '@segmentry/core'
import type { ColumnPlace, EventTable, Mapping, Place, TagPlace } from '@segmentry/postgres'
import { grouped } from '../view/text.ts'
import type { Findings, FoundField, FoundType, LeftOut } from './findings.ts'
import {
  callCode,
  type Code,
  commentCode,
  keyCode,
  listCode,
  objectCode,
  prefixed,
  print,
  suffixed,
  textCode,
} from './literal.ts'
import type { FirstSegment } from './segments.ts'

// What the files say.

/** Which words of a library a file calls. */
class Imports {
  readonly #names = new Set<string>()

  use(name: string): string {
    this.#names.add(name)
    return name
  }

  text(from: string): string {
    const sorted = [...this.#names].toSorted((a, b) => (plainName(a) < plainName(b) ? -1 : 1))
    return print(
      suffixed(prefixed('import ', { open: '{', items: sorted, close: '}' }), ` from ${textCode(from)}`),
    )
  }
}

const plainName = (name: string): string => name.replace('type ', '').toLowerCase()

/** The file with the schema. */
export function schemaFile(findings: Findings, input: SchemaInput): string {
  const imports = new Imports()
  const fields = (all: readonly FoundField[], isTall = false): Code =>
    objectCode(
      all.map((one) => [one.name, fieldCode(one, imports)] as const),
      isTall,
    )
  const { tags } = findings
  const entries: (readonly [string, Code])[] = [['fields', fields(findings.fields, true)]]
  if (tags !== undefined) {
    const names = tags.names.map(textCode)
    entries.push(['tags', tags.isOpen ? callCode(imports.use('openTags'), names) : listCode(names)])
  }
  if (input.events !== undefined) {
    const events = findings.events.flatMap(({ columns, events: some }) =>
      some.map(({ name, properties }) => [name, fields([...columns, ...properties])] as const),
    )
    entries.push(['events', objectCode(events, true)])
  }
  const made = callCode(imports.use('defineSchema'), [objectCode(entries, true)])
  imports.use('type SchemaOf')
  return [
    imports.text('@segmentry/core'),
    '',
    `/** What is known of people. */`,
    print(prefixed('export const schema = ', made)),
    '',
    '/** The schema under a name, which keeps types and messages short. */',
    'export interface People extends SchemaOf<typeof schema> {}',
    '',
  ].join('\n')
}

function fieldCode({ type, isRequired, isSensitive }: FoundField, imports: Imports): Code {
  const marks = `${isRequired ? '.required()' : ''}${isSensitive ? '.sensitive()' : ''}`
  return suffixed(typeCode(type, imports), marks)
}

function typeCode(type: FoundType, imports: Imports): Code {
  const name = imports.use(type.kind)
  switch (type.kind) {
    case 'decimal':
      return `${name}(${type.scale})`
    case 'choice':
      return callCode(name, type.values.map(textCode))
    case 'list':
      return callCode(name, [typeCode(type.of, imports)])
    case 'object':
      return callCode(name, [
        objectCode(type.parts.map((one) => [one.name, fieldCode(one, imports)] as const)),
      ])
    default:
      return `${name}()`
  }
}

/** The file with the source. */
export function sourceFile(mapping: Mapping, left: readonly LeftOut[], ending: string): string {
  const imports = new Imports()
  const { people, fields, tags, events = {} } = mapping
  const tables = Object.entries(events) as readonly (readonly [string, EventTable])[]
  const uses = Map.groupBy(tables, ([, table]) => table)
  const shared = [...uses].filter(([, some]) => some.length > 1).map(([table]) => table)
  const nameOf = (table: EventTable): string => {
    const at = shared.indexOf(table)
    return `events${at === 0 ? '' : at + 1}`
  }
  const entries: (readonly [string, Code])[] = [
    ['people', objectCode(Object.entries(people).map(([key, value]) => [key, dataCode(value)] as const))],
    ['fields', placesCode(fields as Readonly<Record<string, Place>>, imports, true)],
  ]
  if (tags !== undefined) entries.push(['tags', tagsCode(tags, imports)])
  if (tables.length > 0) {
    const all = tables.map(
      ([name, table]) => [name, shared.includes(table) ? nameOf(table) : eventCode(table, imports)] as const,
    )
    entries.push(['events', objectCode(all, true)])
  }
  const consts = shared.flatMap((table) => [
    print(prefixed(`const ${nameOf(table)} = `, eventCode(table, imports))),
    '',
  ])
  const made = callCode(imports.use('defineSource'), ['schema', objectCode(entries, true)])
  const notes = left.map(({ what, why }) => commentCode(`${what}: ${why}`))
  return [
    imports.text('@segmentry/postgres'),
    `import { schema } from ${textCode(`./schema${ending}`)}`,
    '',
    ...consts,
    '/** Where it is kept. */',
    print(prefixed('export const source = ', made)),
    ...(notes.length === 0 ? [] : ['', '// What is not read, and why:', ...notes]),
    '',
  ].join('\n')
}

/** A value of a mapping: text, true, null, or an object of them. */
function dataCode(value: unknown): Code {
  if (typeof value === 'string') return textCode(value)
  if (typeof value !== 'object' || value === null) return String(value)
  return objectCode(Object.entries(value).map(([key, one]) => [key, dataCode(one)] as const))
}

function placeCode(place: Place, imports: Imports): Code {
  if (place.in === 'json') return callCode(imports.use('json'), [place.column, ...place.path].map(textCode))
  const { column, zone } = place
  const options = zone === undefined ? [] : [dataCode({ zone })]
  return callCode(imports.use('column'), [...(column === undefined ? [] : [textCode(column)]), ...options])
}

const placesCode = (places: Readonly<Record<string, Place>>, imports: Imports, isTall = false): Code =>
  objectCode(
    Object.entries(places).map(([name, place]) => [name, placeCode(place, imports)] as const),
    isTall,
  )

const timeCode = (at: string | ColumnPlace, imports: Imports): Code =>
  typeof at === 'string' ? textCode(at) : placeCode(at, imports)

function tagsCode(tags: TagPlace, imports: Imports): Code {
  if (tags.in === 'array') return callCode(imports.use('tagArray'), [textCode(tags.column)])
  const { in: _in, table, at, ...rest } = tags
  const entries = Object.entries(rest).map(([key, value]) => [key, dataCode(value)] as const)
  return callCode(imports.use('tagTable'), [
    textCode(table),
    objectCode([...entries, ...(at === undefined ? [] : [['at', timeCode(at, imports)] as const])]),
  ])
}

function eventCode({ table, ...rest }: EventTable, imports: Imports): Code {
  const entries = Object.entries(rest).map(([key, value]): readonly [string, Code] => {
    if (key === 'at') return [key, timeCode(value as string | ColumnPlace, imports)]
    if (key === 'properties') return [key, placesCode(value as Readonly<Record<string, Place>>, imports)]
    return [key, dataCode(value)]
  })
  return callCode(imports.use('eventTable'), [textCode(table), objectCode(entries)])
}

/** The file with the first segments. */
export function segmentsFile(segments: readonly FirstSegment[], schema: Schema, ending: string): string {
  const imports = new Imports()
  imports.use('defineSegments')
  imports.use('segmentry')
  const lines = segments.flatMap(({ key, segment, people, calls }) => {
    for (const name of calls) imports.use(name)
    const count = people === undefined ? '' : `; ${peopleText(people)} when this was written`
    const text = code(segment, schema).replaceAll('\n', '\n  ')
    return [
      `  ${commentCode(`${describe(segment, schema).replaceAll(/\s+/g, ' ')}${count}`)}`,
      `  ${keyCode(key)}: ${text},`,
    ]
  })
  return [
    imports.text('@segmentry/core'),
    `import { type People, schema } from ${textCode(`./schema${ending}`)}`,
    '',
    'const { segment } = segmentry<People>(schema)',
    '',
    '/** Who is meant, by key. */',
    'export const segments = defineSegments({',
    ...lines,
    '})',
    '',
  ].join('\n')
}

const peopleText = (n: number): string => (n === 1 ? 'one person' : `${grouped(n)} people`)
