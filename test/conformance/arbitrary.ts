import {
  type AnySegment,
  type Definition,
  type Duration,
  format,
  type EventSelection,
  type FieldInfo,
  type Kind,
  type ManualEntry,
  type Measure,
  type Node,
  type Predicate,
  type Step,
} from '@segmentry/core'
import fc from 'fast-check'
import { accountFilter } from './accounts.ts'
import { comparing, counting, flags, negation, ordered, predicate, statement } from './arbitrary-predicate.ts'
import { schema } from './schema.ts'
import { ids } from './people.ts'
import { averageValue, base, duration, instantMs, leapDays, textValue } from './values.ts'
import { window, zone } from './windows.ts'

export { opsOf, predicate } from './arbitrary-predicate.ts'
export { people, person, type PeopleOptions } from './people.ts'
export { schema } from './schema.ts'
export { base } from './values.ts'

/** A test of a field; of an e-mail address, often its domain. */
const fieldFilter = ({ name, type }: FieldInfo): fc.Arbitrary<Node> => {
  const atDomain = fc
    .tuple(statement(['emailDomain'], type), flags)
    .map(([said, policy]): Predicate => ({ ...said, ...policy }))
  const test = name === 'email' ? fc.oneof(predicate(type), atDomain) : predicate(type)
  return test.map((made) => ({ kind: 'field', field: name, test: made }))
}

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
  ['app', 'build'],
  ['visits', 'age'],
  ['seats', 'visits'],
  ['score', 'ratio'],
  ['spent', 'limit'],
  ['birthday', 'joined'],
  ['seenAt', 'createdAt'],
  ['active', 'verified'],
] as const
const equalOnly = new Set<string>(['active'])

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

const counts = counting(fc.constantFrom(0, 1, 1, 2, 2, 3, 5, 4))

const measureOf = (properties: readonly FieldInfo[]): fc.Arbitrary<Measure> => {
  const of = (...kinds: readonly Kind[]): readonly FieldInfo[] =>
    properties.filter(({ type }) => kinds.includes(type.kind))
  const summable = of('integer', 'decimal')
  const sortable = of('version', 'integer', 'number', 'decimal', 'date', 'timestamp')
  const single = properties.filter(({ type }) => type.kind !== 'list' && type.kind !== 'object')
  const sums = summable.map((info) =>
    fc
      .tuple(statement(['is', ...ordered], info.type), negation)
      .map(([said, negated]): Measure => ({ of: 'sum', property: info.name, test: { ...said, ...negated } })),
  )
  const averages = summable.map(({ name, type }) =>
    fc
      .tuple(
        fc.oneof(
          comparing(averageValue, ['is', ...ordered]),
          statement(['is', ...ordered, 'present'], {
            kind: 'decimal',
            scale: (type.kind === 'decimal' ? type.scale : 0) + 4,
          }),
        ),
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
    .record(
      {
        unit: fc.constantFrom(...(['day', 'day', 'week', 'week', 'month', 'quarter', 'year'] as const)),
        zone,
        weekStart: fc.integer({ min: 1, max: 7 }),
        test: counts,
      },
      { requiredKeys: ['unit', 'zone', 'test'] },
    )
    .map((made): Measure => ({ of: 'periods', ...made }))
  const pick = (made: readonly fc.Arbitrary<Measure>[], weight: number) =>
    made.length === 0 ? [] : [{ weight, arbitrary: fc.oneof(...made) }]
  return fc.oneof(
    { weight: 5, arbitrary: counts.map((test): Measure => ({ of: 'count', test })) },
    ...pick(sums, 3),
    ...pick(averages, 3),
    ...pick(extremes, 2),
    ...pick([...ends, endTimes, endTimes], 3),
    ...pick(different, 2),
    { weight: 3, arbitrary: periods },
  )
}

const eventTime: fc.Arbitrary<Predicate> = fc.oneof(
  window.map((made): Predicate => ({ op: 'during', window: made })),
  fc
    .tuple(statement(['during', 'weekday', 'hour', 'month', 'atLeast'], { kind: 'timestamp' }), negation)
    .map(([said, negated]): Predicate => ({ ...said, ...negated })),
)

export type Names = EventSelection['event']

/** Events of a name, or of several: most often all of them, as conditions leave few. */
export const selection = (event: Names, properties: readonly FieldInfo[]): fc.Arbitrary<EventSelection> => {
  const at = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(eventTime) },
    { weight: 1, arbitrary: fc.tuple(eventTime, eventTime) },
  )
  const named = { event: fc.constant(event) }
  const plain = { weight: 4, arbitrary: fc.record(named) }
  const timed = { weight: 2, arbitrary: fc.record({ ...named, at }) }
  // Several names may share no property.
  if (properties.length === 0) return fc.oneof(plain, timed)
  const condition = fc.oneof(
    ...properties.map((info) => predicate(info.type).map((test) => ({ property: info.name, test }))),
  )
  const where = fc.array(condition, { minLength: 1, maxLength: 2 })
  return fc.oneof(
    plain,
    timed,
    { weight: 1, arbitrary: fc.record({ ...named, where }) },
    { weight: 1, arbitrary: fc.record({ ...named, at, where }) },
  )
}

