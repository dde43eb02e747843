export type {
  Feedback,
  FeedbackDelivery,
  FeedbackKind,
  FeedbackReader,
  FeedbackStore,
} from '../feedback/feedback.ts'
export { FeedbackError } from '../feedback/feedback.ts'
export { feedbackHandler, type FeedbackHandlerOptions } from '../feedback/handler.ts'
export { postmarkFeedback, type PostmarkFeedbackOptions } from '../feedback/postmark.ts'
export { readMailReport } from '../feedback/report.ts'
export { resendFeedback, type ResendFeedbackOptions } from '../feedback/resend.ts'
export { trackingHandler, type TrackingHandlerOptions } from '../tracking/handler.ts'
export {
  unsubscribePage,
  type UnsubscribePageOptions,
  type UnsubscribeRequest,
  type UnsubscribeStore,
} from '../unsubscribe/handler.ts'
export type { Unsubscription } from '../unsubscribe/links.ts'
export type { UnsubscribeTexts } from '../unsubscribe/page.ts'
export type { Handler } from './handler.ts'
export { nodeListener } from './node.ts'
