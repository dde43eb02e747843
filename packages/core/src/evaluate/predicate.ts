import { durationMs } from '../predicate/duration.ts'
import { type Literal, onStatement, type Predicate, type Statement } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'
import { readValue, type Value } from '../schema/value.ts'
import type { Slot } from './prepare.ts'
import { isBlankText } from './white-space.ts'

/** A compiled predicate: whether it holds of a value, or of its absence, at an instant. */
export type Test = (value: Slot, now: number) => boolean

type Holds = (value: never, now: number) => boolean

/** Compiles a checked predicate for values of a type. */
export function compilePredicate(predicate: Predicate, type: ValueType): Test {
  const { negated = false, whenMissing = false } = predicate
  const holds = compileStatement(predicate, type) as (value: Value, now: number) => boolean
  return negated
    ? (value, now) => (value === undefined ? whenMissing : !holds(value, now))
    : (value, now) => (value === undefined ? whenMissing : holds(value, now))
}

/** Beyond this many values a set answers faster than a list. */
const shortList = 8

function compileStatement(statement: Statement, type: ValueType): Holds {
  // Values that order are numbers, or dates as ISO text, whose order is that of their digits.
  const literal = (raw: Literal): number => literalValue(type, raw) as number
  return onStatement<Holds>(statement, {
    is: ({ value: raw }) => {
      const expected = literalValue(type, raw)
      return (value: Value) => value === expected
    },
    oneOf: ({ values }) => {
      const expected = values.map((value) => literalValue(type, value))
      if (expected.length <= shortList) return (value: Value) => expected.includes(value)
      const set = new Set(expected)
      return (value: Value) => set.has(value)
    },
    lessThan: ({ value: raw }) => {
      const limit = literal(raw)
      return (value: number) => value < limit
    },
    atMost: ({ value: raw }) => {
      const limit = literal(raw)
      return (value: number) => value <= limit
    },
    greaterThan: ({ value: raw }) => {
      const limit = literal(raw)
      return (value: number) => value > limit
    },
    atLeast: ({ value: raw }) => {
      const limit = literal(raw)
      return (value: number) => value >= limit
    },
    between: (range) => {
      const [from, to] = [literal(range.from), literal(range.to)]
      return (value: number) => value >= from && value <= to
    },
    contains:
      ({ value: part }) =>
      (value: string) =>
        value.includes(part),
    startsWith:
      ({ value: part }) =>
      (value: string) =>
        value.startsWith(part),
    endsWith:
      ({ value: part }) =>
      (value: string) =>
        value.endsWith(part),
    inLast: ({ duration }) => {
      const length = durationMs(duration)!
      return (value: number, now) => value > now - length && value <= now
    },
    inNext: ({ duration }) => {
      const length = durationMs(duration)!
      return (value: number, now) => value > now && value <= now + length
    },
    has: ({ value: raw }) => {
      const expected = literalValue(type.kind === 'list' ? type.of : type, raw)
      return (value: readonly Value[]) => value.includes(expected)
    },
    present: () => () => true,
    blank: () => (value: string | readonly Value[]) =>
      typeof value === 'string' ? isBlankText(value) : value.length === 0,
  })
}

function literalValue(type: ValueType, raw: Literal): Value {
  // The node was checked, so the literal is of the type.
  return readValue(type, raw)!
}
