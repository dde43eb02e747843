import {
  type Literal,
  onStatement,
  type Op,
  type Predicate,
  type PropertyTest,
  type Statement,
  withPolicy,
} from '../predicate/predicate.ts'
import type { Window } from '../predicate/window.ts'
import type { FieldInfo, Schema } from '../schema/schema.ts'
import { type Kind, typeName, type ValueType } from '../schema/type.ts'
import { instantForm } from '../schema/time.ts'
import { readValue, writeValue } from '../schema/value.ts'
import { nearest, shown } from '../suggest.ts'
import { emailDomain } from '../text/email.ts'
import { foldAscii, parsePattern, patternText } from '../text/pattern.ts'
import { checkCalendar, checkNumber, checkWindow, checkZone } from './check-window.ts'
import { issue, lookUp, type Path, type Report } from './issue.ts'

const equality: readonly Op[] = ['is', 'oneOf', 'present']
/** The statements about an order. */
export const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']
const days: readonly Op[] = ['during', 'weekday', 'month', 'anniversary']
const elements: readonly Op[] = ['has', 'hasAny', 'hasAll', 'equals', 'some', 'length', 'blank', 'present']
const items: readonly Op[] = ['item', 'length', 'blank', 'present']
const parts: readonly Op[] = ['contains', 'startsWith', 'endsWith', 'matches', 'emailDomain']

/** Which statements speak of which type. */
const operators: Readonly<Record<Kind, readonly Op[]>> = {
  text: [...equality, ...ordered, ...parts, 'blank'],
  version: [...equality, ...ordered],
  choice: equality,
  boolean: equality,
  integer: [...equality, ...ordered],
  number: [...equality, ...ordered],
  decimal: [...equality, ...ordered],
  date: [...equality, ...ordered, ...days],
  timestamp: [...equality, ...ordered, ...days, 'hour'],
  list: elements,
  object: ['present'],
}

/** The statements that speak of a type; a list of objects is asked for its items. */
export const operatorsOf = (type: ValueType): readonly Op[] =>
  type.kind === 'list' && type.of.kind === 'object' ? items : operators[type.kind]

/** How statements are written whose name is not that of their function. */
const functions: Partial<Readonly<Record<Op, string>>> = {
  emailDomain: 'hasEmailDomain',
  weekday: 'onWeekday',
  month: 'inMonth',
  hour: 'betweenHours',
  equals: 'is([…])',
  some: 'hasSome',
  item: '(item) => item.where(…)',
  length: 'hasLength',
  present: 'isPresent',
  blank: 'isBlank',
}

/** A statement by its function and its stored name, where these are not the same. */
const called = (op: Op): string | undefined =>
  functions[op] === undefined ? undefined : `${functions[op]} ('${op}')`

/** Something a predicate can speak of. */
export interface Subject {
  readonly name: string
  readonly type: ValueType
  readonly operators: readonly Op[]
  readonly mayBeMissing: boolean
  /** A number of things, of which there are never fewer than 0. */
  readonly isCount?: boolean
}

/** A field of a person. */
export const ofField = (info: FieldInfo): Subject => ({
  name: info.name,
  type: info.type,
  operators: operatorsOf(info.type),
  mayBeMissing: !info.isRequired,
})

/** A property of an event: optional whatever the schema says, as events come from elsewhere and outlive their declaration. */
export const ofProperty = (info: FieldInfo): Subject => ({ ...ofField(info), mayBeMissing: true })

/** The instant of an event, which every event has. */
export const ofEventTime: Subject = {
  name: 'time of the event',
  type: { kind: 'timestamp' },
  operators: operators.timestamp.filter((op) => op !== 'present'),
  mayBeMissing: false,
}

/** An element of a list: one that is not of its type is not in the list. */
const ofElement = (type: ValueType): Subject => ({
  name: 'element',
  type,
  operators: operators[type.kind].filter((op) => op !== 'present'),
  mayBeMissing: false,
})

const ofLength: Subject = {
  name: 'length',
  type: { kind: 'integer' },
  operators: ['is', 'oneOf', ...ordered],
  mayBeMissing: false,
  isCount: true,
}

/** Checks a predicate of a subject. */
export function checkPredicate(
  test: Predicate,
  subject: Subject,
  schema: Schema,
  report: Report,
  path: Path,
): Predicate {
  // Callers without types may hand over anything.
  const said: unknown = (test as Predicate | null | undefined)?.op
  if (typeof said !== 'string') {
    report(issue('structure', path, shown(test), 'a test such as is(…) or atLeast(…)'))
    return test
  }
  if (!subject.operators.includes(test.op)) {
    const suggestion = nearest(test.op, subject.operators)
    const found = `${called(test.op) ?? `'${test.op}'`} on '${subject.name}', which is ${typeName(subject.type)}`
    const expected = `one of ${subject.operators.map((op) => called(op) ?? op).join(', ')}`
    report({
      ...issue('wrong-operator', [...path, 'op'], found, expected),
      ...(suggestion && { suggestion }),
    })
    return test
  }
  const negated = test.negated ?? false
  // Presence speaks about missing values; every other negated predicate has to say what they mean (semantics 9).
  if (negated && test.whenMissing === undefined && subject.mayBeMissing) {
    const expected = "{ missing: 'include' } or { missing: 'exclude' }, as it may be missing"
    report(
      issue('missing-policy', [...path, 'whenMissing'], `a negative test of '${subject.name}'`, expected),
    )
  }
  const statement = new Checker(subject.type, schema, report, path).statement(test)
  if (subject.isCount === true) checkCounts(statement, report, path)
  return withPolicy(statement, negated, test.whenMissing ?? false)
}

