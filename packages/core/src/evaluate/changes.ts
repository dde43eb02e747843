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

/** The instants, in UTC milliseconds, at which an answer about a subject may change because time passes. */
interface Moving<S> {
  readonly once: (subject: S) => readonly number[]
  /** Those of what comes again each year, around an instant. */
  readonly yearly?: (subject: S, now: number) => readonly number[]
}

/** When a filter may change its answer about a person. */
export interface Changes extends Moving<PreparedPerson> {
  /** Instants at which it may come to hold, and does not cease to: between two others it holds from one of them on. */
  readonly opening?: (person: PreparedPerson) => readonly number[]
}

/** The instants of all. */
function merged<S>(all: readonly Moving<S>[]): Moving<S> {
  const again = all.flatMap(({ yearly }) => yearly ?? [])
  return {
    once: (subject) => all.flatMap(({ once }) => once(subject)),
    ...(again.length > 0 && { yearly: (subject, now) => again.flatMap((yearly) => yearly(subject, now)) }),
  }
}

/** The instants of each of the parts that a subject has. */
const ofEach = <S, P>({ once, yearly }: Moving<P>, parts: (subject: S) => readonly P[]): Moving<S> => ({
  once: (subject) => parts(subject).flatMap((part) => once(part)),
  ...(yearly && { yearly: (subject, now) => parts(subject).flatMap((part) => yearly(part, now)) }),
})

/** Time alone never changes the answer. */
export const none: Changes = { once: () => [] }

/** When the filters of a rule may change their answers. */
export const changesOf = (rule: Node, schema: Schema): Changes =>
  fold<Changes>(rule, {
    ...leaves(() => none),
    all: together,
    any: together,
    not: (of) => together([of]),
    tag: ({ tag, during }) => {
      if (during === undefined) return none
      const edges = edgesOf(during)
      return { once: (person) => (person.tagged.get(tag) ?? []).flatMap(edges) }
    },
    field: ({ field, test }) => {
      const slot = layoutOf(schema).fields.byName.get(field)!
      const { type } = schema.fields.get(field)!
      return ofValues(turnsOf(test, type), (person) => [person.values[slot]])
    },
    event: (node) => eventChanges(node, schema),
    more: ({ events, than }) => together([selectionChanges(events, schema), selectionChanges(than, schema)]),
    sequence: (node) => sequenceChanges(node, schema),
    account: (node) => accountChanges(node, schema),
  })

/** The changes of all; what one comes to hold by may be where another, or its complement, ceases to. */
function together(of: readonly Changes[]): Changes {
  const moving = of.filter((one) => one !== none)
  if (moving.length === 0) return none
  return merged(
    moving.flatMap(({ opening, ...one }) => (opening === undefined ? [one] : [one, { once: opening }])),
  )
}

/** The changes of a test of values that a person has. */
const ofValues = (turns: Turns | undefined, values: (person: PreparedPerson) => readonly Slot[]): Changes =>
  turns === undefined ? none : ofEach(turns, values)

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
  return together([selected, ofValues(turnsOf(measure.test, type), values)])
}

/** When an event comes to count, or ceases to: it happens, or an edge of a window passes it. */
function selectionChanges(selection: EventSelection, schema: Schema): Changes {
  const { at = [], where = [] } = selection
  const { log: logOf, properties } = streamOf(selection, schema)
  const times = (person: PreparedPerson): readonly number[] => logOf(person)?.at ?? []
  return together([
    { once: times },
    ...at.map((test) => ofValues(turnsOf(test, { kind: 'timestamp' }), times)),
    ...where.map(({ property, test }) => {
      const slot = properties.byName.get(property)!
      return ofValues(
        turnsOf(test, properties.infos[slot]!.type),
        (person) =>
          logOf(person)
            ?.rows()
            .map((row) => row.values[slot]) ?? [],
      )
    }),
  ])
}

/** A step that never comes is known not to have come when its window closes, counted from each event it may follow. */
function sequenceChanges({ steps, within }: NodeOf<'sequence'>, schema: Schema): Changes {
  const selected = together(steps.map((step) => selectionChanges(step, schema)))
  const closing = steps
    .flatMap((step) => (step.never ? [step.within, within] : []))
    .flatMap((one) => (one === undefined ? [] : durationMs(one)!))
  if (closing.length === 0) return selected
  const logs = steps.filter((step) => !step.never).map((step) => streamOf(step, schema).log)
  return {
    ...selected,
    opening: (person) =>
      logs.flatMap((logOf) => (logOf(person)?.at ?? []).flatMap((at) => closing.map((ms) => at + ms))),
  }
}

