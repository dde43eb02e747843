import { durationText } from '../predicate/duration.ts'
import {
  type CalendarUnit,
  type CalendarWindow,
  type PeriodOptions,
  type Shift,
  shiftMs,
  type Window,
} from '../predicate/window.ts'
import type { Schema } from '../schema/schema.ts'
import { instantForm, instantText, parseInstant } from '../schema/time.ts'
import { shown } from '../suggest.ts'
import { isZone } from '../time/zone.ts'
import { issue, type Path, type Report } from './issue.ts'

/** A window in normal form: shifts in their largest unit, instants in UTC, the schema's zone and days written out. */
export function checkWindow(window: Window | undefined, schema: Schema, report: Report, path: Path): Window {
  // Callers without types may hand over anything.
  switch (window?.over) {
    case 'clock': {
      const { after, until } = window
      if (after === undefined && until === undefined) report(unbounded(path, 'after, until or both'))
      const ends = {
        ...(after !== undefined && { after: checkShift(after, report, [...path, 'after']) }),
        ...(until !== undefined && { until: checkShift(until, report, [...path, 'until']) }),
      }
      const [start, end] = [after, until].map((one) => (one === undefined ? undefined : shiftMs(one)))
      if (start !== undefined && end !== undefined && start >= end) {
        report(issue('wrong-value', path, `from ${after} to ${until}`, 'an end that is later than the start'))
      }
      return { over: 'clock', ...ends }
    }
    case 'instants': {
      const { from, to } = window
      if (from === undefined && to === undefined) report(unbounded(path, 'from, to or both'))
      const ends = {
        ...(from !== undefined && { from: checkInstant(from, report, [...path, 'from']) }),
        ...(to !== undefined && { to: checkInstant(to, report, [...path, 'to']) }),
      }
      const [start, end] = [from, to].map((one) => (one === undefined ? undefined : parseInstant(one)))
      if (start !== undefined && end !== undefined && start >= end) {
        report(issue('wrong-value', path, `from ${from} to ${to}`, 'an end that is later than the start'))
      }
      return { over: 'instants', ...ends }
    }
    case 'calendar':
      return checkCalendar(window, schema, report, path)
    default: {
      const expected = 'a window such as last(…), ago(…), since(…) or today()'
      report(issue('wrong-value', path, shown(window), expected))
      return { over: 'clock' }
    }
  }
}

const unbounded = (path: Path, expected: string): ReturnType<typeof issue> =>
  issue('wrong-value', path, 'a window without an end', expected)

/** A calendar window in normal form; rules that its unit does not look at are left out. */
export function checkCalendar(
  window: Window | undefined,
  schema: Schema,
  report: Report,
  path: Path,
): CalendarWindow {
  if (window?.over !== 'calendar') {
    const expected = 'a calendar window such as today() or thisMonth()'
    const over: unknown = window?.over
    const found = typeof over === 'string' ? `a window of ${over}` : shown(window)
    report(issue('wrong-value', [...path, 'over'], found, expected))
    return { over: 'calendar', unit: 'day', from: 0, to: 0 }
  }
  const { unit, from, to, soFar = false } = window
  const { weekStart = schema.weekStart ?? 1, yearStart = schema.yearStart ?? 1 } = window
  const isCount = (count: number): boolean => Number.isInteger(count) && Math.abs(count) <= 10_000
  if (!isCount(from) || !isCount(to) || from > to) {
    const expected =
      "whole numbers of periods from −10000 to 10000, the first not after the second: calendar('month', -3, -1)"
    report(issue('wrong-value', path, `periods ${shown(from)} to ${shown(to)}`, expected))
  }
  checkUnit(unit, report, [...path, 'unit'])
  if (typeof soFar !== 'boolean')
    report(issue('wrong-value', [...path, 'soFar'], shown(soFar), 'true or false'))
  if (soFar && (from > 0 || to < 0)) {
    report(
      issue('wrong-value', [...path, 'soFar'], `'so far' of periods ${from} to ${to}`, 'a period of now'),
    )
  }
  checkNumber(weekStart, 7, 'a day from 1, Monday, to 7, Sunday', report, [...path, 'weekStart'])
  checkNumber(yearStart, 12, 'a month from 1 to 12', report, [...path, 'yearStart'])
  return {
    over: 'calendar',
    unit,
    from,
    to,
    ...(soFar && { soFar }),
    zone: checkZone(window.zone, schema, report, [...path, 'zone']),
    ...periodStart(unit, weekStart, yearStart),
  }
}

/** Where periods of a unit begin; rules that the unit does not look at are left out. */
export const periodStart = (unit: CalendarUnit, weekStart: number, yearStart: number): PeriodOptions => ({
  ...(unit === 'week' && { weekStart }),
  ...((unit === 'quarter' || unit === 'year') && { yearStart }),
})

const units: ReadonlySet<string> = new Set(['day', 'week', 'month', 'quarter', 'year'])

/** Reports what is no unit of a calendar. */
export function checkUnit(unit: string, report: Report, path: Path): void {
  if (!units.has(unit)) report(issue('wrong-value', path, shown(unit), `one of ${[...units].join(', ')}`))
}

/** Reports what is not a whole number from 1 to the greatest. */
export function checkNumber(
  found: number,
  greatest: number,
  expected: string,
  report: Report,
  path: Path,
): void {
  if (!Number.isInteger(found) || found < 1 || found > greatest) {
    report(issue('wrong-value', path, shown(found), expected))
  }
}

/** The zone that is meant: the one given, else the schema's; there is no silent default (semantics 18). */
export function checkZone(given: string | undefined, schema: Schema, report: Report, path: Path): string {
  const zone = given ?? schema.zone
  if (zone === undefined) {
    const expected = "a zone such as { zone: 'America/New_York' }, here or in the schema"
    report(issue('missing-zone', path, 'no time zone', expected))
    return 'UTC'
  }
  if (!isZone(zone)) {
    const expected = "a time zone of the IANA list, such as 'America/New_York' or 'UTC'"
    report(issue('unknown-zone', path, JSON.stringify(zone), expected))
    return 'UTC'
  }
  return zone
}

/** How to write a duration. */
export const durations = "a duration such as '30 days', '12 hours' or '1 week', at most 3650 days"

function checkShift(shift: string, report: Report, path: Path): Shift {
  const ms = shiftMs(shift)
  if (ms === undefined) {
    // The builder writes the sign.
    const length: unknown = typeof shift === 'string' ? shift.replace(/^-/, '') : shift
    report(issue('wrong-value', path, shown(length), durations))
    return 'now'
  }
  if (ms === 0) return 'now'
  return ms < 0 ? `-${durationText(-ms)}` : durationText(ms)
}

function checkInstant(text: string, report: Report, path: Path): string {
  const ms = parseInstant(text)
  if (ms !== undefined) return instantText(ms)
  report(issue('wrong-value', path, shown(text), instantForm(text)))
  return text
}
