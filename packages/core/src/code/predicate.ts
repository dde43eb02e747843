import { type Literal, onStatement, type Predicate, type Statement } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'
import { applied, arrow, call, type Code, data, options } from './print.ts'
import { lastOf, nextOf, windowCode } from './window.ts'

/** The words for a statement; there may be none for its negation. */
interface Words {
  readonly positive: Code
  /** With the options that say what a missing value means. */
  readonly negative?: (policy: object) => Code
}

/** A test as a developer writes it; one that no operator makes is written as data, which the builder takes and its types do not. */
export const testCode = (test: Predicate, type: ValueType): Code =>
  testWords(test, type) ?? { untyped: data(test) }

/** A test by the operators, where they can say it. */
export function testWords(test: Predicate, type: ValueType): Code | undefined {
  const { negated = false, whenMissing } = test
  if (test.op === 'present') return presence(negated, whenMissing)
  if (test.op === 'blank') return blankness(negated, whenMissing)
  const { positive, negative } = statementWords(test, type) ?? {}
  if (!negated) return whenMissing === true ? undefined : positive
  return negative?.(whenMissing === undefined ? {} : { missing: whenMissing ? 'include' : 'exclude' })
}

function presence(negated: boolean, whenMissing = false): Code | undefined {
  if (negated !== whenMissing) return undefined
  return applied(negated ? 'isMissing' : 'isPresent')
}

function blankness(negated: boolean, whenMissing = false): Code | undefined {
  if (negated === whenMissing) return undefined
  return applied(negated ? 'isNotBlank' : 'isBlank')
}

const only = (positive: Code): Words => ({ positive })

function statementWords(statement: Statement, type: ValueType): Words | undefined {
  const isTime = type.kind === 'date' || type.kind === 'timestamp'
  const element = type.kind === 'list' ? type.of : type
  /** Values; decimals as the numbers that they are, where all are written like such, else as text. */
  const literals = (values: readonly Literal[]): readonly Code[] => {
    if (element.kind !== 'decimal') return values.map(data)
    const texts = values.map(String)
    return texts.every((text) => String(Number(text)) === text) ? texts : texts.map(data)
  }
  const literal = (value: Literal): Code => literals([value])[0]!
  /** Both words of a text or a value. */
  const both = (yes: string, no: string, value: Literal, ignoringCase?: boolean): Words => {
    const cased = ignoringCase === true ? { ignoringCase } : {}
    return {
      positive: applied(yes, literal(value), ...options(cased)),
      negative: (policy) => applied(no, literal(value), ...options({ ...policy, ...cased })),
    }
  }
  const list = (values: readonly Literal[]): Code => ({ elements: literals(values) })
  const several = (yes: string, no: string, values: readonly Literal[], ignoringCase?: boolean): Words => ({
    positive: applied(yes, ...literals(values)),
    negative: (policy) =>
      applied(no, list(values), ...options(ignoringCase === true ? { ...policy, ignoringCase } : policy)),
  })
  const order = (word: string, ofTimes: string | undefined, value: Literal): Words | undefined => {
    const said = isTime ? ofTimes : word
    return said === undefined ? undefined : only(applied(said, literal(value)))
  }
  return onStatement<Words | undefined>(statement, {
    is: ({ value, ignoringCase }) => ({
      ...both('is', 'isNot', value, ignoringCase),
      // A value by itself means exactly this value.
      ...(ignoringCase !== true && { positive: literal(value) }),
    }),
    oneOf: ({ values, ignoringCase }) => ({
      ...several('oneOf', 'noneOf', values, ignoringCase),
      ...(ignoringCase === true && {
        positive: applied('oneOf', list(values), ...options({ ignoringCase })),
      }),
    }),
    lessThan: ({ value }) => order('lessThan', 'before', value),
    atMost: ({ value }) => order('atMost', undefined, value),
    greaterThan: ({ value }) => order('greaterThan', 'after', value),
    atLeast: ({ value }) => order('atLeast', undefined, value),
    between: ({ from, to }) => only(applied('between', ...literals([from, to]))),
    contains: ({ value, ignoringCase }) => both('contains', 'doesNotContain', value, ignoringCase),
    startsWith: ({ value, ignoringCase }) => both('startsWith', 'doesNotStartWith', value, ignoringCase),
    endsWith: ({ value, ignoringCase }) => both('endsWith', 'doesNotEndWith', value, ignoringCase),
    matches: ({ pattern, ignoringCase }) => both('matches', 'doesNotMatch', pattern, ignoringCase),
    emailDomain: ({ domains }) => only(applied('hasEmailDomain', ...domains.map(data))),
    during: ({ window }) => {
      const [past, coming] = [lastOf(window), nextOf(window)]
      if (past !== undefined) return only(applied('inLast', data(past)))
      if (coming !== undefined) return only(applied('inNext', data(coming)))
      return only(applied('during', windowCode(window)))
    },
    weekday: ({ days, zone }) => only(applied('onWeekday', data(days), ...options({ zone }))),
    month: ({ months, zone }) => only(applied('inMonth', data(months), ...options({ zone }))),
    hour: ({ from, to, zone }) => only(applied('betweenHours', data(from), data(to), ...options({ zone }))),
    anniversary: ({ window, leapDay }) =>
      only(applied('anniversary', windowCode(window), ...(leapDay === '03-01' ? [] : options({ leapDay })))),
    has: ({ value }) => both('has', 'doesNotHave', value),
    hasAny: ({ values }) => several('hasAny', 'hasNone', values),
    hasAll: ({ values }) => only(applied('hasAll', ...literals(values))),
    equals: ({ values }) => ({
      positive: applied('is', list(values)),
      negative: (policy) => applied('isNot', list(values), ...options(policy)),
    }),
    some: ({ test }) => {
      const said = testWords(test, element)
      // A value by itself is a test everywhere but here.
      const plain = test.op === 'is' && test.negated !== true && test.ignoringCase !== true
      return only(
        applied('hasSome', plain ? applied('is', literal(test.value)) : (said ?? { untyped: data(test) })),
      )
    },
    item: ({ where }) => {
      const parts = element.kind === 'object' ? element.parts : undefined
      const tests = where.map(({ property, test }) =>
        call('where', data(property), testCode(test, parts!.get(property)!.type)),
      )
      return only(arrow('item', tests))
    },
    length: ({ count }) =>
      // Of a length that there is nobody says what a missing one would mean, which other negations have to.
      only(
        applied(
          'hasLength',
          count.negated === true ? { untyped: data(count) } : testCode(count, { kind: 'integer' }),
        ),
      ),
    present: () => undefined,
    blank: () => undefined,
  })
}