/** Nobody has fewer than 0 of anything, so a negative number is a slip of the pen. */
function checkCounts(statement: Statement, report: Report, path: Path): void {
  for (const [key, said] of Object.entries<unknown>(statement)) {
    for (const [i, value] of (Array.isArray(said) ? said : [said]).entries()) {
      if (typeof value !== 'number' || !(value < 0)) continue
      const at = Array.isArray(said) ? [key, i] : [key]
      report(
        issue('wrong-value', [...path, ...at], String(value), 'a number from 0 on: there are never fewer'),
      )
    }
  }
}

class Checker {
  readonly #type: ValueType
  readonly #schema: Schema
  readonly #report: Report
  readonly #path: Path

  constructor(type: ValueType, schema: Schema, report: Report, path: Path) {
    this.#type = type
    this.#schema = schema
    this.#report = report
    this.#path = path
  }

  statement(statement: Statement): Statement {
    const type = this.#type
    const element = type.kind === 'list' ? type.of : type
    const one = (value: Literal): Literal => this.#literal(value, type, ['value'])
    return onStatement<Statement>(statement, {
      is: ({ op, value, ...rest }) => ({ op, value: one(value), ...this.#cased(rest) }),
      oneOf: ({ op, values, ...rest }) => ({
        op,
        values: this.#literals(values, type),
        ...this.#cased(rest),
      }),
      lessThan: ({ op, value }) => ({ op, value: one(value) }),
      atMost: ({ op, value }) => ({ op, value: one(value) }),
      greaterThan: ({ op, value }) => ({ op, value: one(value) }),
      atLeast: ({ op, value }) => ({ op, value: one(value) }),
      between: ({ op, from, to }) => ({
        op,
        from: this.#literal(from, type, ['from']),
        to: this.#literal(to, type, ['to']),
      }),
      contains: ({ op, value, ...rest }) => ({ op, value: this.#affix(value), ...this.#cased(rest) }),
      startsWith: ({ op, value, ...rest }) => ({ op, value: this.#affix(value), ...this.#cased(rest) }),
      endsWith: ({ op, value, ...rest }) => ({ op, value: this.#affix(value), ...this.#cased(rest) }),
      matches: ({ op, pattern, ...rest }) => ({ op, pattern: this.#pattern(pattern), ...this.#cased(rest) }),
      emailDomain: ({ op, domains }) => ({ op, domains: this.#domains(domains) }),
      during: ({ op, window }) => ({ op, window: this.#window(window) }),
      weekday: ({ op, days: list, zone }) => ({
        op,
        days: this.#numbers(list, 7, 'days', 'a day from 1, Monday, to 7, Sunday'),
        ...this.#zone(zone),
      }),
      month: ({ op, months, zone }) => ({
        op,
        months: this.#numbers(months, 12, 'months', 'a month from 1 to 12'),
        ...this.#zone(zone),
      }),
      hour: ({ op, from, to, zone }) => {
        const isHour = (hour: number): boolean => Number.isInteger(hour) && hour >= 0 && hour <= 24
        if (!isHour(from) || !isHour(to) || from === to) {
          this.#wrong([], `hours ${shown(from)} to ${shown(to)}`, 'two different whole hours from 0 to 24')
        }
        return { op, from, to, ...this.#zone(zone) }
      },
      anniversary: ({ op, window, leapDay }) => {
        if (leapDay !== '02-28' && leapDay !== '03-01') {
          this.#wrong(['leapDay'], shown(leapDay), "'02-28' or '03-01'")
        }
        return {
          op,
          window: checkCalendar(window, this.#schema, this.#report, [...this.#path, 'window']),
          leapDay,
        }
      },
      has: ({ op, value }) => ({ op, value: this.#literal(value, element, ['value']) }),
      hasAny: ({ op, values }) => ({ op, values: this.#literals(values, element) }),
      hasAll: ({ op, values }) => ({ op, values: this.#literals(values, element) }),
      equals: ({ op, values, ...rest }) => {
        if (values.length === 0) {
          const expected = 'at least one value; an empty list is written hasLength(0)'
          this.#report(issue('empty', [...this.#path, 'values'], 'no values', expected))
        }
        // A list has an order and repeats, so nothing is sorted and nothing dropped.
        const all = values.map((value, i) => this.#literal(value, element, ['values', i]))
        return { op, values: all, ...this.#cased(rest) }
      },
      some: ({ op, test }) => ({
        op,
        // What is in the list is there, so what a missing one would mean is not kept.
        test: checkPredicate(
          typeof test === 'object' ? { ...test, whenMissing: false } : test,
          ofElement(element),
          this.#schema,
          this.#report,
          [...this.#path, 'test'],
        ),
      }),
      item: ({ op, where }) => ({ op, where: this.#parts(where, element) }),
      length: ({ op, count }) => ({
        op,
        count: checkPredicate(count, ofLength, this.#schema, this.#report, [...this.#path, 'count']),
      }),
      present: ({ op }) => ({ op }),
      blank: ({ op }) => ({ op }),
    })
  }

  /** Tests of the parts of one item. */
  #parts(where: readonly PropertyTest[], type: ValueType): readonly PropertyTest[] {
    this.#some(where, 'where', 'test')
    const known =
      type.kind === 'object' ? (type.parts ?? new Map<string, FieldInfo>()) : new Map<string, FieldInfo>()
    return where.flatMap(({ property, test }, i) => {
      const here = [...this.#path, 'where', i]
      const info = lookUp('part', property, known, this.#report, [...here, 'property'])
      if (!info) return []
      return [
        {
          property,
          test: checkPredicate(test, ofProperty(info), this.#schema, this.#report, [...here, 'test']),
        },
      ]
    })
  }

  #wrong(at: Path, found: string, expected: string): void {
    this.#report(issue('wrong-value', [...this.#path, ...at], found, expected))
  }

  #literal(raw: Literal, type: ValueType, at: Path): Literal {
    const value = readValue(type, raw)
    if (value !== undefined) return writeValue(type, value) as Literal
    const suggestion =
      type.kind === 'choice' && typeof raw === 'string' ? nearest(raw, type.values) : undefined
    const found = typeof raw === 'number' ? String(raw) : JSON.stringify(raw)
    const expected = type.kind === 'timestamp' ? instantForm(raw) : typeName(type)
    this.#report({
      ...issue('wrong-value', [...this.#path, ...at], found, expected),
      ...(suggestion && { suggestion }),
    })
    return raw
  }

  #literals(values: readonly Literal[], type: ValueType): readonly Literal[] {
    this.#some(values, 'values', 'value')
    return [...new Set(values.map((value, i) => this.#literal(value, type, ['values', i])))]
  }

  #some(values: readonly unknown[], key: string, what: string): void {
    if (values.length > 0) return
    this.#report(issue('empty', [...this.#path, key], `no ${what}s`, `at least one ${what}`))
  }

  /** Only text has letters whose case can be left aside. */
  #cased({ ignoringCase = false }: { readonly ignoringCase?: boolean }): { readonly ignoringCase?: true } {
    if (!ignoringCase) return {}
    if (this.#type.kind !== 'text') {
      this.#wrong(['ignoringCase'], `ignoringCase on ${typeName(this.#type)}`, 'text')
    }
    return { ignoringCase: true }
  }

  #affix(value: string): string {
    if (value === '' || readValue({ kind: 'text' }, value) === undefined) {
      this.#wrong(['value'], JSON.stringify(value), 'well-formed text, not empty')
    }
    return value
  }

  #pattern(text: string): string {
    if (readValue({ kind: 'text' }, text) === undefined) {
      this.#wrong(['pattern'], JSON.stringify(text), 'a pattern of well-formed text')
      return text
    }
    const parsed = parsePattern(text)
    if (parsed.kind === 'pattern') return patternText(parsed)
    this.#wrong(['pattern'], `${parsed.found} at character ${parsed.at + 1} of '${text}'`, parsed.expected)
    return text
  }

  #domains(domains: readonly string[]): readonly string[] {
    this.#some(domains, 'domains', 'domain')
    for (const [i, domain] of domains.entries()) {
      if (emailDomain(`a@${domain}`) !== undefined) continue
      this.#wrong(['domains', i], JSON.stringify(domain), "a domain such as 'example.com'")
    }
    return [...new Set(domains.map(foldAscii))]
  }

  #window(window: Window): Window {
    const over = (window as Window | undefined)?.over
    if (this.#type.kind === 'date' && (over === 'clock' || over === 'instants')) {
      const found = `a window of ${over === 'clock' ? 'the clock' : over}`
      this.#wrong(
        ['window', 'over'],
        found,
        'a calendar window such as today(), as a date has no time of day',
      )
    }
    return checkWindow(window, this.#schema, this.#report, [...this.#path, 'window'])
  }

  #numbers(list: readonly number[], greatest: number, key: string, expected: string): readonly number[] {
    this.#some(list, key, key.slice(0, -1))
    for (const [i, one] of list.entries()) {
      checkNumber(one, greatest, expected, this.#report, [...this.#path, key, i])
    }
    return [...new Set(list)].toSorted((a, b) => a - b)
  }

  /** A date is a day everywhere; an instant has a day in a zone only. */
  #zone(zone: string | undefined): { readonly zone?: string } {
    if (this.#type.kind !== 'date') {
      return { zone: checkZone(zone, this.#schema, this.#report, [...this.#path, 'zone']) }
    }
    if (zone !== undefined) this.#wrong(['zone'], `the zone '${zone}'`, 'none, as a date has no time of day')
    return {}
  }
}
