export { canonical, hashRule, hashSetSegment, stableText } from './canonical.ts'
export { checkNode } from './check.ts'
export { mayBeNothing, measureType, scaleOf } from './check-measure.ts'
export { type DecodeOptions, decodeSegment, type LimitOptions, encodeSegment } from './codec.ts'
export {
  type AccountDependencies,
  dependencies,
  type Dependencies,
  type PersonDependencies,
} from './dependencies.ts'
export { expanded, membersRule, ruleOf } from './expand.ts'
export { fold, leaves, type LeafKind, type NodeCases, transform } from './fold.ts'
export { deepFreeze } from './freeze.ts'
export { defaultLimits, type Limits } from './limits.ts'
export * from './node.ts'
export {
  type AnySetSegment,
  type Countable,
  definitionOf,
  type EventRanking,
  type FieldRanking,
  isSetSegment,
  type Ranking,
  refuseSet,
  type SetDefinition,
  type Top,
} from './set.ts'
export { decodeSetSegment, encodeSetSegment } from './set-codec.ts'
export { eventNames, eventProperties } from './stream.ts'
export { references } from './references.ts'
export { decodeSegments, encodeSegments, reviewSegments, type SegmentsReport } from './registry.ts'
export { checkCountable, checkCountables, checkSegment, checkSegments, isSegment } from './segment.ts'
