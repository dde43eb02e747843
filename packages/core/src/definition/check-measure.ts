import type { FieldInfo, Schema } from '../schema/schema.ts'
import { type Kind, typeName, type ValueType } from '../schema/type.ts'
import { shown } from '../suggest.ts'
import { checkPredicate, operatorsOf, ordered, type Subject } from './check-predicate.ts'
import { checkNumber, checkUnit, checkZone, periodStart } from './check-window.ts'
import { issue, type Path, type Report } from './issue.ts'
import type { Aggregate, EventSelection, Measure } from './node.ts'
import { eventProperties, lookUpProperty } from './stream.ts'

const integer: ValueType = { kind: 'integer' }
const summable: readonly Kind[] = ['integer', 'decimal']
/** The kinds whose values order by what they stand for, and not as text does. */
export const sortable: readonly Kind[] = ['version', 'integer', 'number', 'decimal', 'date', 'timestamp']
const single: readonly Kind[] = [...sortable, 'text', 'choice', 'boolean']

/** How to say so. */
export const sortables = 'a number, a version, a date or an instant'

/** Of which kinds of property a measure can be made, and how to say so. */
const fitting: Readonly<
  Record<Aggregate['of'], { readonly kinds: readonly Kind[]; readonly expected: string }>
> = {
  count: { kinds: [], expected: '' },
  periods: { kinds: [], expected: '' },
  sum: { kinds: summable, expected: 'a whole number or a decimal: other sums depend on the order' },
  average: { kinds: summable, expected: 'a whole number or a decimal: other averages depend on the order' },
  min: { kinds: sortable, expected: sortables },
  max: { kinds: sortable, expected: sortables },
  distinct: { kinds: single, expected: 'a single value' },
  first: { kinds: single, expected: 'a single value' },
  last: { kinds: single, expected: 'a single value' },
}

/** The type of what is made of events: what its test compares. An average has four digits more than its property. */
export function measureType(measure: Aggregate, properties: ReadonlyMap<string, FieldInfo>): ValueType {
  switch (measure.of) {
    case 'count':
    case 'distinct':
    case 'periods':
      return integer
    case 'average':
      return { kind: 'decimal', scale: Math.min(15, scaleOf(properties.get(measure.property)!.type) + 4) }
    default:
      return measure.property === undefined ? { kind: 'timestamp' } : properties.get(measure.property)!.type
  }
}

/** The digits after the point of a whole number or a decimal. */
export const scaleOf = (type: ValueType): number => (type.kind === 'decimal' ? type.scale : 0)

/** Whether a measure of no events has no value; all others are then 0. */
export const mayBeNothing = ({ of }: Aggregate): boolean =>
  of === 'average' || of === 'min' || of === 'max' || of === 'first' || of === 'last'

/** Checks what is made of events, and the test of it. */
export function checkMeasure(
  measure: Measure,
  event: EventSelection['event'],
  schema: Schema,
  report: Report,
  path: Path,
): Measure {
  const aggregate = checkAggregate(measure, event, schema, report, path)
  if (!aggregate) return measure
  const subject = subjectOf(aggregate, eventProperties(event, schema)!)
  return { ...aggregate, test: checkPredicate(measure.test, subject, schema, report, [...path, 'test']) }
}

/** Checks what is made of events; `undefined` when it cannot be made of them. */
export function checkAggregate(
  measure: Aggregate,
  event: EventSelection['event'],
  schema: Schema,
  report: Report,
  path: Path,
): Aggregate | undefined {
  if (!Object.hasOwn(fitting, measure.of)) {
    report(
      issue('structure', [...path, 'of'], shown(measure.of), `one of ${Object.keys(fitting).join(', ')}`),
    )
    return undefined
  }
  if ('property' in measure && measure.property !== undefined) {
    const info = lookUpProperty(measure.property, event, schema, report, [...path, 'property'])
    if (!info) return undefined
    const { kinds, expected } = fitting[measure.of]
    if (!kinds.includes(info.type.kind)) {
      const found = `the ${measure.of} of '${info.name}', which is ${typeName(info.type)}`
      report(issue('wrong-operator', [...path, 'property'], found, expected))
      return undefined
    }
  }
  switch (measure.of) {
    case 'count':
      return { of: 'count' }
    case 'periods': {
      const { unit, weekStart = schema.weekStart ?? 1, yearStart = schema.yearStart ?? 1 } = measure
      checkUnit(unit, report, [...path, 'unit'])
      const zone = checkZone(measure.zone, schema, report, [...path, 'zone'])
      checkNumber(weekStart, 7, 'a day from 1, Monday, to 7, Sunday', report, [...path, 'weekStart'])
      checkNumber(yearStart, 12, 'a month from 1 to 12', report, [...path, 'yearStart'])
      return { of: 'periods', unit, zone, ...periodStart(unit, weekStart, yearStart) }
    }
    case 'first':
    case 'last': {
      const { of, property } = measure
      return property === undefined ? { of } : { of, property }
    }
    default:
      return { of: measure.of, property: measure.property }
  }
}

function subjectOf(measure: Aggregate, properties: ReadonlyMap<string, FieldInfo>): Subject {
  const type = measureType(measure, properties)
  const of = 'property' in measure && measure.property !== undefined ? ` of ${measure.property}` : ''
  const own = { name: `${measure.of}${of}`, type, mayBeMissing: mayBeNothing(measure) }
  switch (measure.of) {
    case 'count':
    case 'distinct':
    case 'periods':
      return { ...own, operators: ['is', 'oneOf', ...ordered], isCount: true }
    case 'sum':
      return { ...own, operators: ['is', ...ordered] }
    case 'average':
      return { ...own, operators: ['is', ...ordered, 'present'] }
    default:
      return { ...own, operators: operatorsOf(type) }
  }
}
