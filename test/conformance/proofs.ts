import {
  compileSegment,
  format,
  type implies,
  type isImpossible,
  type Node,
  type Person,
  preparePerson,
} from '@segmentry/core'
import fc from 'fast-check'
import { leaf, node, predicate, schema } from './arbitrary.ts'
import { window } from './windows.ts'

// Pairs of rules of which something can be proven, and people who would refute it.

type Make = fc.Arbitrary<Node>

const opened = [...schema.events.get('opened')!.values()]
const where = fc
  .constantFrom(...opened)
  .chain((info) => predicate(info.type).map((said) => ({ property: info.name, test: said })))

/** Events of few selections that often lie in each other. */
const selection = fc
  .record(
    {
      event: fc.constantFrom<string | string[]>('opened', 'opened', ['opened', 'page view']),
      at: fc.array(
        fc.oneof(
          fc
            .constantFrom('-1 day', '-7 days', '-30 days')
            .map((after) => ({ over: 'clock', after, until: 'now' })),
          window,
        ),
        { minLength: 1, maxLength: 2 },
      ),
      where: fc.oneof(
        fc.array(where, { minLength: 1, maxLength: 2 }),
        fc
          .constantFrom('CA', 'C')
          .map((value) => [{ property: 'campaign', test: { op: 'startsWith', value } }]),
        fc.constantFrom(0, 1, 2).map((value) => [{ property: 'clicks', test: { op: 'atLeast', value } }]),
      ),
    },
    { requiredKeys: ['event'] },
  )
  .filter(
    ({ event, where: tests = [] }) =>
      typeof event === 'string' || tests.every(({ property }) => property !== 'device'),
  )
  .map(({ at, ...rest }) => ({
    ...rest,
    ...(at && { at: at.map((one) => ({ op: 'during', window: one })) }),
  }))

const counting = fc.record({
  op: fc.constantFrom('atLeast', 'atMost', 'is'),
  value: fc.constantFrom(0, 1, 2, 3),
})
const averaged = fc
  .record({
    op: fc.constantFrom('atLeast', 'lessThan', 'is'),
    value: fc.constantFrom('0', '0.5', '1', '1.5', '2'),
  })
  .map((said) => ({ of: 'average', property: 'clicks', test: said }))

const measure = fc.oneof(
  { weight: 4, arbitrary: counting.map((said) => ({ of: 'count', test: said })) },
  { weight: 1, arbitrary: averaged },
  { weight: 1, arbitrary: counting.map((said) => ({ of: 'sum', property: 'clicks', test: said })) },
  { weight: 1, arbitrary: counting.map((said) => ({ of: 'distinct', property: 'campaign', test: said })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('first', 'last', 'max'), predicate({ kind: 'integer' }))
      .map(([of, said]) => ({ of, property: 'clicks', test: said })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('first', 'last'), predicate({ kind: 'timestamp' }))
      .map(([of, said]) => ({ of, test: said })),
  },
)
/** Parts of a text that meet: short ones, in both cases. */
const texts: Make = fc
  .record({
    op: fc.constantFrom('contains', 'contains', 'startsWith', 'endsWith', 'is', 'matches', 'blank'),
    value: fc.constantFrom('C', 'A', 'CA', 'c', 'a', 'n', '@x.org'),
    ignoringCase: fc.constantFrom({}, { ignoringCase: true }),
    policy: fc.constantFrom(
      {},
      {},
      { negated: true, whenMissing: true },
      { negated: true, whenMissing: false },
    ),
  })
  .map(({ op, value, ignoringCase, policy }) => ({
    kind: 'field',
    field: 'state',
    test: {
      op,
      ...(op === 'blank'
        ? {}
        : op === 'matches'
          ? { pattern: `${value}*`, ...ignoringCase }
          : { value, ...ignoringCase }),
      ...policy,
    },
  })) as unknown as Make

/** Periods of one calendar, before and after now. */
const periods: Make = fc
  .record({
    unit: fc.constantFrom('day', 'week', 'month', 'quarter'),
    from: fc.constantFrom(-1, 0),
    to: fc.constantFrom(0, 1),
    soFar: fc.constantFrom({}, { soFar: true }),
    policy: fc.constantFrom({}, { negated: true, whenMissing: false }),
  })
  .map(({ policy, soFar, ...bounds }) => ({
    kind: 'field',
    field: 'seenAt',
    test: { op: 'during', window: { over: 'calendar', ...bounds, ...soFar }, ...policy },
  })) as unknown as Make

/** Sums of windows that lie in each other, which fall where a property is below zero. */
const sums: Make = fc
  .record({
    after: fc.constantFrom('-1 day', '-7 days', '-30 days', '-3650 days'),
    least: fc.constantFrom(undefined, 0, -1),
    op: fc.constantFrom('atLeast', 'atMost'),
    value: fc.constantFrom(0, 1, 2, 3),
  })
  .map(({ after, least, op, value }) => ({
    kind: 'event',
    event: 'opened',
    at: [{ op: 'during', window: { over: 'clock', after, until: 'now' } }],
    ...(least !== undefined && { where: [{ property: 'clicks', test: { op: 'atLeast', value: least } }] }),
    measure: { of: 'sum', property: 'clicks', test: { op, value } },
  })) as unknown as Make

