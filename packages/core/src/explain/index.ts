export { explainPerson, renderExplanation } from './explain.ts'
export type { Explanation, Reason } from './explanation.ts'
