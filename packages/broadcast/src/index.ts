export { defineBroadcast } from './broadcast/define.ts'
export type {
  Audience,
  Broadcast,
  BroadcastSettings,
  Cap,
  HoldOut,
  LocalTime,
  OptOut,
} from './broadcast/types.ts'
export { BroadcastError, type BroadcastErrorCode, type BroadcastIssue } from './errors.ts'
export { engagementEvents, type EngagementName, type EngagementOptions } from './ledger/engagement.ts'
export type { Feedback, FeedbackKind } from './feedback/feedback.ts'
export type { Failures } from './ledger/failures.ts'
export type { Recorded } from './ledger/feedback.ts'
export type { Links } from './send/compose.ts'
export type { Progress, State } from './ledger/progress.ts'
export type { Recipient } from './ledger/recipient.ts'
export type { StoredSuppression, Suppression } from './ledger/suppressions.ts'
export type { UnknownChoice } from './ledger/control.ts'
export { type Broadcasts, type BroadcastsSettings, openBroadcasts } from './open.ts'
export { type BroadcastPlan, type Reason, reasons } from './plan/plan.ts'
export type { PlanOptions } from './plan/run.ts'
export type { Pace } from './send/pace.ts'
export { type SendOptions, type SendSettings, sendSettingIssues } from './send/options.ts'
export type { Sending } from './send/sending.ts'
export type { TestOptions, TestSent } from './send/test.ts'
export type { Retries } from './send/settlement.ts'
export * from './message/index.ts'
export { consoleTransport, type ConsoleTransportOptions } from './transport/console.ts'
export { TransportError } from './transport/errors.ts'
export { fileTransport, type FileTransportOptions } from './transport/file.ts'
export type { Attachment, FailureClass, Outcome, Outgoing, Transport } from './transport/transport.ts'
export { type Tracking, trackingLinks, type TrackingOptions } from './tracking/links.ts'
export {
  type UnsubscribeLink,
  type UnsubscribeLinks,
  unsubscribeLinks,
  type UnsubscribeOptions,
  type Unsubscription,
} from './unsubscribe/links.ts'
