import { type Fault, faultsIn } from './fault.ts'

// Mistakes that only views show: what is asked of the database's clock, and of the calendars that are kept for it.

const view = 'packages/postgres/src/view'

export const viewFaults: readonly Fault[] = [
  ...faultsIn(`${view}/live.ts`, {
    'view: now is to the microsecond': ["date_trunc('milliseconds', ${instant})", '${instant}'],
    'view: a window begins at its edge': ['later(msOf(after) + 1)', 'later(msOf(after))'],
    'view: a window ends before its edge': ['later(msOf(until) + 1)', 'later(msOf(until))'],
    'view: back is ahead': ['? -durationMs', '? durationMs'],
    'view: so far is the whole period': ['window.soFar === true ? later(1) : ', ''],
    'view: so far ends before now': ['window.soFar === true ? later(1)', 'window.soFar === true ? now'],
    'view: a calendar opens with its period': ["'opens', 'timestamptz'", "'starts', 'timestamptz'"],
    'view: a calendar closes with its period': ["'closes', 'timestamptz'", "'ends', 'timestamptz'"],
    'view: the last day is the first': ["'last_day', 'date'", "'first_day', 'date'"],
    'view: a period holds its end': ['and c.ends > ${instant}', 'and c.ends >= ${instant}'],
    'view: a period does not hold its start': ['c.starts <= ${instant}', 'c.starts < ${instant}'],
    'view: any period is as good as that of now': ['and c.starts <= ${instant} ', ''],
    'view: anniversaries share a calendar whatever they make of 29 February': [
      'const id = stableText(asked)',
      'const id = stableText(asked.window)',
    ],
  }),
  ...faultsIn(`${view}/calendar.ts`, {
    'view: so far has the days of when it was written': ["soFar && { unit: 'day' as const }", '{}'],
    'view: the last day is that after it': ['last: dayText(end - 1)', 'last: dayText(end)'],
    'view: days of a window so far are those of all of it': [
      'const days = windowDays(window, at)',
      'const days = windowDays(whole, at)',
    ],
    'view: instants are those of the period': [
      'const instants = windowInstants(whole, at)',
      'const instants = period',
    ],
    'view: no anniversary has a calendar': [
      'leapDay === undefined ? null : anniversaryDays(window, leapDay, at)',
      'null',
    ],
    'view: anniversaries of the period before': [
      'anniversaryDays(window, leapDay, at)',
      'anniversaryDays(window, leapDay, at - 86_400_000 * 35)',
    ],
  }),
  ...faultsIn('packages/postgres/src/read/times.ts', {
    'view: the last day is left out': [
      'sql`${expression} <= ${write(days.last)}`',
      'sql`${expression} < ${write(days.last)}`',
    ],
    'view: the first day is left out': [
      'sql`${expression} >= ${write(days.first)}`',
      'sql`${expression} > ${write(days.first)}`',
    ],
    'view: instants of a column in UTC are those of the reader': [
      "sql`(${edge} at time zone 'UTC')`",
      'edge',
    ],
  }),
  ...faultsIn('packages/postgres/src/read/clock.ts', {
    'view: an edge in milliseconds is rounded': [
      'sql`floor(extract(epoch from ${expression}) * 1000)::int8`',
      'sql`(extract(epoch from ${expression}) * 1000 + 1)::int8`',
    ],
  }),
]
