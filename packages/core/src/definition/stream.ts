import type { FieldInfo, Schema } from '../schema/schema.ts'
import { isSameType, typeName } from '../schema/type.ts'
import { issue, type Path, type Report, unknown } from './issue.ts'
import type { EventSelection } from './node.ts'

// Events of several names are one stream: what is said of a selection holds of it as a whole.

type Names = EventSelection['event']
type Properties = ReadonlyMap<string, FieldInfo>

/** The names of the events that a selection is of. */
export const eventNames = (event: Names): readonly string[] =>
  // Callers without types may hand over anything, which is then no event of the schema; so is a hole of a list.
  Array.isArray(event) ? [...(event as readonly string[])] : [event as string]

const shared = new WeakMap<Schema, Map<string, Properties>>()

/** The properties that all events of a selection have, of one type; `undefined` when one of the names is not declared. */
export function eventProperties(event: Names, schema: Schema): Properties | undefined {
  const [first, ...more] = eventNames(event)
  const own = schema.events.get(first!)
  if (own === undefined || more.length === 0) return own
  const known = shared.get(schema) ?? new Map<string, Properties>()
  shared.set(schema, known)
  const key = JSON.stringify(event)
  const found = known.get(key) ?? common(own, more, schema)
  if (found) known.set(key, found)
  return found
}

function common(own: Properties, more: readonly string[], schema: Schema): Properties | undefined {
  const others = more.map((name) => schema.events.get(name))
  if (others.includes(undefined)) return undefined
  const found = new Map<string, FieldInfo>()
  for (const [name, info] of own) {
    const theirs = others.map((properties) => properties!.get(name))
    if (!theirs.every((other) => other !== undefined && isSameType(other.type, info.type))) continue
    const isSensitive = [info, ...theirs].some((one) => one?.isSensitive === true)
    found.set(name, isSensitive ? { ...info, isSensitive } : info)
  }
  return found
}

/** A property that all events of a selection have; one that they do not is reported. */
export function lookUpProperty(
  name: string,
  event: Names,
  schema: Schema,
  report: Report,
  path: Path,
): FieldInfo | undefined {
  const properties = eventProperties(event, schema)!
  const known = properties.get(name)
  if (known) return known
  const declared = eventNames(event).map((of) => ({ of, info: schema.events.get(of)!.get(name) }))
  const without = declared.filter(({ info }) => info === undefined)
  if (without.length === declared.length) {
    report(unknown('unknown-property', 'property', name, properties.keys(), path))
  } else if (without.length > 0) {
    const some = [...properties.keys()].slice(0, 20)
    const expected = some.length === 0 ? 'none, as they share no property' : `one of ${some.join(', ')}`
    report(issue('unknown-property', path, `'${name}', which '${without[0]!.of}' does not have`, expected))
  } else {
    const [one, ...others] = declared
    const other = others.find(({ info }) => !isSameType(info!.type, one!.info!.type))!
    const said = ({ of, info }: typeof other): string => `${typeName(info!.type)} in '${of}'`
    const found = `'${name}', which is ${said(one!)} and ${said(other)}`
    report(issue('wrong-operator', path, found, 'a property that has one type in all of the events'))
  }
  return undefined
}
