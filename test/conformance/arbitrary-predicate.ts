import type { Kind, Literal, Op, Predicate, Statement, ValueType } from '@segmentry/core'
import fc from 'fast-check'
import { affix, casedAffix, casedText, domain, hourOfDay, literalOf } from './values.ts'
import { anniversaryWindow, calendarWindow, pattern, window, zone } from './windows.ts'

// Predicates that suit a type.

const equality: readonly Op[] = ['is', 'oneOf', 'present']
export const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']
const calendrical: readonly Op[] = ['during', 'weekday', 'month', 'anniversary']

/** The statements that suit each type, written down once more, so that a lost one is noticed. */
export const opsOf: Readonly<Record<Kind, readonly Op[]>> = {
  text: [...equality, ...ordered, 'contains', 'startsWith', 'endsWith', 'matches', 'emailDomain', 'blank'],
  version: [...equality, ...ordered],
  choice: equality,
  boolean: equality,
  integer: [...equality, ...ordered],
  number: [...equality, ...ordered],
  decimal: [...equality, ...ordered],
  date: [...equality, ...ordered, ...calendrical],
  timestamp: [...equality, ...ordered, ...calendrical, 'hour'],
  list: ['has', 'hasAny', 'hasAll', 'equals', 'some', 'length', 'blank', 'present'],
  object: ['present'],
}

/** How often statements are made, where not once: those that have most to get wrong. */
const weights: { readonly [O in Op]?: number } = {
  during: 4,
  matches: 4,
  item: 3,
  emailDomain: 3,
  is: 2,
  contains: 2,
  startsWith: 2,
  endsWith: 2,
  weekday: 2,
  hour: 4,
  anniversary: 4,
  has: 2,
  hasAll: 2,
  length: 2,
  blank: 3,
}

/** The statements of a type: a list of objects is asked for its items. */
const saidOf = (type: ValueType): readonly Op[] =>
  type.kind === 'list' && type.of.kind === 'object'
    ? ['item', 'length', 'blank', 'present']
    : opsOf[type.kind]

type Make = (op: Op, type: ValueType) => fc.Arbitrary<unknown>

const some = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(value, { minLength: 9, maxLength: 20 }) },
  )

const comparison: Make = (op, type) => fc.record({ op: fc.constant(op), value: literalOf(type) })
/** A statement of text, or whatever its case; the second is made of what differs in case. */
const cased = (
  type: ValueType,
  exact: Record<string, fc.Arbitrary<unknown>>,
  ignoring: Record<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<unknown> =>
  type.kind === 'text'
    ? fc.oneof(fc.record(exact), fc.record({ ...ignoring, ignoringCase: fc.constant(true) }))
    : fc.record(exact)
const affixed: Make = (op, type) =>
  cased(type, { op: fc.constant(op), value: affix }, { op: fc.constant(op), value: casedAffix })
const bare: Make = (op) => fc.constant({ op })
const listed: Make = (op, type) => fc.record({ op: fc.constant(op), values: some(literalOf(type)) })
const inZone = (type: ValueType): Record<string, fc.Arbitrary<unknown>> =>
  type.kind === 'date' ? {} : { zone }
const numbers = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 3 })

