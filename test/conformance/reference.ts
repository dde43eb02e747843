import { createHash } from 'node:crypto'
import type {
  AnySegment,
  Definition,
  EventRecord,
  EventSelection,
  FieldInfo,
  Literal,
  Measure,
  Node,
  NodeOf,
  Person,
  Predicate,
  Schema,
  ValueType,
} from '@segmentry/core'
import { inWindow, lengthOf, localDay, periodNumber } from './reference-calendar.ts'
import { unitsOf } from './reference-read.ts'
import { find, typed, answer, less, none, type Typed } from './reference-value.ts'

// Slow and obvious: what a segment means, written down a second time. It shares no code with the evaluators, so
// that they do not share its mistakes: of packages it has only types, and test/house sees to it.

/** Whether a person is in a segment at an instant in UTC milliseconds. */
export const isMember = (segment: AnySegment, schema: Schema, person: Person, now: number): boolean =>
  inDefinition(segment.definition, schema, person, now)

function inDefinition(
  { rule, included = [], excluded = [] }: Definition,
  schema: Schema,
  person: Person,
  now: number,
): boolean {
  if (excluded.some((entry) => entry.person === person.id)) return false
  if (included.some((entry) => entry.person === person.id)) return true
  return matches(rule, schema, person, now)
}

function matches(node: Node, schema: Schema, person: Person, now: number): boolean {
  switch (node.kind) {
    case 'everyone':
      return true
    case 'all':
      return node.of.filter((child) => !matches(child, schema, person, now)).length === 0
    case 'any':
      return node.of.filter((child) => matches(child, schema, person, now)).length > 0
    case 'not':
      return !matches(node.of, schema, person, now)
    case 'tag':
      return (person.tags ?? []).some((given) => {
        if (node.during === undefined) return (typeof given === 'string' ? given : given.tag) === node.tag
        if (typeof given === 'string' || given.tag !== node.tag) return false
        const at = typed({ kind: 'timestamp' }, given.at)
        return at !== none && inWindow(node.during, Number(at), now, schema)
      })
    case 'field': {
      const info = schema.fields.get(node.field)!
      return answer(node.test, info.type, find(info, person.fields), now, schema)
    }
    case 'compare': {
      const { type } = schema.fields.get(node.field)!
      const one = find(schema.fields.get(node.field)!, person.fields)
      const other = find(schema.fields.get(node.to)!, person.fields)
      if (one === none || other === none) return node.whenMissing === true
      const literal = { is: one === other, lessThan: less(one, other), greaterThan: less(other, one) }
      const said =
        node.op === 'atMost'
          ? !literal.greaterThan
          : node.op === 'atLeast'
            ? !literal.lessThan
            : literal[node.op]
      return type.kind === 'object' ? false : said !== (node.negated === true)
    }
    case 'event': {
      const events = selected(node, schema, person, now)
      return measured(node.measure, schema.events.get([node.event].flat()[0]!)!, events, now, schema)
    }
    case 'more':
      return (
        selected(node.events, schema, person, now).length > selected(node.than, schema, person, now).length
      )
    case 'sequence':
      return happenedInOrder(node, schema, person, now)
    case 'segment':
      return inDefinition(node.of as Definition, schema, person, now)
    case 'near': {
      const degrees = (field: string): Typed => find(schema.fields.get(field)!, person.fields)
      const [lat, lon] = [degrees(node.latitude), degrees(node.longitude)]
      if (typeof lat !== 'number' || typeof lon !== 'number' || Math.abs(lat) > 90 || Math.abs(lon) > 180)
        return false
      return distance(lat, lon, node.point.latitude, node.point.longitude) <= node.meters
    }
    case 'account': {
      const fields = schema.accounts.get(node.account)!
      return (person.accounts ?? []).some(
        (one, i, all) =>
          one.account === node.account &&
          all.findIndex((other) => other.account === one.account && other.id === one.id) === i &&
          (node.where ?? []).every(({ field, test }) => {
            const info = fields.get(field)!
            return answer(test, info.type, find(info, one.fields), now, schema)
          }) &&
          (node.people ?? []).every(({ are, of }) => {
            const others = one.people!.filter(({ id }) => id !== person.id)
            const yes = [person, ...others].filter((other) => matches(of, schema, other, now)).length
            if (are === 'all') return yes === others.length + 1
            return are === 'any' ? yes >= 1 : yes === 0
          }),
      )
    }
    case 'people':
      return node.ids.includes(person.id)
    case 'bucket': {
      const digest = createHash('sha256')
        .update(node.salt, 'utf8')
        .update('\0')
        .update(person.id, 'utf8')
        .digest()
      const bucket = Number(BigInt(`0x${digest.toString('hex').slice(0, 8)}`) % 10_000n)
      return node.from <= bucket && bucket < node.to
    }
  }
}

/** The great circle by vectors, on the same sphere. */
function distance(...degrees: readonly [number, number, number, number]): number {
  const [lat1, lon1, lat2, lon2] = degrees.map((one) => (one * Math.PI) / 180) as [
    number,
    number,
    number,
    number,
  ]
  const vector = (lat: number, lon: number) =>
    [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)] as const
  const [a, b] = [vector(lat1, lon1), vector(lat2, lon2)]
  return 6_371_008.8 * 2 * Math.asin(Math.min(1, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) / 2))
}

