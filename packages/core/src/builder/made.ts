import { issue } from '../definition/issue.ts'
import type { Definition, EventSelection, Node } from '../definition/node.ts'
import { eventNames } from '../definition/stream.ts'
import { refuseSet } from '../definition/set.ts'
import { DefinitionError, type Issue } from '../errors.ts'
import { isSegment } from '../definition/segment.ts'
import { nameText, shown } from '../suggest.ts'

/** A builder's refusal of how it is used: what it was given is not what its call takes. */
export const misuse = (found: string, expected: string): DefinitionError =>
  new DefinitionError({ issues: [issue('structure', [], found, expected)] })

/** What a function makes of the start it is given; a forgotten `return` is found here. */
export function made<T extends object>(call: string, build: (start: T) => T, start: T): T {
  if (typeof build !== 'function') {
    throw misuse(`${shown(build)} in ${call}`, 'a function, such as (x) => x.…')
  }
  const result: unknown = build(start)
  if (result instanceof start.constructor) return result as T
  const expected = 'what the last call in it gives: (x) => x.…, or { return x.… }'
  throw misuse(`that the function in ${call} returns ${shown(result)}`, expected)
}

/** Gives what is written in a chain methods that it has only before or elsewhere, which say so; they are none of its own. */
export function refuses(
  drafts: { readonly prototype: object },
  methods: readonly string[],
  place: string,
  expected: string,
): void {
  const refusal = (method: string) => (): never => {
    throw misuse(`${method}(…) ${place}`, expected)
  }
  const refusing = Object.fromEntries(methods.map((method) => [method, refusal(method)]))
  Object.setPrototypeOf(drafts.prototype, refusing)
}

/** The definition of a segment that another one refers to. */
export function definitionOf(segment: unknown, call: string): Definition {
  refuseSet(segment, ` in ${call}`)
  if (isSegment(segment)) return segment.definition
  throw misuse(`${shown(segment)} in ${call}`, 'a segment: segment().group(…)')
}

/** An issue whose message says of which filter it is; its path leads from that filter. */
export function located(found: Issue, filter: Node): Issue {
  if (namesItself.has(found.code)) return found
  const place = placeIn(filter, found.path)
  return place === undefined ? found : { ...found, message: `${place}: ${found.message}` }
}

/** Whose message has the name in it already, some of them with the sentence of the type checker. */
const namesItself: ReadonlySet<Issue['code']> = new Set([
  'unknown-field',
  'unknown-tag',
  'unknown-event',
  'unknown-property',
  'unknown-segment',
  'unknown-account',
  'wrong-operator',
  'missing-policy',
])

function placeIn(filter: Node, [key, ...rest]: Issue['path']): string | undefined {
  switch (filter.kind) {
    case 'not':
      return placeIn(filter.of, rest)
    case 'all':
    case 'any':
      return typeof rest[0] === 'number' ? placeIn(filter.of[rest[0]]!, rest.slice(1)) : undefined
    case 'field':
      return `field '${nameText(filter.field)}'`
    case 'tag':
      return key === 'during' ? `tag '${nameText(filter.tag)}'` : undefined
    case 'event':
      if (key !== 'measure') return placeAmong(filter, [key!, ...rest])
      return 'property' in filter.measure && filter.measure.property !== undefined
        ? `the ${filter.measure.of} of '${nameText(filter.measure.property)}' of ${eventText(filter)}`
        : `the ${filter.measure.of} of ${eventText(filter)}`
    case 'more':
      return placeAmong(key === 'than' ? filter.than : filter.events, rest)
    case 'account':
      return key === 'where' && typeof rest[0] === 'number'
        ? `field '${filter.where?.[rest[0]]?.field}' of account '${filter.account}'`
        : `account '${filter.account}'`
    case 'bucket':
      return `bucket '${nameText(filter.salt)}'`
    default:
      return undefined
  }
}

const placeAmong = (selection: EventSelection, [key, index]: Issue['path']): string =>
  key === 'where' && typeof index === 'number'
    ? `property '${nameText(selection.where?.[index]?.property)}' of ${eventText(selection)}`
    : eventText(selection)

/** The events of a selection, in an error. */
export function eventText({ event }: EventSelection): string {
  const names = eventNames(event).map((name) => `'${nameText(name)}'`)
  return names.length === 1 ? `event ${names[0]}` : `events ${names.join(', ')}`.trimEnd()
}

/** The call that selects events, in an error. */
export const eventCall = (event: EventSelection['event']): string =>
  Array.isArray(event) ? 'event([…], …)' : `event('${nameText(event)}', …)`
