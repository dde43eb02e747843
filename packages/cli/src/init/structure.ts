import type { Reference, SurveyedColumn, SurveyedTable } from '@segmentry/postgres/effect'
import type { FoundTime, LeftOut } from './findings.ts'
import { folded, rowWords, wordsOf } from './names.ts'
import type { Candidate } from './people.ts'

// What tables are for, as far as the catalog tells it; their rows have not been looked at.

/** A table of tags, or an array of them. */
export interface TagShape {
  readonly table: SurveyedTable
  readonly column: string
  readonly person?: string
  readonly at?: FoundTime
  readonly isBound: boolean
}

/** A table of events. */
export interface EventShape {
  readonly table: SurveyedTable
  readonly person: string
  readonly at: SurveyedColumn
  readonly id: string
  readonly name?: string
  readonly isBound: boolean
  /** Whether a foreign key says whom it is about, and not the name of a column alone. */
  readonly isByKey: boolean
}

/** What tables are for. */
export interface Structure {
  readonly people: Candidate
  readonly tags?: TagShape
  readonly events: readonly EventShape[]
  readonly left: readonly LeftOut[]
  readonly notes: readonly string[]
}

/** Finds out what each table is for, once it is known who people are. */
export function structureOf(tables: readonly SurveyedTable[], people: Candidate): Structure {
  const left: LeftOut[] = []
  const notes: string[] = []
  const tags: TagShape[] = arraysOf(people)
  const events: EventShape[] = []
  for (const table of tables) {
    if (table === people.table) continue
    const shape = shapeOf(table, people, notes)
    if ('why' in shape) left.push({ what: table.table, why: shape.why })
    else if ('at' in shape && 'id' in shape) events.push(shape)
    else tags.push(shape)
  }
  const taken = people.table.kind === 'view' ? events : ownOf(events, left)
  for (const { table, person, isByKey } of taken) {
    if (isByKey) continue
    const to = people.table.table
    notes.push(`${table.table}.${person} has no foreign key to ${to}, and was taken for one by its name`)
  }
  const [first, ...others] = tags
  for (const { table, column, person } of others) {
    if (person === undefined) continue
    left.push({
      what: `${table.table}.${column}`,
      why: `tags are kept in one place, and ${placeOf(first!)} is taken`,
    })
  }
  return { people, ...(first && { tags: first }), events: taken, left, notes }
}

/** Tables of events, and no views beside them: what those show is most often in the tables already. */
function ownOf(events: readonly EventShape[], left: LeftOut[]): readonly EventShape[] {
  const tables = events.filter(({ table }) => table.kind !== 'view')
  if (tables.length === 0) return events
  for (const { table } of events.filter((one) => one.table.kind === 'view')) {
    const why = 'it is a view, whose rows may be those of a table; where they are not, eventTable(…) reads it'
    left.push({ what: table.table, why })
  }
  return tables
}

const placeOf = ({ table, column }: TagShape): string => `${table.table}.${column}`

/** Whether a list of text is called as tags are. */
const arraysOf = ({ table }: Candidate): TagShape[] =>
  table.columns
    .filter(
      ({ name, type, isReadable }) =>
        isReadable &&
        type?.kind === 'list' &&
        (type.of.kind === 'text' || type.of.kind === 'choice') &&
        /^(?:tags?|labels?)$/.test(wordsOf(name).at(-1) ?? ''),
    )
    .map(({ name }) => ({ table, column: name, isBound: false }))

type Shaped = TagShape | EventShape | { readonly why: string }

function shapeOf(table: SurveyedTable, people: Candidate, notes: string[]): Shaped {
  if (!table.isReadable) return { why: 'the role may not read it' }
  if (!table.isNameable) return { why: 'it has a dot in its name, which a mapping cannot write' }
  const person = personOf(table, people)
  if (person === undefined) return { why: whyApart(table, people) }
  const { column, isBound, others } = person
  if (others.length > 0) {
    const more = others.map((one) => `'${one}'`).join(' and ')
    notes.push(`${table.table} refers to people by '${column.name}', which is taken, and by ${more}`)
  }
  const tags = tagsOf(table, column, isBound)
  if (tags !== undefined) return tags
  const at = timeOf(table)
  if (at === undefined) {
    const joined = table.refers.find((one) => one.table !== people.table.table)
    if (joined !== undefined)
      return {
        why: `it joins people to ${joined.table}, and has no time: a view that has the names of both can be mapped`,
      }
    return { why: 'it has no column with a time, so it is no event' }
  }
  if (isKey(table, [column.name])) {
    return {
      why: 'it has one row a person: a view that joins it to people makes fields of its columns',
    }
  }
  const id = eventIdOf(table, column, at)
  if (id === undefined) return { why: 'nothing tells its rows of one instant apart: it has no key' }
  const name = nameOf(table)
  return {
    table,
    person: column.name,
    at,
    id,
    ...(name !== undefined && { name }),
    isBound,
    isByKey: person.isByKey,
  }
}

