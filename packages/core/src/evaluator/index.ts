export {
  checkCountable,
  checkCountables,
  checkMemberOptions,
  checkOptions,
  checkPeople,
  checkSegment,
  checkSegments,
} from './arguments.ts'
export { DuplicatePersonError } from './errors.ts'
export type { EvaluationOptions, Evaluator, MemberOptions, Membership } from './evaluator.ts'
export { inProcess } from './in-process.ts'
