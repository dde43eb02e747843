import {
  type Literal,
  onStatement,
  type Predicate,
  type Statement,
  type StatementCases,
} from '../predicate/predicate.ts'
import { type CalendarWindow, shiftMs } from '../predicate/window.ts'
import { dayMs } from '../schema/time.ts'
import type { ValueType } from '../schema/type.ts'
import { type Item, readValue, type Value } from '../schema/value.ts'
import { emailDomain } from '../text/email.ts'
import { foldAscii, foldPattern, matchesPattern, parsePattern, type Pattern } from '../text/pattern.ts'
import { dayOf, dayOfText, monthDayText, monthOf, weekdayOf } from '../time/calendar.ts'
import { localMs, zoneTable } from '../time/zone.ts'
import { compareText } from './order.ts'
import type { Row, Slot } from './prepare.ts'
import { isBlankText } from '../text/white-space.ts'
import { anniversaryDays, windowDays, windowInstants } from './window.ts'

/** A compiled predicate: whether it holds of one slot of a row at an instant. */
export type Test = (row: Row, now: number) => boolean

/** Compiles a checked predicate for the values of a type in one slot. */
export function compilePredicate(predicate: Predicate, type: ValueType, slot: number): Test {
  const { negated = false, whenMissing = false } = predicate
  const holds = compileStatement(predicate, type, slot)
  if (negated) return (row, now) => (row.values[slot] === undefined ? whenMissing : !holds(row, now))
  return whenMissing ? (row, now) => row.values[slot] === undefined || holds(row, now) : holds
}

/** Beyond this many values a set answers faster than a list. */
const shortList = 8

// Each test reads its slot itself, since a call less is what one evaluation is made of; each is false of a
// missing value. What orders is a number, or a date as ISO text, whose order is that of its digits, and no
// comparison with undefined holds.
function compileStatement(statement: Statement, type: ValueType, slot: number): Test {
  const literal = (raw: Literal): number => readLiteral(raw, type) as number
  const textOf = (row: Row): string | undefined => row.values[slot] as string | undefined
  const listOf = (row: Row): readonly Value[] | undefined => row.values[slot] as readonly Value[] | undefined
  const folded =
    (value: string, holds: (text: string, value: string) => boolean): Test =>
    (row) => {
      const text = textOf(row)
      return text !== undefined && holds(foldAscii(text), value)
    }
  /** A test of the local time, as milliseconds that read like UTC; of a date, of its midnight. */
  const local = (zone: string | undefined, holds: (ms: number, now: number) => boolean): Test => {
    if (type.kind === 'date') {
      return (row, now) => {
        const text = textOf(row)
        return text !== undefined && holds(dayOfText(text) * dayMs, now)
      }
    }
    const table = zoneTable(zone!)!
    return (row, now) => {
      const ms = row.values[slot] as number | undefined
      return ms !== undefined && holds(localMs(table, ms), now)
    }
  }
  return onStatement<Test>(statement, {
    is: ({ value: raw, ignoringCase = false }) => {
      const expected = literal(raw)
      if (ignoringCase) return folded(foldAscii(String(raw)), (text, value) => text === value)
      return (row) => row.values[slot] === expected
    },
    oneOf: ({ values, ignoringCase = false }) => {
      if (ignoringCase) {
        const known = new Set(values.map((value) => foldAscii(String(value))))
        return folded('', (text) => known.has(text))
      }
      const expected: readonly Slot[] = values.map(literal)
      if (expected.length <= shortList) return (row) => expected.includes(row.values[slot])
      const set = new Set(expected)
      return (row) => set.has(row.values[slot])
    },
    ...orderedBy(type, slot),
    contains: ({ value, ignoringCase = false }) =>
      ignoringCase
        ? folded(foldAscii(value), (text, part) => text.includes(part))
        : (row) => textOf(row)?.includes(value) ?? false,
    startsWith: ({ value, ignoringCase = false }) =>
      ignoringCase
        ? folded(foldAscii(value), (text, part) => text.startsWith(part))
        : (row) => textOf(row)?.startsWith(value) ?? false,
    endsWith: ({ value, ignoringCase = false }) =>
      ignoringCase
        ? folded(foldAscii(value), (text, part) => text.endsWith(part))
        : (row) => textOf(row)?.endsWith(value) ?? false,
    matches: ({ pattern: source, ignoringCase = false }) => {
      const parsed = parsePattern(source) as Pattern
      const pattern = ignoringCase ? foldPattern(parsed) : parsed
      return (row) => {
        const text = textOf(row)
        return text !== undefined && matchesPattern(pattern, ignoringCase ? foldAscii(text) : text)
      }
    },
    emailDomain: ({ domains }) => {
      const known = new Set(domains.map(foldAscii))
      return (row) => {
        const text = textOf(row)
        const domain = text === undefined ? undefined : emailDomain(text)
        return domain !== undefined && known.has(domain)
      }
    },
    during: ({ window }) => {
      if (type.kind === 'date') {
        const days = perClock((now) => windowDays(window as CalendarWindow, now))
        return (row, now) => {
          const text = textOf(row)
          if (text === undefined) return false
          const day = dayOfText(text)
          const { from, to } = days(now)
          return day >= from && day < to
        }
      }
      if (window.over === 'clock') {
        const after = window.after === undefined ? -Infinity : shiftMs(window.after)!
        const until = window.until === undefined ? Infinity : shiftMs(window.until)!
        return (row, now) =>
          (row.values[slot] as number) > now + after && (row.values[slot] as number) <= now + until
      }
      const instants = perClock((now) => windowInstants(window, now))
      return (row, now) => {
        const { from, to } = instants(now)
        return (row.values[slot] as number) >= from && (row.values[slot] as number) < to
      }
    },
    weekday: ({ days, zone }) => local(zone, (ms) => days.includes(weekdayOf(dayOf(ms)))),
    month: ({ months, zone }) => local(zone, (ms) => months.includes(monthOf(dayOf(ms)))),
    hour: ({ from, to, zone }) =>
      local(zone, (ms) => {
        const hour = Math.floor(ms / 3_600_000) - dayOf(ms) * 24
        return from < to ? hour >= from && hour < to : hour >= from || hour < to
      }),
    anniversary: ({ window, leapDay }) => {
      const days = perClock((now) => new Set(anniversaryDays(window, leapDay, now)))
      return local(window.zone, (ms, now) => days(now).has(monthDayText(dayOf(ms))))
    },
    has: ({ value: raw }) => {
      const expected = readLiteral(raw, elementOf(type))
      return (row) => listOf(row)?.includes(expected) ?? false
    },
    hasAny: ({ values }) => {
      const expected = new Set(values.map((value) => readLiteral(value, elementOf(type))))
      return (row) => listOf(row)?.some((element) => expected.has(element)) ?? false
    },
    hasAll: ({ values }) => {
      const expected = values.map((value) => readLiteral(value, elementOf(type)))
      return (row) => {
        const list = listOf(row)
        return list !== undefined && expected.every((value) => list.includes(value))
      }
    },
    equals: ({ values }) => {
      const expected = values.map((value) => readLiteral(value, elementOf(type)))
      return (row) => {
        const list = listOf(row)
        return list?.length === expected.length && expected.every((value, i) => list[i] === value)
      }
    },
    some: ({ test }) => {
      const passes = compilePredicate(test, elementOf(type), 0)
      return (row, now) => listOf(row)?.some((value) => passes({ values: [value] }, now)) ?? false
    },
    item: ({ where }) => {
      const of = elementOf(type)
      const parts = [...(of.kind === 'object' ? (of.parts ?? []) : [])].map(([, info]) => info)
      const tests = where.map(({ property, test }) => {
        const at = parts.findIndex(({ name }) => name === property)
        return compilePredicate(test, parts[at]!.type, at)
      })
      return (row, now) =>
        listOf(row)?.some((item) => tests.every((test) => test(item as Item, now))) ?? false
    },
    length: ({ count }) => {
      const passes = compilePredicate(count, { kind: 'integer' }, 0)
      return (row, now) => {
        const list = listOf(row)
        return list !== undefined && passes({ values: [list.length] }, now)
      }
    },
    present: () => (row) => row.values[slot] !== undefined,
    blank: () =>
      type.kind === 'list'
        ? (row) => listOf(row)?.length === 0
        : (row) => {
            const text = textOf(row)
            return text !== undefined && isBlankText(text)
          },
  })
}

