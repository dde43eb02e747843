export { engagement, type Engagement, type MessageEvents, type MessageOptions } from './engagement.ts'
export { lifecycle, type Lifecycle, type LifecycleOptions } from './lifecycle.ts'
export { rfm, type Rfm, type RfmOptions } from './rfm.ts'
