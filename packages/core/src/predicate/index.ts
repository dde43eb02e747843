export * from './duration.ts'
export * from './inputs.ts'
export * from './operators.ts'
export * from './predicate.ts'