const eventFilter = (event: Names, properties: readonly FieldInfo[]): fc.Arbitrary<Node> =>
  fc
    .tuple(selection(event, properties), measureOf(properties))
    .map(([made, measure]) => ({ kind: 'event', ...made, measure }))

/** Several names, in no order, each with the properties that they share. */
export const several = [
  { names: ['page view', 'opened'], shared: ['campaign', 'clicks'] },
  { names: ['opened', 'purchase', 'page view'], shared: [] },
  { names: ['purchase', 'page view', 'purchase'], shared: [] },
].map(
  ({ names, shared: own }) => [names, own.map((name) => schema.events.get('opened')!.get(name)!)] as const,
)

const anySelection = fc.oneof(
  ...[...schema.events].map(([name, properties]) => selection(name, [...properties.values()])),
  fc.oneof(...several.map(([names, properties]) => selection(names, properties))),
)

const moreFilter: fc.Arbitrary<Node> = fc
  .tuple(anySelection, anySelection)
  .map(([events, than]) => ({ kind: 'more', events, than }))

const shared: Readonly<Record<string, Names>> = {
  campaign: ['opened', 'page view'],
  sku: 'purchase',
}

/** Steps of the same few events, so that they often follow each other; the last one may be one that never comes. */
const sequenceFilter: fc.Arbitrary<Node> = fc
  .record({
    steps: fc.array(
      fc.tuple(
        fc.oneof(
          {
            weight: 3,
            arbitrary: fc
              .constantFrom<Names>('opened', 'purchase', ['opened', 'purchase'])
              .map((event): EventSelection => ({ event })),
          },
          { weight: 1, arbitrary: anySelection },
        ),
        fc.oneof(
          { weight: 2, arbitrary: duration },
          { weight: 2, arbitrary: fc.constantFrom<Duration[]>('1 hour', '1 day') },
          { weight: 2, arbitrary: fc.constant(undefined) },
        ),
      ),
      { minLength: 2, maxLength: 4 },
    ),
    anchor: fc.constantFrom('any', 'first', 'last'),
    anchors: fc.constantFrom(undefined, 1, 2, 3),
    within: fc.option(duration, { nil: undefined }),
    never: fc.constantFrom(true, false, false),
    by: fc.constantFrom(undefined, undefined, 'campaign', 'sku'),
  })
  .map(({ steps, anchor, anchors, within, never, by }) => ({
    kind: 'sequence',
    anchor,
    ...(anchor !== 'any' && anchors !== undefined && { anchors }),
    steps: steps.map(([selected, after], i): Step => ({
      ...(by === undefined ? selected : { event: shared[by]! }),
      ...(i > 0 && after !== undefined && { within: after }),
      ...(never && i === steps.length - 1 && { never, within: after ?? '7 days' }),
    })),
    ...(within !== undefined && { within }),
    ...(by !== undefined && { by }),
  }))

