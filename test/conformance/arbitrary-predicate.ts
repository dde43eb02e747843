import type { Kind, Op, Predicate, Statement, ValueType } from '@segmentry/core'
import fc from 'fast-check'
import { affix, literalOf } from './values.ts'
import { calendarWindow, pattern, window, zone } from './windows.ts'

// Predicates that suit a type.

const equality: readonly Op[] = ['is', 'oneOf', 'present']
export const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']
const calendrical: readonly Op[] = ['during', 'during', 'during', 'weekday', 'month', 'anniversary']

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
  list: ['has', 'has', 'hasAny', 'hasAll', 'equals', 'some', 'length', 'blank', 'present'],
  object: ['present'],
}

/** The statements of a type: a list of objects is asked for its items. */
const saidOf = (type: ValueType): readonly Op[] =>
  type.kind === 'list' && type.of.kind === 'object'
    ? ['item', 'item', 'item', 'length', 'blank', 'present']
    : opsOf[type.kind]

type Make = (op: Op, type: ValueType) => fc.Arbitrary<unknown>

const some = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(value, { minLength: 9, maxLength: 20 }) },
  )

const comparison: Make = (op, type) => fc.record({ op: fc.constant(op), value: literalOf(type) })
const cased = (type: ValueType, of: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> =>
  type.kind === 'text'
    ? fc.record<Record<string, unknown>>(
        { ...of, ignoringCase: fc.constant(true) },
        { requiredKeys: Object.keys(of) },
      )
    : fc.record(of)
const affixed: Make = (op, type) => cased(type, { op: fc.constant(op), value: affix })
const bare: Make = (op) => fc.constant({ op })
const listed: Make = (op, type) => fc.record({ op: fc.constant(op), values: some(literalOf(type)) })
const inZone = (type: ValueType): Record<string, fc.Arbitrary<unknown>> =>
  type.kind === 'date' ? {} : { zone }
const numbers = (most: number): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 3 })

const statements: { readonly [O in Op]: Make } = {
  is: (op, type) => cased(type, { op: fc.constant(op), value: literalOf(type) }),
  oneOf: (op, type) => cased(type, { op: fc.constant(op), values: some(literalOf(type)) }),
  lessThan: comparison,
  atMost: comparison,
  greaterThan: comparison,
  atLeast: comparison,
  between: (op, type) => fc.record({ op: fc.constant(op), from: literalOf(type), to: literalOf(type) }),
  contains: affixed,
  startsWith: affixed,
  endsWith: affixed,
  matches: (op, type) => cased(type, { op: fc.constant(op), pattern }),
  emailDomain: (op) =>
    fc.record({
      op: fc.constant(op),
      domains: fc.array(fc.constantFrom('x.org', 'X.ORG', 'sub.x.org', 'y.org'), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
  during: (op, type) =>
    fc.record({ op: fc.constant(op), window: type.kind === 'date' ? calendarWindow : window }),
  weekday: (op, type) => fc.record({ op: fc.constant(op), days: numbers(7), ...inZone(type) }),
  month: (op, type) => fc.record({ op: fc.constant(op), months: numbers(12), ...inZone(type) }),
  hour: (op) =>
    fc
      .record({ op: fc.constant(op), from: fc.nat(24), to: fc.nat(24), zone })
      .filter(({ from, to }) => from !== to),
  anniversary: (op) =>
    fc.record({
      op: fc.constant(op),
      window: calendarWindow,
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
  fc.oneof(...ops.map((op) => statements[op](op, type) as fc.Arbitrary<Statement>))

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
export function counting(value: fc.Arbitrary<number>): fc.Arbitrary<Predicate> {
  const of = (op: Op): fc.Arbitrary<unknown> =>
    op === 'oneOf'
      ? fc.record({ op: fc.constant(op), values: fc.array(value, { minLength: 1, maxLength: 3 }) })
      : op === 'between'
        ? fc.record({ op: fc.constant(op), from: value, to: value })
        : fc.record({ op: fc.constant(op), value })
  return fc
    .tuple(fc.oneof(...(['is', 'oneOf', ...ordered] as const).map(of)), negation)
    .map(([said, negated]) => ({ ...(said as Statement), ...negated }))
}
