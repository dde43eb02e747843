import { type Literal, onStatement, type Predicate } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'
import { describeLiteral, quoted } from './words.ts'

/** A statement as verb phrases: what is said, and what its negation says. */
interface Phrase {
  readonly positive: string
  readonly negative: string
}

const be = (rest: string): Phrase => ({ positive: `is ${rest}`, negative: `is not ${rest}` })

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
  const isTime = type.kind === 'date' || type.kind === 'timestamp'
  const orAt = type.kind === 'date' ? 'on or' : 'at or'
  return onStatement<Phrase>(statement, {
    is: ({ value }) => be(literal(value)),
    oneOf: ({ values }) => {
      const listed = values.map(literal).join(', ')
      return { positive: `is one of ${listed}`, negative: `is none of ${listed}` }
    },
    lessThan: ({ value }) => be(`${isTime ? 'before' : 'less than'} ${literal(value)}`),
    atMost: ({ value }) => be(`${isTime ? `${orAt} before` : 'at most'} ${literal(value)}`),
    greaterThan: ({ value }) => be(`${isTime ? 'after' : 'more than'} ${literal(value)}`),
    atLeast: ({ value }) => be(`${isTime ? `${orAt} after` : 'at least'} ${literal(value)}`),
    between: ({ from, to }) => be(`from ${literal(from)} to ${literal(to)}`),
    contains: ({ value }) => ({
      positive: `contains ${quoted(value)}`,
      negative: `does not contain ${quoted(value)}`,
    }),
    startsWith: ({ value }) => ({
      positive: `starts with ${quoted(value)}`,
      negative: `does not start with ${quoted(value)}`,
    }),
    endsWith: ({ value }) => ({
      positive: `ends with ${quoted(value)}`,
      negative: `does not end with ${quoted(value)}`,
    }),
    inLast: ({ duration }) => be(`in the last ${duration}`),
    inNext: ({ duration }) => be(`in the next ${duration}`),
    has: ({ value }) => {
      const element = describeLiteral(value, type.kind === 'list' ? type.of : type)
      return { positive: `has ${element}`, negative: `does not have ${element}` }
    },
    present: () => be('present'),
    blank: () => be('blank'),
  })
}

/** A test of a number of events as an adverb: `at least 3 times`. */
export function describeTimes(test: Predicate): string {
  const times = (word: string, count: Literal): string =>
    `${word} ${String(count)} ${count === 1 ? 'time' : 'times'}`
  const statement = onStatement<string>(test, {
    ...unsaid,
    is: ({ value }) => times('exactly', value),
    oneOf: ({ values }) => `exactly ${values.join(' or ')} times`,
    lessThan: ({ value }) => times('fewer than', value),
    atMost: ({ value }) => times('at most', value),
    greaterThan: ({ value }) => times('more than', value),
    atLeast: ({ value }) => (value === 1 ? 'at least once' : times('at least', value)),
    between: ({ from, to }) => `from ${String(from)} to ${String(to)} times`,
  })
  return test.negated ? `not ${statement}` : statement
}

// A count is a number, of which nothing else can be said: a checked node has none of these.
const impossible = ({ op }: { readonly op: string }): never => {
  throw new TypeError(`a count of events cannot be tested with '${op}'`)
}
const unsaid = {
  contains: impossible,
  startsWith: impossible,
  endsWith: impossible,
  inLast: impossible,
  inNext: impossible,
  has: impossible,
  present: impossible,
  blank: impossible,
}