const nearFilter: fc.Arbitrary<Node> = fc
  .record({
    latitude: fc.constantFrom(0, 37.8, 90, -89.5),
    longitude: fc.constantFrom(0, -122.27, 180, -179.9),
    meters: fc.constantFrom(1, 1200, 50_000, 1_000_000, 9_000_000, 20_000_000),
  })
  .map(({ meters, ...point }) => ({ kind: 'near', latitude: 'lat', longitude: 'lon', point, meters }))

const peopleFilter: fc.Arbitrary<Node> = fc
  .array(fc.constantFrom(...ids, 'nobody'), { minLength: 1, maxLength: 3 })
  .map((listed) => ({ kind: 'people', ids: listed }))

const bucketFilter: fc.Arbitrary<Node> = fc
  .tuple(
    fc.constantFrom('spring', "o'", '\u{1d4b3}'),
    fc.constantFrom(0, 1, 2500, 5000),
    fc.constantFrom(5001, 7500, 10_000),
  )
  .map(([salt, from, to]) => ({ kind: 'bucket', salt, from, to }))

/** How often a field is asked for by its type, where not once: the types that have most to get wrong. */
const weights: { readonly [K in Kind]?: number } = { text: 3, list: 2, timestamp: 3, date: 3, decimal: 2 }

/** One filter: of a tag, a field or an event. */
const ofPerson: fc.Arbitrary<Node> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<Node>({ kind: 'everyone' }) },
  { weight: 2, arbitrary: tagFilter },
  {
    weight: 10,
    arbitrary: fc.oneof(
      ...[...schema.fields.values()].map((info) => ({
        weight: weights[info.type.kind] ?? 1,
        arbitrary: fieldFilter(info),
      })),
    ),
  },
  { weight: 1, arbitrary: comparisonFilter },
  { weight: 1, arbitrary: moreFilter },
  { weight: 1, arbitrary: fc.oneof(...several.map(([names, shares]) => eventFilter(names, shares))) },
  { weight: 4, arbitrary: sequenceFilter },
  { weight: 1, arbitrary: peopleFilter },
  { weight: 1, arbitrary: nearFilter },
  { weight: 1, arbitrary: bucketFilter },
  {
    weight: 10,
    arbitrary: fc.oneof(
      ...[...schema.events].map(([name, properties]) => eventFilter(name, [...properties.values()])),
    ),
  },
)

/** One filter, sometimes of an account. */
export const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 24, arbitrary: ofPerson },
  { weight: 1, arbitrary: accountFilter(ofPerson) },
)

const byHand: fc.Arbitrary<readonly ManualEntry[]> = fc.uniqueArray(
  fc.constantFrom(...ids).map((person) => ({ person, reason: 'asked', author: 'ann' })),
  { minLength: 1, maxLength: 3, selector: ({ person }) => person },
)

/** A definition of a rule, one in four with people in or out by hand. */
const defined = (rule: fc.Arbitrary<Node>): fc.Arbitrary<Definition> =>
  fc
    .tuple(
      rule,
      fc.oneof(
        { weight: 3, arbitrary: fc.constant({}) },
        { weight: 1, arbitrary: fc.record({ included: byHand, excluded: byHand }, { requiredKeys: [] }) },
      ),
    )
    .map(([made, manual]) => ({ format, rule: made, ...manual }))

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
      arbitrary: defined(tie('node')).map((of): Node => ({ kind: 'segment', of })),
    },
  ),
  some: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
})).node

/** A segment with a valid rule. */
export const segment: fc.Arbitrary<AnySegment> = defined(node).map((definition) => ({ definition }))

/** A clock, in UTC milliseconds: most often at an edge of what happened. */
export const clock: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.constant(base) },
  { weight: 4, arbitrary: instantMs },
  { weight: 2, arbitrary: fc.constantFrom(...leapDays) },
)