const statements: { readonly [O in Op]: Make } = {
  is: (op, type) =>
    cased(type, { op: fc.constant(op), value: literalOf(type) }, { op: fc.constant(op), value: casedText }),
  oneOf: (op, type) =>
    cased(
      type,
      { op: fc.constant(op), values: some(literalOf(type)) },
      { op: fc.constant(op), values: some(casedText) },
    ),
  lessThan: comparison,
  atMost: comparison,
  greaterThan: comparison,
  atLeast: comparison,
  between: (op, type) => fc.record({ op: fc.constant(op), from: literalOf(type), to: literalOf(type) }),
  contains: affixed,
  startsWith: affixed,
  endsWith: affixed,
  matches: (op, type) => cased(type, { op: fc.constant(op), pattern }, { op: fc.constant(op), pattern }),
  emailDomain: (op) =>
    fc.record({
      op: fc.constant(op),
      domains: fc.array(domain, { minLength: 1, maxLength: 2 }),
    }),
  during: (op, type) =>
    fc.record({ op: fc.constant(op), window: type.kind === 'date' ? calendarWindow : window }),
  weekday: (op, type) => fc.record({ op: fc.constant(op), days: numbers(7), ...inZone(type) }),
  month: (op, type) => fc.record({ op: fc.constant(op), months: numbers(12), ...inZone(type) }),
  hour: (op) =>
    fc
      .record({ op: fc.constant(op), from: hourOfDay, to: hourOfDay, zone })
      .filter(({ from, to }) => from !== to),
  anniversary: (op) =>
    fc.record({
      op: fc.constant(op),
      window: anniversaryWindow,
      leapDay: fc.constantFrom('02-28', '03-01'),
    }),
  has: comparison,
  hasAny: listed,
  hasAll: listed,
  equals: (op, type) =>
    fc.record({
      op: fc.constant(op),
      values: fc.array(literalOf(type), { minLength: 1, maxLength: 3 }),
    }),
  some: (op, type) =>
    fc.record({ op: fc.constant(op), test: elementTest(type.kind === 'list' ? type.of : type) }),
  item: (op, type) =>
    fc.record({ op: fc.constant(op), where: fc.array(partTest(type), { minLength: 1, maxLength: 2 }) }),
  length: (op) => fc.record({ op: fc.constant(op), count: counting(fc.constantFrom(0, 1, 2, 3)) }),
  present: bare,
  blank: bare,
}

export const statement = (ops: readonly Op[], type: ValueType): fc.Arbitrary<Statement> =>
  fc.oneof(
    ...ops.map((op) => ({
      weight: weights[op] ?? 1,
      arbitrary: statements[op](op, type) as fc.Arbitrary<Statement>,
    })),
  )

const partTest = (type: ValueType): fc.Arbitrary<unknown> => {
  const parts = type.kind === 'list' && type.of.kind === 'object' ? [...type.of.parts!.values()] : []
  return fc.oneof(...parts.map((info) => predicate(info.type).map((test) => ({ property: info.name, test }))))
}

/** A test of an element, which is never missing. */
const elementTest = (type: ValueType): fc.Arbitrary<Predicate> =>
  fc
    .tuple(
      statement(
        opsOf[type.kind].filter((op) => op !== 'present'),
        type,
      ),
      flags,
    )
    .map(([said, negated]) => ({ ...said, ...negated }))

// A policy on a positive test is legal too: it is what the complement of an excluding negative test has.
export const flags: fc.Arbitrary<Pick<Predicate, 'negated' | 'whenMissing'>> = fc.constantFrom(
  {},
  {},
  { whenMissing: true },
  { negated: true, whenMissing: true },
  { negated: true, whenMissing: false },
)

/** A predicate that suits a type. */
export const predicate = (type: ValueType): fc.Arbitrary<Predicate> =>
  fc.tuple(statement(saidOf(type), type), flags).map(([said, policy]) => ({ ...said, ...policy }))

export const negation = fc.constantFrom({}, {}, { negated: true })

/** Comparisons with values of one's own, in place of those of a type. */
export function comparing<T extends Literal>(
  value: fc.Arbitrary<T>,
  ops: readonly Op[],
): fc.Arbitrary<Statement> {
  const of = (op: Op): fc.Arbitrary<unknown> =>
    op === 'oneOf'
      ? fc.record({ op: fc.constant(op), values: fc.array(value, { minLength: 1, maxLength: 3 }) })
      : op === 'between'
        ? fc.record({ op: fc.constant(op), from: value, to: value })
        : fc.record({ op: fc.constant(op), value })
  return fc.oneof(...ops.map(of)) as fc.Arbitrary<Statement>
}

export const counting = (value: fc.Arbitrary<number>): fc.Arbitrary<Predicate> =>
  fc
    .tuple(comparing(value, ['is', 'oneOf', ...ordered]), negation)
    .map(([said, negated]) => ({ ...said, ...negated }))
