import {
  type Aggregate,
  type AnySegment,
  type AnySetSegment,
  type FieldInfo,
  format,
  type Kind,
  type Ranking,
  type Top,
} from '@segmentry/core'
import fc from 'fast-check'
import { type Names, segment, selection, several } from './arbitrary.ts'
import { schema } from './schema.ts'
import { zone } from './windows.ts'

const sortable: readonly Kind[] = ['version', 'integer', 'number', 'decimal', 'date', 'timestamp']

const namesOf = (infos: Iterable<FieldInfo>, kinds: readonly Kind[]): readonly string[] =>
  [...infos].filter(({ type }) => kinds.includes(type.kind)).map(({ name }) => name)

const byField: fc.Arbitrary<Ranking> = fc
  .constantFrom(...namesOf(schema.fields.values(), sortable))
  .map((field) => ({ kind: 'field', field }))

function aggregate(properties: readonly FieldInfo[]): fc.Arbitrary<Aggregate> {
  const of = <O extends string>(ofs: readonly O[], kinds: readonly Kind[]) =>
    namesOf(properties, kinds).flatMap((property) => ofs.map((one) => ({ of: one, property })))
  const periods = fc
    .record({ unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const), zone })
    .map((made): Aggregate => ({ of: 'periods', ...made }))
  const single: readonly Kind[] = [...sortable, 'text', 'choice', 'boolean']
  const made: readonly Aggregate[] = [
    { of: 'count' },
    { of: 'count' },
    { of: 'first' },
    { of: 'last' },
    ...of(['sum', 'average', 'average', 'average'], ['integer', 'decimal']),
    ...of(['min', 'max', 'first', 'last'], sortable),
    ...of(['distinct'], single),
  ]
  return fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...made) }, { weight: 1, arbitrary: periods })
}

const byEvents: fc.Arbitrary<Ranking> = fc.oneof(
  ...[...[...schema.events].map(([name, infos]) => [name, [...infos.values()]] as const), several[0]!].map(
    ([event, properties]: readonly [Names, readonly FieldInfo[]]) => {
      // Most rankings are of all events, so that many people have a value.
      const selected = fc.oneof(
        { weight: 2, arbitrary: fc.constant({ event }) },
        { weight: 1, arbitrary: selection(event, properties) },
      )
      return fc
        .tuple(selected, aggregate(properties))
        .map(([made, measure]): Ranking => ({ kind: 'event', ...made, measure }))
    },
  ),
)

/** Which members are taken: few, so that some are left out, and values are often equal. */
export const top: fc.Arbitrary<Top> = fc.record({
  count: fc.constantFrom(1, 1, 2, 3, 5, 8),
  order: fc.constantFrom('most', 'least'),
  by: fc.oneof({ weight: 1, arbitrary: byField }, { weight: 2, arbitrary: byEvents }),
})

const everyone: AnySegment = { definition: { format, rule: { kind: 'everyone' } } }

/** The top of a segment, most often of all people. */
export const setSegment: fc.Arbitrary<AnySetSegment> = fc
  .tuple(fc.oneof({ weight: 2, arbitrary: fc.constant(everyone) }, { weight: 1, arbitrary: segment }), top)
  .map(([{ definition }, taken]) => ({ whole: definition, top: taken }))