interface Person {
  readonly column: SurveyedColumn
  /** Whether every row belongs to a person. */
  readonly isBound: boolean
  readonly isByKey: boolean
  /** Other columns that refer to people too. */
  readonly others: readonly string[]
}

/** The column that says whom a row is about. */
function personOf(table: SurveyedTable, { table: people, id }: Candidate): Person | undefined {
  const idColumn = people.columns.find(({ name }) => name === id)!
  const byName = new Map(table.columns.map((one) => [one.name, one]))
  const fits = (one: SurveyedColumn | undefined): one is SurveyedColumn =>
    one !== undefined && one.isReadable && one.id === idColumn.id
  const names = namesOfPerson(people, id)
  const rank = ({ name }: SurveyedColumn): number => {
    const at = names.indexOf(folded(name))
    return at < 0 ? names.length : at
  }
  const isToPeople = (key: Reference): boolean =>
    key.table === people.table && key.columns.length === 1 && key.to[0] === id
  const keys = table.refers
    .filter((key) => isToPeople(key) && fits(byName.get(key.columns[0]!)))
    .toSorted((a, b) => rank(byName.get(a.columns[0]!)!) - rank(byName.get(b.columns[0]!)!))
  const [key, ...more] = keys
  if (key !== undefined) {
    const column = byName.get(key.columns[0]!)!
    return {
      column,
      isBound: key.isValid && column.notNull && !people.hasRowSecurity,
      isByKey: true,
      others: [...new Set(more.map(({ columns }) => columns[0]!))].filter((one) => one !== column.name),
    }
  }
  const named = table.columns
    .filter((one) => fits(one) && rank(one) < names.length)
    .toSorted((a, b) => rank(a) - rank(b))
  // What refers elsewhere is no person, whatever it is called.
  const free = named.find(({ name }) => !table.refers.some(({ columns }) => columns.includes(name)))
  return free && { column: free, isBound: false, isByKey: false, others: [] }
}

/** What a column that refers to people may be called, the surest first. */
function namesOfPerson(people: SurveyedTable, id: string): readonly string[] {
  const words = rowWords(people.name)
  const own = words.join('')
  const last = words.at(-1) ?? own
  const idName = folded(id)
  const bare = idName === 'id' ? [] : [idName]
  return [...new Set([`${own}id`, ...bare, `${last}id`, 'personid', `${own}uuid`, own, last])]
}

/** Why a table has nothing to do with people directly. */
function whyApart(table: SurveyedTable, { table: people }: Candidate): string {
  if (people.refers.some((one) => one.table === table.table)) {
    const { columns } = people.refers.find((one) => one.table === table.table)!
    return `people refer to it by ${columns.join(', ')}: accountTable(…) reads such a table as their account`
  }
  const odd = table.refers.find((one) => one.table === people.table)
  if (odd !== undefined) return `it refers to people by ${odd.to.join(', ')}, and not by the id of a person`
  const [first] = table.refers
  return first === undefined
    ? 'it does not refer to people'
    : `it refers to ${first.table}, and not to people themselves`
}

const isKey = (table: SurveyedTable, columns: readonly string[]): boolean =>
  table.keys.some((key) => key.length === columns.length && key.every((one) => columns.includes(one)))

/** What a time of an event is called, the surest first; one that is called as the table is comes second. */
const times: readonly RegExp[] = [
  /^(?:(?:occurred|happened|event|logged|recorded)_)?(?:at|time|timestamp|ts|on)$/,
  /^(?:placed|paid|purchased|completed|sent|opened|clicked|started|received|visited|viewed|submitted)_/,
  /^(?:created|inserted)/,
  /(?:^|_)(?:at|time|timestamp|ts|on|date|when)$/,
]
const late =
  /^(?:updated|modified|changed|deleted|removed|archived|discarded|expires?|expiry|expired|ends?|ended|until|due)$/

