import { ClockError } from '../errors.ts'
import { shown } from '../suggest.ts'

// Instants are UTC milliseconds, floored; dates and instants lie in the years 0001 to 9999 (semantics 11, 15).

const dayMs = 86_400_000

/** The first and the last millisecond an instant may have: 0001-01-01 and 9999-12-31, UTC. */
export const instantRange = { from: -62_135_596_800_000, to: 253_402_300_799_999 } as const

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/
const instantPattern =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/

/** Days in a month of the Gregorian calendar; 0 for a month that is none. */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}

function dayStart(year: number, month: number, day: number): number | undefined {
  if (year < 1 || day < 1 || day > daysIn(year, month)) return undefined
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day)
}

/** Whether text is a calendar date, `YYYY-MM-DD`, that exists. */
export function isDateText(text: string): boolean {
  const found = datePattern.exec(text)
  return found !== null && dayStart(Number(found[1]), Number(found[2]), Number(found[3])) !== undefined
}

/**
 * UTC milliseconds of RFC 3339 text with an offset, floored; `undefined` for anything else.
 *
 * There is no session zone to guess from, so text without an offset is refused, as are leap seconds,
 * offsets of 16 hours or more (Postgres has none), and days that do not exist.
 *
 * @example
 * ```ts
 * parseInstant('2026-11-24T09:30:00+01:00') // => 1795509000000
 * parseInstant('2026-02-30T00:00:00Z') // => undefined
 * ```
 */
export function parseInstant(text: string): number | undefined {
  // Callers without types may hand over anything.
  const found = typeof text === 'string' ? instantPattern.exec(text) : null
  if (!found) return undefined
  const part = (index: number): number => Number(found[index] ?? 0)
  const start = dayStart(part(1), part(2), part(3))
  const [hour, minute, second, offsetHour, offsetMinute] = [part(4), part(5), part(6), part(9), part(10)]
  if (start === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  if (offsetHour > 15 || offsetMinute > 59) return undefined
  const fraction = Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'))
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (found[8] === '-' ? -1 : 1)
  return inRange(start + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offset)
}

/** How an instant is written, for an error about text that is none: with its offset, where that is all it lacks. */
export function instantForm(found: unknown): string {
  const given = typeof found === 'string' ? found : ''
  const whole = [`${given}Z`, `${given}T00:00:00Z`].find((text) => parseInstant(text) !== undefined)
  return whole === undefined
    ? "an instant such as '2026-11-24T09:30:00Z'"
    : `an instant with its offset, such as '${whole}'`
}

/** The instant itself when it is a whole millisecond of the years 0001 to 9999, else `undefined`. */
export function inRange(ms: number): number | undefined {
  return ms >= instantRange.from && ms <= instantRange.to ? Math.floor(ms) : undefined
}

/** ISO text of UTC milliseconds. */
export const instantText = (ms: number): string => new Date(ms).toISOString()

/**
 * Milliseconds of a clock given as a `Date`, RFC 3339 text or milliseconds.
 *
 * Throws a {@link ClockError} when there is none, and a `RangeError` for anything else.
 */
export function clockMs(now: Date | string | number): number {
  if (now === undefined || now === null) throw new ClockError()
  const ms =
    typeof now === 'string'
      ? parseInstant(now)
      : typeof now === 'number'
        ? inRange(now)
        : now instanceof Date
          ? inRange(now.getTime())
          : undefined
  if (ms === undefined || Number.isNaN(ms)) {
    const found = now instanceof Date ? 'an invalid Date, or one beyond the years 0001 to 9999' : shown(now)
    throw new RangeError(`now is ${instantForm(now)}, found ${found}`)
  }
  return ms
}

export { dayMs }
