import { SetSegmentError } from '../errors.ts'
import type { Aggregate, AnySegment, Definition, EventSelection } from './node.ts'

/** By what people are ranked: a field, or what is made of their events. */
export type Ranking = FieldRanking | EventRanking

/** People ranked by the value of a field; who has none has no rank. */
export interface FieldRanking {
  readonly kind: 'field'
  readonly field: string
}

/** People ranked by what is made of selected events; who has no such value has no rank. */
export interface EventRanking extends EventSelection {
  readonly kind: 'event'
  readonly measure: Aggregate
}

/** So many of the members of a segment, those with the greatest values or those with the least; ties go by id. */
export interface Top {
  readonly count: number
  readonly order: 'most' | 'least'
  readonly by: Ranking
}

/** The top of a segment as data: the segment's definition, and how many of its members are taken, and which. */
export interface SetDefinition extends Definition {
  readonly top: Top
}

/**
 * The top of a segment: what can be counted and listed, and not asked about one person.
 *
 * Whether somebody is among the first 100 depends on everybody else. So it has no `definition`, which is what
 * everything that looks at one person takes.
 */
export interface AnySetSegment {
  /** The segment whose members are ranked. */
  readonly whole: Definition
  readonly top: Top
}

/** What can be counted and listed: a segment, or the top of one. */
export type Countable = AnySegment | AnySetSegment

/** Whether something is the top of a segment: it was built, decoded, or made by hand. */
export const isSetSegment = (value: unknown): value is AnySetSegment =>
  typeof value === 'object' && value !== null && 'whole' in value && 'top' in value

/** The top of a segment as plain JSON. */
export const setDefinition = ({ whole, top }: AnySetSegment): SetDefinition => ({ ...whole, top })

/** The definition of a segment; throws a {@link SetSegmentError} for the top of one, with the place it has. */
export function definitionOf(segment: AnySegment, place = ''): Definition {
  refuseSet(segment, place)
  return segment.definition
}

/** Throws a {@link SetSegmentError} for the top of a segment, where single people are asked about. */
export function refuseSet(segment: unknown, place = ''): void {
  const top = topIn(segment)
  if (top === undefined) return
  const { count, order } = top
  const found = `the ${order === 'most' ? 'top' : 'bottom'} ${count} of a segment${place}`
  throw new SetSegmentError({ found })
}

/** The top of a set segment; also where its stored form was taken for the definition of a segment. */
function topIn(segment: unknown): Top | undefined {
  if (isSetSegment(segment)) return segment.top
  const { definition } = Object(segment) as { readonly definition?: unknown }
  return (Object(definition) as { readonly top?: Top }).top
}
