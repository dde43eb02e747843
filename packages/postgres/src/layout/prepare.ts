import {
  type GivenTag,
  instantText,
  nearest,
  readValue,
  type Schema,
  shown,
  unknownKey,
  unknownName,
} from '@segmentry/core'
import { IngestError, type IngestIssue } from '../errors.ts'
import type { Batch, EventInput } from './batch.ts'
import { checkKeys, isName, listOf, nameText, recordsOf } from './names.ts'
import {
  prepareAccounts,
  type PreparedAccount,
  type PreparedMember,
  prepareMembers,
} from './prepare-accounts.ts'
import { isRecord, type Report, storedRecord } from './stored.ts'

/** An event as it is stored. */
export interface PreparedEvent {
  readonly person: string
  readonly id: string
  readonly name: string
  readonly at: string
  readonly properties: string
}

/** A batch that fits the schema; people and tags once each, in order, so that two batches cannot lock each other out. */
export interface Prepared {
  /** JSON text of the fields given, by id. */
  readonly people: ReadonlyMap<string, string>
  /** Without an instant: as of now. */
  readonly add: readonly (readonly [person: string, tag: string, at: string | null])[]
  readonly remove: readonly (readonly [person: string, tag: string])[]
  readonly events: readonly PreparedEvent[]
  readonly accounts: readonly PreparedAccount[]
  readonly addMembers: readonly PreparedMember[]
  readonly removeMembers: readonly PreparedMember[]
}

const instantWords = "an instant such as '2026-11-24T09:30:00Z'"

/** Throws a `TypeError` for what is no batch. */
function checkBatch(batch: Batch): void {
  const given: unknown = batch
  const parts = ['people', 'tags', 'events', 'accounts', 'members']
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new TypeError(`found ${shown(given)}, expected a batch: { ${parts.join(', ')} }`)
  }
  const unknown = unknownKey('key', given, parts)
  if (unknown) throw new TypeError(`a batch has the ${unknown.found} (expected ${unknown.expected})`)
  for (const [part, records] of Object.entries<unknown>(given as Record<string, unknown>)) {
    if (records === undefined || Array.isArray(records)) continue
    throw new TypeError(`found ${shown(records)} for '${part}' of a batch, expected a list of records`)
  }
}

/**
 * Checks a batch against the schema and brings it into the form that is stored.
 *
 * Throws an {@link IngestError}, or a `TypeError` for what is no batch.
 */
export function prepare(schema: Schema, batch: Batch): Prepared {
  checkBatch(batch)
  const issues: IngestIssue[] = []
  const reporter =
    (part: IngestIssue['part'], index: number): Report =>
    (path, found, expected, suggestion) =>
      void issues.push({
        part,
        index,
        path,
        found,
        expected,
        ...(suggestion !== undefined && { suggestion }),
      })

  const people = new Map<string, object>()
  for (const [person, report] of recordsOf(batch.people, (index) => reporter('people', index))) {
    const { id, fields } = person
    checkKeys(person, ['id', 'fields'], report)
    if (!isName(id)) report(['id'], shown(id), nameText)
    const given = fields === undefined ? {} : storedRecord('field', schema.fields, fields, ['fields'], report)
    people.set(id, { ...people.get(id), ...given })
  }

  const tagged = new Map<string, { person: string; tag: string; at: string | null; isAdded: boolean }>()
  for (const [change, report] of recordsOf(batch.tags, (index) => reporter('tags', index))) {
    const { person, add, remove } = change
    checkKeys(change, ['person', 'add', 'remove'], report)
    if (!isName(person)) report(['person'], shown(person), nameText)
    for (const [key, tags] of [
      ['add', add],
      ['remove', remove],
    ] as const) {
      for (const [i, given] of listOf<string | GivenTag>(tags, key, 'a list of tags', report).entries()) {
        const isGiven = isRecord(given)
        const tag: unknown = isGiven ? given['tag'] : given
        const ms = isGiven ? readValue({ kind: 'timestamp' }, given['at']) : undefined
        if (isGiven && typeof ms !== 'number') report([key, i, 'at'], shown(given['at']), instantWords)
        if (!isName(tag)) report([key, i], shown(tag), nameText)
        else if (!schema.openTags && !schema.tags.has(tag)) {
          report(
            [key, i],
            unknownName('tag', tag, undefined),
            'a tag of the schema',
            nearest(tag, schema.tags),
          )
        }
        if (!isName(person) || !isName(tag)) continue
        const at = typeof ms === 'number' ? instantText(ms) : null
        tagged.set(`${person}\0${tag}`, { person, tag, at, isAdded: key === 'add' })
      }
    }
  }

  const events = recordsOf(batch.events, (index) => reporter('events', index)).map(([event, report]) =>
    preparedEvent(schema, event, report),
  )
  const accounts = prepareAccounts(schema, batch, (index) => reporter('accounts', index))
  const members = prepareMembers(schema, batch, (index) => reporter('members', index))
  if (issues.length > 0) throw new IngestError({ issues })

  const pairs = [...tagged.entries()].toSorted(byFirst).map(([, pair]) => pair)
  const pairsThat = (isAdded: boolean) => pairs.filter((pair) => pair.isAdded === isAdded)
  return {
    people: new Map([...people].toSorted(byFirst).map(([id, fields]) => [id, JSON.stringify(fields)])),
    add: pairsThat(true).map(({ person, tag, at }) => [person, tag, at] as const),
    remove: pairsThat(false).map(({ person, tag }) => [person, tag] as const),
    events: events.toSorted(byTime),
    accounts,
    addMembers: members.add,
    removeMembers: members.remove,
  }
}

const byFirst = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0

/** In the order of time, as rows near each other in time serve the BRIN index best. */
const byTime = (a: PreparedEvent, b: PreparedEvent): number =>
  byFirst([a.at, 0], [b.at, 0]) || byFirst([a.person, 0], [b.person, 0]) || byFirst([a.id, 0], [b.id, 0])

function preparedEvent(schema: Schema, event: EventInput, report: Report): PreparedEvent {
  const { person, id, name, at, properties = {} } = event
  checkKeys(event, ['person', 'id', 'name', 'at', 'properties'], report)
  if (!isName(person)) report(['person'], shown(person), nameText)
  if (!isName(id)) report(['id'], shown(id), nameText)
  const ms = readValue({ kind: 'timestamp' }, at)
  if (typeof ms !== 'number') report(['at'], shown(at), instantWords)
  const declared = schema.events.get(name)
  if (!declared) {
    const found = isName(name) ? unknownName('event', name, undefined) : shown(name)
    const near = typeof name === 'string' ? nearest(name, schema.events.keys()) : undefined
    report(['name'], found, 'an event of the schema', near)
  }
  const stored: Readonly<Record<string, unknown>> = declared
    ? { ...storedRecord('property', declared, properties, ['properties'], report) }
    : {}
  for (const info of declared?.values() ?? []) {
    // A property called as what objects inherit is not there for that.
    const isGiven = Object.hasOwn(Object(properties), info.name) && properties[info.name] !== undefined
    if (info.isRequired && info.path.length === 1 && isRecord(properties) && !isGiven) {
      report(['properties', info.name], 'nothing', 'a value, as it is required')
    }
  }
  // A property that is null is one that is not there.
  const text = JSON.stringify(stored, (_, value: unknown) => (value === null ? undefined : value))
  return { person, id, name, at: typeof ms === 'number' ? instantText(ms) : '', properties: text }
}
