import type { Schema } from '../schema/schema.ts'
import { checkPredicate, ofEventTime, ofProperty } from './check-predicate.ts'
import { lookUp, type Path, type Report } from './issue.ts'
import type { EventSelection } from './node.ts'

/** The normal form of a selection of events. */
export function checkSelection(
  node: EventSelection,
  schema: Schema,
  report: Report,
  path: Path,
): EventSelection {
  const properties = lookUp('event', node.event, schema.events, report, [...path, 'event'])
  if (!properties) return { event: node.event }
  const at = node.at?.map((test, i) => checkPredicate(test, ofEventTime, schema, report, [...path, 'at', i]))
  const where = node.where?.flatMap(({ property, test }, i) => {
    const here = [...path, 'where', i]
    const info = lookUp('property', property, properties, report, [...here, 'property'])
    if (!info) return []
    return [{ property, test: checkPredicate(test, ofProperty(info), schema, report, [...here, 'test']) }]
  })
  return {
    event: node.event,
    ...(at && at.length > 0 && { at }),
    ...(where && where.length > 0 && { where }),
  }
}
