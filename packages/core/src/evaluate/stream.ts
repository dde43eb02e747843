import type { EventSelection } from '../definition/node.ts'
import { eventProperties } from '../definition/stream.ts'
import type { Schema } from '../schema/schema.ts'
import { layoutOf, type Slots, slotsOf } from './layout.ts'
import { compareText } from './order.ts'
import type { EventLog, PreparedPerson, Row } from './prepare.ts'

/** The events of one name, or of several in one order, and the properties that all of them have. */
export interface Stream {
  readonly properties: Slots
  readonly log: (person: PreparedPerson) => EventLog | undefined
}

const streams = new WeakMap<Schema, Map<string, Stream>>()

/** The stream of a selection's events; for several names it is made once, so that filters share the logs of a person. */
export function streamOf({ event }: EventSelection, schema: Schema): Stream {
  if (typeof event === 'string') {
    const { slot, properties } = layoutOf(schema).events.get(event)!
    return { properties, log: ({ logs }) => logs[slot] }
  }
  const known = streams.get(schema) ?? new Map<string, Stream>()
  streams.set(schema, known)
  const key = JSON.stringify(event)
  const found = known.get(key) ?? joined(event, schema)
  known.set(key, found)
  return found
}

/** The log of one name, and where in its rows the properties of the stream are. */
interface Part {
  readonly slot: number
  readonly from: readonly number[]
}

function joined(names: readonly string[], schema: Schema): Stream {
  const { events } = layoutOf(schema)
  const properties = slotsOf(eventProperties(names, schema)!)
  const parts = names.map((name): Part => {
    const { slot, properties: own } = events.get(name)!
    return { slot, from: properties.infos.map((info) => own.byName.get(info.name)!) }
  })
  const merged = new WeakMap<PreparedPerson, EventLog>()
  return {
    properties,
    log: (person) => {
      const known = merged.get(person) ?? merge(parts, person)
      if (known) merged.set(person, known)
      return known
    },
  }
}

/** Logs as one, by instant and id; what has both in common stays in the order of the names. */
function merge(parts: readonly Part[], { logs }: PreparedPerson): EventLog | undefined {
  const entries = parts.flatMap(({ slot, from }) => {
    const log = logs[slot]
    return log === undefined ? [] : log.at.map((at, i) => ({ at, id: log.ids[i]!, i, log, from }))
  })
  if (entries.length === 0) return undefined
  entries.sort((a, b) => a.at - b.at || compareText(a.id, b.id))
  let rows: readonly Row[] | undefined
  return {
    at: entries.map(({ at }) => at),
    ids: entries.map(({ id }) => id),
    rows: () =>
      (rows ??= entries.map(({ log, i, from }) => {
        const { values } = log.rows()[i]!
        return { values: from.map((slot) => values[slot]) }
      })),
  }
}
