export {
  type Added,
  type Change,
  type Changed,
  changes,
  type Removed,
  type Renamed,
} from './change/changes.ts'
export type { Segments } from './change/segments.ts'
export { type Category, categoryOf, type Movement } from './difference/category.ts'
export { difference, type Difference, type Sides } from './difference/difference.ts'
export type { ListChange, TextChange } from './difference/note.ts'
export type { Users } from './difference/read.ts'
export type { Said } from './difference/said.ts'
export { differenceText, movementWords } from './difference/text.ts'
export { corrected } from './finding/corrected.ts'
export {
  type Finding,
  type FindingCode,
  findingCodes,
  type FindingSubject,
  type Fix,
  type Severity,
} from './finding/finding.ts'
export { findings, type FindingsOptions } from './finding/findings.ts'
export {
  findingsSarif,
  type SarifLocation,
  type SarifLog,
  type SarifOptions,
  type SarifResult,
  type SarifRule,
  type SarifRun,
  type SourcePlace,
} from './finding/sarif.ts'
export { findingsText } from './finding/text.ts'
export { unsuitable } from './finding/unsuitable.ts'
export { inspect, type InspectOptions } from './inspect/inspect.ts'
export { openReview, type Review } from './open.ts'
export type { Interval } from './plan/interval.ts'
export type { PlanOptions } from './plan/plan.ts'
export type {
  Audience,
  Edition,
  FlowUse,
  Funnel,
  FunnelStep,
  Mover,
  Moves,
  People,
  Plan,
  PlannedBranch,
  PlannedBroadcast,
  PlannedChange,
  PlannedFlow,
  PlannedSplit,
} from './plan/types.ts'
export { type Breach, breaches, type Metric, parsePolicy, type Policy } from './plan/policy.ts'
export { planHtml } from './view/html.ts'
export { planMarkdown } from './view/markdown.ts'
export { planText, type TextStyle } from './view/text.ts'
export type { KeptViews, RefusedView, ViewChanges, ViewsSettings } from './kept/types.ts'
export { RevisionError, type RevisionErrorCode, type RevisionIssue } from './revision/errors.ts'
export { openRevisions, type Revisions, type RevisionsSettings } from './revision/open.ts'
export type {
  Applied,
  ApplyOptions,
  HistoryOptions,
  Revision,
  RevisionChange,
  RevisionDiff,
  RevisionDifference,
  RevisionSegments,
  RollbackOptions,
  SegmentsThen,
  Uses,
} from './revision/types.ts'
