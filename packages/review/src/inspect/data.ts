import { type Schema, typeName } from '@segmentry/core'
import { type FieldFacts, mostValues, type TableFacts, type Unread } from '@segmentry/postgres/effect'
import { type Finding, type FindingCode, type FindingSubject, found } from '../finding/finding.ts'
import type { Readers } from './readers.ts'

const shown = (n: number): string => n.toLocaleString('en-US')

type Counts = Readonly<Record<string, number>>

/** What the rows of tables say of a schema, and the schema of them. */
export function dataFindings(
  tables: readonly (TableFacts | Unread)[],
  schema: Schema,
  readers: Readers,
): readonly Finding[] {
  const of = (
    code: FindingCode,
    on: FindingSubject,
    key: string,
    message: string,
    path: Finding['path'] = [],
  ) => {
    const related = readers(on, key)
    return found(code, { on, key, path, message, ...(related.length > 0 && { related }) })
  }
  return tables.flatMap((facts) => {
    const { table } = facts
    if ('isUnread' in facts) {
      const message = `The rows of ${table} were not looked at: it takes longer than a statement may run`
      const remedy = "Raise 'statementTimeout'."
      return [{ ...of('data/unread', 'table', table, message), remedy }]
    }
    if (facts.rows === 0)
      return [of('data/empty', 'table', table, `The table ${table} has no rows to look at`)]
    return [
      ...facts.fields.flatMap((one) => fieldFindings(one, facts, of)),
      ...tagFindings(facts, schema, of),
      ...eventFindings(facts, of),
    ]
  })
}

type Make = (
  code: FindingCode,
  on: FindingSubject,
  key: string,
  message: string,
  path?: Finding['path'],
) => Finding

function fieldFindings(facts: FieldFacts, table: TableFacts, of: Make): readonly Finding[] {
  const { on, info, stored, ill, example } = facts
  const { on: subject, key, path, name } = subjectOf(facts)
  // Of an event that never happened nothing can be stored, and that is said of the event.
  if (subject === 'event' && table.events[key] === 0) return []
  if (stored === 0) {
    if (on === 'time') return []
    return [of('data/unset', subject, key, `Nothing is stored in ${name}${lookedAt(table)}`, path)]
  }
  if (info.type.kind === 'choice') return choiceFindings(facts, table, of)
  if (ill === 0) return []
  const such = example === undefined ? '' : `, such as ${JSON.stringify(example)},`
  const then =
    on === 'time'
      ? 'these events do not count'
      : info.type.kind === 'list'
        ? 'they, or such elements of theirs, are read as missing'
        : 'they are read as missing'
  const message = `${shown(ill)} of ${shown(stored)} values of ${name}${such} are not of its type, ${typeName(info.type)}; ${then}${lookedAt(table)}`
  return [of('data/ill-typed', subject, key, message, path)]
}

function choiceFindings(facts: FieldFacts, table: TableFacts, of: Make): readonly Finding[] {
  const { info, stored, ill, values = {} } = facts
  const { on, key, path, name } = subjectOf(facts)
  const known = 'values' in info.type ? info.type.values : []
  const unknown = Object.fromEntries(Object.entries(values).filter(([value]) => !known.includes(value)))
  const unused = isAll(values) ? known.filter((value) => !Object.hasOwn(values, value)) : []
  const kept = info.isSensitive === true ? 'not shown, as the field is sensitive' : listed(unknown)
  const strange = `${shown(ill)} of ${shown(stored)} values of ${name} are none of the choice: ${kept}; they are read as missing${lookedAt(table)}`
  const idle = `Nothing has ${quotedList(unused)} in ${name}${lookedAt(table)}`
  return [
    ...(ill > 0 ? [of('data/choice-unknown', on, key, strange, path)] : []),
    ...(unused.length > 0 ? [of('data/choice-unused', on, key, idle, path)] : []),
  ]
}

function tagFindings(table: TableFacts, schema: Schema, of: Make): readonly Finding[] {
  const { tags } = table
  if (tags === undefined) return []
  const unknown = schema.openTags ? [] : Object.entries(tags).filter(([tag]) => !schema.tags.has(tag))
  const unused = isAll(tags) ? [...schema.tags].filter((tag) => !Object.hasOwn(tags, tag)) : []
  return [
    ...unknown.map(([tag, n]) =>
      of(
        'data/tag-unknown',
        'tag',
        tag,
        `${people(n)} the tag '${tag}', which the schema does not have${lookedAt(table)}`,
      ),
    ),
    ...unused.map((tag) =>
      of('data/tag-unused', 'tag', tag, `No one has the tag '${tag}'${lookedAt(table)}`),
    ),
  ]
}

function eventFindings(table: TableFacts, of: Make): readonly Finding[] {
  const { events, names = {}, called } = table
  const unused = Object.keys(events).filter((name) => events[name] === 0)
  const unknown = Object.entries(names).filter(([name]) => !called.includes(name))
  return [
    ...unused.map((name) =>
      of('data/event-unused', 'event', name, `The event '${name}' never happened${lookedAt(table)}`),
    ),
    ...unknown.map(([name, n]) =>
      of(
        'data/event-unknown',
        'event',
        name,
        `'${name}' happened ${n === 1 ? 'once' : `${shown(n)} times`} in ${table.table}, and the schema has no such event there${lookedAt(table)}`,
      ),
    ),
  ]
}

interface Subject {
  readonly on: FindingSubject
  readonly key: string
  readonly path: readonly string[]
  readonly name: string
}

function subjectOf({ on, of = '', info }: FieldFacts): Subject {
  switch (on) {
    case 'field':
      return { on, key: info.name, path: [], name: `the field '${info.name}'` }
    case 'property':
      return { on: 'event', key: of, path: [info.name], name: `the property '${info.name}' of '${of}'` }
    case 'time':
      return { on: 'event', key: of, path: ['at'], name: `the time of '${of}'` }
    case 'account':
      return { on, key: of, path: [info.name], name: `the field '${info.name}' of the account '${of}'` }
  }
}

/** Whether counts have all values that there are, and not only the most frequent ones. */
const isAll = (counts: Counts): boolean => Object.keys(counts).length < mostValues

const people = (n: number): string => (n === 1 ? 'One person has' : `${shown(n)} people have`)

/** How many rows it was found in, where those are not all. */
const lookedAt = ({ rows, of }: TableFacts): string =>
  of === undefined ? '' : ` (in ${shown(rows)} rows of about ${shown(of)})`

const shownValues = 5

function listed(counts: Counts): string {
  const all = Object.entries(counts).toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const some = all.slice(0, shownValues).map(([value, n]) => `${JSON.stringify(value)} (${shown(n)})`)
  return some.join(', ') + (all.length > shownValues ? ` and ${all.length - shownValues} more` : '')
}

function quotedList(values: readonly string[]): string {
  const some = values.slice(0, shownValues).map((value) => `'${value}'`)
  return values.length > shownValues
    ? `${some.join(', ')} or ${values.length - shownValues} more`
    : some.join(' or ')
}