/** An account's own values change as those of people do, and its people each by themselves. */
function accountChanges({ account, where = [], people = [] }: NodeOf<'account'>, schema: Schema): Changes {
  const { fields } = layoutOf(schema).accounts.get(account)!
  const accounts = accountsOf(account, schema)
  const ofPeople = together(people.map(({ of }) => changesOf(of, schema)))
  const others = (person: PreparedPerson): readonly PreparedPerson[] =>
    accounts(person).flatMap((one) => one.people() ?? [])
  return together([
    ...where.map(({ field, test }) => {
      const slot = fields.byName.get(field)!
      return ofValues(turnsOf(test, fields.infos[slot]!.type), (person) =>
        accounts(person).map(({ values }) => values[slot]),
      )
    }),
    // Where people are not told, that is an error, whatever is asked of them.
    ...(people.length === 0 ? [] : [ofEach(ofPeople, others)]),
  ])
}

/** When a test of a value may change its answer. */
type Turns = Moving<Slot>

/** How a test of a value turns as time passes; `undefined` where it never does. */
function turnsOf(test: Predicate, type: ValueType): Turns | undefined {
  if (test.op === 'some' && type.kind === 'list') {
    const one = turnsOf(test.test, type.of)
    return one && ofEach(one, (value) => (value ?? []) as readonly Slot[])
  }
  if (test.op === 'item' && type.kind === 'list' && type.of.kind === 'object') {
    const parts = [...(type.of.parts?.values() ?? [])]
    const all = test.where.flatMap(({ property, test: tested }) => {
      const at = parts.findIndex(({ name }) => name === property)
      const one = turnsOf(tested, parts[at]!.type)
      return one
        ? [ofEach(one, (value: Slot) => ((value ?? []) as readonly Item[]).map(({ values }) => values[at]))]
        : []
    })
    return all.length === 0 ? undefined : merged(all)
  }
  if (test.op === 'anniversary')
    return { once: () => [], yearly: present((value, now) => anniversaryChanges(test, type, value, now)) }
  if (test.op !== 'during') return undefined
  const edges = edgesOf(test.window)
  if (type.kind !== 'date') return { once: present((value) => edges(value as number)) }
  const table = zoneTable((test.window as CalendarWindow).zone!)!
  return {
    once: present((value) => {
      const day = firstInstantAt(table, dayOfText(value as string) * dayMs)
      return [day, ...edges(day)]
    }),
  }
}

/** What is missing never turns. */
const present =
  <A extends readonly unknown[]>(turns: (value: Slot, ...more: A) => readonly number[]) =>
  (value: Slot, ...more: A): readonly number[] =>
    value === undefined ? [] : turns(value, ...more)

/** The clocks at which an instant comes into a window and goes out of it. */
function edgesOf(window: Window): (at: number) => readonly number[] {
  switch (window.over) {
    case 'clock': {
      const shifts = [window.until, window.after].flatMap((one) => (one === undefined ? [] : shiftMs(one)!))
      return (at) => shifts.map((ms) => at - ms)
    }
    case 'instants':
      return () => []
    case 'calendar': {
      // It is in the window while the period of now is one of those before or after its own.
      const { from, to } = window
      const start = startsOf(window)
      return (at) => [at, start(at, -to), start(at, -from + 1)]
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
  const edges = edgesOf(window)
  const days: number[] = []
  for (let year = Math.max(first, 1); year <= Math.min(last, 9999); year++) {
    const falls = monthDay === '02-29' && !isLeapYear(year) ? leapDay : monthDay
    days.push(dayOfText(`${String(year).padStart(4, '0')}-${falls}`))
  }
  return days.flatMap((day) => {
    const start = firstInstantAt(table, day * dayMs)
    return [start, ...edges(start)]
  })
}

/** When the period begins that lies so many after that of an instant. */
function startsOf({
  unit,
  zone,
  weekStart = 1,
  yearStart = 1,
}: CalendarWindow): (at: number, periods: number) => number {
  const table = zoneTable(zone!)!
  const rules = { weekStart, yearStart } as CalendarRules
  return (at, periods) => periodInstants(at, table, unit, periods, periods, rules).from
}