const events: Make = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(selection, measure)
      .map(([made, of]) => ({ kind: 'event', ...made, measure: of }) as unknown as Node),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(selection, selection)
      .map(([one, than]) => ({ kind: 'more', events: one, than }) as unknown as Node),
  },
)

/** Filters of one thing, so that they often say something of each other. */
const subject: fc.Arbitrary<Make> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...schema.fields.values())
      .map((info): Make =>
        predicate(info.type).map((said): Node => ({ kind: 'field', field: info.name, test: said })),
      ),
  },
  { weight: 5, arbitrary: fc.constant(events) },
  { weight: 2, arbitrary: fc.constant(texts) },
  { weight: 2, arbitrary: fc.constant(sums) },
  { weight: 2, arbitrary: fc.constant(periods) },
  {
    weight: 1,
    arbitrary: fc.constant<Make>(window.map((during): Node => ({ kind: 'tag', tag: 'VIP', during }))),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Make>(
      fc
        .tuple(
          fc.constantFrom(['visits', 'age'] as const, ['age', 'visits'] as const),
          fc.constantFrom(...(['is', 'lessThan', 'atMost', 'greaterThan', 'atLeast'] as const)),
          fc.constantFrom({}, { whenMissing: true }, { negated: true, whenMissing: false }),
        )
        .map(([[field, to], op, policy]): Node => ({ kind: 'compare', field, to, op, ...policy })),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Make>(
      predicate({ kind: 'integer' }).map((said): Node => ({
        kind: 'account',
        account: 'company',
        where: [{ field: 'seats', test: said }],
      })),
    ),
  },
  { weight: 2, arbitrary: leaf.map((one): Make => fc.constant(one)) },
)

/** Two rules over one or two things, so that one of them often says something of the other. */
export const related: fc.Arbitrary<readonly [Node, Node]> = fc
  .tuple(subject, subject)
  .chain(([one, other]) => {
    const some: Make = fc.oneof(
      { weight: 6, arbitrary: one },
      { weight: 2, arbitrary: other },
      { weight: 1, arbitrary: node },
    )
    const rule: Make = fc.oneof(
      { weight: 3, arbitrary: some },
      { weight: 2, arbitrary: some.map((of): Node => ({ kind: 'not', of })) },
      {
        weight: 1,
        arbitrary: fc.array(some, { minLength: 1, maxLength: 3 }).map((of): Node => ({ kind: 'all', of })),
      },
      {
        weight: 1,
        arbitrary: fc.array(some, { minLength: 1, maxLength: 3 }).map((of): Node => ({ kind: 'any', of })),
      },
    )
    return fc.tuple(rule, rule)
  })

/** What claims to prove something of rules. */
export interface Prover {
  readonly isImpossible: typeof isImpossible
  readonly implies: typeof implies
}

/** What a prover claims of two checked rules. */
export interface Claims {
  readonly impossible: boolean
  readonly implied: boolean
  readonly apart: boolean
  readonly everybody: boolean
  /** It says something of people: somebody may match the one, and somebody not the other. */
  readonly isTelling: boolean
}

export const claimsOf = (
  { implies: follows, isImpossible: isNobody }: Prover,
  [a, b]: readonly [Node, Node],
): Claims => {
  const impossible = isNobody(a, schema)
  const implied = follows(a, b, schema)
  return {
    impossible,
    implied,
    apart: isNobody({ kind: 'all', of: [a, b] }, schema),
    everybody: isNobody({ kind: 'not', of: { kind: 'any', of: [a, b] } }, schema),
    isTelling: implied && !impossible && !isNobody({ kind: 'not', of: b }, schema),
  }
}

/** Of each person, whether both rules hold. */
export function heldBy(
  pair: readonly [Node, Node],
  crowd: readonly Person[],
  now: number,
): readonly (readonly [boolean, boolean])[] {
  const [isA, isB] = pair.map((rule) => compileSegment({ definition: { format, rule } }, schema))
  return crowd.map((person) => {
    const prepared = preparePerson(schema, person)
    return [isA!(prepared, now), isB!(prepared, now)]
  })
}

/** What a person shows to be wrong, if anything. */
export const refuted = (
  { impossible, implied, apart, everybody }: Claims,
  [inA, inB]: readonly [boolean, boolean],
): string | undefined => {
  if (impossible && inA) return 'impossible'
  if (implied && inA && !inB) return 'implied'
  if (apart && inA && inB) return 'apart'
  return everybody && !inA && !inB ? 'everybody' : undefined
}
