import { durationMs, isDateText } from '@segmentry/core'

/** Milliseconds of a duration of more than nothing. */
export const milliseconds = (text: string): number | undefined => durationMs(text) || undefined

/** `09:30` as it is written for Postgres, if it is a time of day. */
export const minuteOf = (text: unknown): string | undefined =>
  typeof text === 'string' && /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) ? text : undefined

/** A day, if it is one of the calendar. */
export const dayOf = (text: unknown): string | undefined =>
  typeof text === 'string' && isDateText(text) ? text : undefined

/** Whether a zone is one of the IANA's, as far as this machine knows them. */
export function isZone(text: string): boolean {
  try {
    const known = Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
    // Offsets such as `+01:00` are zones to some engines, and mean the opposite to Postgres.
    return !/^[+-]/.test(known)
  } catch {
    return false
  }
}
