import type { Schema } from '../schema/schema.ts'
import { typeName } from '../schema/type.ts'
import { shown } from '../suggest.ts'
import { checkAggregate, measureType, sortable, sortables } from './check-measure.ts'
import { checkSelection } from './check-selection.ts'
import { issue, lookUp, type Path, type Report } from './issue.ts'
import type { Ranking, Top } from './set.ts'
import { eventProperties } from './stream.ts'

/** How many people a top list has at most. */
export const mostPeople = 100_000

const orders: ReadonlySet<string> = new Set(['most', 'least'])

/** Checks which of a segment's members are taken, and returns it in normal form. */
export function checkTop({ count, order, by }: Top, schema: Schema, report: Report, path: Path): Top {
  if (!Number.isSafeInteger(count) || count < 1 || count > mostPeople) {
    const expected = `a whole number of people from 1 to ${mostPeople}`
    report(issue('wrong-value', [...path, 'count'], shown(count), expected))
  }
  if (!orders.has(order)) {
    report(issue('wrong-value', [...path, 'order'], `'${order}'`, "'most' or 'least'"))
  }
  return { count, order, by: checkRanking(by, schema, report, [...path, 'by']) }
}

/** Checks by what people are ranked: values that order by what they stand for. */
function checkRanking(by: Ranking, schema: Schema, report: Report, path: Path): Ranking {
  if (by.kind === 'field') {
    const info = lookUp('field', by.field, schema.fields, report, [...path, 'field'])
    if (info && !sortable.includes(info.type.kind)) {
      const found = `'${info.name}', which is ${typeName(info.type)}`
      report(issue('wrong-operator', [...path, 'field'], found, sortables))
    }
    return { kind: 'field', field: by.field }
  }
  const selection = checkSelection(by, schema, report, path)
  const properties = eventProperties(selection.event, schema)
  if (!properties) return by
  const at = [...path, 'measure']
  const measure = checkAggregate(by.measure, selection.event, schema, report, at)
  if (!measure) return by
  const type = measureType(measure, properties)
  if (!sortable.includes(type.kind)) {
    const of = 'property' in measure && measure.property !== undefined ? ` '${measure.property}'` : ''
    const found = `the ${measure.of}${of}, which is ${typeName(type)}`
    report(issue('wrong-operator', [...at, 'property'], found, sortables))
  }
  return { kind: 'event', ...selection, measure }
}
