import type { CalendarUnit, CalendarWindow, ClockWindow, InstantWindow, Window } from '../predicate/window.ts'
import { applied, type Code, data, options } from './print.ts'

/** A window as a developer writes it; one that has no word of its own is written as data. */
export function windowCode(window: Window): Code {
  const write = writers[window.over] as (window: Window) => Code
  return write(window)
}

const writers: { readonly [O in Window['over']]: (window: Extract<Window, { readonly over: O }>) => Code } = {
  clock: clockCode,
  instants: ({ from, to, ...rest }: InstantWindow) =>
    from === undefined
      ? to === undefined
        ? data(rest)
        : applied('until', data(to))
      : applied('since', data(from), ...(to === undefined ? [] : [data(to)])),
  calendar: calendarCode,
}

/** The length of a window that ends with the clock, as `last`, `within` and `inLast` take it. */
export const lastOf = (window: Window): string | undefined =>
  window.over === 'clock' && window.until === 'now' && isPast(window.after)
    ? window.after.slice(1)
    : undefined

/** The length of a window that begins with the clock. */
export const nextOf = (window: Window): string | undefined =>
  window.over === 'clock' && window.after === 'now' && isAhead(window.until) ? window.until : undefined

const isPast = (shift: string | undefined): shift is string => shift?.startsWith('-') === true
const isAhead = (shift: string | undefined): shift is string =>
  shift !== undefined && shift !== 'now' && !isPast(shift)

function clockCode(window: ClockWindow): Code {
  const [past, coming] = [lastOf(window), nextOf(window)]
  if (past !== undefined) return applied('last', data(past))
  if (coming !== undefined) return applied('next', data(coming))
  const { after, until } = window
  const far = (shift: string | undefined): readonly Code[] =>
    shift === undefined ? [] : [data(shift.replace('-', ''))]
  if (isPast(until) && (after === undefined || isPast(after)))
    return applied('ago', data(until.slice(1)), ...far(after))
  if (isAhead(after) && (until === undefined || isAhead(until)))
    return applied('ahead', data(after), ...far(until))
  return data(window)
}

/** The words for one period, by the one before, this one and the next one. */
const periods: Readonly<Record<CalendarUnit, readonly (string | undefined)[]>> = {
  day: ['yesterday', 'today', 'tomorrow'],
  week: ['lastWeek', 'thisWeek'],
  month: ['lastMonth', 'thisMonth'],
  quarter: ['lastQuarter', 'thisQuarter'],
  year: ['lastYear', 'thisYear'],
}

function calendarCode({ unit, from, to, zone, weekStart, yearStart, soFar }: CalendarWindow): Code {
  const cut = { zone, weekStart, yearStart, soFar }
  const word = from === to ? periods[unit][from + 1] : undefined
  if (word !== undefined) return applied(word, ...options(cut))
  const [more] = options(cut)
  const until = from === to && more === undefined ? [] : [data(to)]
  return applied('calendar', data(unit), data(from), ...until, ...(more === undefined ? [] : [more]))
}
