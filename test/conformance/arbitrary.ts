import {
  type AnySegment,
  type FieldInfo,
  format,
  type Kind,
  type Measure,
  type Node,
  type Op,
  type Predicate,
  type Statement,
  type ValueType,
} from '@segmentry/core'
import fc from 'fast-check'
import { schema } from './schema.ts'
import { affix, base, instantMs, literalOf, textValue } from './values.ts'
import { calendarWindow, pattern, window, zone } from './windows.ts'

export { people, person, type PeopleOptions } from './people.ts'
export { schema } from './schema.ts'
export { base } from './values.ts'

const equality: readonly Op[] = ['is', 'oneOf', 'present']
const ordered: readonly Op[] = ['lessThan', 'atMost', 'greaterThan', 'atLeast', 'between']
const calendrical: readonly Op[] = ['during', 'during', 'during', 'weekday', 'month', 'anniversary']

/** The statements that suit each type, written down once more, so that a lost one is noticed. */
export const opsOf: Readonly<Record<Kind, readonly Op[]>> = {
  text: [...equality, 'contains', 'startsWith', 'endsWith', 'matches', 'emailDomain', 'blank'],
  choice: equality,
  boolean: equality,
  integer: [...equality, ...ordered],
  number: [...equality, ...ordered],
  decimal: [...equality, ...ordered],
  date: [...equality, ...ordered, ...calendrical],
  timestamp: [...equality, ...ordered, ...calendrical, 'hour'],
  list: ['has', 'has', 'hasAny', 'hasAll', 'length', 'blank', 'present'],
  object: ['present'],
}

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
  length: (op) => fc.record({ op: fc.constant(op), count: counting(fc.constantFrom(0, 1, 2, 3)) }),
  present: bare,
  blank: bare,
}

const statement = (ops: readonly Op[], type: ValueType): fc.Arbitrary<Statement> =>
  fc.oneof(...ops.map((op) => statements[op](op, type) as fc.Arbitrary<Statement>))

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
  fc.tuple(statement(opsOf[type.kind], type), flags).map(([said, policy]) => ({ ...said, ...policy }))

const fieldFilter = (info: FieldInfo): fc.Arbitrary<Node> =>
  predicate(info.type).map((test) => ({ kind: 'field', field: info.name, test }))

const tagFilter: fc.Arbitrary<Node> = fc
  .record(
    {
      kind: fc.constant('tag' as const),
      tag: fc.oneof(
        { weight: 4, arbitrary: fc.constantFrom('VIP', 'churned', "it's", 'or', 'a b') },
        { weight: 1, arbitrary: textValue.filter((text) => text !== '') },
      ),
      during: window,
    },
    { requiredKeys: ['kind', 'tag'] },
  )
  .map((node) => node as Node)

const pairs = [
  ['state', 'name'],
  ['visits', 'age'],
  ['seats', 'visits'],
  ['score', 'ratio'],
  ['spent', 'limit'],
  ['birthday', 'joined'],
  ['seenAt', 'createdAt'],
  ['active', 'verified'],
] as const
const equalOnly = new Set<string>(['state', 'active'])

const comparisonFilter: fc.Arbitrary<Node> = fc
  .tuple(
    fc.constantFrom(...pairs),
    fc.constantFrom(...(['is', 'lessThan', 'atMost', 'greaterThan', 'atLeast'] as const)),
    flags,
  )
  .map(([[field, to], op, policy]) => ({
    kind: 'compare',
    field,
    to,
    op: equalOnly.has(field) ? 'is' : op,
    ...policy,
  }))

