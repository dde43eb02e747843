import type { CalendarWindow, Window } from '../predicate/window.ts'
import { shiftMs } from '../predicate/window.ts'
import type { LeapDay } from '../predicate/predicate.ts'
import { instantRange, parseInstant } from '../schema/time.ts'
import {
  type CalendarRules,
  dayAt,
  isLeapYear,
  monthDayText,
  periodDays,
  periodInstants,
  yearOf,
} from '../time/calendar.ts'
import { zoneTable } from '../time/zone.ts'

/** From one up to another, not included: instants in UTC milliseconds, or days since 1970-01-01. */
export interface Range {
  readonly from: number
  readonly to: number
}

const everyInstant: Range = { from: instantRange.from, to: instantRange.to + 1 }

/**
 * The instants of a window at a clock, worked out once for all people: half open, in UTC milliseconds.
 *
 * `(now + after, now + until]` is `[now + after + 1, now + until + 1)`, as instants are whole milliseconds. Both
 * evaluators take what this answers, so that zones are known in one place only (semantics 19).
 */
export function windowInstants(window: Window, now: number): Range {
  switch (window.over) {
    case 'clock':
      return clipped(
        window.after === undefined ? -Infinity : now + shiftMs(window.after)! + 1,
        window.until === undefined ? Infinity : now + shiftMs(window.until)! + 1,
      )
    case 'instants':
      return clipped(
        window.from === undefined ? -Infinity : parseInstant(window.from)!,
        window.to === undefined ? Infinity : parseInstant(window.to)!,
      )
    case 'calendar': {
      const { from, to } = periodInstants(now, ...periods(window))
      return clipped(from, window.soFar === true ? Math.min(to, now + 1) : to)
    }
  }
}

const clipped = (from: number, to: number): Range => ({
  from: Math.max(from, everyInstant.from),
  to: Math.min(to, everyInstant.to),
})

/** The days of a calendar window at a clock, as days since 1970-01-01: half open. */
export function windowDays(window: CalendarWindow, now: number): Range {
  const { from, to } = periodDays(now, ...periods(window))
  if (window.soFar !== true) return { from, to }
  return { from, to: Math.min(to, dayAt(zoneTable(window.zone!)!, now) + 1) }
}

function periods(window: CalendarWindow) {
  const { weekStart = 1, yearStart = 1 } = window
  const rules = { weekStart, yearStart } as CalendarRules
  return [zoneTable(window.zone!)!, window.unit, window.from, window.to, rules] as const
}

/**
 * The days of a year, as `MM-DD`, on which an anniversary falls in a window at a clock.
 *
 * 29 February falls on its stand-in in common years (semantics 18), and so belongs to the window when that does.
 */
export function anniversaryDays(window: CalendarWindow, leapDay: LeapDay, now: number): readonly string[] {
  const { from, to } = windowDays(window, now)
  const found = new Set<string>()
  // Eight years have every day, the leap day included, also around 1900 and 2100.
  for (let day = from; day < Math.min(to, from + 3000); day++) {
    const text = monthDayText(day)
    found.add(text)
    if (text === leapDay && !isLeapYear(yearOf(day))) found.add('02-29')
  }
  return [...found].toSorted()
}
