// Lets the type checker know what the global set-up provides: `inject('postgresUrl')`.
export type {} from '@segmentry/testing/vitest'