const negation = fc.constantFrom({}, {}, { negated: true })
function counting(value: fc.Arbitrary<number>): fc.Arbitrary<Predicate> {
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
const counts = counting(fc.constantFrom(0, 1, 1, 2, 3, 5, -1))

const measureOf = (properties: readonly FieldInfo[]): fc.Arbitrary<Measure> => {
  const of = (...kinds: readonly Kind[]): readonly FieldInfo[] =>
    properties.filter(({ type }) => kinds.includes(type.kind))
  const summable = of('integer', 'decimal')
  const sortable = of('integer', 'number', 'decimal', 'date', 'timestamp')
  const single = properties.filter(({ type }) => type.kind !== 'list' && type.kind !== 'object')
  const sums = summable.map((info) =>
    fc
      .tuple(statement(['is', ...ordered], info.type), negation)
      .map(([said, negated]): Measure => ({ of: 'sum', property: info.name, test: { ...said, ...negated } })),
  )
  const averages = summable.map(({ name, type }) =>
    fc
      .tuple(
        statement(['is', ...ordered, 'present'], {
          kind: 'decimal',
          scale: (type.kind === 'decimal' ? type.scale : 0) + 4,
        }),
        flags,
      )
      .map(([said, policy]): Measure => ({ of: 'average', property: name, test: { ...said, ...policy } })),
  )
  const extremes = sortable.map((info) =>
    fc
      .tuple(fc.constantFrom('min' as const, 'max' as const), predicate(info.type))
      .map(([kind, test]): Measure => ({ of: kind, property: info.name, test })),
  )
  const ends = single.map((info) =>
    fc
      .tuple(fc.constantFrom('first' as const, 'last' as const), predicate(info.type))
      .map(([kind, test]): Measure => ({ of: kind, property: info.name, test })),
  )
  const endTimes = fc
    .tuple(fc.constantFrom('first' as const, 'last' as const), predicate({ kind: 'timestamp' }))
    .map(([kind, test]): Measure => ({ of: kind, test }))
  const different = single.map((info) =>
    counts.map((test): Measure => ({ of: 'distinct', property: info.name, test })),
  )
  const periods = fc
    .record({
      unit: fc.constantFrom(
        'day' as const,
        'day' as const,
        'week' as const,
        'month' as const,
        'quarter' as const,
      ),
      zone,
      test: counts,
    })
    .map((made): Measure => ({ of: 'periods', ...made }))
  const pick = (made: readonly fc.Arbitrary<Measure>[], weight: number) =>
    made.length === 0 ? [] : [{ weight, arbitrary: fc.oneof(...made) }]
  return fc.oneof(
    { weight: 5, arbitrary: counts.map((test): Measure => ({ of: 'count', test })) },
    ...pick(sums, 2),
    ...pick(averages, 1),
    ...pick(extremes, 2),
    ...pick([...ends, endTimes, endTimes], 3),
    ...pick(different, 1),
    { weight: 1, arbitrary: periods },
  )
}

const eventTime = fc
  .tuple(
    statement(['during', 'during', 'during', 'during', 'weekday', 'hour', 'month', 'atLeast'], {
      kind: 'timestamp',
    }),
    negation,
  )
  .map(([said, negated]): Predicate => ({ ...said, ...negated }))

const selection = (event: string, properties: readonly FieldInfo[]) =>
  fc.record(
    {
      event: fc.constant(event),
      at: fc.array(eventTime, { minLength: 1, maxLength: 2 }),
      where: fc.array(
        fc.oneof(
          ...properties.map((info) => predicate(info.type).map((test) => ({ property: info.name, test }))),
        ),
        { minLength: 1, maxLength: 2 },
      ),
    },
    { requiredKeys: ['event'] },
  )

const eventFilter = (event: string, properties: readonly FieldInfo[]): fc.Arbitrary<Node> =>
  fc
    .tuple(selection(event, properties), measureOf(properties))
    .map(([made, measure]) => ({ kind: 'event', ...made, measure }))

const anySelection = fc.oneof(
  ...[...schema.events].map(([name, properties]) => selection(name, [...properties.values()])),
)

const moreFilter: fc.Arbitrary<Node> = fc
  .tuple(anySelection, anySelection)
  .map(([events, than]) => ({ kind: 'more', events, than }))

const peopleFilter: fc.Arbitrary<Node> = fc
  .array(fc.constantFrom('1', '10', 'ann', "o'neil", '\u{1d4b3}', 'nobody'), { minLength: 1, maxLength: 3 })
  .map((ids) => ({ kind: 'people', ids }))

const bucketFilter: fc.Arbitrary<Node> = fc
  .tuple(
    fc.constantFrom('spring', "o'", '\u{1d4b3}'),
    fc.constantFrom(0, 1, 2500, 5000),
    fc.constantFrom(5001, 7500, 10_000),
  )
  .map(([salt, from, to]) => ({ kind: 'bucket', salt, from, to }))

/** One filter: of a tag, a field or an event. */
export const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Node>({ kind: 'everyone' }) },
  { weight: 3, arbitrary: tagFilter },
  { weight: 8, arbitrary: fc.oneof(...[...schema.fields.values()].map(fieldFilter)) },
  { weight: 1, arbitrary: comparisonFilter },
  { weight: 1, arbitrary: moreFilter },
  { weight: 1, arbitrary: peopleFilter },
  { weight: 1, arbitrary: bucketFilter },
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
    {
      weight: 1,
      arbitrary: tie('node').map((rule): Node => ({ kind: 'segment', of: { format, rule } })),
    },
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
