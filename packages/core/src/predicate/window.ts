import { checkKeys } from '../suggest.ts'
import type { CalendarUnit } from '../time/calendar.ts'
import { durationMs, type Duration } from './duration.ts'

/** A stretch of time that instants, dates or events lie in; what depends on the clock is worked out when it is read. */
export type Window = ClockWindow | InstantWindow | CalendarWindow

/** A signed length before or after the clock: `'-30 days'`, `'7 days'`; `'now'` is the clock itself. */
export type Shift = Duration | `-${Duration}` | 'now'

/** The window `(now + after, now + until]`; an end that is left out is unbounded. */
export interface ClockWindow {
  readonly over: 'clock'
  readonly after?: Shift
  readonly until?: Shift
}

/** The window `[from, to)` between instants; an end that is left out is unbounded. */
export interface InstantWindow {
  readonly over: 'instants'
  readonly from?: string
  readonly to?: string
}

export type { CalendarUnit }

/**
 * Whole days, weeks, months, quarters or years of a zone's calendar, counted from the one that `now` lies in.
 *
 * `from` and `to` are both included: 0 is this one, −1 the last, 1 the next.
 */
export interface CalendarWindow {
  readonly over: 'calendar'
  readonly unit: CalendarUnit
  readonly from: number
  readonly to: number
  /** The window ends at `now`. */
  readonly soFar?: boolean
  /** The schema's zone when it is left out. */
  readonly zone?: string
  /** The day weeks begin with, 1 for Monday to 7 for Sunday; Monday unless told. */
  readonly weekStart?: number
  /** The month years and quarters begin with, 1 to 12; January unless told. */
  readonly yearStart?: number
}

/** Where days, weeks, quarters and years begin; what is left out is the schema's. */
export interface PeriodOptions {
  readonly zone?: string
  /** The day weeks begin with, 1 for Monday to 7 for Sunday; Monday unless told. */
  readonly weekStart?: number
  /** The month years and quarters begin with, 1 to 12; January unless told. */
  readonly yearStart?: number
}

/** How a calendar window is cut. */
export interface CalendarOptions extends PeriodOptions {
  /** The window ends at `now`. */
  readonly soFar?: boolean
}

// What is no instant and no duration is reported where it is checked, with a path.
const instant = (value: Date | string): string =>
  !(value instanceof Date) ? value : Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()

// Callers without types may hand over anything: with a sign, what is no duration is no shift either, nor an end left out.
const before = (duration: Duration | undefined): `-${Duration}` =>
  typeof duration === 'string' || duration === undefined ? `-${String(duration) as Duration}` : duration
const after = (duration: Duration): Shift =>
  durationMs(duration) === undefined ? before(duration) : duration

/** The window `(now − d, now]`. */
export const last = (duration: Duration): ClockWindow => ({
  over: 'clock',
  after: before(duration),
  until: 'now',
})

/** The window `(now, now + d]`. */
export const next = (duration: Duration): ClockWindow => ({
  over: 'clock',
  after: 'now',
  until: after(duration),
})

/** More than `near` ago: `(…, now − near]`; with `far` the band `(now − far, now − near]`. Bands next to each other tile. */
export const ago = (near: Duration, far?: Duration): ClockWindow => ({
  over: 'clock',
  ...(far !== undefined && { after: before(far) }),
  until: before(near),
})

/** More than `near` ahead: `(now + near, …)`; with `far` the band `(now + near, now + far]`. */
export const ahead = (near: Duration, far?: Duration): ClockWindow => ({
  over: 'clock',
  after: after(near),
  ...(far !== undefined && { until: after(far) }),
})

/** From an instant on, the instant included; with `to` up to another, not included. */
export const since = (from: Date | string, to?: Date | string): InstantWindow => ({
  over: 'instants',
  from: instant(from),
  ...(to !== undefined && { to: instant(to) }),
})

/** Up to an instant, which is not included. */
export const until = (to: Date | string): InstantWindow => ({ over: 'instants', to: instant(to) })

/**
 * Whole periods of the calendar, from one to another, counted from the one that `now` lies in.
 *
 * @example
 * ```ts
 * const lastThreeMonths = calendar('month', -3, -1)
 * lastThreeMonths // => { over: 'calendar', unit: 'month', from: -3, to: -1 }
 * ```
 */
export const calendar = (
  unit: CalendarUnit,
  from: number,
  to: number = from,
  options: CalendarOptions = {},
): CalendarWindow => {
  checkKeys('options of a calendar window', options, ['zone', 'weekStart', 'yearStart', 'soFar'])
  return { over: 'calendar', unit, from, to, ...options }
}

/** Today, from midnight to midnight. */
export const today = (options?: CalendarOptions): CalendarWindow => calendar('day', 0, 0, options)
/** Yesterday, from midnight to midnight. */
export const yesterday = (options?: CalendarOptions): CalendarWindow => calendar('day', -1, -1, options)
/** Tomorrow, from midnight to midnight. */
export const tomorrow = (options?: CalendarOptions): CalendarWindow => calendar('day', 1, 1, options)
/** This whole week; weeks start on Monday unless told. */
export const thisWeek = (options?: CalendarOptions): CalendarWindow => calendar('week', 0, 0, options)
/** The whole week before this one. */
export const lastWeek = (options?: CalendarOptions): CalendarWindow => calendar('week', -1, -1, options)
/** This whole month. */
export const thisMonth = (options?: CalendarOptions): CalendarWindow => calendar('month', 0, 0, options)
/** The whole month before this one. */
export const lastMonth = (options?: CalendarOptions): CalendarWindow => calendar('month', -1, -1, options)
/** This whole quarter. */
export const thisQuarter = (options?: CalendarOptions): CalendarWindow => calendar('quarter', 0, 0, options)
/** The whole quarter before this one. */
export const lastQuarter = (options?: CalendarOptions): CalendarWindow => calendar('quarter', -1, -1, options)
/** This whole year. */
export const thisYear = (options?: CalendarOptions): CalendarWindow => calendar('year', 0, 0, options)
/** The whole year before this one. */
export const lastYear = (options?: CalendarOptions): CalendarWindow => calendar('year', -1, -1, options)

/** Signed milliseconds of a shift, or `undefined` when it is none. */
export function shiftMs(shift: string): number | undefined {
  if (shift === 'now') return 0
  // Callers without types may hand over anything.
  if (typeof shift !== 'string') return undefined
  const ms = durationMs(shift.replace(/^-/, ''))
  return ms !== undefined && shift.startsWith('-') ? -ms : ms
}