/** The column that says when the row of an event happened. */
function timeOf(table: SurveyedTable): SurveyedColumn | undefined {
  const own = rowWords(table.name).filter((word) => word.length > 3)
  const rank = ({ name, notNull }: SurveyedColumn): number => {
    const words = wordsOf(name)
    const found = times.findIndex((pattern) => pattern.test(words.join('_')))
    // orders: ordered_at
    const isOwn = words.some((word) => own.some((one) => word.startsWith(one.slice(0, 4))))
    const place = found < 0 ? times.length : found
    // An instant that is always there says more than one that is not.
    return (isOwn ? Math.min(place, 0.5) : place) + (notNull ? 0 : 2.5)
  }
  return table.columns
    .filter(
      ({ name, type, isReadable }) =>
        isReadable && type?.kind === 'timestamp' && !wordsOf(name).some((word) => late.test(word)),
    )
    .toSorted((a, b) => rank(a) - rank(b))[0]
}

/** The column that tells events of one instant apart. */
function eventIdOf(table: SurveyedTable, person: SurveyedColumn, at: SurveyedColumn): string | undefined {
  const readable = new Set(table.columns.filter((one) => one.isReadable).map(({ name }) => name))
  for (const key of table.keys.filter((one) => one.every((name) => readable.has(name)))) {
    const own = key.filter((name) => name !== person.name && name !== at.name)
    if (own.length === 1) return own[0]!
    // A person has one event an instant.
    if (own.length === 0 && key.includes(at.name)) return at.name
  }
  const named = table.columns.find(
    ({ name, isReadable }) =>
      isReadable && name !== person.name && /^(?:.*)?(?:id|uuid)$/.test(folded(name)) && isOwnId(table, name),
  )
  return named?.name
}

const isOwnId = (table: SurveyedTable, name: string): boolean => {
  const plain = folded(name)
  return ['id', 'uuid', `${rowWords(table.name).join('')}id`, 'eventid', 'messageid'].includes(plain)
}

const eventNames = ['eventname', 'event', 'eventtype', 'name', 'type', 'kind', 'action', 'verb', 'activity']

/** The column with the names of events, in a table that has many kinds of them. */
function nameOf(table: SurveyedTable): string | undefined {
  const isOfEvents = /event|activit|track|action|audit|log|histor|interaction|analytic/.test(
    folded(table.name),
  )
  const hasDocument = table.columns.some(({ type }) => type?.kind === 'object')
  const found = table.columns
    .filter(({ type, isReadable }) => isReadable && (type?.kind === 'text' || type?.kind === 'choice'))
    .filter(({ name }) => eventNames.includes(folded(name)))
    .toSorted((a, b) => eventNames.indexOf(folded(a.name)) - eventNames.indexOf(folded(b.name)))[0]
  if (found === undefined) return undefined
  return isOfEvents || (hasDocument && folded(found.name).startsWith('event')) ? found.name : undefined
}

/** A table with a row a person and tag. */
function tagsOf(table: SurveyedTable, person: SurveyedColumn, isBound: boolean): TagShape | undefined {
  const isText = ({ type, isReadable }: SurveyedColumn): boolean =>
    isReadable && (type?.kind === 'text' || type?.kind === 'choice')
  const texts = table.columns.filter((one) => isText(one) && one !== person && !isOwnId(table, one.name))
  const others = table.columns.filter(
    (one) =>
      one !== person && !texts.includes(one) && one.type?.kind !== 'timestamp' && !isOwnId(table, one.name),
  )
  const [text] = texts
  if (text === undefined || texts.length > 1 || others.length > 0) return undefined
  const isCalledSo = [...wordsOf(table.name), ...wordsOf(text.name)].some((word) =>
    /^(?:tags?|labels?|badges?|roles?|segments?)$/.test(word),
  )
  if (!isCalledSo && !isKey(table, [person.name, text.name])) return undefined
  const at = timeOf(table)
  return {
    table,
    column: text.name,
    person: person.name,
    ...(at && { at: { column: at.name, needsZone: at.needsZone } }),
    isBound,
  }
}
