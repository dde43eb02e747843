import type { AnySegment } from './definition/node.ts'

/** Whether something can be asked for a definition: it was built, decoded, or made by hand. */
export const isSegment = (value: unknown): value is AnySegment =>
  typeof value === 'object' && value !== null && 'definition' in value
