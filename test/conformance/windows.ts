import type { CalendarWindow, Shift, Window } from '@segmentry/core'
import fc from 'fast-check'
import { casedText, duration, instantText } from './values.ts'

/** Zones with clocks that change by an hour, by half an hour, and not at all; some with odd offsets. */
export const zone = fc.constantFrom(
  'America/New_York',
  'America/New_York',
  'America/New_York',
  'UTC',
  'Etc/GMT+5',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
)

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
  fc
    .tuple(instantText, instantText)
    .filter(([from, to]) => Date.parse(from) < Date.parse(to))
    .map(([from, to]): Window => ({ over: 'instants', from, to })),
)

/** Periods around now: of each unit, with other first days and months, and so far. */
export const calendarWindow: fc.Arbitrary<CalendarWindow> = fc
  .record(
    {
      unit: fc.constantFrom('day', 'day', 'day', 'week', 'month', 'quarter', 'quarter', 'year'),
      from: fc.constantFrom(0, 0, 0, -1, -1, -2, -3, 1),
      length: fc.constantFrom(0, 0, 1, 1, 2, 3),
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

/** The days around an anniversary, and other windows. */
export const anniversaryWindow: fc.Arbitrary<CalendarWindow> = fc.oneof(
  calendarWindow,
  fc
    .tuple(fc.integer({ min: -1, max: 0 }), fc.integer({ min: 0, max: 1 }))
    .map(([from, to]): CalendarWindow => ({ over: 'calendar', unit: 'day', from, to })),
)

/** A window of any kind. */
export const window: fc.Arbitrary<Window> = fc.oneof(
  { weight: 3, arbitrary: clockWindow },
  { weight: 2, arbitrary: instantWindow },
  { weight: 3, arbitrary: calendarWindow },
)

const patterns = [
  ['C*', '*a*', '?A', '*', '??', '[A-Z][A-Z]', '[^a-z]*', '*\\*', "*'*", 'a?b', '*@x.org', '*e\u0301'],
  ['[^A-Z]*', '[C-N][A-Y]', '[É]', '?', 'a?', '*[😀]', '[^C]*'],
].flat()

const escaped = (char: string): string => char.replaceAll(/[*?[\]\\^-]/g, '\\$&')

/** Ways to write a character, and to write what it may or may not be. */
const spellings: readonly ((char: string) => string)[] = [
  escaped,
  escaped,
  escaped,
  () => '?',
  () => '*',
  (char) => `[${escaped(char.toUpperCase())}x]`,
  (char) => `[^${escaped(char)}x]`,
  (char) => escaped(char.toUpperCase()),
]

/** A pattern made of a text, which it often matches, or of all of it but an end. */
const patternOfText = fc
  .tuple(
    casedText,
    fc.array(fc.constantFrom(...spellings), { minLength: 4, maxLength: 4 }),
    fc.constantFrom('all', 'all', 'no start', 'no end'),
  )
  .map(([text, spelling, cut]) => {
    const pieces = [...text].map((char, i) => spelling[i % spelling.length]!(char))
    return pieces.slice(cut === 'no start' ? 1 : 0, cut === 'no end' ? -1 : undefined).join('')
  })
  .filter((made) => made !== '')

/** A pattern: literals, wildcards and sets that meet the texts of the pool. */
export const pattern: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...patterns) },
  { weight: 3, arbitrary: patternOfText },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom('*', '?', 'C', 'A', 'a', '😀', '[a-zA-Z]', '[^ ]', '\\?', ' ', '%', '.', '$'), {
        minLength: 1,
        maxLength: 5,
      })
      .map((pieces) => pieces.join('')),
  },
)
