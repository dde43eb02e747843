import type { CalendarUnit, CalendarWindow, Shift, Window } from '../predicate/window.ts'

/** The days of the week, from 1, Monday, to 7. */
export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const

/** The months, from 1, January, to 12. */
export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

/** A window in English: `in the last 30 days`, `between 30 days and 60 days ago`, `last month (UTC)`. */
export function describeWindow(window: Window): string {
  switch (window.over) {
    case 'clock':
      return describeShifts(window.after, window.until)
    case 'instants': {
      const { from, to } = window
      if (to === undefined) return `in the time from ${from} on`
      return from === undefined ? `in the time before ${to}` : `in the time from ${from} to before ${to}`
    }
    case 'calendar':
      return describeCalendar(window)
  }
}

const isPast = (shift: Shift): boolean => shift.startsWith('-')
const length = (shift: Shift): string => shift.replace(/^-/, '')
const point = (shift: Shift): string =>
  shift === 'now' ? 'now' : `${length(shift)} ${isPast(shift) ? 'ago' : 'ahead'}`

function describeShifts(after: Shift | undefined, until: Shift | undefined): string {
  if (after === undefined)
    return until !== undefined && isPast(until) ? `at least ${point(until)}` : `up to ${point(until!)}`
  if (until === undefined)
    return isPast(after) || after === 'now' ? `after ${point(after)}` : `more than ${point(after)}`
  if (until === 'now') return `in the last ${length(after)}`
  if (after === 'now') return `in the next ${length(until)}`
  if (isPast(until)) return `between ${length(until)} and ${point(after)}`
  return isPast(after)
    ? `from ${point(after)} to ${point(until)}`
    : `between ${length(after)} and ${point(until)}`
}

const days: Readonly<Record<string, string>> = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }
const ones: Readonly<Record<string, string>> = { '-1': 'last', 0: 'this', 1: 'next' }

/** A calendar window in English. */
export function describeCalendar(window: CalendarWindow): string {
  const { unit, from, to, soFar = false, zone, weekStart, yearStart } = window
  const rules = [
    ...(zone === undefined ? [] : [zone]),
    ...(weekStart === undefined || weekStart === 1 ? [] : [`weeks from ${dayNames[weekStart - 1]}`]),
    ...(yearStart === undefined || yearStart === 1 ? [] : [`years from ${monthNames[yearStart - 1]}`]),
  ]
  const notes = rules.length === 0 ? '' : ` (${rules.join(', ')})`
  return `${named(unit, from, to)}${soFar ? ' so far' : ''}${notes}`
}

function named(unit: CalendarUnit, from: number, to: number): string {
  if (from === to && from in ones) return unit === 'day' ? days[from]! : `${ones[from]} ${unit}`
  return `in the calendar ${unit}s ${signed(from)} to ${signed(to)} from this one`
}

const signed = (count: number): string => (count > 0 ? `+${count}` : String(count))
