import type { Group } from '../builder/group.ts'
import type { Segment } from '../builder/types.ts'
import type { Segmentry } from '../builder/segment.ts'
import type { Shape } from '../schema/infer.ts'

/**
 * A segment of one group, written without the types of a schema.
 *
 * The builder's types know the names of one schema; a block is given names that its own types have checked, and what the
 * builder checks at run time stays the same.
 */
export const build =
  <S extends Shape>(segment: Segmentry<S>['segment']) =>
  (group: (g: Group) => Group): Segment<S> =>
    (segment() as unknown as { group(build: (g: Group) => Group): Segment<S> }).group(group)