/** Every way of choosing an event for each step is tried. */
function happenedInOrder(node: NodeOf<'sequence'>, schema: Schema, person: Person, now: number): boolean {
  const ms = (event: EventRecord): number => Number(typed({ kind: 'timestamp' }, event.at))
  const key = (event: EventRecord): Typed =>
    find(schema.events.get(event.name)!.get(node.by!)!, event.properties)
  const isLater = (one: EventRecord, other: EventRecord): boolean =>
    ms(one) > ms(other) ||
    (ms(one) === ms(other) && Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) > 0)
  const complete = (chosen: readonly EventRecord[]): boolean => {
    const step = node.steps[chosen.length]
    if (step === undefined) return true
    const [anchor, before] = [chosen[0]!, chosen.at(-1)!]
    const ends = [
      ...(step.within === undefined ? [] : [ms(before) + lengthOf(step.within)]),
      ...(node.within === undefined ? [] : [ms(anchor) + lengthOf(node.within)]),
    ]
    const following = selected(step, schema, person, now).filter(
      (event) =>
        isLater(event, before) &&
        ends.every((end) => ms(event) <= end) &&
        (node.by === undefined || (key(anchor) !== none && key(event) === key(anchor))),
    )
    if (step.never === true) {
      return (
        Math.min(...ends) <= now && following.length === 0 && (node.by === undefined || key(anchor) !== none)
      )
    }
    return following.some((event) => complete([...chosen, event]))
  }
  const starts = selected(node.steps[0]!, schema, person, now)
  const fromEnd = (place: number): number => (node.anchor === 'first' ? place : starts.length - 1 - place)
  return starts.some(
    (start, place) => (node.anchor === 'any' || fromEnd(place) < (node.anchors ?? 1)) && complete([start]),
  )
}

/** The events that count, in the order of their instants and then their ids. */
export function selected(
  node: EventSelection,
  schema: Schema,
  person: Person,
  now: number,
): readonly EventRecord[] {
  const names = [node.event].flat().toSorted()
  const instant = (event: EventRecord): number => Number(typed({ kind: 'timestamp' }, event.at))
  return (person.events ?? [])
    .filter(
      (event) =>
        names.includes(event.name) &&
        typed({ kind: 'timestamp' }, event.at) !== none &&
        instant(event) <= now &&
        (node.at ?? []).every((test) =>
          answer(test, { kind: 'timestamp' }, typed({ kind: 'timestamp' }, event.at), now, schema),
        ) &&
        (node.where ?? []).every(({ property, test }) => {
          const info = schema.events.get(event.name)!.get(property)!
          return answer(test, info.type, find(info, event.properties), now, schema)
        }),
    )
    .toSorted(
      (a, b) =>
        instant(a) - instant(b) ||
        Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)) ||
        names.indexOf(a.name) - names.indexOf(b.name),
    )
}

function measured(
  measure: Measure,
  properties: ReadonlyMap<string, FieldInfo>,
  events: readonly EventRecord[],
  now: number,
  schema: Schema,
): boolean {
  const { test } = measure
  const count = (found: number): boolean => answer(test, { kind: 'integer' }, BigInt(found), now, schema)
  const instants = events.map((event) => typed({ kind: 'timestamp' }, event.at))
  const info =
    'property' in measure && measure.property !== undefined ? properties.get(measure.property)! : undefined
  const values = info ? events.map((event) => find(info, event.properties)) : instants
  const known = values.filter((value) => value !== none)
  const type: ValueType = info?.type ?? { kind: 'timestamp' }
  switch (measure.of) {
    case 'count':
      return count(events.length)
    case 'distinct':
      return count(known.filter((value, i) => known.indexOf(value) === i).length)
    case 'periods': {
      const { unit, zone = schema.zone!, weekStart = schema.weekStart ?? 1 } = measure
      const { yearStart = schema.yearStart ?? 1 } = measure
      const periods = instants.map((at) =>
        periodNumber(unit, localDay(Number(at), zone), weekStart, yearStart),
      )
      return count(new Set(periods).size)
    }
    case 'sum':
      return answer(
        test,
        type,
        known.reduce<bigint>((total, value) => total + (value as bigint), 0n),
        now,
        schema,
      )
    case 'average': {
      if (known.length === 0) return test.whenMissing === true
      // Everything times the count, so that nothing is divided.
      const sum = known.reduce<bigint>((total, value) => total + (value as bigint), 0n) * 10_000n
      const scale = (type.kind === 'decimal' ? type.scale : 0) + 4
      const number = BigInt(known.length)
      const limit = (raw: Literal): bigint => unitsOf(raw as string, scale)! * number
      return averageSays(test, sum, limit) !== (test.negated === true)
    }
    case 'min':
    case 'max': {
      const ordered = known.toSorted((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0))
      return answer(test, type, (measure.of === 'min' ? ordered[0] : ordered.at(-1)) ?? none, now, schema)
    }
    case 'first':
      return answer(test, type, values[0] ?? none, now, schema)
    case 'last':
      return answer(test, type, values.at(-1) ?? none, now, schema)
  }
}

function averageSays(test: Predicate, sum: bigint, limit: (raw: Literal) => bigint): boolean {
  switch (test.op) {
    case 'present':
      return true
    case 'is':
      return sum === limit(test.value)
    case 'lessThan':
      return sum < limit(test.value)
    case 'atMost':
      return sum <= limit(test.value)
    case 'greaterThan':
      return sum > limit(test.value)
    case 'atLeast':
      return sum >= limit(test.value)
    case 'between':
      return limit(test.from) <= sum && sum <= limit(test.to)
    default:
      throw new Error(test.op)
  }
}
