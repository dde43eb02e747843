import {
  anniversaryDays,
  type CalendarWindow,
  dayOfText,
  dayText,
  instantRange,
  instantText,
  type LeapDay,
  type Range,
  windowDays,
  windowInstants,
} from '@segmentry/core'
import { boundText } from '../read/interval.ts'

// What a calendar says is worked out by core and not by Postgres, whose zones may be of another year (semantics 19). A view reads it
// in a table, which has what there is to know of a window while one period lasts.

/** A window of a calendar that a view looks at. */
export interface Calendar {
  /** What it is looked up by. */
  readonly id: string
  readonly window: CalendarWindow
  /** For anniversaries: what they make of 29 February. */
  readonly leapDay?: LeapDay
}

/** What holds of a calendar's window from one instant up to another, not included; all as text. */
export interface CalendarRow {
  readonly calendar: string
  readonly starts: string
  readonly ends: string
  /** The instants of the whole window, the last one not included. */
  readonly opens: string
  readonly closes: string
  /** Its days, both included. */
  readonly first: string
  readonly last: string
  /** The days of a year, as `MM-DD`, of anniversaries. */
  readonly days: readonly string[] | null
}

const everyDay = { from: dayOfText('0001-01-01'), to: dayOfText('9999-12-31') + 1 }

/** The first and the last of days of which only those of the years 0001 to 9999 are dates. */
function daysOf({ from, to }: Range): Pick<CalendarRow, 'first' | 'last'> {
  const [first, end] = [Math.max(from, everyDay.from), Math.min(to, everyDay.to)]
  return first < end
    ? { first: dayText(first), last: dayText(end - 1) }
    : { first: '0001-01-02', last: '0001-01-01' }
}

/** The rows of a calendar from the one that holds an instant to the one that holds another. */
export function calendarRows(
  { id, window, leapDay }: Calendar,
  from: number,
  to: number,
): readonly CalendarRow[] {
  const { soFar = false, ...whole } = window
  // What ends so far ends today: its days are others each day.
  const present = { ...whole, ...(soFar && { unit: 'day' as const }), from: 0, to: 0 }
  const rows: CalendarRow[] = []
  for (let at = from; at <= Math.min(to, instantRange.to);) {
    const period = windowInstants(present, at)
    const instants = windowInstants(whole, at)
    const days = windowDays(window, at)
    rows.push({
      calendar: id,
      starts: instantText(period.from),
      ends: boundText(period.to),
      opens: boundText(instants.from),
      closes: boundText(instants.to),
      ...daysOf(days),
      days: leapDay === undefined ? null : anniversaryDays(window, leapDay, at),
    })
    at = period.to
  }
  return rows
}
