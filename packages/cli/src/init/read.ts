import type { Look, Looked, SurveyedColumn, SurveyedTable } from '@segmentry/postgres/effect'
import { keysOf } from './documents.ts'
import type {
  Findings,
  FoundEvent,
  FoundEvents,
  FoundField,
  FoundTags,
  FoundType,
  LeftOut,
} from './findings.ts'
import { eventNameOf } from './event-names.ts'
import { folded, isMoney, isPersonal, isSecret, Namer, wordsOf } from './names.ts'
import type { EventShape, Structure, TagShape } from './structure.ts'

// From what tables are for to what a schema says: which looks that takes, and what they say.

/** The most event names and tags that a schema begins with. */
const mostNames = 50

/** What has to be looked at. */
export function looksOf({ people, tags, events }: Structure): readonly Look[] {
  const own = people.table.columns.filter(isOpen)
  const looks = new Map<string, Look>()
  const add = (look: Look): void => void looks.set(look.table, look)
  add({
    table: people.table.table,
    values: own.filter((one) => isListed(one, people.table, people.id)).map(nameOf),
    lists: tags !== undefined && tags.person === undefined ? [tags.column] : [],
    documents: own.filter(isDocument).map(nameOf),
    scales: own.filter(isBare).map(nameOf),
  })
  if (tags?.person !== undefined)
    add({ table: tags.table.table, values: [tags.column], lists: [], documents: [], scales: [] })
  for (const { table, name } of events) {
    const columns = table.columns.filter(isOpen)
    add({
      table: table.table,
      values: name === undefined ? [] : [name],
      lists: [],
      documents: columns.filter(isDocument).map(nameOf),
      ...(name !== undefined && { by: name }),
      scales: columns.filter(isBare).map(nameOf),
    })
  }
  return [...looks.values()]
}

const nameOf = ({ name }: SurveyedColumn): string => name
const isOpen = ({ name, isReadable }: SurveyedColumn): boolean => isReadable && !isSecret(name)
const isDocument = ({ type }: SurveyedColumn): boolean => type?.kind === 'object'
const isBare = ({ type, shown }: SurveyedColumn): boolean => type?.kind === 'number' && shown === 'numeric'

/** Whether the values of a column may be few, and are nobody's own. */
const isListed = ({ name, type, shown }: SurveyedColumn, table: SurveyedTable, id: string): boolean =>
  (type?.kind === 'boolean' || type?.kind === 'choice' || (type?.kind === 'text' && shown !== 'uuid')) &&
  !isPersonal(name, true) &&
  name !== id &&
  !table.keys.some((key) => key.length === 1 && key[0] === name)

/** What was found, from what tables are for and what their rows showed. */
export function findingsOf(structure: Structure, looked: ReadonlyMap<string, Looked>): Findings {
  const { people, tags, events } = structure
  const left: LeftOut[] = [...structure.left]
  const notes: string[] = [...structure.notes]
  const seen = (table: string): Looked => looked.get(table)!
  const own = seen(people.table.table)
  const gone = goneOf(people.table)
  const taken = new Set([
    people.id,
    ...(tags?.person === undefined && tags ? [tags.column] : []),
    ...(gone === undefined ? [] : [gone]),
  ])
  const fields = columnsOf(people.table, taken, own, true, left)
  const namer = new Namer()
  const shapes = events.map((shape) => eventsOf(shape, seen(shape.table.table), structure, namer, left))
  for (const { unseen } of looked.values())
    for (const one of unseen) notes.push(`${one}; its rows were not looked at`)
  const zones = [
    ...fields.filter((one) => one.needsZone).map((one) => `${people.table.table}.${one.column}`),
    ...shapes.flatMap(({ table, at, columns }) => [
      ...(at.needsZone ? [`${table}.${at.column}`] : []),
      ...columns.filter((one) => one.needsZone).map((one) => `${table}.${one.column}`),
    ]),
  ]
  if (zones.length > 0)
    notes.push(`times without a zone are read as UTC: ${listed(zones)}; correct 'zone' where that is not so`)
  return {
    people: {
      table: people.table.table,
      id: people.id,
      rows: own.rows,
      isEstimate: own.isEstimate,
      ...(gone !== undefined && { gone }),
    },
    fields,
    ...(tags && { tags: tagsOf(tags, seen(tags.table.table)) }),
    events: shapes.toSorted((a, b) => b.rows - a.rows),
    // Each event of a table says the same of it.
    left: [...new Map(left.map((one) => [JSON.stringify(one), one])).values()],
    notes: [...new Set(notes)],
  }
}

const listed = (all: readonly string[]): string =>
  all.slice(0, 4).join(', ') + (all.length > 4 ? ` and ${all.length - 4} more` : '')

/** The column that is set when a row is not there any more, for a program that keeps it. */
const goneOf = (table: SurveyedTable): string | undefined =>
  table.columns.find(
    ({ name, type, notNull, isReadable }) =>
      isReadable &&
      !notNull &&
      type?.kind === 'timestamp' &&
      /^(?:deleted|discarded|archived|removed)(?:at|on)?$/.test(folded(name)),
  )?.name

/** The columns of a table as fields. */
function columnsOf(
  table: SurveyedTable,
  taken: ReadonlySet<string>,
  looked: Looked,
  isOfPerson: boolean,
  left: LeftOut[],
): readonly FoundField[] {
  const namer = new Namer()
  const found: FoundField[] = []
  for (const column of table.columns) {
    if (taken.has(column.name)) continue
    const what = `${table.table}.${column.name}`
    const type = typeOf(column, looked, isOfPerson)
    if (typeof type === 'string') left.push({ what, why: type })
    else {
      for (const { key, why } of type.odd) left.push({ what: `${what} -> ${key}`, why })
      found.push({
        name: namer.name(column.name),
        type: type.type,
        isRequired: column.notNull && type.type.kind !== 'object',
        isSensitive: isHeld(type.type) && isPersonal(column.name, isOfPerson),
        column: column.name,
        ...(column.needsZone && { needsZone: true }),
      })
    }
  }
  return found
}

