import { type EventSelection, eventNames, type Predicate, stableText } from '@segmentry/core'
import { sql } from 'kysely'
import type { Clock } from '../read/clock.ts'
import { predicate } from '../read/predicate.ts'
import { and, type Reading, type Sql, yes } from '../read/reading.ts'
import { valueReading } from '../read/value.ts'
import type { BoundEvent, BoundSource } from '../source/bind.ts'
import type { EventSource } from '../source/source.ts'

/** The events that a selection takes, read under the alias `e`. */
export interface Stream {
  readonly from: Sql
  /** Which rows of `from` count. */
  readonly where: Sql
  readonly person: Sql
  readonly at: Pick<Reading, 'type' | 'value'>
  readonly id: Sql
  /** The place of the event's name among several, which tells apart what has one instant and one id. */
  readonly name: Sql | undefined
  /** What a row passes that counts, beside being one of the event's. */
  readonly own: Sql
  /** Which of the rows something is made of, where others are looked at too. */
  readonly only?: Sql
  /** The property that something is made of, when there is one. */
  readonly property: Reading | undefined
  /** Whether every event belongs to a row of the people table. */
  readonly belongs: boolean
}

interface StreamOptions {
  readonly source: BoundSource
  readonly now: Clock
  readonly property?: string | undefined
  /** Only the events of this person. */
  readonly of?: Sql | undefined
}

/**
 * The events of a selection as one relation.
 *
 * Several names of one table are one look at it; those of different tables are united, each with its own conditions, so that
 * the indexes of each table serve.
 */
export function streamOf(selection: EventSelection, options: StreamOptions): Stream {
  const names = eventNames(selection.event)
  const events = names.map((name) => options.source.events.get(name)!)
  if (events.length === 1) return ofTable(selection, events[0]!, options)
  return together(selection, names, events, options) ?? united(selection, events, options)
}

/** The events of one table. */
function ofTable(selection: EventSelection, event: BoundEvent, { property, of, now }: StreamOptions): Stream {
  const own = ownRows(selection, event, now)
  const rows = event.where === undefined ? and(...own) : and(event.where, ...own)
  return {
    from: event.from,
    where: of === undefined ? rows : and(sql`${event.person} = ${of}`, rows),
    own: and(...own),
    person: event.person,
    at: event.at,
    id: event.id,
    name: undefined,
    property: property === undefined ? undefined : event.properties.get(property)!,
    belongs: event.belongs,
  }
}

/** The events of several names of one table; `undefined` where they differ in more than the name, as far as it is read. */
function together(
  selection: EventSelection,
  names: readonly string[],
  events: readonly BoundEvent[],
  options: StreamOptions,
): Stream | undefined {
  const read = [...(selection.where ?? []).map((one) => one.property), options.property]
  const placeOf = ({ table, properties }: EventSource): string => {
    const { called: _, properties: __, ...rest } = table
    return stableText([rest, read.map((name) => name !== undefined && properties.get(name)!.place)])
  }
  const places = new Set(names.map((name) => placeOf(options.source.source.events.get(name)!)))
  const [event] = events
  const { called } = event!
  if (places.size > 1 || called === undefined) return undefined
  // Two names for the same rows count each of them twice, which a single look would not.
  const values = events.map((one) => one.called!.is)
  if (new Set(values).size < values.length) return undefined
  const isAny = called.name.test({ op: 'oneOf', values }, 0)
  const where = called.base === undefined ? isAny : and(isAny, called.base)
  return { ...ofTable(selection, { ...event!, where }, options), name: placeAmong(called.name, values) }
}

const placeAmong = (name: Reading, values: readonly string[]): Sql =>
  sql`case ${sql.join(
    values.map((value, i) => sql`when ${name.test({ op: 'is', value }, 0)} then ${sql.lit(i)}`),
    sql` `,
  )} end`

/** The events of several tables. */
function united(selection: EventSelection, events: readonly BoundEvent[], options: StreamOptions): Stream {
  const branches = events.map((event, i) => {
    const { from, where, person, at, id, property } = ofTable(selection, event, options)
    const value = property ? sql`, ${property.value} as value` : sql``
    return sql`select ${person} as person, ${at.value} as ms, ${id} as id, ${sql.lit(i)} as name${value} from ${from} as e where ${where}`
  })
  const type = options.property === undefined ? undefined : events[0]!.properties.get(options.property)!.type
  return {
    from: sql`(${sql.join(branches, sql` union all `)})`,
    where: yes,
    own: yes,
    person: sql.ref('e.person'),
    at: valueReading({ kind: 'timestamp' }, sql.ref('e.ms')),
    id: sql.ref('e.id'),
    name: sql.ref('e.name'),
    property: type && valueReading(type, sql.ref('e.value')),
    belongs: events.every((event) => event.belongs),
  }
}

/** Which of an event's rows a selection takes. */
function ownRows(selection: EventSelection, event: BoundEvent, now: Clock): readonly Sql[] {
  const at = (selection.at ?? []).map((test) => predicate(event.at, test, now))
  const where = (selection.where ?? []).map(({ property, test }) =>
    predicate(event.properties.get(property)!, test, now),
  )
  // Whatever the tests say, what lies after now has not happened; most windows say so themselves.
  const happened = (selection.at ?? []).some(endsByNow)
    ? []
    : [event.at.test({ op: 'during', window: { over: 'clock', until: 'now' } }, now)]
  return [...at, ...happened, ...where]
}

const endsByNow = (test: Predicate): boolean =>
  test.op === 'during' &&
  test.negated !== true &&
  ((test.window.over === 'clock' &&
    test.window.until !== undefined &&
    (test.window.until === 'now' || test.window.until.startsWith('-'))) ||
    (test.window.over === 'calendar' && (test.window.soFar === true || test.window.to < 0)))

/** The order of a stream, last what tells events of several names apart. */
export const inOrder = ({ at, id, name }: Pick<Stream, 'at' | 'id' | 'name'>, direction: Sql): Sql =>
  sql`${at.value} ${direction}, (${id} collate "C") ${direction}${name ? sql`, ${name} ${direction}` : sql``}`
