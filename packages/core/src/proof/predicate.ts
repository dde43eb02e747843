import { stableText } from '../definition/canonical.ts'
import { compilePredicate } from '../evaluate/predicate.ts'
import {
  complement,
  type Literal as Written,
  type Predicate,
  type PropertyTest,
  type Statement,
} from '../predicate/predicate.ts'
import type { FieldInfo } from '../schema/schema.ts'
import type { ValueType } from '../schema/type.ts'
import { readValue, type Value as Stored } from '../schema/value.ts'
import { emailDomain } from '../text/email.ts'
import { foldAscii } from '../text/pattern.ts'
import {
  all,
  any,
  type Amount,
  type Existence,
  type Fit,
  type Formula,
  literal,
  type Scale,
  type Test,
  type Value,
} from './formula.ts'
import { simplerPattern } from './text.ts'
import { windowTests } from './window.ts'

/** What a predicate speaks of. */
export interface Thing {
  /** Equal texts mean the same. */
  readonly of: string
  readonly type: ValueType
  /** Other than those of the type. */
  readonly scale?: Scale
  /** It is always there, and its tests need no answer for a missing value. */
  readonly isThere?: boolean
  readonly amount?: Amount
}

const wholeKinds: ReadonlySet<ValueType['kind']> = new Set(['integer', 'decimal', 'timestamp'])

/** The scale of the values of a type. */
export function scaleOf(type: ValueType): Scale {
  const values: readonly Value[] | undefined =
    type.kind === 'boolean' ? [true, false] : type.kind === 'choice' ? type.values : undefined
  return {
    name: 'value',
    domain: { ...(values && { values }), ...(wholeKinds.has(type.kind) && { whole: true }) },
  }
}

/** Text without its case, the domain of an address, how many elements a list has, and parts of the calendar. */
const folded: Scale = { name: 'folded', domain: {} }
const atDomain: Scale = { name: 'domain', domain: {} }
const length: Scale = { name: 'length', domain: { whole: true, least: 0 } }
const holding = (value: Stored): Scale => ({
  name: `has ${stableText(value)}`,
  domain: { values: [true, false] },
})
const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)
const parts = {
  weekday: numbers(1, 7),
  month: numbers(1, 12),
  hour: numbers(0, 23),
} as const
const partOf = (part: keyof typeof parts, zone = ''): Scale => ({
  // Never that of a calendar's period: this month is not January.
  name: `part ${part} ${zone}`,
  domain: { values: parts[part] },
})

/** What a predicate says of a thing; what is not understood is kept whole. */
export function predicateFormula(thing: Thing, predicate: Predicate): Formula {
  const { negated = false, whenMissing = false, ...said } = predicate
  const statement = said.op === 'matches' ? simplerPattern(said) : said
  const missing = thing.isThere === true ? false : whenMissing
  const fit = fitOf(statement, negated, thing.type)
  const say = (test: Test): Formula =>
    literal({
      of: thing.of,
      test,
      missing,
      ...(fit && { fit }),
      ...(thing.amount && { amount: thing.amount }),
    })
  return statementFormula(thing, statement, negated, say)
}

function statementFormula(
  { type, scale = scaleOf(type) }: Thing,
  statement: Statement,
  negated: boolean,
  say: (test: Test) => Formula,
): Formula {
  const isIn = (on: Scale, values: readonly Value[]): Formula =>
    say({ is: negated ? 'notIn' : 'in', on, values })
  const whole = (): Formula => say({ is: 'said', statement, holds: !negated })
  /** Bounds that all hold, or of which one does not. */
  const bounds = (tests: readonly Test[]): Formula =>
    negated ? any(...tests.map((test) => say(opposite(test)))) : all(...tests.map(say))
  const bound = (is: 'above' | 'below', raw: Written, inclusive: boolean): Formula =>
    bounds([{ is, on: scale, value: comparable(type, raw), inclusive }])
  const ignoresCase = 'ignoringCase' in statement && statement.ignoringCase
  const element = type.kind === 'list' ? type.of : type
  const has = (raw: Written): Test => ({ is: 'in', on: holding(readValue(element, raw)!), values: [true] })
  const hasSome: Test = { is: 'above', on: length, value: 1, inclusive: true }
  switch (statement.op) {
    case 'present':
      return say({ is: negated ? 'absent' : 'present' })
    case 'is':
    case 'oneOf': {
      const values = statement.op === 'is' ? [statement.value] : statement.values
      if (ignoresCase)
        return isIn(
          folded,
          values.map((value) => foldAscii(String(value))),
        )
      return isIn(
        scale,
        values.map((value) => comparable(type, value)),
      )
    }
    case 'greaterThan':
    case 'atLeast':
      return bound('above', statement.value, statement.op === 'atLeast')
    case 'lessThan':
    case 'atMost':
      return bound('below', statement.value, statement.op === 'atMost')
    case 'between':
      return bounds([
        { is: 'above', on: scale, value: comparable(type, statement.from), inclusive: true },
        { is: 'below', on: scale, value: comparable(type, statement.to), inclusive: true },
      ])
    case 'emailDomain':
      return all(isIn(atDomain, statement.domains.map(foldAscii)), whole())
    case 'during':
      return bounds(windowTests(statement.window, type.kind === 'date' ? 'date' : 'timestamp'))
    case 'weekday':
      return isIn(partOf('weekday', statement.zone), statement.days)
    case 'month':
      return isIn(partOf('month', statement.zone), statement.months)
    case 'hour': {
      const { from, to, zone } = statement
      const isAt = (hour: number): boolean =>
        from < to ? hour >= from && hour < to : hour >= from || hour < to
      return isIn(partOf('hour', zone), parts.hour.filter(isAt))
    }
    case 'has':
      return negated ? say(opposite(has(statement.value))) : all(say(has(statement.value)), say(hasSome))
    case 'hasAny':
      if (negated) return all(...statement.values.map((value) => say(opposite(has(value)))))
      return all(any(...statement.values.map((value) => say(has(value)))), say(hasSome))
    case 'hasAll': {
      if (negated) return any(...statement.values.map((value) => say(opposite(has(value)))))
      const different = new Set(statement.values.map((value) => stableText(readValue(element, value))))
      const enough: Test = { is: 'above', on: length, value: different.size, inclusive: true }
      return all(...statement.values.map((value) => say(has(value))), say(enough))
    }
    case 'equals':
      return isIn(scale, [stableText(statement.values.map((value) => readValue(element, value)))])
    case 'some':
    case 'item': {
      const exists = say({ is: 'some', existence: existenceOf(statement, element), holds: !negated })
      return negated ? exists : all(exists, say(hasSome))
    }
    case 'length': {
      const count = negated ? complement(statement.count) : statement.count
      // A length is a number, so its own test needs no answer for a missing one.
      const { negated: turned = false, whenMissing: _, ...test } = count
      return statementFormula({ of: '', type: { kind: 'integer' }, scale: length }, test, turned, say)
    }
    case 'blank':
      return type.kind === 'list' ? isIn(length, [0]) : whole()
    default:
      return whole()
  }
}

