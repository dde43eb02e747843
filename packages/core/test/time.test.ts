import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addPeriods,
  type CalendarRules,
  type CalendarUnit,
  dayAt,
  dayOf,
  dayOfText,
  dayText,
  isLeapYear,
  monthDayText,
  monthOf,
  periodDays,
  periodInstants,
  periodStartDay,
  weekdayOf,
  yearOf,
} from '../src/time/calendar.ts'
import { firstInstantAt, isZone, localMs, offsetAt, type ZoneTable, zoneTable } from '../src/time/zone.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const tableOf = (zone: string): ZoneTable => zoneTable(zone)!
const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
const calendar: CalendarRules = { weekStart: 1, yearStart: 1 }

const named = [
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'Antarctica/Troll',
  'Europe/Dublin',
  'America/St_Johns',
  'Asia/Gaza',
  'Pacific/Kwajalein',
  'Africa/Monrovia',
  'UTC',
]

describe('zoneTable', () => {
  // A table takes tens of milliseconds, so one zone in ten stands for the others.
  const sampled = Intl.supportedValuesOf('timeZone').filter((_, i) => i % 10 === 3)

  test.each([...new Set([...named, ...sampled])])('agrees with Intl in %s', (zone) => {
    const table = tableOf(zone)
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      dateStyle: 'short',
      timeStyle: 'medium',
    })
    const shown = (ms: number): string => {
      const text = iso(localMs(table, ms))
      return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(0, 4)}, ${text.slice(11, 19)}`
    }
    const between = { min: Date.UTC(1930, 0, 1), max: Date.UTC(2090, 0, 1) }
    const instants = fc.sample(fc.integer(between), { numRuns: 300, seed: 19 })
    for (const ms of [...instants, ...table.transitions.flatMap((at) => [at - 1, at])]) {
      expect(shown(ms), `${zone} at ${iso(ms)}`).toBe(format.format(ms))
    }
  })

  test('knows the changes there were', () => {
    const changesOf = (zone: string, from: string, to: string) => {
      const { transitions, offsets } = tableOf(zone)
      return transitions.flatMap((at, i) =>
        at >= Date.parse(from) && at < Date.parse(to) ? [[iso(at), offsets[i + 1]! / minute]] : [],
      )
    }
    expect(changesOf('America/New_York', '2025-01-01', '2026-01-01')).toEqual([
      ['2025-03-09T07:00:00Z', -240],
      ['2025-11-02T06:00:00Z', -300],
    ])
    expect(changesOf('Africa/Casablanca', '2025-01-01', '2026-01-01')).toEqual([
      ['2025-02-23T02:00:00Z', 0],
      ['2025-04-06T02:00:00Z', 60],
    ])
    expect(changesOf('Antarctica/Troll', '2025-01-01', '2026-01-01')).toEqual([
      ['2025-03-30T01:00:00Z', 120],
      ['2025-10-26T01:00:00Z', 0],
    ])
    expect(changesOf('Europe/Dublin', '2025-01-01', '2026-01-01')).toEqual([
      ['2025-03-30T01:00:00Z', 60],
      ['2025-10-26T01:00:00Z', 0],
    ])
    expect(changesOf('Asia/Kathmandu', '1980-01-01', '2026-01-01')).toEqual([['1985-12-31T18:30:00Z', 345]])
    // Seven days less an hour apart, the shortest there are.
    expect(changesOf('America/Recife', '2000-10-01', '2000-11-01')).toEqual([
      ['2000-10-08T03:00:00Z', -120],
      ['2000-10-15T02:00:00Z', -180],
    ])
    expect(changesOf('Africa/Monrovia', '1960-01-01', '2026-01-01')).toEqual([['1972-01-07T00:44:30Z', 0]])
  })

  test('has the offset of an instant where width_bucket finds it', () => {
    const table = tableOf('Europe/Dublin')
    for (const [i, at] of table.transitions.entries()) {
      expect(offsetAt(table, at - 1)).toBe(table.offsets[i])
      expect(offsetAt(table, at)).toBe(table.offsets[i + 1])
    }
    expect(table.transitions.every((at, i) => i === 0 || at > table.transitions[i - 1]!)).toBe(true)
    expect(zoneTable('UTC')).toEqual({ zone: 'UTC', transitions: [], offsets: [0] })
  })

  test('keeps the nearest offset before 1900 and after 2099', () => {
    const table = tableOf('America/St_Johns')
    expect(offsetAt(table, Date.UTC(1000, 0, 1))).toBe(offsetAt(table, Date.UTC(1900, 0, 1)))
    expect(offsetAt(table, Date.UTC(9999, 6, 1))).toBe(table.offsets.at(-1))
  })

  test('takes the names of zones only', () => {
    const none = ['', '+01:00', '-0500', '+01', 'GMT+1', 'UTC+1', 'Z', 'Mars/Base', 'Europe/Berlin ', ' UTC']
    for (const name of [
      ...none,
      'AST',
      'PST',
      'IST',
      'SystemV/PST8',
      'constructor',
      '__proto__',
      'asia/\u212Aolkata',
    ]) {
      expect(zoneTable(name), name).toBe(undefined)
      expect(isZone(name), name).toBe(false)
    }
    for (const name of [...named, 'Etc/GMT+5', 'EST', 'EST5EDT', 'NZ', 'Asia/Kolkata', 'asia/kolkata']) {
      expect(isZone(name), name).toBe(true)
      expect(zoneTable(name)?.zone).toBe(name)
    }
    expect(zoneTable('Asia/Gaza')).toBe(zoneTable('Asia/Gaza'))
    expect(zoneTable('asia/kolkata')?.offsets).toBe(zoneTable('Asia/Kolkata')?.offsets)
  })
})

describe('firstInstantAt', () => {
  test('is the first instant that shows the time or a later one', () => {
    const near = fc.constantFrom(...named).chain((zone) => {
      const table = tableOf(zone)
      const at = table.transitions.length > 0 ? table.transitions : [0]
      return fc.record({
        table: fc.constant(table),
        local: fc
          .tuple(fc.constantFrom(...at), fc.integer({ min: -2 * day, max: 2 * day }))
          .map(([change, away]) => change + away),
      })
    })
    fc.assert(
      fc.property(near, ({ table, local }) => {
        const first = firstInstantAt(table, local)
        expect(localMs(table, first)).toBeGreaterThanOrEqual(local)
        expect(localMs(table, first - 1)).toBeLessThan(local)
        for (let ms = first - 1; ms > first - 30 * hour; ms -= 7 * minute) {
          expect(localMs(table, ms)).toBeLessThan(local)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('is the change for a time skipped, and the earlier for one shown twice', () => {
    const table = tableOf('America/New_York')
    expect(iso(firstInstantAt(table, Date.UTC(2025, 2, 9, 2, 30)))).toBe('2025-03-09T07:00:00Z')
    expect(iso(firstInstantAt(table, Date.UTC(2025, 10, 2, 1, 30)))).toBe('2025-11-02T05:30:00Z')
  })
})

describe('days and their text', () => {
  test('count from 1970-01-01 over the years 0001 to 9999', () => {
    const cases: readonly (readonly [string, number, number])[] = [
      ['0001-01-01', -719_162, 1],
      ['1582-10-15', -141_427, 5],
      ['1900-02-28', -25_509, 3],
      ['1900-03-01', -25_508, 4],
      ['1969-12-31', -1, 3],
      ['1970-01-01', 0, 4],
      ['2000-02-29', 11_016, 2],
      ['9999-12-31', 2_932_896, 5],
    ]
    for (const [text, count, weekday] of cases) {
      expect(dayOfText(text), text).toBe(count)
      expect(dayText(count)).toBe(text)
      expect(weekdayOf(count), text).toBe(weekday)
      expect(yearOf(count)).toBe(Number(text.slice(0, 4)))
      expect(monthOf(count)).toBe(Number(text.slice(5, 7)))
      expect(monthDayText(count)).toBe(text.slice(5))
    }
    expect([dayOf(-1), dayOf(0), dayOf(day - 1), dayOf(day)]).toEqual([-1, 0, 0, 1])
    expect([1900, 2000, 2023, 2024, 4].map(isLeapYear)).toEqual([false, true, false, true, true])
    expect(() => dayText(2_932_897)).toThrow(RangeError)
    expect(() => dayText(-719_163)).toThrow(RangeError)
  })

  test('keep their order and their weekday over all years', () => {
    // 61 days are eight weeks and five days, and fall on each day of the year in turn.
    for (let at = -719_162, weekday = 0; at <= 2_932_896; at += 61, weekday = (weekday + 5) % 7) {
      expect([weekdayOf(at), dayOfText(dayText(at))]).toEqual([weekday + 1, at])
    }
  })
})

describe('periods', () => {
  const start = (text: string, unit: CalendarUnit, rules: Partial<CalendarRules> = {}): string =>
    dayText(periodStartDay(dayOfText(text), unit, { ...calendar, ...rules }))
  const add = (text: string, unit: CalendarUnit, count: number, rules: Partial<CalendarRules> = {}): string =>
    dayText(addPeriods(dayOfText(text), unit, count, { ...calendar, ...rules }))

  test('begin where their unit says', () => {
    expect(start('2026-11-24', 'day')).toBe('2026-11-24')
    expect(start('2026-11-24', 'month')).toBe('2026-11-01')
    expect(start('2026-11-24', 'quarter')).toBe('2026-10-01')
    expect(start('2026-11-24', 'year')).toBe('2026-01-01')
    expect(start('0001-12-31', 'year')).toBe('0001-01-01')
    expect(start('9999-12-31', 'quarter')).toBe('9999-10-01')
  })

  test('of a week begin on the day it starts with', () => {
    expect(['2026-11-22', '2026-11-23', '2026-11-29'].map((text) => start(text, 'week'))).toEqual([
      '2026-11-16',
      '2026-11-23',
      '2026-11-23',
    ])
    const sunday = { weekStart: 7 } as const
    expect(['2026-11-21', '2026-11-22', '2026-11-28'].map((text) => start(text, 'week', sunday))).toEqual([
      '2026-11-15',
      '2026-11-22',
      '2026-11-22',
    ])
    expect(start('1969-12-31', 'week')).toBe('1969-12-29')
  })

  test('of a fiscal year begin with its months', () => {
    const july = { yearStart: 7 } as const
    expect(start('2026-06-30', 'year', july)).toBe('2025-07-01')
    expect(start('2026-07-01', 'year', july)).toBe('2026-07-01')
    expect(start('2026-06-30', 'quarter', july)).toBe('2026-04-01')
    expect(start('2026-09-30', 'quarter', july)).toBe('2026-07-01')
    expect(start('2026-01-15', 'quarter', july)).toBe('2026-01-01')
    expect(start('2026-01-15', 'quarter', { yearStart: 2 })).toBe('2025-11-01')
    expect(add('2026-07-01', 'year', -1, july)).toBe('2025-07-01')
    expect(add('2026-07-01', 'quarter', -1, july)).toBe('2026-04-01')
  })

  test('are added across months and years', () => {
    expect(add('2026-12-31', 'day', 1)).toBe('2027-01-01')
    expect(add('2026-12-28', 'week', 1)).toBe('2027-01-04')
    expect(add('2026-01-01', 'month', -1)).toBe('2025-12-01')
    expect(add('2026-11-01', 'month', 14)).toBe('2028-01-01')
    expect(add('2026-01-01', 'quarter', -5)).toBe('2024-10-01')
    expect(add('0002-01-01', 'year', -1)).toBe('0001-01-01')
    expect(addPeriods(dayOfText('9999-01-01'), 'year', 1, calendar)).toBe(2_932_897)
  })

  const instants = (zone: string, now: string, unit: CalendarUnit, from = 0, to = from) => {
    const range = periodInstants(Date.parse(now), tableOf(zone), unit, from, to, calendar)
    return [iso(range.from), iso(range.to), (range.to - range.from) / hour]
  }

  test.each([
    // A day of 23 hours, of 25, and of 24 and a half.
    ['America/New_York', '2025-03-09T12:00:00Z', '2025-03-09T05:00:00Z', '2025-03-10T04:00:00Z', 23],
    ['America/New_York', '2025-11-02T12:00:00Z', '2025-11-02T04:00:00Z', '2025-11-03T05:00:00Z', 25],
    ['Australia/Lord_Howe', '2025-04-06T03:00:00Z', '2025-04-05T13:00:00Z', '2025-04-06T13:30:00Z', 24.5],
    // Midnight was skipped, and the hour before it was shown twice.
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00Z', '2018-11-05T02:00:00Z', 23],
    ['America/Sao_Paulo', '2018-02-18T02:30:00Z', '2018-02-17T02:00:00Z', '2018-02-18T03:00:00Z', 25],
    ['Asia/Kathmandu', '1986-01-01T00:00:00Z', '1985-12-31T18:30:00Z', '1986-01-01T18:15:00Z', 23.75],
  ])('hold the day of %s at %s', (zone, now, from, to, hours) => {
    expect(instants(zone, now, 'day')).toEqual([from, to, hours])
  })

  test('of a day that a zone skipped hold no instant', () => {
    const change = '2011-12-30T10:00:00Z'
    expect(instants('Pacific/Apia', change, 'day')).toEqual([change, '2011-12-31T10:00:00Z', 24])
    expect(instants('Pacific/Apia', change, 'day', -1)).toEqual([change, change, 0])
    expect(instants('Pacific/Apia', change, 'day', -2)).toEqual(['2011-12-29T10:00:00Z', change, 24])
  })

  test('hold a day that has begun when clocks go back over its midnight', () => {
    // At 00:01 they went back to 23:01.
    const table = tableOf('America/St_Johns')
    const shown = (now: string) => iso(localMs(table, Date.parse(now)))
    const of = (now: string) => dayText(dayAt(table, Date.parse(now)))
    expect([shown('2010-11-07T02:29:59Z'), of('2010-11-07T02:29:59Z')]).toEqual([
      '2010-11-06T23:59:59Z',
      '2010-11-06',
    ])
    expect([shown('2010-11-07T03:00:00Z'), of('2010-11-07T03:00:00Z')]).toEqual([
      '2010-11-06T23:30:00Z',
      '2010-11-07',
    ])
    expect(instants('America/St_Johns', '2010-11-07T03:00:00Z', 'day')[0]).toBe('2010-11-07T02:30:00Z')
  })

  test('of years run to the ends of time', () => {
    const last = periodDays(Date.UTC(9999, 5, 1), tableOf('UTC'), 'year', -1, 0, calendar)
    expect(last).toEqual({ from: dayOfText('9998-01-01'), to: 2_932_897 })
    const first = periodDays(dayOfText('0001-03-01') * day, tableOf('UTC'), 'quarter', 0, 1, calendar)
    expect(first).toEqual({ from: dayOfText('0001-01-01'), to: dayOfText('0001-07-01') })
    expect(instants('America/New_York', '2026-01-01T04:59:59Z', 'month', -1, 1)).toEqual([
      '2025-11-01T04:00:00Z',
      '2026-02-01T05:00:00Z',
      2209,
    ])
  })

  test('tile, and hold now in the one numbered 0', () => {
    const table = fc.constantFrom(...named).map(tableOf)
    const anywhere = fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 })
    const at = table.chain((one) =>
      fc.record({
        table: fc.constant(one),
        now: fc.oneof(
          anywhere,
          fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) }),
          fc
            .tuple(fc.constantFrom(0, ...one.transitions), fc.integer({ min: -2 * day, max: 2 * day }))
            .map(([change, away]) => change + away),
        ),
      }),
    )
    const unit = fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'year')
    const rules = fc.record({
      weekStart: fc.constantFrom(1, 2, 3, 4, 5, 6, 7),
      yearStart: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    }) as fc.Arbitrary<CalendarRules>
    fc.assert(
      fc.property(at, unit, rules, fc.integer({ min: -30, max: 30 }), (clock, one, by, k) => {
        const period = (from: number, to = from) => periodInstants(clock.now, clock.table, one, from, to, by)
        expect(period(k).to).toBe(period(k + 1).from)
        expect(period(k - 1, k + 1)).toEqual({ from: period(k - 1).from, to: period(k + 1).to })
        expect(period(0).from).toBeLessThanOrEqual(clock.now)
        expect(period(0).to).toBeGreaterThan(clock.now)

        const today = dayAt(clock.table, clock.now)
        const first = periodStartDay(today, one, by)
        expect(addPeriods(addPeriods(first, one, k, by), one, -k, by)).toBe(first)
        expect(periodStartDay(first, one, by)).toBe(first)
        expect(addPeriods(first, one, 1, by)).toBeGreaterThan(today)
        expect(periodDays(clock.now, clock.table, one, k, k, by).from).toBe(addPeriods(today, one, k, by))
      }),
      { numRuns: 2000 },
    )
  })
})
