import type { AnySetSegment, EventRanking, Person, Ranking, Schema } from '@segmentry/core'
import { localDay, periodNumber } from './reference-calendar.ts'
import { find, less, none, type Typed, typed } from './reference-value.ts'
import { isMember, selected } from './reference.ts'

// What the top of a segment means, written down a second time: a person is in it when fewer people than it takes come before.

/** A value, as a fraction: of all but averages, the value by one. */
interface Value {
  readonly of: Typed
  readonly by: bigint
}

/** The ids of the people in the top of a segment, in no order. */
export function topMembers(
  { whole, top }: AnySetSegment,
  schema: Schema,
  people: readonly Person[],
  now: number,
): readonly string[] {
  const ranked = people
    .filter((person) => isMember({ definition: whole }, schema, person, now))
    .map(({ id, ...person }) => ({ id, value: valueOf(top.by, schema, { id, ...person }, now) }))
    .filter(({ value }) => value.of !== none)
  const comesBefore = (one: (typeof ranked)[number], other: (typeof ranked)[number]): boolean => {
    const [lower, higher] = [isLess(one.value, other.value), isLess(other.value, one.value)]
    if (!lower && !higher) return Buffer.compare(Buffer.from(one.id), Buffer.from(other.id)) < 0
    return top.order === 'most' ? higher : lower
  }
  return ranked
    .filter((one) => ranked.filter((other) => comesBefore(other, one)).length < top.count)
    .map(({ id }) => id)
}

const isLess = (a: Value, b: Value): boolean =>
  a.by === 1n && b.by === 1n ? less(a.of, b.of) : (a.of as bigint) * b.by < (b.of as bigint) * a.by

const whole = (of: Typed): Value => ({ of, by: 1n })

function valueOf(by: Ranking, schema: Schema, person: Person, now: number): Value {
  return by.kind === 'field'
    ? whole(find(schema.fields.get(by.field)!, person.fields))
    : madeOf(by, schema, person, now)
}

function madeOf(by: EventRanking, schema: Schema, person: Person, now: number): Value {
  const { measure } = by
  const events = selected(by, schema, person, now)
  const instants = events.map((event) => typed({ kind: 'timestamp' }, event.at))
  const values =
    'property' in measure && measure.property !== undefined
      ? events.map((event) => find(schema.events.get(event.name)!.get(measure.property!)!, event.properties))
      : instants
  const known = values.filter((value) => value !== none)
  const sum = (): bigint => known.reduce<bigint>((total, value) => total + (value as bigint), 0n)
  const ordered = known.toSorted((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0))
  switch (measure.of) {
    case 'count':
      return whole(BigInt(events.length))
    case 'distinct':
      return whole(BigInt(known.filter((value, i) => known.indexOf(value) === i).length))
    case 'periods': {
      const { unit, zone = schema.zone!, weekStart = schema.weekStart ?? 1 } = measure
      const numbers = instants.map((at) => periodNumber(unit, localDay(Number(at), zone), weekStart, 1))
      return whole(BigInt(new Set(numbers).size))
    }
    case 'sum':
      return whole(sum())
    case 'average':
      return known.length === 0 ? whole(none) : { of: sum(), by: BigInt(known.length) }
    case 'min':
      return whole(ordered[0] ?? none)
    case 'max':
      return whole(ordered.at(-1) ?? none)
    case 'first':
      return whole(values[0] ?? none)
    case 'last':
      return whole(values.at(-1) ?? none)
  }
}
