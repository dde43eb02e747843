import {
  after,
  ago,
  ahead,
  anniversary,
  before,
  between,
  betweenHours,
  calendar,
  during,
  inLast,
  inMonth,
  inNext,
  last,
  lastMonth,
  lastQuarter,
  lastWeek,
  lastYear,
  next,
  onWeekday,
  since,
  thisMonth,
  thisQuarter,
  thisWeek,
  thisYear,
  today,
  tomorrow,
  until,
  yesterday,
} from '@segmentry/core'
import type { Page } from './reference-schema.ts'

export const dates: Page = {
  file: 'dates-and-windows.md',
  title: 'Dates and windows',
  intro:
    'A date is a day without a time. An instant is a UTC millisecond. A window is a stretch of time: of the clock, ' +
    'between instants, or of a calendar. Windows are worked out once for an evaluation, from its one `now`, so the ' +
    'SQL has plain bounds. The windows below are shown on events; they are the same in `during(…)` of an instant, and ' +
    'calendar windows also in `during(…)` of a date and in `anniversary(…)`.',
  source: import.meta.filename,
  entries: [
    {
      heading: 'before',
      purpose: 'Earlier than a date or an instant.',
      filter: (g) => g.field('birthday', before('2008-01-01')),
      edges: ['Not on the day, or at the millisecond, itself.', 'Text of an instant has an offset.'],
    },
    {
      heading: 'after',
      purpose: 'Later than a date or an instant.',
      filter: (g) => g.field('birthday', after('1999-12-31')),
      edges: ['Not on the day, or at the millisecond, itself.'],
    },
    {
      heading: 'between dates',
      purpose: 'From one date or instant to another.',
      filter: (g) => g.field('birthday', between('1990-01-01', '1999-12-31')),
      edges: ['Both ends are included; a window between instants leaves out its end.'],
    },
    {
      heading: 'in the last',
      purpose: 'An instant that is at most so long ago.',
      filter: (g) => g.field('trialEndsAt', inLast('7 days')),
      edges: [
        'The window `(now − d, now]`: exactly `d` ago is outside, `now` is inside.',
        'Short for `during(last(d))`. A day is 24 hours.',
      ],
    },
    {
      heading: 'in the next',
      purpose: 'An instant that is at most so long ahead.',
      filter: (g) => g.field('trialEndsAt', inNext('3 days')),
      edges: ['The window `(now, now + d]`.', 'Fields may lie ahead; events after `now` have not happened.'],
    },
    {
      heading: 'during',
      purpose: 'A date or an instant in a window.',
      filter: (g) => g.field('birthday', during(thisMonth())),
      edges: [
        'A date lies in calendar windows only: a clock window of it does not compile.',
        'False when missing.',
      ],
    },
    {
      heading: 'last, a window of the clock',
      purpose: 'At most so long ago.',
      filter: (g) => g.event('opened', (e) => e.during(last('30 days'))),
      edges: ['`(now − d, now]`; `e.within(d)` is the same.'],
    },
    {
      heading: 'next, a window of the clock',
      purpose: 'At most so long ahead.',
      filter: (g) => g.field('trialEndsAt', during(next('14 days'))),
      edges: ['`(now, now + d]`. No event ever lies in it.'],
    },
    {
      heading: 'ago',
      purpose: 'Between two lengths of time ago, or longer than one ago.',
      filter: (g) => g.event('opened', (e) => e.during(ago('30 days', '60 days'))),
      edges: [
        '`(now − far, now − near]`: bands next to each other tile, and continue `last(near)`.',
        'Without the second length, `(…, now − near]`.',
      ],
    },
    {
      heading: 'ahead',
      purpose: 'Between two lengths of time ahead, or further than one ahead.',
      filter: (g) => g.field('trialEndsAt', during(ahead('7 days', '14 days'))),
      edges: ['`(now + near, now + far]`.', 'Without the second length, `(now + near, …)`.'],
    },
    {
      heading: 'since',
      purpose: 'From an instant on, or up to another.',
      filter: (g) =>
        g.event('opened', (e) => e.during(since('2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z'))),
      edges: ['The first instant is included, the second is not: windows next to each other tile.'],
    },
    {
      heading: 'until',
      purpose: 'Before an instant.',
      filter: (g) => g.event('opened', (e) => e.during(until('2026-01-01T00:00:00Z'))),
      edges: ['The instant itself is not included.'],
    },
    {
      heading: 'calendar',
      purpose: 'Whole days, weeks, months, quarters or years, counted from the one `now` lies in.',
      filter: (g) => g.event('opened', (e) => e.during(calendar('month', -3, -1))),
      edges: [
        '0 is this one, −1 the last, 1 the next; both ends are included.',
        'The zone is that of the schema unless the window names one. Without either it is refused.',
        'Half open at local midnights: `[start of the first, start of the one after the last)`.',
      ],
    },
    {
      heading: 'so far',
      purpose: 'A period of `now`, up to `now`.',
      filter: (g) => g.event('opened', (e) => e.during(thisYear({ soFar: true }))),
      edges: ['`now` is included. For dates it ends with today.', 'Only of periods that hold `now`.'],
    },
    {
      heading: 'today',
      purpose: 'From midnight to midnight.',
      filter: (g) => g.event('opened', (e) => e.during(today())),
      edges: [
        'A day begins when the clocks of the zone first show its midnight or later; it has 23, 24 or 25 hours.',
        'A day that a zone skipped holds no instant.',
      ],
    },
    {
      heading: 'yesterday',
      purpose: 'The day before.',
      filter: (g) => g.event('opened', (e) => e.during(yesterday({ zone: 'Asia/Tokyo' }))),
      edges: ['A window may name a zone of its own.'],
    },
    {
      heading: 'tomorrow',
      purpose: 'The day after.',
      filter: (g) => g.field('birthday', during(tomorrow())),
      edges: ['For a date the zone decides which day today is.'],
    },
    {
      heading: 'this week',
      purpose: 'The week that holds `now`.',
      filter: (g) => g.event('opened', (e) => e.during(thisWeek())),
      edges: ['Weeks begin on Monday unless the schema or the window says otherwise.'],
    },
    {
      heading: 'last week',
      purpose: 'The whole week before.',
      filter: (g) => g.event('opened', (e) => e.during(lastWeek({ weekStart: 7 }))),
      edges: ['`weekStart` is 1 for Monday to 7 for Sunday.'],
    },
    {
      heading: 'this month',
      purpose: 'The month that holds `now`.',
      filter: (g) => g.event('opened', (e) => e.during(thisMonth())),
      edges: ['The whole of it; what lies after `now` has not happened, for events.'],
    },
    {
      heading: 'last month',
      purpose: 'The whole month before.',
      filter: (g) => g.event('opened', (e) => e.during(lastMonth())),
      edges: ['A calendar month, not 30 days.'],
    },
    {
      heading: 'this quarter',
      purpose: 'The quarter that holds `now`.',
      filter: (g) => g.event('opened', (e) => e.during(thisQuarter({ yearStart: 2 }))),
      edges: [
        'Quarters are counted from the month the year begins with; here February, May, August and November.',
      ],
    },
    {
      heading: 'last quarter',
      purpose: 'The whole quarter before.',
      filter: (g) => g.event('opened', (e) => e.during(lastQuarter())),
      edges: ['The year begins in January unless the schema or the window says otherwise.'],
    },
    {
      heading: 'this year',
      purpose: 'The year that holds `now`.',
      filter: (g) => g.event('opened', (e) => e.during(thisYear({ yearStart: 7 }))),
      edges: ['With `yearStart` a fiscal year: here from 1 July.'],
    },
    {
      heading: 'last year',
      purpose: 'The whole year before.',
      filter: (g) => g.event('opened', (e) => e.during(lastYear())),
      edges: ['From 1 January to 31 December, in the zone.'],
    },
    {
      heading: 'on a weekday',
      purpose: 'A date, or the local day of an instant, is one of these days of the week.',
      filter: (g) => g.event('opened', (e) => e.at(onWeekday([6, 7]))),
      edges: [
        '1 is Monday, 7 is Sunday.',
        'An instant has a day in a zone only; a date needs none and refuses one.',
        'The offsets of the zone travel with the query, so the tables of Postgres are not asked.',
      ],
    },
    {
      heading: 'in a month',
      purpose: 'A date, or the local day of an instant, lies in one of these months of any year.',
      filter: (g) => g.field('birthday', inMonth([6, 7, 8])),
      edges: ['1 is January, 12 is December.'],
    },
    {
      heading: 'between hours',
      purpose: 'The local time of day of an instant.',
      filter: (g) => g.event('opened', (e) => e.at(betweenHours(22, 6, { zone: 'UTC' }))),
      edges: [
        'The first hour is included, the second is not; whole hours from 0 to 24.',
        'Past midnight when the first is greater.',
        'By the clocks: an hour that they show twice counts twice, one that they skip never.',
      ],
    },
    {
      heading: 'anniversary',
      purpose: 'A day of the window has the same month and day, whatever the year.',
      filter: (g) => g.field('birthday', anniversary(today())),
      edges: [
        "29 February falls on 1 March in common years, `leapDay: '03-01'`, unless told 28 February, `leapDay: '02-28'`.",
        'The year itself does not count: a date ahead has an anniversary too.',
        'An instant has its day in the zone of the window.',
      ],
    },
  ],
}
