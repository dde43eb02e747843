import type { Group } from '../builder/group.ts'
import { misuse } from '../builder/made.ts'
import type { Segment } from '../builder/types.ts'
import type { Segmentry } from '../builder/segment.ts'
import type { EventShape, Shape } from '../schema/infer.ts'
import { checkKeys, shown } from '../suggest.ts'

/** Properties that an event has, or some of several: whether all have one is checked when the block is made. */
export type Named<S extends Shape, E, Of extends keyof EventShape> = E extends keyof S['events']
  ? keyof S['events'][E][Of] & string
  : never

/** What a block is made with: the builder of a schema, and its options by key. */
export interface Given<S extends Shape, O extends object> {
  readonly builder: Segmentry<S>
  readonly options: O
  readonly keys: readonly (keyof O & string)[]
}

/**
 * A segment of one group, written without the types of a schema.
 *
 * The builder's types know the names of one schema; a block is given names that its own types have checked, and what the
 * builder checks at run time stays the same. Throws for what is no builder, and for options of which one is missing or
 * means nothing.
 */
export function build<S extends Shape, O extends object>(
  call: string,
  { builder, options, keys }: Given<S, O>,
): (group: (g: Group) => Group) => Segment<S> {
  const { segment }: Partial<Segmentry<S>> = builder ?? {}
  if (typeof segment !== 'function') {
    throw misuse(`${shown(builder)} as the first argument of ${call}(…)`, 'a builder: segmentry(schema)')
  }
  checkKeys(`options of ${call}(…)`, options, keys)
  const missing = keys.filter((key) => (options as Partial<O> | undefined)?.[key] === undefined)
  if (missing.length > 0) throw misuse(`no ${missing.join(', no ')} in ${call}(…)`, keys.join(', '))
  return (group) => (segment() as unknown as { group(build: (g: Group) => Group): Segment<S> }).group(group)
}
