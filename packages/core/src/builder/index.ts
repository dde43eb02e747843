export { defineSegments, segmentry, type Segmentry } from './segment.ts'
export type {
  EmptyGroup,
  EmptySegment,
  EventBuilder,
  EventCondition,
  Group,
  Segment,
  Segments,
} from './types.ts'
