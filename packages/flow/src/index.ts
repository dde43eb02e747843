export { PersonNotFoundError, SplitError } from './errors.ts'
export { type Decision, type Split, splitBySegment, type SplitPlan } from './split.ts'
