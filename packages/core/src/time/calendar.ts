import { firstInstantAt, localMs, type ZoneTable } from './zone.ts'

// A day is a whole number of days since 1970-01-01, in the Gregorian calendar of all years (semantics 18).

/** The units of a calendar window. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** Where weeks and years begin. */
export interface CalendarRules {
  /** The weekday a week begins with; 1 is Monday. */
  readonly weekStart: 1 | 2 | 3 | 4 | 5 | 6 | 7
  /** The month a year, and so its first quarter, begins with; 1 is January. */
  readonly yearStart: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12
}

const dayMs = 86_400_000
const monthsIn = { month: 1, quarter: 3, year: 12 } as const

/** The day of a local time. */
export const dayOf = (local: number): number => Math.floor(local / dayMs)

const dateOf = (day: number): Date => new Date(day * dayMs)

/** The weekday of a day: 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: number): number => modulo(day + 3, 7) + 1

/** The year of a day. */
export const yearOf = (day: number): number => dateOf(day).getUTCFullYear()

/** The month of a day, 1 to 12. */
export const monthOf = (day: number): number => dateOf(day).getUTCMonth() + 1

/** The day within its year, `MM-DD`. */
export const monthDayText = (day: number): string => dateOf(day).toISOString().slice(-19, -14)

/** Whether a year has a 29 February. */
export const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** `YYYY-MM-DD` of a day in the years 0001 to 9999; throws a `RangeError` on any other. */
export function dayText(day: number): string {
  const year = yearOf(day)
  if (year >= 1 && year <= 9999) return dateOf(day).toISOString().slice(0, 10)
  throw new RangeError(`a date lies in the years 0001 to 9999, found day ${day} since 1970-01-01`)
}

/** The day of `YYYY-MM-DD`, text that is known to be a date: a stored one was checked when it was read. */
export function dayOfText(text: string): number {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  return new Date(0).setUTCFullYear(year, month - 1, day) / dayMs
}

/** The first day of the period that holds `day`. */
export function periodStartDay(day: number, unit: CalendarUnit, rules: CalendarRules): number {
  if (unit === 'day') return day
  if (unit === 'week') return day - modulo(weekdayOf(day) - rules.weekStart, 7)
  return monthStart(firstMonth(day, monthsIn[unit], rules))
}

/** The first day of the period `count` after the one that holds `startDay`; before it, when negative. */
export function addPeriods(
  startDay: number,
  unit: CalendarUnit,
  count: number,
  rules: CalendarRules,
): number {
  if (unit === 'day') return startDay + count
  if (unit === 'week') return periodStartDay(startDay, unit, rules) + 7 * count
  const length = monthsIn[unit]
  return monthStart(firstMonth(startDay, length, rules) + count * length)
}

/**
 * The day an instant belongs to in a zone: the latest one that has begun.
 *
 * It is the day the clocks show, save for the minutes after they went back over midnight, as those of
 * America/St_Johns did at 00:01 until 2011: a day that has begun does not end before its time, so days never
 * overlap and every instant lies in exactly one.
 */
export function dayAt(table: ZoneTable, ms: number): number {
  let day = dayOf(localMs(table, ms))
  while (firstInstantAt(table, (day + 1) * dayMs) <= ms) day += 1
  return day
}

/**
 * The days from the first of period `from` up to, not including, the first after period `to`.
 *
 * Periods are counted from the one that holds `now` in the zone: 0 is this one, -1 the last, 1 the next.
 * Near the ends of the years 0001 to 9999 the days may lie outside them.
 */
export function periodDays(
  now: number,
  table: ZoneTable,
  unit: CalendarUnit,
  from: number,
  to: number,
  rules: CalendarRules,
): { readonly from: number; readonly to: number } {
  const today = dayAt(table, now)
  return { from: addPeriods(today, unit, from, rules), to: addPeriods(today, unit, to + 1, rules) }
}

/**
 * The instants of {@link periodDays}, from the first up to, not including, the last.
 *
 * A day begins when the zone's clocks first show its midnight or later. One that a zone skipped holds no instant.
 */
export function periodInstants(
  now: number,
  table: ZoneTable,
  unit: CalendarUnit,
  from: number,
  to: number,
  rules: CalendarRules,
): { readonly from: number; readonly to: number } {
  const days = periodDays(now, table, unit, from, to, rules)
  return { from: firstInstantAt(table, days.from * dayMs), to: firstInstantAt(table, days.to * dayMs) }
}

/** The month, counted from the year 0, that begins the period of `length` months holding `day`. */
function firstMonth(day: number, length: number, { yearStart }: CalendarRules): number {
  const month = yearOf(day) * 12 + monthOf(day) - 1
  return month - modulo(month - (yearStart - 1), length)
}

// A month beyond December carries into the year; Date.UTC would read the years 0 to 99 as 1900 to 1999.
const monthStart = (month: number): number => new Date(0).setUTCFullYear(0, month, 1) / dayMs

const modulo = (value: number, divisor: number): number => ((value % divisor) + divisor) % divisor