/** Whether a type can hold what tells who somebody is. */
const isHeld = ({ kind }: FoundType): boolean =>
  kind === 'text' || kind === 'date' || kind === 'list' || kind === 'object'

interface Typed {
  readonly type: FoundType
  readonly odd: readonly { readonly key: string; readonly why: string }[]
}

/** The type of a column, or why there is none. */
function typeOf(column: SurveyedColumn, looked: Looked, isOfPerson: boolean): Typed | string {
  const { name, type, shown, isReadable } = column
  if (!isReadable) return 'the role may not read it'
  if (isSecret(name)) return 'its name says that it is a secret'
  if (type === undefined) return `no field can be read from its type, ${shown}`
  if (type.kind === 'object') {
    const documents = looked.documents[name]
    if (documents === undefined) return 'its documents could not be looked at'
    const { fields, odd } = keysOf(documents.map(parsed), isOfPerson)
    if (fields.length === 0) {
      const [first] = odd
      return first === undefined
        ? documents.length === 0
          ? 'it has no documents yet that would show their keys'
          : 'its documents have no keys'
        : `its keys are no fields: '${first.key}', as ${first.why}`
    }
    return { type: { kind: 'object', parts: fields }, odd }
  }
  if (isBare(column)) {
    // Money has cents, even where there are no rows yet, or none that show them.
    const scale = looked.scales[name] ?? (isMoney(name) ? 2 : undefined)
    if (scale !== undefined && scale <= 6)
      return { type: { kind: 'decimal', scale: Math.max(2, scale) }, odd: [] }
  }
  return { type: type as FoundType, odd: [] }
}

/** A document, or nothing where it is no JSON that can be read. */
const parsed = ({ text }: { readonly text: string }): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function tagsOf({ table, column, person, at, isBound }: TagShape, looked: Looked): FoundTags {
  const { shares = {}, isAll = false } = looked.values[column] ?? {}
  const names = Object.keys(shares).filter((name) => name !== '')
  return {
    table: table.table,
    column,
    ...(person !== undefined && { person }),
    ...(at && { at }),
    isBound,
    names: names.slice(0, mostNames),
    isOpen: !isAll || names.length > mostNames || names.length === 0,
  }
}

const documentNames = ['properties', 'props', 'data', 'payload', 'attributes', 'params', 'metadata', 'meta']

function eventsOf(
  shape: EventShape,
  looked: Looked,
  { people }: Structure,
  namer: Namer,
  left: LeftOut[],
): FoundEvents {
  const { table, person, at, id, name, isBound } = shape
  const documents = table.columns
    .filter((one) => isOpen(one) && isDocument(one))
    .toSorted((a, b) => rankOf(a) - rankOf(b))
  const [main] = documents
  const gone = goneOf(table)
  const taken = new Set([
    person,
    id,
    at.name,
    ...(name === undefined ? [] : [name]),
    ...(main ? [main.name] : []),
    ...(gone === undefined ? [] : [gone]),
  ])
  const columns = columnsOf(table, taken, looked, false, left)
  const held = new Set(columns.map((one) => one.name))
  const known = main === undefined ? [] : (looked.documents[main.name] ?? [])
  const propertiesOf = (of: string | undefined): readonly FoundField[] => {
    const own = known.filter((one) => of === undefined || one.of === of)
    const { fields, odd } = keysOf(own.map(parsed), false)
    for (const { key, why } of odd) left.push({ what: `${table.table}.${main!.name} -> ${key}`, why })
    return fields.filter((one) => !held.has(one.name))
  }
  if (main !== undefined && known.length === 0) {
    const why = 'it has no documents yet that would show their keys'
    left.push({ what: `${table.table}.${main.name}`, why })
  }
  const events =
    name === undefined
      ? [
          {
            name: namer.name(eventNameOf(table.name, people.table.name), true),
            share: 1,
            properties: propertiesOf(undefined),
          },
        ]
      : namedEvents(shape, looked, namer, propertiesOf, left)
  return {
    table: table.table,
    person,
    ...(name !== undefined && { name }),
    at: { column: at.name, needsZone: at.needsZone },
    id,
    ...(gone !== undefined && { gone }),
    isBound,
    ...(main && { document: main.name }),
    columns,
    events,
    rows: looked.rows,
    isEstimate: looked.isEstimate,
  }
}

/** The events of a table with a name in each row. */
function namedEvents(
  { table, name }: EventShape,
  looked: Looked,
  namer: Namer,
  propertiesOf: (of: string) => readonly FoundField[],
  left: LeftOut[],
): readonly FoundEvent[] {
  const shares = Object.entries(looked.values[name!]?.shares ?? {}).filter(([one]) => one !== '')
  const what = `${table.table}.${name!}`
  if (shares.length === 0) left.push({ what, why: 'it has no rows yet that would show the names of events' })
  if (shares.length > mostNames)
    left.push({ what, why: `it has more names than the ${mostNames} most frequent ones, which are taken` })
  return shares.slice(0, mostNames).map(([called, share]) => {
    const own = namer.name(called, true)
    return { name: own, ...(own !== called && { called }), share, properties: propertiesOf(called) }
  })
}

const rankOf = ({ name }: SurveyedColumn): number => {
  const at = documentNames.indexOf(wordsOf(name).join('_'))
  return at < 0 ? documentNames.length : at
}