/** The test of what a bound, or a value of a scale, leaves out. */
function opposite(test: Test): Test {
  switch (test.is) {
    case 'above':
      return { ...test, is: 'below', inclusive: !test.inclusive }
    case 'below':
      return { ...test, is: 'above', inclusive: !test.inclusive }
    case 'in':
      return { ...test, is: 'notIn' }
    default:
      throw new TypeError(`'${test.is}' has no opposite here`)
  }
}

/** A value of a definition as it compares. */
const comparable = (type: ValueType, raw: Written): Value => readValue(type, raw) as Value

/** The tests of an element of a list: itself, or its parts. */
function existenceOf(statement: Extract<Statement, { op: 'some' | 'item' }>, element: ValueType): Existence {
  const text = stableText(statement)
  if (statement.op === 'some') {
    const thing: Thing = { of: 'element', type: element, isThere: true }
    return {
      text,
      of: predicateFormula(thing, statement.test),
      not: predicateFormula(thing, complement(statement.test)),
    }
  }
  const declared = element.kind === 'object' ? (element.parts ?? new Map()) : new Map<string, FieldInfo>()
  return { text, ...propertyFormulas(statement.where, declared) }
}

/** What tests of properties say: that all of them hold, and that one does not. */
export function propertyFormulas(
  where: readonly PropertyTest[],
  declared: ReadonlyMap<string, FieldInfo>,
): { readonly of: Formula; readonly not: Formula } {
  const one = ({ property }: PropertyTest, test: Predicate): Formula =>
    predicateFormula({ of: `property ${property}`, type: declared.get(property)!.type }, test)
  return {
    of: all(...where.map((said) => one(said, said.test))),
    not: any(...where.map((said) => one(said, complement(said.test)))),
  }
}

/** Whether a value passes, for statements that do not read the clock. */
function fitOf(statement: Statement, negated: boolean, type: ValueType): Fit | undefined {
  if (readsClock(statement)) return undefined
  let holds: ((value: Value) => boolean) | undefined
  const passes = (value: Value): boolean => {
    holds ??= compiled(statement, type)
    return holds(value) !== negated
  }
  return { passes, ignoresCase: ignoresCaseOf(statement), size: stableText(statement).length }
}

function compiled(statement: Statement, type: ValueType): (value: Value) => boolean {
  const test = compilePredicate(statement, type, 0)
  if (type.kind !== 'list') return (value) => test({ values: [value] }, 0)
  return (value) => test({ values: [JSON.parse(String(value)) as readonly Stored[]] }, 0)
}

const ignoresCaseOf = (statement: Statement): boolean =>
  statement.op === 'emailDomain' ||
  statement.op === 'blank' ||
  ('ignoringCase' in statement && statement.ignoringCase)

function readsClock(statement: Statement): boolean {
  switch (statement.op) {
    case 'during':
    case 'anniversary':
      return true
    case 'some':
      return readsClock(statement.test)
    case 'item':
      return true
    default:
      return false
  }
}

/** The domain of an address that is known. */
export const domainOf = (text: Value): string | undefined =>
  typeof text === 'string' ? emailDomain(text) : undefined
