import type { CalendarWindow, Schema, Window } from '@segmentry/core'
import { instantOf } from './reference-read.ts'

// Windows and the calendar for the reference: whether an instant or a day belongs to a period is asked of the platform's own
// calendar, and no boundary is worked out.

const unitMs: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
}

export function lengthOf(duration: string): number {
  const [count, unit] = duration.split(' ') as [string, string]
  return Number(count) * unitMs[unit.replace(/s$/, '')]!
}

export const shifted = (now: number, shift: string): number =>
  shift === 'now' ? now : shift.startsWith('-') ? now - lengthOf(shift.slice(1)) : now + lengthOf(shift)

export function inWindow(window: Window, ms: number, now: number, schema: Schema): boolean {
  switch (window.over) {
    case 'clock':
      return (
        (window.after === undefined || ms > shifted(now, window.after)) &&
        (window.until === undefined || ms <= shifted(now, window.until))
      )
    case 'instants':
      return (
        (window.from === undefined || ms >= instantOf(window.from)!) &&
        (window.to === undefined || ms < instantOf(window.to)!)
      )
    case 'calendar':
      return (
        inPeriods(window, localDay(ms, window.zone ?? schema.zone!), now, schema) &&
        (window.soFar !== true || ms <= now)
      )
  }
}

/** Whether a day is in one of the periods: their numbers are compared, and no boundary is worked out. */
export function inPeriods(window: CalendarWindow, day: Day, now: number, schema: Schema): boolean {
  const { unit, from, to, zone = schema.zone! } = window
  const { weekStart = schema.weekStart ?? 1, yearStart = schema.yearStart ?? 1 } = window
  const today = localDay(now, zone)
  if (window.soFar === true && day.number > today.number) return false
  const away = periodNumber(unit, day, weekStart, yearStart) - periodNumber(unit, today, weekStart, yearStart)
  return away >= from && away <= to
}

export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
  /** Days since 1970-01-01. */
  readonly number: number
  readonly hour: number
}

const formats = new Map<string, Intl.DateTimeFormat>()
const days = new Map<string, Day>()

/** The local day of an instant, as the platform's own calendar tells it, which takes its time: each is asked once. */
export function localDay(ms: number, zone: string): Day {
  const key = `${ms} ${zone}`
  const day = days.get(key) ?? dayAsTold(ms, zone)
  if (days.size > 100_000) days.clear()
  days.set(key, day)
  return day
}

function dayAsTold(ms: number, zone: string): Day {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-hc-h23', {
      timeZone: zone,
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map(({ type, value }) => [type, value]))
  const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year'])
  return dayOn(year, Number(parts['month']), Number(parts['day']), Number(parts['hour']))
}

function dayOn(year: number, month: number, day: number, hour = 0): Day {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return { year, month, day, number: date.getTime() / 86_400_000, hour }
}

export const dateDay = (text: string): Day => {
  const [year, month, day] = text.split('-').map(Number) as [number, number, number]
  return dayOn(year, month, day)
}

/** The number of a period: periods that follow each other have numbers that do. */
export function periodNumber(
  unit: string,
  { year, month, number }: Day,
  weekStart: number,
  yearStart: number,
): number {
  const months = year * 12 + month - 1
  if (unit === 'day') return number
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return Math.floor((number + 4 - weekStart) / 7)
  if (unit === 'month') return months
  return Math.floor((months - (yearStart - 1)) / (unit === 'quarter' ? 3 : 12))
}

/** Whether the anniversary of some year, looked at one by one, is a day of the window. */
export function hasAnniversary(
  window: CalendarWindow,
  leapDay: string,
  day: Day,
  now: number,
  schema: Schema,
): boolean {
  const today = localDay(now, window.zone ?? schema.zone!)
  for (let year = today.year - 10; year <= today.year + 10; year++) {
    const isLeap = new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1
    const [month, dayOfMonth] =
      day.month === 2 && day.day === 29 && !isLeap
        ? (leapDay.split('-').map(Number) as [number, number])
        : [day.month, day.day]
    if (inPeriods(window, dayOn(year, month, dayOfMonth), now, schema)) return true
  }
  return false
}
