export { implies, isImpossible } from './proof.ts'
