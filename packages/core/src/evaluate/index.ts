export type { EvaluationOptions, Evaluator, MemberOptions, Membership, SegmentsByKey } from './evaluator.ts'
export type { EventRecord, Person } from './person.ts'
