export { checkEvaluator, checkMemberOptions, checkOptions, checkPeople } from './arguments.ts'
export { DuplicatePersonError } from './errors.ts'
export type { EvaluationOptions, Evaluator, MemberOptions, Membership } from './evaluator.ts'
export { inProcess } from './in-process.ts'
