import { fold, leaves } from '../definition/fold.ts'
import type { EventSelection, Node, NodeOf } from '../definition/node.ts'
import { durationMs } from '../predicate/duration.ts'
import type { Predicate } from '../predicate/predicate.ts'
import { type CalendarUnit, type CalendarWindow, shiftMs, type Window } from '../predicate/window.ts'
import type { Schema } from '../schema/schema.ts'
import { dayMs } from '../schema/time.ts'
import type { ValueType } from '../schema/type.ts'
import type { Item } from '../schema/value.ts'
import {
  type CalendarRules,
  dayOf,
  dayOfText,
  isLeapYear,
  monthDayText,
  periodInstants,
  yearOf,
} from '../time/calendar.ts'
import { firstInstantAt, localMs, zoneTable } from '../time/zone.ts'
import { accountsOf } from './account.ts'
import { layoutOf } from './layout.ts'
import type { PreparedPerson, Slot } from './prepare.ts'
import { streamOf } from './stream.ts'

/** The instants, in UTC milliseconds, at which a filter may change its answer because time passes. */
export type Changes = (person: PreparedPerson, now: number) => readonly number[]

/** Time alone never changes the answer. */
export const none: Changes = () => []

/** When the filters of a rule may change their answers. */
export const changesOf = (rule: Node, schema: Schema): Changes =>
  fold<Changes>(rule, {
    ...leaves(() => none),
    all: together,
    any: together,
    not: (of) => of,
    tag: ({ tag, during }) =>
      during === undefined
        ? none
        : (person) => (person.tagged.get(tag) ?? []).flatMap((at) => edges(during, at)),
    field: ({ field, test }) => {
      const slot = layoutOf(schema).fields.byName.get(field)!
      const { type } = schema.fields.get(field)!
      return (person, now) => testChanges(test, type, person.values[slot], now)
    },
    event: (node) => eventChanges(node, schema),
    more: ({ events, than }) => together([selectionChanges(events, schema), selectionChanges(than, schema)]),
    sequence: (node) => sequenceChanges(node, schema),
    account: (node) => accountChanges(node, schema),
  })

function together(of: readonly Changes[]): Changes {
  const moving = of.filter((one) => one !== none)
  return moving.length === 0 ? none : (person, now) => moving.flatMap((one) => one(person, now))
}

function eventChanges(node: NodeOf<'event'>, schema: Schema): Changes {
  const { measure } = node
  const selected = selectionChanges(node, schema)
  if (measure.of !== 'first' && measure.of !== 'last' && measure.of !== 'min' && measure.of !== 'max')
    return selected
  const { log: logOf, properties } = streamOf(node, schema)
  const of = measure.property === undefined ? undefined : properties.byName.get(measure.property)!
  const type: ValueType = of === undefined ? { kind: 'timestamp' } : properties.infos[of]!.type
  const values = (person: PreparedPerson): readonly Slot[] => {
    const log = logOf(person)
    if (log === undefined) return []
    return of === undefined ? log.at : log.rows().map((row) => row.values[of])
  }
  return together([
    selected,
    (person, now) => values(person).flatMap((value) => testChanges(measure.test, type, value, now)),
  ])
}

/** When an event comes to count, or ceases to: it happens, or an edge of a window passes it. */
function selectionChanges(selection: EventSelection, schema: Schema): Changes {
  const { at = [], where = [] } = selection
  const { log: logOf, properties } = streamOf(selection, schema)
  const tests = where.map(({ property, test }) => ({ test, slot: properties.byName.get(property)! }))
  return (person, now) => {
    const log = logOf(person)
    if (log === undefined) return []
    const times = log.at.flatMap((ms) => [
      ms,
      ...at.flatMap((test) => testChanges(test, { kind: 'timestamp' }, ms, now)),
    ])
    const values = tests.flatMap((one) =>
      log
        .rows()
        .flatMap((row) => testChanges(one.test, properties.infos[one.slot]!.type, row.values[one.slot], now)),
    )
    return [...times, ...values]
  }
}

/** A step that never comes is known not to have come when its window closes, counted from each event it may follow. */
function sequenceChanges({ steps, within }: NodeOf<'sequence'>, schema: Schema): Changes {
  const selected = steps.map((step) => selectionChanges(step, schema))
  const closing = steps
    .flatMap((step) => (step.never ? [step.within, within] : []))
    .flatMap((one) => one ?? [])
  const logs = steps.filter((step) => !step.never).map((step) => streamOf(step, schema).log)
  return together([
    ...selected,
    (person) =>
      logs.flatMap((logOf) =>
        (logOf(person)?.at ?? []).flatMap((at) => closing.map((one) => at + durationMs(one)!)),
      ),
  ])
}

