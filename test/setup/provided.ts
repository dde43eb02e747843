// Lets the type checker know what the global set-up provides: `inject('postgresUrl')`.
import type setup from '@segmentry/testing/vitest'

/** The set-up of the integration tests. */
export type Setup = typeof setup
