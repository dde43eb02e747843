export type {
  Branch,
  Decision,
  PercentBranch,
  SegmentBranch,
  SegmentFlow,
  SegmentInfo,
  SplitOptions,
  SplitPlan,
  SplitRequest,
  Transition,
  TransitionPage,
  TransitionQuery,
  Transitions,
} from './contract.ts'
export { type DurableEngine, type DurableSplit, durableSplit, type SplitRecord } from './durable.ts'
export { FlowError, type FlowErrorCode, type FlowIssue } from './errors.ts'
export { segmentFlow } from './flow.ts'
export { type Handlers, match } from './match.ts'
export { defineSplit, type Share, sharesOf } from './plan.ts'
export { analyzeSplit, type SplitAnalysis, type Unreachable } from './analysis/analyze.ts'
export { describeSplit } from './analysis/describe.ts'
