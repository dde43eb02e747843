export { describe, describeNode } from './describe.ts'
