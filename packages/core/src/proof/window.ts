import type { CalendarWindow, Window } from '../predicate/window.ts'
import { shiftMs } from '../predicate/window.ts'
import { parseInstant } from '../schema/time.ts'
import type { Scale, Test } from './formula.ts'

// A window as bounds on scales: an instant has a place in time, a distance from the clock, and one in each calendar.

const whole = { whole: true } as const

/** The value itself. */
export const onValue: Scale = { name: 'value', domain: whole }
/** Milliseconds after the clock. */
export const onClock: Scale = { name: 'clock', domain: whole }

/** The period of a calendar that an instant or a date lies in, counted from that of the clock. */
function onCalendar({ unit, zone = '', weekStart = 0, yearStart = 0 }: CalendarWindow): Scale {
  const name = [unit, zone, weekStart, yearStart].join(' ')
  const within = (other: string): boolean => {
    const [theirs, place, , start] = other.split(' ')
    if (place !== zone) return false
    const longer = holders[unit]
    return (
      longer.includes(theirs!) && (unit !== 'quarter' || theirs !== 'year' || start === String(yearStart))
    )
  }
  return { name, domain: whole, within }
}

/** The periods that hold whole periods of each unit. Weeks pass the ends of months. */
const holders: Readonly<Record<CalendarWindow['unit'], readonly string[]>> = {
  day: ['week', 'month', 'quarter', 'year'],
  week: [],
  month: ['quarter', 'year'],
  quarter: ['year'],
  year: [],
}

const bound = (is: 'above' | 'below', on: Scale, value: number, inclusive: boolean): Test => ({
  is,
  on,
  value,
  inclusive,
})

/** The bounds of a window, all of which hold of what lies in it; together they say no less. */
export function windowTests(window: Window, kind: 'date' | 'timestamp'): readonly Test[] {
  switch (window.over) {
    case 'clock':
      return [
        ...(window.after === undefined ? [] : [bound('above', onClock, shiftMs(window.after)!, false)]),
        ...(window.until === undefined ? [] : [bound('below', onClock, shiftMs(window.until)!, true)]),
      ]
    case 'instants':
      return [
        ...(window.from === undefined ? [] : [bound('above', onValue, parseInstant(window.from)!, true)]),
        ...(window.to === undefined ? [] : [bound('below', onValue, parseInstant(window.to)!, false)]),
      ]
    case 'calendar': {
      const scale = onCalendar(window)
      const soFar =
        kind === 'timestamp'
          ? onClock
          : onCalendar({ over: 'calendar', unit: 'day', from: 0, to: 0, ...zoneOf(window) })
      return [
        bound('above', scale, window.from, true),
        bound('below', scale, window.to, true),
        ...(window.soFar === true ? [bound('below', soFar, 0, true)] : []),
      ]
    }
  }
}

const zoneOf = ({ zone }: CalendarWindow): { readonly zone?: string } => (zone === undefined ? {} : { zone })
