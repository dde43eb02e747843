export type { Explanation, Reason } from './explanation.ts'
