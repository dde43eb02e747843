import {
  type AnySegment,
  type FieldInfo,
  format,
  type Kind,
  type Literal,
  type Measure,
  type Node,
  type Op,
  type Predicate,
  type Statement,
  type ValueType,
} from '@segmentry/core'
import fc from 'fast-check'
import { schema } from './schema.ts'
import { affix, base, duration, instantMs, literalOf, textValue } from './values.ts'

export { people, person, type PeopleOptions } from './people.ts'
export { schema } from './schema.ts'
export { base } from './values.ts'

const equality: readonly Op[] = ['is', 'oneOf', 'present']
const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']

/** The statements that suit each type, written down once more, so that a lost one is noticed. */
export const opsOf: Readonly<Record<Kind, readonly Op[]>> = {
  text: [...equality, 'contains', 'startsWith', 'endsWith', 'blank'],
  choice: equality,
  boolean: equality,
  integer: [...equality, ...ordered],
  number: [...equality, ...ordered],
  decimal: [...equality, ...ordered],
  date: [...equality, ...ordered],
  timestamp: [...equality, ...ordered, 'inLast', 'inNext', 'inLast', 'inNext'],
  list: ['has', 'has', 'blank', 'present'],
  object: ['present'],
}

const statements: { readonly [O in Op]: (op: O, value: fc.Arbitrary<Literal>) => fc.Arbitrary<Statement> } = {
  is: comparison,
  oneOf: (op, value) =>
    fc.record({
      op: fc.constant(op),
      values: fc.oneof(
        { weight: 5, arbitrary: fc.array(value, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(value, { minLength: 9, maxLength: 20 }) },
      ),
    }),
  lessThan: comparison,
  atMost: comparison,
  greaterThan: comparison,
  atLeast: comparison,
  between: (op, value) => fc.record({ op: fc.constant(op), from: value, to: value }),
  contains: (op) => fc.record({ op: fc.constant(op), value: affix }),
  startsWith: (op) => fc.record({ op: fc.constant(op), value: affix }),
  endsWith: (op) => fc.record({ op: fc.constant(op), value: affix }),
  inLast: (op) => fc.record({ op: fc.constant(op), duration }),
  inNext: (op) => fc.record({ op: fc.constant(op), duration }),
  has: comparison,
  present: (op) => fc.constant({ op }),
  blank: (op) => fc.constant({ op }),
}

function comparison<O extends 'is' | 'lessThan' | 'atMost' | 'greaterThan' | 'atLeast' | 'has'>(
  op: O,
  value: fc.Arbitrary<Literal>,
): fc.Arbitrary<Statement> {
  return fc.record({ op: fc.constant(op), value }) as fc.Arbitrary<Statement>
}

const statement = (ops: readonly Op[], value: fc.Arbitrary<Literal>): fc.Arbitrary<Statement> =>
  fc.oneof(
    ...ops.map((op) =>
      (statements[op] as (op: Op, value: fc.Arbitrary<Literal>) => fc.Arbitrary<Statement>)(op, value),
    ),
  )

// A policy on a positive test is legal too: it is what the complement of an excluding negative test has.
const flags: fc.Arbitrary<Pick<Predicate, 'negated' | 'whenMissing'>> = fc.constantFrom(
  {},
  {},
  { whenMissing: true },
  { negated: true, whenMissing: true },
  { negated: true, whenMissing: false },
)

/** A predicate that suits a type. */
export const predicate = (type: ValueType): fc.Arbitrary<Predicate> =>
  fc
    .tuple(statement(opsOf[type.kind], literalOf(type)), flags)
    .map(([said, policy]) => ({ ...said, ...policy }))

const fieldFilter = (info: FieldInfo): fc.Arbitrary<Node> =>
  predicate(info.type).map((test) => ({ kind: 'field', field: info.name, test }))

const tagFilter: fc.Arbitrary<Node> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom('VIP', 'churned', "it's", 'or', 'a b') },
    { weight: 1, arbitrary: textValue.filter((text) => text !== '') },
  )
  .map((tag) => ({ kind: 'tag', tag }))

const negation = fc.constantFrom({}, {}, { negated: true })
const counted: fc.Arbitrary<Measure> = fc
  .tuple(statement(['is', 'oneOf', ...ordered], fc.constantFrom<Literal[]>(0, 1, 1, 2, 3, 5, -1)), negation)
  .map(([said, negated]) => ({ of: 'count', test: { ...said, ...negated } }))

const summed = (info: FieldInfo): fc.Arbitrary<Measure> =>
  fc
    .tuple(statement(['is', ...ordered], literalOf(info.type)), negation)
    .map(([said, negated]) => ({ of: 'sum', property: info.name, test: { ...said, ...negated } }))

const eventFilter = (event: string, properties: readonly FieldInfo[]): fc.Arbitrary<Node> => {
  const summable = properties.filter(({ type }) => type.kind === 'integer' || type.kind === 'decimal')
  const where = fc.array(
    fc.oneof(
      ...properties.map((info) => predicate(info.type).map((test) => ({ property: info.name, test }))),
    ),
    { minLength: 1, maxLength: 2 },
  )
  return fc.record(
    {
      kind: fc.constant('event' as const),
      event: fc.constant(event),
      within: duration,
      where,
      measure: fc.oneof(counted, ...summable.map(summed)),
    },
    { requiredKeys: ['kind', 'event', 'measure'] },
  )
}

/** One filter: of a tag, a field or an event. */
export const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Node>({ kind: 'everyone' }) },
  { weight: 3, arbitrary: tagFilter },
  { weight: 8, arbitrary: fc.oneof(...[...schema.fields.values()].map(fieldFilter)) },
  {
    weight: 6,
    arbitrary: fc.oneof(
      ...[...schema.events].map(([name, properties]) => eventFilter(name, [...properties.values()])),
    ),
  },
)

/** A valid rule: every kind of node, nested. */
export const node: fc.Arbitrary<Node> = fc.letrec<{ node: Node; some: Node[] }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('all' as const), of: tie('some') }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('any' as const), of: tie('some') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), of: tie('node') }) },
  ),
  some: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
})).node

/** A segment with a valid rule. */
export const segment: fc.Arbitrary<AnySegment> = node.map((rule) => ({ definition: { format, rule } }))

/** A clock, in UTC milliseconds: most often at an edge of what happened. */
export const clock: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(base) },
  { weight: 2, arbitrary: instantMs },
)
