import type { TestProject } from 'vitest/node'
import { startPostgres } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the Postgres server of this test run is. */
    readonly postgresUrl: string
  }
}

/**
 * A vitest `globalSetup` that starts one Postgres server for the whole run.
 *
 * **Details**
 *
 * Write `globalSetup: ['@segmentry/testing/vitest']` into the vitest configuration. A test reads the server's
 * URL with `inject('postgresUrl')` and makes databases on it with `createDatabase`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres()
  project.provide('postgresUrl', server.url)
  return () => server.stop()
}
