export { defineSegments, segmentry, type Segmentry } from './segment.ts'
export type {
  EmptyGroup,
  EmptySegment,
  EventBuilder,
  EventCondition,
  Group,
  ManualNote,
  Segment,
  Segments,
} from './types.ts'
