export { AudienceError } from './errors.ts'
export { type Audience, type BroadcastPlan, planBroadcast, type PlanOptions } from './plan.ts'
export type { Attachment, FailureClass, Outcome, Outgoing, Transport } from './transport/transport.ts'
