import { type Fault, faultsIn } from './fault.ts'

const core = 'packages/core/src'

const form = [
  ...faultsIn(`${core}/definition/canonical.ts`, {
    'De Morgan keeps the kind': [
      "(node.kind === 'all') === negated ? 'any' : 'all'",
      'node.kind',
      { among: /"not"/ },
    ],
    'double negation is negation': ['pushed(node.of, !negated)', 'pushed(node.of, true)', { among: /"not"/ }],
    'fields compare: missing stays in the complement': [
      'whenMissing !== negated',
      'whenMissing',
      { among: /"compare"/ },
    ],
    'at most n is fewer than n': [
      'from(Number(test.value) + 1, true)',
      'from(Number(test.value), true)',
      { among: /atMost/ },
    ],
    'exactly none is at least one': ['return from(1, true)', 'return from(1, false)'],
    'the negation of a count lost': ['negated !== opposite ?', 'opposite ?'],
    'one of several is the first': [
      "values.length === 1 ? { ...rest, op: 'is'",
      "values.length > 0 ? { ...rest, op: 'is'",
    ],
    'a group in another kind of group flattened': [
      'child.kind === kind ? child.of',
      "'of' in child && Array.isArray(child.of) ? child.of",
    ],
    "all of an account's people is none of them": [
      'pushed(of, true) }',
      'pushed(of, false) }',
      { among: /"account"/ },
    ],
    'conditions of an event lost': ['...(at && { at:', '...(at && !where && { at:', { among: /"where"/ }],
  }),
  ...faultsIn(`${core}/predicate/predicate.ts`, {
    'missing stays in the complement': ['!negated, !whenMissing)', '!negated, whenMissing)'],
  }),
  ...faultsIn(`${core}/definition/expand.ts`, {
    'people on a list are not excluded': ['excluded.length === 0 ?', 'excluded.length >= 0 ?'],
  }),
]

const values = [
  ...faultsIn(`${core}/schema/value.ts`, {
    'decimals of 16 digits': ['units > mostDecimalUnits', 'units > mostDecimalUnits * 10'],
    'unsafe integers': ['Number.isSafeInteger(raw)', 'Number.isInteger(raw)'],
    'text that Postgres cannot store': [" && !value.includes('\\0')", ''],
    'half of a surrogate pair': [' && value.isWellFormed()', ''],
    'elements of another type kept': [
      '.filter((element) => element !== undefined)',
      '',
      { among: /^(?!.*"(some|items)")/ },
    ],
    'a Date is no instant': [
      'raw instanceof Date ? inRange(raw.getTime())',
      'raw instanceof Date ? undefined',
    ],
    'any text is one of a closed set': [
      ' && values.includes(raw)',
      '',
      { among: /"plan"|"tier"|"roles"|"device"/ },
    ],
    'a list is an object': ['Array.isArray(raw) || raw', 'raw', { among: /"home address"|"shop"/ }],
  }),
  ...faultsIn(`${core}/schema/time.ts`, {
    'offsets the wrong way': ['fraction - offset', 'fraction + offset'],
    'instants rounded': [
      "Number((found[7] ?? '').slice(0, 3).padEnd(3, '0'))",
      'Math.round(Number(`0.${found[7] ?? 0}`) * 1000)',
    ],
    'negative offsets taken as positive': ["(found[8] === '-' ? -1 : 1)", '1'],
  }),
]

const words = [
  ...faultsIn(`${core}/text/pattern.ts`, {
    'toLowerCase() for the ASCII fold': [
      'text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())',
      'text.toLowerCase()',
      {
        among: /ignoringCase|emailDomain/,
      },
    ],
    'sets of a pattern are not folded': [
      'piece.ranges.flatMap(foldRange)',
      'piece.ranges',
      { among: /"matches"/ },
    ],
    'a pattern counts UTF-16 units': ['at += width(point)', 'at += 1', { among: /"matches"/ }],
    'a pattern need not reach the end': [
      ' === text.length\n',
      ' >= 0\n',
      {
        among: /"matches"/,
      },
    ],
    'a negated set is the set': ['piece.negated !== piece', 'false !== piece', { among: /"matches"/ }],
  }),
  ...faultsIn(`${core}/text/white-space.ts`, {
    'U+3000 is not white': [
      '\\u205F\\u3000',
      '\\u205F',
      {
        among: /"blank"|emailDomain/,
      },
    ],
  }),
  ...faultsIn(`${core}/text/email.ts`, {
    'nobody at a domain': ['at < 1', 'at < 0', { among: /emailDomain/ }],
    'domains keep their case': [
      '? foldAscii(domain)',
      '? domain',
      {
        among: /emailDomain/,
      },
    ],
  }),
]

const calendar = [
  ...faultsIn(`${core}/time/calendar.ts`, {
    'the last period of a window lost': ['unit, to + 1, rules)', 'unit, to, rules)', { among: /"calendar"/ }],
    'weekdays one off': ['modulo(day + 3, 7)', 'modulo(day + 4, 7)', { among: /"weekday"|"week"|periods/ }],
    'weeks begin on Monday': ['weekdayOf(day) - rules.weekStart', 'weekdayOf(day) - 1', { among: /"week"/ }],
    'years begin in January': [
      'modulo(month - (yearStart - 1), length)',
      'modulo(month, length)',
      { among: /"quarter"|"year"/ },
    ],
    'a quarter has four months': ['quarter: 3', 'quarter: 4', { among: /"quarter"/ }],
  }),
  ...faultsIn(`${core}/time/zone.ts`, {
    'clocks that never change': [
      'table.offsets[transitionsUntil(table, ms)]',
      'table.offsets.at(-1)',
      {
        among: /"zone"|"calendar"|"unit"|"weekday"|"month"|"hour"|anniversary/,
      },
    ],
    'offsets change one millisecond late': [
      'transitions[middle]! <= ms',
      'transitions[middle]! < ms',
      {
        among: /"zone"|"calendar"|"unit"|"weekday"|"month"|"hour"|anniversary/,
        lacks: 'the very instant of a change of clocks is rarely asked for in its zone',
      },
    ],
  }),
]

/** Faults of what a definition, a value, a text and a calendar mean. */
export const meaningFaults: readonly Fault[] = [...form, ...values, ...words, ...calendar]