/** Comparisons: of numbers by value, of text by code point; versions and dates are text whose order is that of its units. */
function orderedBy(
  type: ValueType,
  slot: number,
): Pick<StatementCases<Test>, 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast' | 'between'> {
  const literal = (raw: Literal): number => readLiteral(raw, type) as number
  if (type.kind === 'text') {
    const compared =
      (raw: Literal, holds: (order: number) => boolean): Test =>
      (row) => {
        const text = row.values[slot] as string | undefined
        return text !== undefined && holds(compareText(text, String(raw)))
      }
    return {
      lessThan: ({ value }) => compared(value, (order) => order < 0),
      atMost: ({ value }) => compared(value, (order) => order <= 0),
      greaterThan: ({ value }) => compared(value, (order) => order > 0),
      atLeast: ({ value }) => compared(value, (order) => order >= 0),
      between: ({ from, to }) => {
        const [first, last] = [compared(from, (order) => order >= 0), compared(to, (order) => order <= 0)]
        return (row, now) => first(row, now) && last(row, now)
      },
    }
  }
  return {
    lessThan: ({ value }) => {
      const limit = literal(value)
      return (row) => (row.values[slot] as number) < limit
    },
    atMost: ({ value }) => {
      const limit = literal(value)
      return (row) => (row.values[slot] as number) <= limit
    },
    greaterThan: ({ value }) => {
      const limit = literal(value)
      return (row) => (row.values[slot] as number) > limit
    },
    atLeast: ({ value }) => {
      const limit = literal(value)
      return (row) => (row.values[slot] as number) >= limit
    },
    between: (range) => {
      const [from, to] = [literal(range.from), literal(range.to)]
      return (row) => (row.values[slot] as number) >= from && (row.values[slot] as number) <= to
    },
  }
}

const elementOf = (type: ValueType): ValueType => (type.kind === 'list' ? type.of : type)

/** What depends on the clock alone, worked out once for all who are evaluated at it. */
export function perClock<T>(make: (now: number) => T): (now: number) => T {
  let at: number | undefined
  let made: T
  return (now) => {
    if (now !== at) [made, at] = [make(now), now]
    return made
  }
}

function readLiteral(raw: Literal, type: ValueType): Value {
  // The node was checked, so the literal is of the type.
  return readValue(type, raw)!
}
