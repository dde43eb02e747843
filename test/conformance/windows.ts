import type { CalendarWindow, Shift, Window } from '@segmentry/core'
import fc from 'fast-check'
import { duration, instantText } from './values.ts'

/** Zones with clocks that change by an hour, by half an hour, and not at all; two with odd offsets. */
export const zone = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu')

const shift: fc.Arbitrary<Shift> = fc.oneof(
  fc.constant<Shift>('now'),
  duration,
  duration.map((length): Shift => `-${length}`),
  duration.map((length): Shift => `-${length}`),
)

const lengths: Readonly<Record<string, number>> = {
  second: 1000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
}

function msOf(text: Shift): number {
  if (text === 'now') return 0
  const [count, unit] = text.replace('-', '').split(' ') as [string, string]
  return Number(count) * lengths[unit.replace(/s$/, '')]! * (text.startsWith('-') ? -1 : 1)
}

const clockWindow: fc.Arbitrary<Window> = fc.oneof(
  { weight: 3, arbitrary: duration.map((d): Window => ({ over: 'clock', after: `-${d}`, until: 'now' })) },
  { weight: 1, arbitrary: duration.map((d): Window => ({ over: 'clock', after: 'now', until: d })) },
  { weight: 1, arbitrary: shift.map((until): Window => ({ over: 'clock', until })) },
  { weight: 1, arbitrary: shift.map((after): Window => ({ over: 'clock', after })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(shift, shift)
      .filter(([after, until]) => msOf(after) < msOf(until))
      .map(([after, until]): Window => ({ over: 'clock', after, until })),
  },
)

const instantWindow: fc.Arbitrary<Window> = fc.oneof(
  instantText.map((from): Window => ({ over: 'instants', from })),
  instantText.map((to): Window => ({ over: 'instants', to })),
  fc.tuple(instantText, instantText).map(([from, to]): Window => ({ over: 'instants', from, to })),
)

/** Periods around now: of each unit, with other first days and months, and so far. */
export const calendarWindow: fc.Arbitrary<CalendarWindow> = fc
  .record(
    {
      unit: fc.constantFrom('day', 'day', 'week', 'month', 'quarter', 'year'),
      from: fc.integer({ min: -3, max: 1 }),
      length: fc.integer({ min: 0, max: 3 }),
      zone,
      weekStart: fc.integer({ min: 1, max: 7 }),
      yearStart: fc.integer({ min: 1, max: 12 }),
      soFar: fc.boolean(),
    },
    { requiredKeys: ['unit', 'from', 'length'] },
  )
  .map(({ unit, from, length, soFar, ...rest }) => {
    const to = from + length
    return {
      over: 'calendar',
      unit,
      from,
      to,
      ...rest,
      ...(soFar === true && from <= 0 && to >= 0 && { soFar }),
    }
  })

/** A window of any kind. */
export const window: fc.Arbitrary<Window> = fc.oneof(
  { weight: 3, arbitrary: clockWindow },
  { weight: 1, arbitrary: instantWindow },
  { weight: 3, arbitrary: calendarWindow },
)

/** A pattern: literals, wildcards and sets that meet the texts of the pool. */
export const pattern: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    'C*',
    '*a*',
    '?A',
    '*',
    '??',
    '[A-Z][A-Z]',
    '[^a-z]*',
    '*\\*',
    "*'*",
    'a?b',
    '*@x.org',
    '*e\u0301',
  ),
  fc
    .array(fc.constantFrom('*', '?', 'C', 'A', 'a', '😀', '[a-zA-Z]', '[^ ]', '\\?', ' ', '%', '.', '$'), {
      minLength: 1,
      maxLength: 5,
    })
    .map((pieces) => pieces.join('')),
)
