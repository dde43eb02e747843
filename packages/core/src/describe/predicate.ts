import { type Literal, onStatement, type Predicate } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'
import { dayNames, describeCalendar, describeWindow, monthNames } from './window.ts'
import { describeLiteral, describeName, quoted } from './words.ts'

/** A statement as verb phrases: what is said, and what its negation says. */
interface Phrase {
  readonly positive: string
  readonly negative: string
}

const be = (rest: string): Phrase => ({ positive: `is ${rest}`, negative: `is not ${rest}` })

const have = (rest: string): Phrase => ({ positive: `has ${rest}`, negative: `does not have ${rest}` })
const verb = (word: string, rest: string): Phrase => ({
  positive: `${word}s ${rest}`,
  negative: `does not ${word} ${rest}`,
})
const cased = (ignoringCase: boolean | undefined): string => (ignoringCase === true ? ' ignoring case' : '')

/** The zone that days and hours are those of. */
export const describeZone = (zone: string | undefined): string => (zone === undefined ? '' : ` (${zone})`)

/** A predicate as a verb phrase: `is 'CA'`, `is not 'CA' (or missing)`. */
export function describePredicate(predicate: Predicate, type: ValueType): string {
  const { negated = false, whenMissing = false } = predicate
  const special = presence(predicate.op, negated, whenMissing)
  if (special !== undefined) return special
  const { positive, negative } = describeStatement(predicate, type)
  return `${negated ? negative : positive}${whenMissing ? ' (or missing)' : ''}`
}

// These two speak about missing values, so their usual policies need no words, and the others need their own.
function presence(op: Predicate['op'], negated: boolean, whenMissing: boolean): string | undefined {
  if (op === 'present' && negated) return whenMissing ? 'is missing' : 'is neither present nor missing'
  if (op === 'blank' && !negated) return whenMissing ? 'is blank' : 'is blank (but not missing)'
  return undefined
}

function describeStatement(statement: Predicate, type: ValueType): Phrase {
  const literal = (value: Literal): string => describeLiteral(value, type)
  const element = (value: Literal): string => describeLiteral(value, type.kind === 'list' ? type.of : type)
  const isTime = type.kind === 'date' || type.kind === 'timestamp'
  const orAt = type.kind === 'date' ? 'on or' : 'at or'
  return onStatement<Phrase>(statement, {
    is: ({ value, ignoringCase }) => be(literal(value) + cased(ignoringCase)),
    oneOf: ({ values, ignoringCase }) => {
      const listed = values.map(literal).join(', ') + cased(ignoringCase)
      return { positive: `is one of ${listed}`, negative: `is none of ${listed}` }
    },
    lessThan: ({ value }) => be(`${isTime ? 'before' : 'less than'} ${literal(value)}`),
    atMost: ({ value }) => be(`${isTime ? `${orAt} before` : 'at most'} ${literal(value)}`),
    greaterThan: ({ value }) => be(`${isTime ? 'after' : 'more than'} ${literal(value)}`),
    atLeast: ({ value }) => be(`${isTime ? `${orAt} after` : 'at least'} ${literal(value)}`),
    between: ({ from, to }) => be(`from ${literal(from)} to ${literal(to)}`),
    contains: ({ value, ignoringCase }) => verb('contain', quoted(value) + cased(ignoringCase)),
    startsWith: ({ value, ignoringCase }) => verb('start', `with ${quoted(value)}${cased(ignoringCase)}`),
    endsWith: ({ value, ignoringCase }) => verb('end', `with ${quoted(value)}${cased(ignoringCase)}`),
    matches: ({ pattern, ignoringCase }) => have(`the form ${quoted(pattern)}${cased(ignoringCase)}`),
    emailDomain: ({ domains }) => be(`an address at ${domains.map(quoted).join(' or ')}`),
    during: ({ window }) => be(describeWindow(window)),
    weekday: ({ days, zone }) =>
      be(`on ${days.map((day) => dayNames[day - 1]).join(' or ')}${describeZone(zone)}`),
    month: ({ months, zone }) =>
      be(`in ${months.map((month) => monthNames[month - 1]).join(' or ')}${describeZone(zone)}`),
    hour: ({ from, to, zone }) => be(`from ${from}:00 to ${to}:00${describeZone(zone)}`),
    anniversary: ({ window, leapDay }) =>
      have(
        `its anniversary ${describeCalendar(window)}, 29 February on ${leapDay === '02-28' ? '28 February' : '1 March'}`,
      ),
    has: ({ value }) => have(element(value)),
    hasAny: ({ values }) => {
      const listed = values.map(element).join(', ')
      return { positive: `has any of ${listed}`, negative: `has none of ${listed}` }
    },
    hasAll: ({ values }) => have(`all of ${values.map(element).join(', ')}`),
    equals: ({ values }) => be(`the list ${values.map(element).join(', ')}`),
    some: ({ test }) =>
      have(`an element that ${describePredicate(test, type.kind === 'list' ? type.of : type)}`),
    item: ({ where }) => {
      const parts = type.kind === 'list' && type.of.kind === 'object' ? type.of.parts : undefined
      const tests = where.map(
        ({ property, test }) =>
          `${describeName(property)} ${describePredicate(test, parts!.get(property)!.type)}`,
      )
      return have(`an item (${tests.join(' and ')})`)
    },
    length: ({ count }) => have(`a length that ${describePredicate(count, { kind: 'integer' })}`),
    present: () => be('present'),
    blank: () => be('blank'),
  })
}

/** A test of a number of events as an adverb: `at least 3 times`. */
export function describeTimes(test: Predicate): string {
  const times = (word: string, count: Literal): string =>
    `${word} ${String(count)} ${count === 1 ? 'time' : 'times'}`
  const said = (): string => {
    switch (test.op) {
      case 'is':
        return times('exactly', test.value)
      case 'oneOf':
        return `exactly ${test.values.join(' or ')} times`
      case 'lessThan':
        return test.value === 1 ? 'less than once' : times('fewer than', test.value)
      case 'atMost':
        return times('at most', test.value)
      case 'greaterThan':
        return times('more than', test.value)
      case 'atLeast':
        return test.value === 1 ? 'at least once' : times('at least', test.value)
      case 'between':
        return times(`from ${String(test.from)} to`, test.to)
      default:
        throw new TypeError(`a count of events cannot be tested with '${test.op}'`)
    }
  }
  return test.negated ? `not ${said()}` : said()
}
