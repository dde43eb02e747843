export {
  type Added,
  type Change,
  type Changed,
  changes,
  type Removed,
  type Renamed,
} from './change/changes.ts'
export type { Segments } from './change/segments.ts'
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