/** An account's own values change as those of people do, and its people each by themselves. */
function accountChanges({ account, where = [], people = [] }: NodeOf<'account'>, schema: Schema): Changes {
  const { fields } = layoutOf(schema).accounts.get(account)!
  const accounts = accountsOf(account, schema)
  const tests = where.map(({ field, test }) => ({ test, slot: fields.byName.get(field)! }))
  const changes = together(people.map(({ of }) => changesOf(of, schema)))
  return (person, now) =>
    accounts(person).flatMap((one) => [
      ...tests.flatMap(({ test, slot }) =>
        testChanges(test, fields.infos[slot]!.type, one.values[slot], now),
      ),
      ...(changes === none ? [] : (one.people() ?? []).flatMap((other) => changes(other, now))),
    ])
}

/** When time alone changes the answer of a test of a value. */
function testChanges(test: Predicate, type: ValueType, value: Slot, now: number): readonly number[] {
  if (value === undefined) return []
  if (test.op === 'some' && type.kind === 'list') {
    return (value as readonly Slot[]).flatMap((one) => testChanges(test.test, type.of, one, now))
  }
  if (test.op === 'item' && type.kind === 'list' && type.of.kind === 'object') {
    const parts = [...(type.of.parts?.values() ?? [])]
    return (value as readonly Item[]).flatMap((item) =>
      test.where.flatMap((one) => {
        const at = parts.findIndex(({ name }) => name === one.property)
        return testChanges(one.test, parts[at]!.type, item.values[at], now)
      }),
    )
  }
  if (test.op === 'anniversary') return anniversaryChanges(test, type, value, now)
  if (test.op !== 'during') return []
  if (type.kind !== 'date') return edges(test.window, value as number)
  const window = test.window as CalendarWindow
  const table = zoneTable(window.zone!)!
  const day = firstInstantAt(table, dayOfText(value as string) * dayMs)
  return [day, ...edges(window, day)]
}

/** The clocks at which an instant comes into a window and goes out of it. */
function edges(window: Window, at: number): readonly number[] {
  switch (window.over) {
    case 'clock': {
      const { after, until } = window
      return [
        ...(until === undefined ? [] : [at - shiftMs(until)!]),
        ...(after === undefined ? [] : [at - shiftMs(after)!]),
      ]
    }
    case 'instants':
      return []
    case 'calendar': {
      // It is in the window while the period of now is one of those before or after its own.
      const { from, to } = window
      const start = (periods: number): number => periodStart(window, at, periods)
      return [at, start(-to), start(-from + 1)]
    }
  }
}

/** The years that a number of periods spans, about. */
const yearsOf: Readonly<Record<CalendarUnit, number>> = {
  day: 1 / 365,
  week: 1 / 52,
  month: 1 / 12,
  quarter: 1 / 4,
  year: 1,
}

/** How many periods are sure to make a year, leap years included. */
const periodsInYear: Readonly<Record<CalendarUnit, number>> = {
  day: 366,
  week: 53,
  month: 12,
  quarter: 4,
  year: 1,
}

/** Whether a window has a whole year in it; what of it is only so far has none. */
function spansYear({ unit, from, to, soFar }: CalendarWindow): boolean {
  const last = soFar ? Math.min(to, -1) : to
  return last - from + 1 >= periodsInYear[unit]
}

/** An anniversary comes into a window and goes out of it as its day does, year after year. */
function anniversaryChanges(
  { window, leapDay }: Extract<Predicate, { readonly op: 'anniversary' }>,
  type: ValueType,
  value: Slot,
  now: number,
): readonly number[] {
  const table = zoneTable(window.zone!)!
  const born = type.kind === 'date' ? dayOfText(value as string) : dayOf(localMs(table, value as number))
  const monthDay = monthDayText(born)
  const thisYear = yearOf(dayOf(now))
  // Every year has the day, so a window of a whole year has it at any time, but where years end; 29 February may move out of it.
  const lastWhole = 9990 - Math.ceil(Math.max(window.to + 1, 0) * yearsOf[window.unit])
  const isEarly = thisYear + Math.floor(window.from * yearsOf[window.unit]) < 2
  if (monthDay !== '02-29' && spansYear(window) && !isEarly && thisYear < lastWhole) {
    return [firstInstantAt(table, dayOfText(`${String(lastWhole).padStart(4, '0')}-01-01`) * dayMs)]
  }
  const first = Math.floor(thisYear + window.from * yearsOf[window.unit]) - 1
  const last = Math.ceil(thisYear + (window.to + 1) * yearsOf[window.unit]) + 2
  const days: number[] = []
  for (let year = Math.max(first, 1); year <= Math.min(last, 9999); year++) {
    const falls = monthDay === '02-29' && !isLeapYear(year) ? leapDay : monthDay
    days.push(dayOfText(`${String(year).padStart(4, '0')}-${falls}`))
  }
  return days.flatMap((day) => {
    const start = firstInstantAt(table, day * dayMs)
    return [start, ...edges(window, start)]
  })
}

function periodStart(
  { unit, zone, weekStart = 1, yearStart = 1 }: CalendarWindow,
  at: number,
  periods: number,
): number {
  const rules = { weekStart, yearStart } as CalendarRules
  return periodInstants(at, zoneTable(zone!)!, unit, periods, periods, rules).from
}
