export { defineSegments, segmentry, type Segmentry } from './segment.ts'
export type {
  EventRankingBuilder,
  FinishedRanking,
  RankedBy,
  RankingBuilder,
  SetSegment,
} from './ranking-types.ts'
export type {
  AccountBuilder,
  Distance,
  EmptyGroup,
  EmptySegment,
  EmptySequence,
  EventBuilder,
  EventCondition,
  FinishedSequence,
  Group,
  ManualNote,
  Segment,
  Segments,
  Selecting,
  SequenceBuilder,
  SequenceEnd,
  SequenceStart,
  StepOptions,
} from './types.ts'
