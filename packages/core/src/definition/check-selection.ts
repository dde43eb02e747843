import type { Schema } from '../schema/schema.ts'
import { checkPredicate, ofEventTime, ofProperty } from './check-predicate.ts'
import { issue, lookUp, type Path, type Report } from './issue.ts'
import type { EventSelection } from './node.ts'
import { eventNames, lookUpProperty } from './stream.ts'

/** The normal form of a selection of events. */
export function checkSelection(
  node: EventSelection,
  schema: Schema,
  report: Report,
  path: Path,
): EventSelection {
  const event = checkNames(node.event, schema, report, [...path, 'event'])
  if (event === undefined) return { event: node.event }
  const at = node.at?.map((test, i) => checkPredicate(test, ofEventTime, schema, report, [...path, 'at', i]))
  const where = node.where?.flatMap(({ property, test }, i) => {
    const here = [...path, 'where', i]
    const info = lookUpProperty(property, event, schema, report, [...here, 'property'])
    if (!info) return []
    return [{ property, test: checkPredicate(test, ofProperty(info), schema, report, [...here, 'test']) }]
  })
  return {
    event,
    ...(at && at.length > 0 && { at }),
    ...(where && where.length > 0 && { where }),
  }
}

/** Several names in their one form: each once and in order, and one alone as itself. */
function checkNames(
  event: EventSelection['event'],
  schema: Schema,
  report: Report,
  path: Path,
): EventSelection['event'] | undefined {
  const given = eventNames(event)
  if (given.length === 0) return void report(issue('empty', path, 'no events', 'at least one event'))
  const at = (i: number): Path => (typeof event === 'string' ? path : [...path, i])
  const known = given.map((name, i) => lookUp('event', name, schema.events, report, at(i)))
  if (known.includes(undefined)) return undefined
  const names = [...new Set(given)].toSorted()
  return names.length === 1 ? names[0]! : names
}
