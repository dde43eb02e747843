import { durationMs } from '../predicate/duration.ts'
import { type Literal, onStatement, type Predicate, type Statement } from '../predicate/predicate.ts'
import type { ValueType } from '../schema/type.ts'
import { readValue, type Value } from '../schema/value.ts'
import type { Row, Slot } from './prepare.ts'
import { isBlankText } from './white-space.ts'

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
  return onStatement<Test>(statement, {
    is: ({ value: raw }) => {
      const expected = literal(raw)
      return (row) => row.values[slot] === expected
    },
    oneOf: ({ values }) => {
      const expected: readonly Slot[] = values.map(literal)
      if (expected.length <= shortList) return (row) => expected.includes(row.values[slot])
      const set = new Set(expected)
      return (row) => set.has(row.values[slot])
    },
    lessThan: ({ value: raw }) => {
      const limit = literal(raw)
      return (row) => (row.values[slot] as number) < limit
    },
    atMost: ({ value: raw }) => {
      const limit = literal(raw)
      return (row) => (row.values[slot] as number) <= limit
    },
    greaterThan: ({ value: raw }) => {
      const limit = literal(raw)
      return (row) => (row.values[slot] as number) > limit
    },
    atLeast: ({ value: raw }) => {
      const limit = literal(raw)
      return (row) => (row.values[slot] as number) >= limit
    },
    between: (range) => {
      const [from, to] = [literal(range.from), literal(range.to)]
      return (row) => (row.values[slot] as number) >= from && (row.values[slot] as number) <= to
    },
    contains:
      ({ value: part }) =>
      (row) =>
        textOf(row)?.includes(part) ?? false,
    startsWith:
      ({ value: part }) =>
      (row) =>
        textOf(row)?.startsWith(part) ?? false,
    endsWith:
      ({ value: part }) =>
      (row) =>
        textOf(row)?.endsWith(part) ?? false,
    inLast: ({ duration }) => {
      const length = durationMs(duration)!
      return (row, now) => (row.values[slot] as number) > now - length && (row.values[slot] as number) <= now
    },
    inNext: ({ duration }) => {
      const length = durationMs(duration)!
      return (row, now) => (row.values[slot] as number) > now && (row.values[slot] as number) <= now + length
    },
    has: ({ value: raw }) => {
      const expected = readLiteral(raw, type.kind === 'list' ? type.of : type)
      return (row) => listOf(row)?.includes(expected) ?? false
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

function readLiteral(raw: Literal, type: ValueType): Value {
  // The node was checked, so the literal is of the type.
  return readValue(type, raw)!
}
